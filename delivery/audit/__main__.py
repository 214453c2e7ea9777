"""Fails for packages with known vulnerabilities, and for those that the database could not be asked about.

    python -m delivery.audit [--required] PIP_AUDIT LOCK...

Where no database can be reached, which a machine without the network is allowed to be, it says so and goes on, unless
the answer is ``--required``.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from delivery.audit.answer import NONE, Answer, read

SECONDS = 120
OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--requirement")


def main(words: Sequence[str]) -> int:
    arguments = _arguments(words)
    return max(_audited(arguments.pip_audit, lock, required=arguments.required) for lock in arguments.locks)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="audit", description=__doc__)
    parser.add_argument("pip_audit", type=Path)
    parser.add_argument("locks", nargs="+", type=Path)
    parser.add_argument("--required", action="store_true", help="no answer is a failure")
    return parser.parse_args(words)


def _audited(pip_audit: Path, lock: Path, *, required: bool) -> int:
    answer = _asked(pip_audit, lock)
    if answer.is_none:
        print(f"audit: {lock.name} was NOT looked at: no vulnerability database can be reached from here")
        return int(required)
    print(f"audit: {lock.name}, {answer.packages} packages, {len(answer.vulnerabilities)} known vulnerabilities")
    faults = [*answer.vulnerabilities, *(f"{name}: the database could not be asked" for name in answer.unknown)]
    print(*(f"  {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    return int(bool(faults))


def _asked(pip_audit: Path, lock: Path) -> Answer:
    try:
        done = subprocess.run(  # noqa: S603 - words of ours
            (pip_audit, *OPTIONS, lock), capture_output=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return NONE
    return read(done.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
