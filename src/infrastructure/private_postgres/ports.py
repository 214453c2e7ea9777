import random
import socket

LOOPBACK = "127.0.0.1"
# Below the ephemeral range: there, a client that retries while the server is away can be given the server's own port
# as its source, connect to itself and keep the server from coming back.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port nobody listens on at this moment; somebody may be quicker than the caller."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - no secret
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
