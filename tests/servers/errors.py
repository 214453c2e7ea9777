class ServerUnavailableError(Exception):
    """One sentence that says which server cannot be had and how to get it."""
