"""The Dockerfile, as far as tests need to understand it."""

import re
import shlex
from dataclasses import dataclass

from tests.integration.deployment.tools import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    stage: str
    name: str
    text: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)


def instructions() -> list[Instruction]:
    """In order, continued lines joined; what stands before the first FROM belongs to the stage ''."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    read: list[Instruction] = []
    stage = ""
    for line in filter(None, text.replace("\\\n", " ").splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stage = rest.rpartition(" AS ")[2]
        read.append(Instruction(stage=stage, name=name, text=rest.strip()))
    return read


def of_stage(stage: str, name: str) -> list[Instruction]:
    return [found for found in instructions() if (found.stage, found.name) == (stage, name)]
