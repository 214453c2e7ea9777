"""What callers were promised: the document as an earlier commit holds it."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAIN = ("origin/main", "main")  # what was published goes before what is only here
RELEASES = "v[0-9]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    document: Any
    name: str  # for people: which commit, and why that one


def baseline(root: Path, file: str) -> Baseline | None:
    """The first that holds the file: the last release, where this branch left main, the last commit.

    None outside a repository, and while no commit holds the file. Works with whatever part of the history is here.
    """
    history = _History(root)
    for commit, name in _candidates(history, file):
        if text := history.told("show", f"{commit}:{file}"):
            return Baseline(document=json.loads(text), name=name)
    return None


class _History:
    def __init__(self, root: Path) -> None:
        self._root = root

    def told(self, *words: str) -> str | None:
        """What git answers; None if it refuses, or answers with nothing."""
        git = ("git", "-C", str(self._root), *words)
        done = subprocess.run(git, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603 - words of ours
        return done.stdout.strip() or None if done.returncode == 0 else None


def _candidates(history: _History, file: str) -> Iterator[tuple[str, str]]:
    start = _start(history, file)
    if release := history.told("describe", "--tags", "--abbrev=0", f"--match={RELEASES}", start):
        yield release, f"{release}, the last release"
    for branch in MAIN:
        if fork := history.told("merge-base", start, branch):
            yield fork, f"{fork[:12]}, where this left {branch}"
    yield start, f"{start}, the last commit: no release and no main in this part of the history"


def _start(history: _History, file: str) -> str:
    """The commit before, unless the work tree has something new: compared with itself, a commit tells nothing."""
    changed = history.told("status", "--porcelain", "--", file)
    before = history.told("rev-parse", "--quiet", "--verify", "HEAD^")
    return "HEAD" if changed or not before else "HEAD^"
