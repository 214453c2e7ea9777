"""What a consumer holds while many large conversations wait for a memory service that hangs.

    .venv/bin/python -m benchmarks.consumer_memory --conversations 100 --minutes 10

The memory service is stood in for by an adapter that keeps the conversation in hand for its full timeout and then
says that it timed out, as the real one would.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from dependency_injector import providers

from application.errors import MemoriesTimedOut
from application.ports.conversation_events import EventFilter
from application.ports.memory_extractor import MemoryExtractor
from application.use_cases.record_conversation_end import RecordConversationEndCommand
from benchmarks.conversation import conversation_log
from domain.conversation import Conversation
from domain.ended_conversation import EndedConversation
from domain.identifiers import BotId, ConversationId, UserId
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.consumer.consuming import consuming
from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers.directories import open_directory

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
LARGE_BYTES = 3_000_000
SMALL_BYTES = 45_000
# The interpreter, the libraries and the pool have settled by then.
WARM_UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingMemories(MemoryExtractor):
    """Holds on to a large conversation for the whole timeout; answers for a small one at once."""

    seconds: float

    @property
    def provider(self) -> str:
        return "hanging"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        if not conversation_id.startswith("large"):
            return 0
        await asyncio.sleep(self.seconds)
        raise MemoriesTimedOut(f"{len(conversation.utterances)} utterances, and no answer")


def main() -> None:
    arguments = _arguments()
    if arguments.consume:
        asyncio.run(_consume(arguments.consume, arguments.timeout, arguments.minutes))
        return
    with open_directory() as directory, PrivatePostgres(Path(directory) / "data", durable=True) as server:
        url = server.url.replace("postgresql://", "postgresql+psycopg://", 1)
        migrate(url)
        asyncio.run(_fill(url, arguments.conversations))
        samples = _watch(url, arguments)
        states = asyncio.run(_states(url))
    _report(samples, states)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=100, help="of 3 MB; as many of 45 KB come after them")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--timeout", type=float, default=60, help="of the memory service, in seconds")
    parser.add_argument("--consume", metavar="URL", help=argparse.SUPPRESS)
    return parser.parse_args()


async def _consume(url: str, hang_seconds: float, minutes: float) -> None:
    configure_logging("WARNING")
    container = Container(settings=read_settings({}), database_url=url)
    container.memories.override(providers.Object(HangingMemories(seconds=hang_seconds)))
    async with opened(container), consuming(container):
        await asyncio.sleep(minutes * 60)


async def _fill(url: str, conversations: int) -> None:
    container = Container(settings=read_settings({}), database_url=url)
    record = container.record_conversation_end()
    for size, label in ((LARGE_BYTES, "large"), (SMALL_BYTES, "small")):
        items = json.loads(conversation_log(size, 1))
        for number in range(conversations):
            await record(RecordConversationEndCommand(reported=_reported(label, number), log_items=items))
    await container.engine().dispose()


def _reported(label: str, number: int) -> EndedConversation:
    return EndedConversation(
        conversation_id=ConversationId(f"{label}_{number:04d}"),
        user_id=UserId(f"user_{number % 50:02d}"),
        bot_type="TALK",
        bot_id=BotId("bot_agent_movie"),
        bot_name="Movie chat",
        agent_tag="agent_movie",
        start_time=START,
        end_time=START + timedelta(minutes=12),
    )


def _watch(url: str, arguments: argparse.Namespace) -> list[tuple[float, float]]:
    """(seconds, MB) of the consumer, once a second."""
    command = [sys.executable, "-m", "benchmarks.consumer_memory", "--consume", url]
    command += ["--timeout", str(arguments.timeout), "--minutes", str(arguments.minutes)]
    samples: list[tuple[float, float]] = []
    with subprocess.Popen(command) as consumer:
        began = time.monotonic()
        process = psutil.Process(consumer.pid)
        while consumer.poll() is None:
            try:
                samples.append((time.monotonic() - began, process.memory_info().rss / 1e6))
            except psutil.NoSuchProcess:
                break
            time.sleep(1)
    return samples


async def _states(url: str) -> dict[str, int]:
    container = Container(settings=read_settings({}), database_url=url)
    counts: dict[str, int] = {}
    async with container.unit_of_work()() as work:
        events, _ = await work.events.page(EventFilter(), limit=10_000, offset=0)
    for event in events:
        name = f"{event.conversation_id.partition('_')[0]} {event.status} {event.error_code or ''}".strip()
        counts[name] = counts.get(name, 0) + 1
    await container.engine().dispose()
    return counts


def _report(samples: list[tuple[float, float]], states: dict[str, int]) -> None:
    settled = [sample for sample in samples if sample[0] >= WARM_UP_SECONDS] or samples
    slope, _ = statistics.linear_regression(*zip(*settled, strict=True))
    print(f"RSS of the consumer: at most {max(rss for _, rss in samples):.0f} MB,")
    print(f"median {statistics.median(rss for _, rss in settled):.0f} MB, slope {slope * 60:+.2f} MB a minute")
    minutes = range(int(samples[-1][0] / 60) + 1)
    medians = (statistics.median([rss for at, rss in samples if minute <= at / 60 < minute + 1]) for minute in minutes)
    print("median of each minute:", " ".join(f"{rss:.0f}" for rss in medians))
    for state, count in sorted(states.items()):
        print(f"  {count:4d} {state}")


if __name__ == "__main__":
    main()
