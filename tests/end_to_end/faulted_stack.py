"""The whole service on servers of its own, each of which may be broken and mended."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.node import PrivatePostgres
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.children import LINES, an_ended_conversation, bearer
from tests.end_to_end.program import EXECUTABLE, Program, Running, program
from tests.servers import sources
from tests.servers.databases import create_database, for_libpq, for_sqlalchemy
from tests.servers.rabbitmq_configuration import MANAGEMENT_PORT
from tests.servers.rabbitmq_node import CONTROL, PrivateRabbitmq

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
HEADERS = bearer(KEY)
_ARRIVAL_SECONDS = 20.0
# Waits for others are short; a failed event stays FAILED for hours, as it does for a reader of the runbooks.
_SETTINGS = {
    "DB_MAX_OVERFLOW": "10",
    "DB_POOL_SIZE": "10",
    "DB_POOL_TIMEOUT": "2",
    "LLM_API_TIMEOUT_SECONDS": "1",
    "MEMORY_API_BREAKER_FAILURES": "1000",
    "MEMORY_API_TIMEOUT_SECONDS": "1",
    "RABBITMQ_TIMEOUT_SECONDS": "2",
    "RELAY_INTERVAL_SECONDS": "0.3",
    "SECRET_KEY": KEY,
}


@dataclass(slots=True, kw_only=True)
class FaultedStack:
    postgres: PrivatePostgres
    rabbitmq: PrivateRabbitmq
    program: Program
    service: Running
    consumer: Running
    posted: int = 0

    @property
    def settings(self) -> dict[str, str]:
        return dict(self.program.settings)

    def environment(self) -> dict[str, str]:
        """What an operator has in the shell: our settings, our program and the tools of the servers."""
        broker = self.rabbitmq.environment()
        home = Path(broker["HOME"])
        home.mkdir(exist_ok=True)
        port = int(self.rabbitmq.url.rpartition(":")[2].rstrip("/")) + MANAGEMENT_PORT
        (home / ".rabbitmqadmin.conf").write_text(f"[default]\nhostname = {LOOPBACK}\nport = {port}\n")
        return {**broker, **self.settings, "PATH": f"{EXECUTABLE.parent}:{CONTROL.parent}:{broker['PATH']}"}

    def start_consumer(self, **settings: str) -> None:
        """Returns when it consumes: before that, a SIGTERM ends it as it would any program."""
        self.consumer = self.program.start("consume", **settings)
        self.consumer.wait_for("subscribed")

    def behave(self, service: str, **behaviour: Any) -> None:  # noqa: ANN401
        """Tells the stand-in whose address is the setting ``service``."""
        httpx.put(f"{self.settings[service]}/control/behaviour", json=behaviour).raise_for_status()

    def post(self) -> str:
        """The id of a new conversation that mentions something worth remembering."""
        self.posted += 1
        body = an_ended_conversation(self.posted, users=100)
        body["conversation_logs"] = [*LINES, {"speaker": "user", "text": "I like dinosaurs."}]
        httpx.post(f"{self.service.url}/v1/conversations/end", json=body, headers=HEADERS).raise_for_status()
        return str(body["conversation_id"])

    def publish(self, body: bytes) -> None:
        """As a stranger does who found our exchange; waits until the message is put away."""
        api = f"{self.rabbitmq.endpoint.management_url}/api"
        message = {"properties": {}, "routing_key": "conversation.end", "payload": body.decode()}
        sent = httpx.post(
            f"{api}/exchanges/%2F/conversation_exchange/publish", json={**message, "payload_encoding": "string"}
        )
        assert sent.raise_for_status().json() == {"routed": True}
        self.consumer.wait_for("so_far")

    def wait_for(self, conversation: str, status: str) -> None:
        url = for_libpq(self.settings["DATABASE_URL"])
        query = "SELECT status FROM conversation_events WHERE conversation_id = %s"
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:

            def arrived() -> bool:
                time.sleep(0.05)
                return connection.execute(query, (conversation,)).fetchone() == (status,)

            assert wait_until(arrived, seconds=_ARRIVAL_SECONDS), f"{conversation} is not {status}"

    def wait_for_health(self, status: str) -> None:
        def told() -> bool:
            time.sleep(0.1)
            return bool(httpx.get(f"{self.service.url}/v1/health", timeout=30).json()["status"] == status)

        assert wait_until(told, seconds=_ARRIVAL_SECONDS), f"health does not become {status}"


@contextmanager
def faulted_stack(directory: Path) -> Iterator[FaultedStack]:
    with ExitStack() as stack:
        postgres = stack.enter_context(sources.private_postgres(durable=False))
        broker_directory = directory / "rabbitmq"
        broker_directory.mkdir()
        rabbitmq = stack.enter_context(PrivateRabbitmq(broker_directory))
        url = create_database(for_sqlalchemy(postgres.url))
        migrate(url)
        settings = {
            **_SETTINGS,
            "METRICS_PORT": str(free_port()),
            "DATABASE_URL": for_libpq(url),
            "RABBITMQ_URL": rabbitmq.url,
        }
        started = stack.enter_context(program(directory, **settings))
        stand_ins = _stand_ins(started)
        using = stack.enter_context(program(directory, **settings, **stand_ins))
        consumer, service = using.consume(), using.serve()
        consumer.wait_for("subscribed")
        yield FaultedStack(postgres=postgres, rabbitmq=rabbitmq, program=using, service=service, consumer=consumer)


def _stand_ins(started: Program) -> dict[str, str]:
    """The settings that lead to them."""
    ports = [str(free_port()), str(free_port())]
    stand_ins = started.start("fake-services", "--memory-port", ports[0], "--llm-port", ports[1])
    stand_ins.wait_for("Stand-ins for both services are up")
    return dict(re.findall(r"^(\w+)=(.*)$", stand_ins.output(), re.MULTILINE))
