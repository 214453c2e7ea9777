"""Stand-ins for the memory service and the LLM, as a user starts them: their own process, on free ports."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from entrypoints.cli.demonstration.service import ServiceDidNotStart, stop

COMMAND = (sys.executable, "-m", "entrypoints.cli.main", "fake-services", "--memory-port", "0", "--llm-port", "0")
NAMES = frozenset({"MEMORY_API_URL", "LLM_PROVIDER", "GROQ_BASE_URL", "GROQ_API_KEY"})


@contextmanager
def stand_ins() -> Iterator[Mapping[str, str]]:
    """The settings that make a service use them. They end when left. Raises ServiceDidNotStart."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            yield _told(process)
        finally:
            stop(process)


def _told(process: subprocess.Popen[str]) -> Mapping[str, str]:
    """They print one setting a line as soon as they listen; the end of the output is the end of them."""
    settings: dict[str, str] = {}
    for line in process.stdout or ():
        name, _, text = line.strip().partition("=")
        settings[name] = text
        if settings.keys() >= NAMES:
            return settings
    raise ServiceDidNotStart("the stand-ins ended before they listened")
