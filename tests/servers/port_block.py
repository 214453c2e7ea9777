import random
import socket
from typing import Self

from infrastructure.private_postgres.ports import LOOPBACK, PORTS, is_free

_SIZE = 32
_BLOCKS = range(PORTS.start, PORTS.stop - _SIZE, _SIZE)


class PortBlock:
    """Neighbouring ports nobody uses, the first being `first`. It stays ours against other test runs until released.

    The last port is the claim: it is held open, and whoever wants the block probes it like any other.
    """

    def __init__(self, first: int, claim: socket.socket) -> None:
        self.first = first
        self._claim = claim

    @classmethod
    def claim(cls) -> Self:
        while True:
            first = random.choice(_BLOCKS)  # noqa: S311 - no secret
            claim = _bound(first + _SIZE - 1)
            if claim is None:
                continue
            if all(is_free(port) for port in range(first, first + _SIZE - 1)):
                return cls(first, claim)
            claim.close()

    def release(self) -> None:
        self._claim.close()


def _bound(port: int) -> socket.socket | None:
    claim = socket.socket()
    try:
        claim.bind((LOOPBACK, port))
    except OSError:
        claim.close()
        return None
    return claim
