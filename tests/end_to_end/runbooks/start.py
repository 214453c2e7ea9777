"""Starts everything that the runbooks speak of."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.ports import free_port
from tests.end_to_end.program import Program, program
from tests.end_to_end.runbooks.stack import KEY, OF_THE_SERVICE, FaultedStack
from tests.end_to_end.runbooks.webhook import listening_webhook
from tests.servers import sources
from tests.servers.databases import create_database, for_libpq, for_sqlalchemy
from tests.servers.prometheus_server import private_prometheus
from tests.servers.rabbitmq_node import PrivateRabbitmq

# Waits for others are short; a failed event stays FAILED for hours, as it does for a reader of the runbooks.
_SETTINGS = {
    "DB_MAX_OVERFLOW": "10",
    "DB_POOL_SIZE": "10",
    "DB_POOL_TIMEOUT": "2",
    "HEAL_BASE_MINUTES": "0.05",
    "LLM_API_TIMEOUT_SECONDS": "1",
    "MEMORY_API_BREAKER_FAILURES": "1000",
    "MEMORY_API_TIMEOUT_SECONDS": "1",
    "RABBITMQ_TIMEOUT_SECONDS": "2",
    "RELAY_INTERVAL_SECONDS": "0.3",
    "SECRET_KEY": KEY,
}


@contextmanager
def faulted_stack(directory: Path) -> Iterator[FaultedStack]:
    """There is no catalogue yet."""
    with ExitStack() as stack:
        postgres = stack.enter_context(sources.private_postgres(durable=False))
        rabbitmq = stack.enter_context(PrivateRabbitmq(_made(directory / "rabbitmq")))
        webhook = stack.enter_context(listening_webhook())
        url = create_database(for_sqlalchemy(postgres.url))
        migrate(url)
        settings = {
            **_SETTINGS,
            "DATABASE_URL": for_libpq(url),
            "GOOGLE_CHAT_WEBHOOK_URL": webhook.url,
            "METRICS_PORT": str(free_port()),
            "RABBITMQ_URL": rabbitmq.url,
        }
        started = stack.enter_context(program(directory, **settings))
        using = stack.enter_context(program(directory, **settings, **_stand_ins(started)))
        consumer, service = using.consume(), using.serve(port=0, **OF_THE_SERVICE)
        targets = {"serve": service.port, "consume": int(settings["METRICS_PORT"])}
        prometheus = stack.enter_context(private_prometheus(directory / "watching", targets, {}))
        consumer.wait_for("subscribed")
        yield FaultedStack(
            postgres=postgres,
            rabbitmq=rabbitmq,
            prometheus=prometheus,
            webhook=webhook,
            program=using,
            service=service,
            consumer=consumer,
        )


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def _stand_ins(started: Program) -> dict[str, str]:
    """The settings that lead to them."""
    ports = [str(free_port()), str(free_port())]
    stand_ins = started.start("fake-services", "--memory-port", ports[0], "--llm-port", ports[1])
    stand_ins.wait_for("Stand-ins for both services are up")
    return dict(re.findall(r"^(\w+)=(.*)$", stand_ins.output(), re.MULTILINE))
