"""What `docker compose up` would run of ours, with its commands, settings and health checks.

Only addresses are others: names like `postgres` exist where Compose makes them. The images of others are not tried.
"""

from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.children import an_ended_conversation
from tests.image.container import Container, Image
from tests.image.servers import Servers, together
from tests.integration.deployment.compose import services

# One loopback for all, so the consumer cannot have the port that the stand-ins have, too.
METRICS = "30023"
SCOPES = "conversations:write conversations:read"


class Machine:
    """What of compose.yaml is ours, on one loopback."""

    def __init__(self, image: Image, around: Servers, directory: Path) -> None:
        self._image = image
        self._directory = directory
        stand_ins = {"MEMORY_API_URL": "http://127.0.0.1:30021", "GROQ_BASE_URL": "http://127.0.0.1:30022"}
        self._addresses = together(around.fresh(), stand_ins, {"METRICS_PORT": METRICS})

    def settings(self, name: str) -> dict[str, str]:
        given: dict[str, str] = services()[name].get("environment") or {}
        return together(
            given, {key: value for key, value in self._addresses.items() if key in given or key == "METRICS_PORT"}
        )

    def once(self, name: str) -> None:
        done = self._image.run(*services()[name]["command"], settings=self.settings(name))
        assert done.returncode == 0, done.stderr

    def start(self, stack: ExitStack, name: str) -> Container:
        log = self._directory / f"{name}.log"
        started = self._image.running(*services()[name]["command"], settings=self.settings(name), log=log)
        container = stack.enter_context(started)
        container.wait_for(*self.healthcheck(name))
        return container

    def healthcheck(self, name: str) -> list[str]:
        own = services()[name].get("healthcheck", {"test": ["CMD", *self._image.healthcheck]})
        return list(own["test"][1:])

    def token(self) -> str:
        made = self._image.run(
            "token", "--sub", "me", "--scope", SCOPES, "--days", "1", settings=self.settings("serve")
        )
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()


@pytest.fixture
def machine(image: Image, around: Servers, directory: Path) -> Machine:
    return Machine(image, around, directory)


def _scored(http: httpx.Client, conversation: str) -> dict[str, object]:
    def told() -> dict[str, object]:
        answer: dict[str, object] = http.get(f"/v1/conversations/{conversation}").raise_for_status().json()["data"]
        return answer

    assert wait_until(lambda: told()["status"] == "PROCESSED", seconds=60), told()
    return told()


def test_a_conversation_goes_all_the_way(machine: Machine) -> None:
    with ExitStack() as stack:
        for name in ("migrate", "catalogue"):
            machine.once(name)
        stays = {name: machine.start(stack, name) for name in ("fake-services", "serve", "consume")}
        headers = {"Authorization": f"Bearer {machine.token()}"}
        http = stack.enter_context(httpx.Client(base_url="http://127.0.0.1:30020", headers=headers, timeout=30))

        accepted = http.post("/v1/conversations/end", json=an_ended_conversation(1))
        told = _scored(http, "conv_0001")
        metrics = httpx.get(f"http://127.0.0.2:{METRICS}/metrics", timeout=10)

        assert accepted.status_code == 202
        assert float(str(told["friendship_score_change"])) > 0
        assert metrics.status_code == 200  # at any address of the container: Prometheus asks from another
        assert {name: container.stop() for name, container in stays.items()} == dict.fromkeys(stays, 0)
