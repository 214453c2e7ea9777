"""Every contract in `.importlinter` holds, and each breaks when its rule is broken."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, SRC

CONFIGURATION = ROOT / ".importlinter"
SECTION = "importlinter:contract:"
# Contract, the file that breaks it, and the import that does.
VIOLATIONS = (
    ("rooms", "domain/points.py", "application.errors"),
    ("rooms", "application/errors.py", "infrastructure.system.clock"),
    ("rooms", "infrastructure/system/clock.py", "entrypoints.bootstrap.settings"),
    ("application-floors", "application/errors.py", "application.ports.clock"),
    ("application-floors", "application/ports/clock.py", "application.use_cases.check_health"),
    ("application-floors", "application/lease_keeper.py", "application.analysis"),
    ("use-cases", "application/use_cases/show_friendship.py", "application.use_cases.show_conversation"),
    ("adapters", "infrastructure/system/clock.py", "infrastructure.rules.analyst"),
    ("adapters", "infrastructure/resilience/guard.py", "infrastructure.rules.analyst"),
    ("entrypoints-floors", "entrypoints/http/app.py", "entrypoints.consumer.handler"),
    ("entrypoints-floors", "entrypoints/fake_services/control.py", "entrypoints.http.app"),
    ("entrypoints-floors", "entrypoints/bootstrap/settings.py", "entrypoints.http.tokens"),
    ("no-cycles", "domain/points.py", "domain.ledger"),
    ("composition-root", "entrypoints/http/app.py", "infrastructure.system.clock"),
    ("composition-root", "entrypoints/consumer/handler.py", "infrastructure.postgres.engine"),
    ("litestar", "entrypoints/cli/main.py", "litestar"),
    ("http-servers", "entrypoints/cli/main.py", "granian"),
    ("http-servers", "entrypoints/cli/main.py", "uvicorn"),
    ("http-servers", "entrypoints/cli/main.py", "jwt"),
    ("faststream", "entrypoints/http/app.py", "faststream.rabbit"),
    ("faststream", "entrypoints/http/app.py", "aiormq"),
    ("sqlalchemy", "infrastructure/rabbitmq/broker.py", "sqlalchemy.exc"),
    ("sqlalchemy", "entrypoints/bootstrap/database.py", "alembic"),
    ("database-driver", "infrastructure/postgres/engine.py", "psycopg"),
    ("database-driver", "entrypoints/cli/migrate.py", "psycopg_pool"),
    ("msgspec", "domain/points.py", "msgspec"),
    ("msgspec", "application/errors.py", "msgspec"),
    ("dependency-injector", "entrypoints/http/app.py", "dependency_injector"),
    ("settings", "entrypoints/http/app.py", "pydantic"),
    ("settings", "entrypoints/cli/main.py", "dotenv"),
    ("command-line", "entrypoints/http/app.py", "click"),
    ("command-line", "infrastructure/rules/analyst.py", "rich.table"),
    ("httpx", "entrypoints/bootstrap/container.py", "httpx"),
    ("httpx", "infrastructure/resilience/guard.py", "httpx"),
    ("stamina", "infrastructure/postgres/engine.py", "stamina"),
    ("prometheus", "infrastructure/telemetry/rounds.py", "prometheus_client"),
    ("opentelemetry", "infrastructure/telemetry/rounds.py", "opentelemetry.trace"),
    ("redis", "infrastructure/alerting/desk.py", "redis.asyncio"),
    ("uvloop", "entrypoints/http/app.py", "uvloop"),
    ("structlog", "domain/points.py", "structlog"),
    ("structlog", "application/errors.py", "structlog"),
    ("yaml", "infrastructure/postgres/catalogues.py", "yaml"),
    ("zstandard", "infrastructure/postgres/conversation_logs.py", "zstandard"),
    ("obstore", "infrastructure/postgres/conversation_logs.py", "obstore"),
)


def test_every_contract_is_kept(tmp_path: Path) -> None:
    copy = _copied_source(tmp_path)

    finished = _linted(copy)

    assert finished.returncode == 0, finished.stdout
    assert "0 broken" in finished.stdout


def test_every_contract_is_broken_on_purpose_once() -> None:
    contracts = ConfigParser()
    contracts.read(CONFIGURATION)

    named = {section.removeprefix(SECTION) for section in contracts.sections() if section.startswith(SECTION)}

    assert {contract for contract, _, _ in VIOLATIONS} == named


@pytest.mark.parametrize(("contract", "file", "forbidden"), VIOLATIONS)
def test_a_forbidden_import_breaks_its_contract(contract: str, file: str, forbidden: str, tmp_path: Path) -> None:
    copy = _copied_source(tmp_path)
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write(f"import {forbidden}\n")

    finished = _linted(copy, "--contract", contract)

    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert "0 kept, 1 broken" in finished.stdout


def _copied_source(directory: Path) -> Path:
    copy = directory / "src"
    shutil.copytree(SRC, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def _linted(source: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command: Sequence[str | Path] = (program, "--no-cache", "--config", CONFIGURATION, *arguments)
    environment = os.environ | {"PYTHONPATH": str(source)}
    return subprocess.run(command, capture_output=True, check=False, cwd=source, env=environment, text=True, timeout=60)
