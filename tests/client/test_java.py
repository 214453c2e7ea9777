"""The program in docs/clients.md compiles, and the real service understands it."""

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.client.running import url_of
from tests.integration.http.running import Service

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
SECONDS = 120


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory with its classes."""
    if shutil.which("javac") is None:
        pytest.skip("no JDK here: the Java program of docs/clients.md was not compiled")
    (code,) = re.findall(r"```java\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    directory = tmp_path_factory.mktemp("java")
    (directory / "ContextHandling.java").write_text(code, encoding="utf-8")
    command = ["javac", "-Xlint:all,-serial", "-Werror", "--release", "11", "ContextHandling.java"]
    subprocess.run(command, cwd=directory, check=True, timeout=SECONDS)
    return directory


async def test_the_java_program_ends_a_conversation_and_asks_what_to_do(
    program: Path, service: Service, token: str
) -> None:
    ran = await asyncio.to_thread(_run, program, url_of(service), token)

    accepted, suggestion = map(json.loads, ran.stdout.splitlines())
    assert accepted["data"]["status"] == "PENDING"
    assert suggestion["data"]["greeting_agent"]


async def test_the_java_program_tells_a_refusal(program: Path, service: Service) -> None:
    ran = await asyncio.to_thread(_run, program, url_of(service), "no token at all")

    assert ran.returncode != 0
    assert "Refused: 401" in ran.stderr


def _run(program: Path, url: str, token: str) -> subprocess.CompletedProcess[str]:
    command = ["java", "ContextHandling", url, token]
    return subprocess.run(command, cwd=program, check=False, capture_output=True, text=True, timeout=SECONDS)
