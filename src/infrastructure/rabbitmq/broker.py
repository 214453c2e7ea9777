from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from faststream.rabbit import Channel, RabbitBroker


def make_broker(url: str, *, timeout: timedelta, heartbeat: timedelta, prefetch: int | None = None) -> RabbitBroker:
    """Opens nothing yet. Publishing and consuming each need a broker of their own: one alarm blocks both otherwise."""
    return RabbitBroker(
        _with_heartbeat(url, heartbeat),
        timeout=timeout.total_seconds(),
        reconnect_interval=1.0,
        graceful_timeout=None,
        logger=None,
        # Without on_return_raises a message that reaches no queue looks like a success.
        default_channel=Channel(prefetch_count=prefetch, publisher_confirms=True, on_return_raises=True),
    )


def _with_heartbeat(url: str, heartbeat: timedelta) -> str:
    """Without it a dead connection is noticed after three minutes."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode({"heartbeat": int(heartbeat.total_seconds())}))))
    return urlunsplit(parts._replace(query=query))
