"""Alertmanager itself, with the example of its configuration, told to somebody who listens here."""

import json
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import yaml

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.architecture.source_files import ROOT
from tests.servers.errors import ServerUnavailableError

EXAMPLE = ROOT / "deploy" / "alertmanager" / "alertmanager.yaml"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateAlertmanager:
    url: str
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Receivers, each with the labels of an alert that fires."""

    @property
    def address(self) -> str:
        return self.url.removeprefix("http://")

    def raise_alerts(self, *alerts: dict[str, str]) -> None:
        """As Prometheus does."""
        sent = httpx.post(f"{self.url}/api/v2/alerts", json=[{"labels": labels} for labels in alerts], timeout=30)
        sent.raise_for_status()


@contextmanager
def private_alertmanager(directory: Path) -> Iterator[PrivateAlertmanager]:
    """The example but for the addresses of its receivers, and that it waits for nothing."""
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if program is None:
        raise ServerUnavailableError("The tests need Alertmanager: run 'sh scripts/install_servers.sh'.")
    directory.mkdir()
    manager = PrivateAlertmanager(url=f"http://{LOOPBACK}:{free_port()}")
    with _listening(manager) as receiver:
        configuration = directory / "alertmanager.yaml"
        configuration.write_text(yaml.safe_dump(_configuration(receiver)), encoding="utf-8")
        arguments = (
            f"--config.file={configuration}",
            f"--storage.path={directory / 'data'}",
            f"--web.listen-address={manager.address}",
            "--cluster.listen-address=",
        )
        log = directory / "log"
        with log.open("wb") as said:
            process = subprocess.Popen((program, *arguments), stdout=said, stderr=subprocess.STDOUT)
        try:
            if not wait_until(lambda: _ready(manager.url) or process.poll() is not None, seconds=_START_SECONDS):
                raise ServerUnavailableError(f"Alertmanager does not start: {log.read_text(encoding='utf-8')}")
            assert process.poll() is None, log.read_text(encoding="utf-8")
            yield manager
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_SECONDS)


def _configuration(receiver: str) -> dict[str, Any]:
    given: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    given["route"]["group_wait"] = "1s"
    for one in given["receivers"]:
        for hook in one["webhook_configs"]:
            hook["url"] = receiver
    return given


@contextmanager
def _listening(manager: PrivateAlertmanager) -> Iterator[str]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            manager.told.extend((message["receiver"], alert["labels"]) for alert in message["alerts"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """What is of interest is in ``told``."""

    server = HTTPServer((LOOPBACK, 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
