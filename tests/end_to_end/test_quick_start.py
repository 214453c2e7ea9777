"""The operator's quick start, typed as it stands on its page."""

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from infrastructure.private_postgres.ports import free_port
from tests.end_to_end.program import EXECUTABLE, program
from tests.servers.databases import for_libpq

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations" / "quick_start.md"
BLOCK = re.compile(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
POSTGRES = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"
RABBITMQ = "amqp://USER:PASSWORD@HOST:5672/VHOST"
SECONDS = 60


def test_the_quick_start_leads_to_a_scored_conversation_and_a_backup(
    directory: Path, empty_database_url: str, rabbitmq_url: str
) -> None:
    port = str(free_port())
    steps = _steps({POSTGRES: for_libpq(empty_database_url), RABBITMQ: rabbitmq_url, "30020": port, "make setup\n": ""})
    type_in = _terminal(directory)

    type_in(steps["Set up"])
    ours, of_others = _divided(steps["Start"])
    type_in(ours)
    with program(directory) as running:
        started = [running.start(*words, API_PORT=port, METRICS_PORT=str(free_port())) for words in of_others]
        started[0].port = int(port)
        started[0].wait_until_ready()
        tried = type_in(steps["See that it works"])
        type_in(steps["Watch and back up"])
        looked_at = type_in(steps["Every day"])

    assert of_others == [["serve"], ["consume"]]
    assert '"status":"PROCESSED"' in tried.replace(" ", "")
    assert '"status":"ok"' in looked_at.replace(" ", "")
    assert list((directory / "backups").glob("*.dump"))


def _steps(here: Mapping[str, str]) -> Mapping[str, str]:
    """Commands by heading, with the placeholders filled in."""
    text = PAGE.read_text(encoding="utf-8")
    for written, meant in here.items():
        assert written in text
        text = text.replace(written, meant)
    return dict(BLOCK.findall(text))


def _divided(block: str) -> tuple[str, list[list[str]]]:
    """What ends by itself, and the arguments of what goes on until it is stopped."""
    lines = [line.partition("#")[0].split() for line in block.splitlines()]
    lasting = [words[1:] for words in lines if words[1] in {"serve", "consume"}]
    return "\n".join(" ".join(words) for words in lines if words[1:] not in lasting), lasting


def _terminal(directory: Path) -> Callable[[str], str]:
    """In a checkout of which only what the page speaks of is there."""
    (directory / ".venv").symlink_to(EXECUTABLE.parent.parent)
    shutil.copytree(ROOT / "examples", directory / "examples")

    def type_in(commands: str) -> str:
        shell, person = ["sh", "-eu", "-c", commands], "y\n"
        done = subprocess.run(
            shell, cwd=directory, input=person, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return type_in
