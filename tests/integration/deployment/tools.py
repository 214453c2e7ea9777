"""The programs that scripts/install_deployment_tools.sh unpacks, and how tests call them."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / ".venv" / "deployment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    code: int
    out: str
    err: str


def tool(name: str) -> Path:
    """Where it lies. In CI it must be there; elsewhere its tests are skipped without it."""
    path = TOOLS / name
    if not path.exists():
        message = f"{name} is missing: run make tools"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return path


def call(name: str, *arguments: str, environment: dict[str, str] | None = None) -> Said:
    """Runs in the checkout, with nothing of this machine's environment but PATH and HOME."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    finished = subprocess.run(
        [str(tool(name)), *arguments],
        cwd=ROOT,
        env=inherited | (environment or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(code=finished.returncode, out=finished.stdout, err=finished.stderr)
