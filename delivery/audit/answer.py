"""What pip-audit answered about one lock."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``unknown`` are the packages that the database could not be asked about."""

    packages: int
    vulnerabilities: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """It knows no package at all: then it was not reached, but something that stands before it."""
        return len(self.unknown) == self.packages


NONE = Answer(packages=0, vulnerabilities=(), unknown=())


def read(told: bytes) -> Answer:
    """Of pip-audit's JSON; whatever is no JSON is no answer."""
    try:
        packages = json.loads(told)["dependencies"]
    except (ValueError, KeyError):
        return NONE
    return Answer(
        packages=len(packages),
        vulnerabilities=tuple(line for package in packages for line in _vulnerabilities(package)),
        unknown=tuple(package["name"] for package in packages if "skip_reason" in package),
    )


def _vulnerabilities(package: dict[str, Any]) -> Iterator[str]:
    for found in package.get("vulns", ()):
        mended = ", ".join(found["fix_versions"]) or "no version yet"
        yield f"{package['name']} {package['version']}: {found['id']}, mended in {mended}"
