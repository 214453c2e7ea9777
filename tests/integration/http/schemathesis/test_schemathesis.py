"""Every operation of the OpenAPI document, called in ways nobody thought of; `make schemathesis` goes on for longer."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from entrypoints.cli.specification import document_of
from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.exported_metrics import Scrape
from tests.integration.http.running import Service, running_service, with_catalogue
from tests.integration.http.schemathesis.busy_world import busy

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
ROOT = Path(__file__).parents[4]
CASES = int(os.environ.get("SCHEMATHESIS_CASES", "1000"))
"""At least as many are sent."""
MOST_CASES = max(CASES, 10_000)
SEED = int(os.environ.get("SCHEMATHESIS_SEED", "1"))
ROUND_SECONDS = 30
EXECUTABLE = Path(sys.executable).with_name("schemathesis")
RESOURCES = ("conversations", "friendships", "suggestions", "catalogue")
SCOPES = frozenset({"operations", *(f"{name}:{may}" for name in RESOURCES for may in ("read", "write"))})
Answers = dict[str, dict[str, int]]
"""By operation and status, how many."""
# They are not to be turned away: what a limit answers is tested elsewhere.
WITHOUT_LIMITS = {"SECRET_KEY": KEY, "RATE_LIMIT_PER_SECOND": "0", "RATE_LIMIT_ANONYMOUS_PER_SECOND": "0"}


async def test_whatever_is_sent_the_answer_is_one_of_the_document(database_url: str, tmp_path: Path) -> None:
    answers: Answers = {}
    async with running_service(database_url, WITHOUT_LIMITS) as service:
        await with_catalogue(service)
        async with busy(service):
            while (sent := _number_of(answers)) < CASES or _lacks_luck(answers, sent):
                await _round(service, tmp_path, seed=SEED + sent)
                answers = await _answers(service)

    print(f"\nschemathesis: {sent} calls, each answered as documented; by operation and status:")  # noqa: T201
    print(*(f"  {operation}: {dict(sorted(told.items()))}" for operation, told in answers.items()), sep="\n")  # noqa: T201
    assert _never_done(answers) == []


async def _round(service: Service, directory: Path, *, seed: int) -> None:
    """Everything from the start: examples, bounds, chance, and chains of calls along the links."""
    token = AccessTokens(keys=(KEY,), clock=SystemClock()).issue("tester", SCOPES, valid_for=timedelta(hours=12))
    process = await asyncio.create_subprocess_exec(
        *(EXECUTABLE, "--config-file", Path(__file__).with_name("schemathesis.toml")),
        *("run", f"http://127.0.0.1:{service.port}/openapi.json", "--header", f"Authorization: Bearer {token}"),
        *("--max-time", str(ROUND_SECONDS), "--max-examples", "30", "--seed", str(seed)),
        *("--continue-on-failure", "--generation-database", "none", "--no-color"),
        cwd=directory,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()


async def _answers(service: Service) -> Answers:
    """As the service itself counts them: calls with methods that no operation has are among them."""
    answers: Answers = {operation: {} for operation in _operations()}
    for sample in Scrape((await service.http.get("/metrics")).text).samples:
        if sample.name == "http_requests_total":
            operation = f"{sample.labels['method']} {sample.labels['route']}"
            answers.setdefault(operation, {})[sample.labels["status"]] = int(sample.value)
    return answers


def _number_of(answers: Answers) -> int:
    return sum(sum(told.values()) for told in answers.values())


def _operations() -> list[str]:
    paths = document_of("openapi")["paths"]
    return [f"{method.upper()} {path}" for path, item in paths.items() for method in item]


def _lacks_luck(answers: Answers, sent: int) -> bool:
    """A slow machine may need another round until something that failed was retried."""
    return bool(_never_done(answers)) and sent < MOST_CASES


def _never_done(answers: Answers) -> list[str]:
    """The operations that were refused each time: then nothing was found out about them."""
    return [name for name in _operations() if not any(status.startswith("2") for status in answers[name])]
