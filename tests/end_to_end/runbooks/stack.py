"""The whole service on servers of its own, each of which may be broken and mended."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from infrastructure.private_postgres.node import PrivatePostgres
from infrastructure.private_postgres.ports import LOOPBACK
from infrastructure.private_postgres.processes import wait_until
from tests.architecture.source_files import ROOT
from tests.end_to_end.children import LINES, an_ended_conversation, bearer
from tests.end_to_end.program import EXECUTABLE, Program, Running
from tests.end_to_end.runbooks.webhook import Webhook
from tests.servers.databases import for_libpq
from tests.servers.prometheus_server import PrivatePrometheus
from tests.servers.rabbitmq_configuration import MANAGEMENT_PORT
from tests.servers.rabbitmq_node import CONTROL, PrivateRabbitmq

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
HEADERS = bearer(KEY)
SERVE, CONSUME = "127.0.0.1:30020", "127.0.0.1:30021"
"""The addresses that the runbooks have."""
# A statement of the service ends before one of a consumer does: a lock may be too long for one and slow for the other.
OF_THE_SERVICE = {"DB_STATEMENT_TIMEOUT_MS": "6000"}
_ARRIVAL_SECONDS = 20.0


@dataclass(slots=True, kw_only=True)
class FaultedStack:
    postgres: PrivatePostgres
    rabbitmq: PrivateRabbitmq
    prometheus: PrivatePrometheus
    webhook: Webhook
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
        path = f"{EXECUTABLE.parent}:{CONTROL.parent}:{broker['PATH']}"
        return {**broker, **self.settings, "PATH": path, "PROMETHEUS_URL": self.prometheus.url}

    def addresses(self) -> dict[str, str]:
        """By the address that the runbooks have, that of our process."""
        metrics = f"{LOOPBACK}:{self.settings['METRICS_PORT']}"
        return {SERVE: f"{LOOPBACK}:{self.service.port}", CONSUME: metrics}

    def restart_service(self, **settings: str) -> None:
        assert self.service.stop() == 0
        self.start_service(**settings)

    def start_service(self, **settings: str) -> None:
        """At the address that it had."""
        self.service = self.program.serve(port=self.service.port, **{**OF_THE_SERVICE, **settings})

    def restart_consumer(self, **settings: str) -> None:
        assert self.consumer.stop() == 0
        self.start_consumer(**settings)

    def start_consumer(self, **settings: str) -> None:
        """Returns when it consumes: before that, a SIGTERM ends it as it would any program."""
        self.consumer = self.program.start("consume", **settings)
        self.consumer.wait_for("subscribed")

    @contextmanager
    def service_with(self, **settings: str) -> Iterator[None]:
        self.restart_service(**settings)
        try:
            yield
        finally:
            self.restart_service()

    @contextmanager
    def consumer_with(self, **settings: str) -> Iterator[None]:
        self.restart_consumer(**settings)
        try:
            yield
        finally:
            self.restart_consumer()

    @contextmanager
    def behaving(self, service: str, **behaviour: Any) -> Iterator[None]:  # noqa: ANN401
        """The stand-in whose address is the setting ``service``; honest again afterwards."""
        self._behave(service, behaviour)
        try:
            yield
        finally:
            self._behave(service, {})

    def _behave(self, service: str, behaviour: dict[str, Any]) -> None:
        httpx.put(f"{self.settings[service]}/control/behaviour", json=behaviour).raise_for_status()

    def post(self, *, user: str | None = None) -> str:
        """The id of a new conversation that mentions something worth remembering."""
        body = self._conversation(user)
        httpx.post(f"{self.service.url}/v1/conversations/end", json=body, headers=HEADERS).raise_for_status()
        return str(body["conversation_id"])

    def try_to_post(self) -> int:
        """The status of the answer, however long it takes."""
        url = f"{self.service.url}/v1/conversations/end"
        return httpx.post(url, json=self._conversation(None), headers=HEADERS, timeout=60).status_code

    def _conversation(self, user: str | None) -> dict[str, Any]:
        self.posted += 1
        body = an_ended_conversation(self.posted, users=100)
        said = [*LINES, {"speaker": "user", "text": "I like dinosaurs."}]
        return {**body, "user_id": user or body["user_id"], "conversation_logs": said}

    def suggest(self, http: httpx.Client | None = None) -> int:
        """The status of the answer; ``http`` is for those who ask often."""
        url, body = f"{self.service.url}/v1/activities/suggest", {"user_id": "child_with_a_robot"}
        return (http or httpx).post(url, json=body, headers=HEADERS, timeout=60).status_code

    def import_catalogue(self) -> None:
        """Returns when every process has one."""
        if self.prometheus.query("min(catalogue_version) > 0"):
            return
        imported = self.program.run("catalogue", "import", str(ROOT / "examples" / "catalogue.yaml"))
        found = re.search(r"version (\d+)", imported.out)
        assert found, imported
        self.wait_until_scraped(f"min(catalogue_version) >= {found[1]}")

    def publish(self, body: bytes) -> None:
        """As a stranger does who found our exchange; waits until the message is put away."""
        api = f"{self.rabbitmq.endpoint.management_url}/api"
        message = {"properties": {}, "routing_key": "conversation.end", "payload": body.decode()}
        sent = httpx.post(
            f"{api}/exchanges/%2F/conversation_exchange/publish", json={**message, "payload_encoding": "string"}
        )
        assert sent.raise_for_status().json() == {"routed": True}

    def execute(self, statement: str, *values: object) -> None:
        """In the database, as somebody does who is not the service."""
        url = for_libpq(self.settings["DATABASE_URL"])
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement.encode(), values)

    def wait_for(self, conversation: str, status: str) -> None:
        url = for_libpq(self.settings["DATABASE_URL"])
        query = "SELECT status FROM conversation_events WHERE conversation_id = %s"
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:

            def arrived() -> bool:
                time.sleep(0.05)
                return connection.execute(query, (conversation,)).fetchone() == (status,)

            assert wait_until(arrived, seconds=_ARRIVAL_SECONDS), f"{conversation} is not {status}"

    def wait_until_scraped(self, query: str) -> None:
        """Until Prometheus has such a series: what comes later is an increase of it."""
        assert wait_until(lambda: bool(self.prometheus.query(query)), seconds=_ARRIVAL_SECONDS), query

    def times_logged(self, text: str) -> int:
        logs = self.program.directory.glob("*.log")
        return sum(log.read_text(encoding="utf-8", errors="replace").count(text) for log in logs)
