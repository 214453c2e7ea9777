"""PostgreSQL's programs as child processes: bounded, never left behind, and their complaints in one line."""

import asyncio
import re
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar

from application.errors import DependencyUnavailable

Result = TypeVar("Result")
PIECE_BYTES = 1024 * 1024
SILENCE = timedelta(minutes=5)
"""The longest that nothing comes or goes."""
_MOST_CHARACTERS = 300
# DETAIL and CONTEXT, which follow, quote rows: what children said.
_COMPLAINT = re.compile(r"(?:ERROR|FATAL|PANIC|error): *(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    name: str
    process: Process
    complaints: IO[bytes]

    async def end(self, limit: timedelta = SILENCE) -> None:
        """Raises DependencyUnavailable unless it ends well within the limit."""
        code = await within(limit, self.process.wait(), self.name)
        if code:
            raise DependencyUnavailable(f"{self.name} failed: {self._complaint() or f'exit code {code}'}")

    def _complaint(self) -> str:
        self.complaints.seek(0)
        found = _COMPLAINT.search(self.complaints.read().decode(errors="replace"))
        return found[1].strip()[:_MOST_CHARACTERS] if found else ""


@asynccontextmanager
async def running(
    arguments: Sequence[str | Path], environment: Mapping[str, str], *, stdin: int = DEVNULL, stdout: int = PIPE
) -> AsyncIterator[Running]:
    """Killed when the block is left before it has ended."""
    with tempfile.TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            *map(str, arguments), env=environment, stdin=stdin, stdout=stdout, stderr=complaints, limit=PIECE_BYTES
        )
        try:
            yield Running(name=Path(arguments[0]).name, process=process, complaints=complaints)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def output(program: Running) -> AsyncIterator[bytes]:
    """Raises DependencyUnavailable unless the program ends well."""
    stream = program.process.stdout
    while stream and (piece := await within(SILENCE, stream.read(PIECE_BYTES), program.name)):
        yield piece
    await program.end()


async def feed(program: Running, pieces: AsyncIterator[bytes]) -> None:
    """Stops early when the program does; its exit code tells why."""
    stream = program.process.stdin
    if stream is None:
        raise RuntimeError("the program was started without an input")
    try:
        async for piece in pieces:
            stream.write(piece)
            await within(SILENCE, stream.drain(), program.name)
        stream.close()
    except (BrokenPipeError, ConnectionResetError):
        return


async def within(limit: timedelta, wait: Awaitable[Result], name: str) -> Result:
    try:
        async with asyncio.timeout(limit.total_seconds()):
            return await wait
    except TimeoutError as error:
        raise DependencyUnavailable(f"{name} stood still for {limit.total_seconds():g} s") from error
