import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(slots=True)
class Deadline:
    passed: bool = False


@contextmanager
def deadline(connection: AsyncConnection, limit: timedelta) -> Iterator[Deadline]:
    """Ends a call on this connection after ``limit``, even when the server is frozen or the network is dead.

    Cancelling the waiting task would not do: the driver then politely asks the server to cancel and waits up to
    ten seconds for an answer. Shutting the socket down wakes it at once with an ordinary "connection closed",
    costs nothing while all is well, and makes the pool discard the connection.
    """
    file_descriptor, state = _socket_of(connection), Deadline()

    def end() -> None:
        state.passed = True
        _shut_down(file_descriptor)

    timer = asyncio.get_running_loop().call_later(limit.total_seconds(), end)
    try:
        yield state
    finally:
        timer.cancel()


def _socket_of(connection: AsyncConnection) -> int:
    pooled = connection.sync_connection
    assert pooled is not None, "the connection is open"  # noqa: S101 - an invariant, not a check of input
    driver = pooled.connection.driver_connection
    return int(driver.pgconn.socket) if driver is not None else -1


def _shut_down(file_descriptor: int) -> None:
    try:
        duplicate = socket.socket(fileno=os.dup(file_descriptor))
    except OSError:
        return
    with duplicate:
        try:
            duplicate.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
