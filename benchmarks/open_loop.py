import asyncio
import time
from array import array
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from benchmarks.connection import Connection, Pending
from benchmarks.connections import Connections
from benchmarks.messages import LoadJob
from benchmarks.payload import RequestMaker
from benchmarks.recorder import Recorder
from benchmarks.schedule import Start

# libuv's timers tick in milliseconds: asking for less would spin.
_TIMER_SECONDS = 0.001
_PATROL_SECONDS = 0.5


class OpenLoop:
    """Releases each request at its intended start, whatever became of the earlier ones.

    One that finds no free connection waits here, and its waiting counts: latency runs from the intended start.
    """

    def __init__(self, job: LoadJob, starts: Sequence[Start], makers: Sequence[RequestMaker], began: float) -> None:
        self._job = job
        self._starts = starts
        self._makers = makers
        self._began = began
        self._measured_from = began + job.warm_up_seconds
        self._next = 0
        self._numbers = [0] * len(makers)
        self._queue: deque[Pending] = deque()
        self._done = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._expected = [stream.expected_status for stream in job.streams]
        self._connections = Connections(port=job.port, size=job.clients, owner=self, on_refused=self._refused)
        self.recorders = [Recorder(name=stream.name, since=self._measured_from) for stream in job.streams]
        self.lags_ms = array("d")

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def run(self) -> None:
        await self._connections.start()
        self._loop.call_later(max(self._began - time.perf_counter(), 0), self._release)
        patrol = asyncio.create_task(self._patrol())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), self._remaining_seconds())
        patrol.cancel()
        self._give_up_the_rest()
        self._connections.close()

    def _remaining_seconds(self) -> float:
        job = self._job
        return self._began + job.warm_up_seconds + job.seconds + job.drain_seconds - time.perf_counter()

    def _release(self) -> None:
        now = time.perf_counter()
        elapsed = now - self._began
        while self._next < len(self._starts) and self._starts[self._next].offset <= elapsed:
            self._admit(self._starts[self._next], now)
            self._next += 1
        if self._next < len(self._starts):
            wait = self._starts[self._next].offset + self._began - time.perf_counter()
            self._loop.call_later(max(wait, _TIMER_SECONDS), self._release)
        self._finish_if_idle()

    def _admit(self, start: Start, now: float) -> None:
        due = self._began + start.offset
        if due >= self._measured_from:
            self.lags_ms.append((now - due) * 1000)
        self._queue.append(Pending(due, start.stream))
        self._send_waiting()

    def _send_waiting(self) -> None:
        while self._queue:
            connection = self._connections.take()
            if connection is None:
                return
            request = self._queue.popleft()
            connection.send(request, self._payload(request.stream), time.perf_counter())

    def _payload(self, stream: int) -> bytes:
        number = self._numbers[stream]
        self._numbers[stream] = number + 1
        return self._makers[stream](number)

    def answered(self, connection: Connection, request: Pending, status: int) -> None:
        recorder, now = self.recorders[request.stream], time.perf_counter()
        if status == self._expected[request.stream]:
            recorder.succeeded(request.due, now)
        else:
            recorder.refused(request.due, f"http {status}", after_seconds=now - connection.sent_at)
        self._connections.give_back(connection)
        self._send_waiting()
        self._finish_if_idle()

    def lost(self, connection: Connection, request: Pending | None, kind: str) -> None:
        if request is not None:
            self.recorders[request.stream].failed(request.due, kind)
        self._connections.replace(connection, self._send_waiting)
        self._finish_if_idle()

    def _refused(self) -> None:
        """One attempt to connect stands for one request: a dead service must not look like an idle one."""
        if self._queue:
            request = self._queue.popleft()
            self.recorders[request.stream].failed(request.due, "connection refused")

    def _finish_if_idle(self) -> None:
        if self._next < len(self._starts) or self._queue:
            return
        if not any(connection.request for connection in self._connections.open):
            self._done.set()

    async def _patrol(self) -> None:
        while True:
            await asyncio.sleep(_PATROL_SECONDS)
            oldest = time.perf_counter() - self._job.request_timeout_seconds
            for connection in self._connections.open:
                if connection.request is not None and connection.sent_at < oldest:
                    connection.abort("timeout")
            self._finish_if_idle()

    def _give_up_the_rest(self) -> None:
        for request in self._queue:
            self.recorders[request.stream].failed(request.due, "not sent")
        self._queue.clear()
        for connection in self._connections.open:
            if connection.request is not None:
                self.recorders[connection.request.stream].failed(connection.request.due, "unanswered")
                connection.request = None
