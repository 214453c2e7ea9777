from urllib.parse import urlsplit


def is_url(value: str, schemes: tuple[str, ...]) -> bool:
    """With nothing but a scheme and two slashes, too: a database may lie behind a socket."""
    try:
        address = urlsplit(value)
        return address.scheme in schemes and value.startswith(f"{address.scheme}://") and address.port != 0
    except ValueError:  # a port that is no number
        return False


def is_web_address(value: str) -> bool:
    return is_url(value, ("http", "https")) and bool(urlsplit(value).hostname)
