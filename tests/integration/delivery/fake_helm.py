"""A Helm that keeps its releases in a file: as much of it as a rollout needs, and able to fail on request.

What it is asked is asked of the real one first, which knows no cluster, but which options there are.

State: {"releases": {name: tag}, "unready": ["stable 1.1.0", …], "journal": ["upgrade stable 1.1.0", …]}.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

State = dict[str, Any]
STATE = Path(os.environ["FAKE_HELM_STATE"])
REAL = os.environ["FAKE_HELM_REAL"]
TAKES_BACK = {"--atomic", "--rollback-on-failure"}


def main(arguments: list[str]) -> int:
    if "--help" in arguments:
        return subprocess.run([REAL, *arguments], check=False).returncode
    if complaint := _complaint(arguments):
        sys.stderr.write(complaint)
        return 64
    state = json.loads(STATE.read_text(encoding="utf-8"))
    try:
        return COMMANDS[arguments[0]](state, [word for word in arguments[1:] if word])
    finally:
        STATE.write_text(json.dumps(state), encoding="utf-8")


def get(state: State, words: list[str]) -> int:
    name = words[words.index("values") + 1]
    if name not in state["releases"]:
        sys.stderr.write("Error: release: not found\n")
        return 1
    sys.stdout.write("replicas: 3\n")
    return 0


def upgrade(state: State, words: list[str]) -> int:
    name = words[2]
    tag = words[words.index("--set-string") + 1].partition(",")[0].removeprefix("image.tag=")
    state["journal"].append(f"upgrade {name} {tag}")
    before = state["releases"].get(name)
    if before is None and "--install" not in words:
        return 1
    state["releases"][name] = tag
    if f"{name} {tag}" not in state["unready"]:
        return 0
    if TAKES_BACK & set(words):
        state["releases"][name] = before
    return 1


def uninstall(state: State, words: list[str]) -> int:
    state["journal"].append(f"uninstall {words[2]}")
    gone = state["releases"].pop(words[2], None)
    return 0 if gone or "--ignore-not-found" in words else 1


def _complaint(arguments: list[str]) -> str:
    """What the real one says, unless all that it misses is a cluster."""
    asked = [REAL, *arguments, "--kubeconfig", str(STATE.with_name("no-cluster"))]
    said = subprocess.run(asked, check=False, capture_output=True, text=True).stderr
    reached_for_it = "kubernetes cluster unreachable" in said.lower()
    return "" if reached_for_it and "deprecated" not in said else said


COMMANDS = {"get": get, "upgrade": upgrade, "uninstall": uninstall}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
