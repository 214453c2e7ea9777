"""Prometheus itself, with our rules, looking at processes of ours all the time."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.architecture.source_files import ROOT
from tests.servers.errors import ServerUnavailableError

CONFIGURATION = ROOT / "deploy" / "compose" / "prometheus.yaml"
# Longer than a look takes at a process whose database hangs.
EVERY = "1500ms"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
Series = dict[str, str]
"""Its labels; ``__name__`` is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePrometheus:
    url: str

    def query(self, query: str) -> list[Series]:
        """The series of the answer. Raises AssertionError with what Prometheus says of a query that it refuses."""
        return [sample["metric"] for sample in self._asked("query", query=query)["result"]]

    def rules(self) -> list[dict[str, Any]]:
        """As it evaluated them: name, type, health, lastError …"""
        return [rule for group in self._asked("rules")["groups"] for rule in group["rules"]]

    def _asked(self, what: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON
        answer = httpx.get(f"{self.url}/api/v1/{what}", params=parameters, timeout=30)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()["data"]


@contextmanager
def private_prometheus(
    directory: Path, targets: Mapping[str, int], labels: Mapping[str, str], *, alertmanager: str = ""
) -> Iterator[PrivatePrometheus]:
    """``targets``: ports on loopback by the label ``process``. ``labels``: of all of them, as a cluster gives them.

    ``alertmanager``: host and port of the one that is told of alerts.
    """
    program = shutil.which("prometheus")
    if program is None:
        raise ServerUnavailableError("The tests need prometheus: run 'sh scripts/install_servers.sh'.")
    directory.mkdir()
    url = f"http://{LOOPBACK}:{free_port()}"
    configuration = directory / "prometheus.yaml"
    configuration.write_text(yaml.safe_dump(_configuration(directory, targets, labels, alertmanager)), encoding="utf-8")
    arguments = (
        f"--config.file={configuration}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}",
        f"--rules.alert.resend-delay={EVERY}",  # what it tells before it has found Alertmanager is told again
    )
    log = directory / "log"
    with log.open("wb") as said:
        process = subprocess.Popen((program, *arguments), stdout=said, stderr=subprocess.STDOUT)
    try:
        if not wait_until(lambda: _ready(url) or process.poll() is not None, seconds=_START_SECONDS) or process.poll():
            raise ServerUnavailableError(f"Prometheus does not start: {log.read_text(encoding='utf-8')}")
        yield PrivatePrometheus(url=url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_SECONDS)


def _configuration(
    directory: Path, targets: Mapping[str, int], labels: Mapping[str, str], alertmanager: str
) -> dict[str, Any]:
    """That of compose.yaml, but for its places and its patience."""
    given: dict[str, Any] = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    given["global"] = {"scrape_interval": EVERY, "evaluation_interval": EVERY}
    given["rule_files"] = [_impatient(directory, pattern) for pattern in given["rule_files"]]
    (told,) = given["alerting"]["alertmanagers"]
    told["static_configs"] = [{"targets": [alertmanager] if alertmanager else []}]
    (job,) = given["scrape_configs"]
    for target in job["static_configs"]:
        target["targets"] = [f"{LOOPBACK}:{targets[target['labels']['process']]}"]
        target["labels"] |= labels
    return given


def _impatient(directory: Path, pattern: str) -> str:
    """Copies of the rules, none of which waits for minutes."""
    kind = Path(pattern).parent.name
    copies = directory / kind
    copies.mkdir()
    for file in (ROOT / "deploy" / "prometheus" / kind).glob(Path(pattern).name):
        rules = yaml.safe_load(file.read_text(encoding="utf-8"))
        for group in rules["groups"]:
            group.pop("interval", None)
        (copies / file.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
    return f"{copies}{os.sep}{Path(pattern).name}"


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
