"""Remembers which contents were found clean: all of them take seconds, those that changed no time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanContents:
    """``rules`` stands for whatever decides what is found; when it changes, nothing is remembered."""

    file: Path
    rules: bytes

    def digest(self, name: str, content: bytes) -> str:
        return hashlib.sha256(b"\0".join([self.rules, name.encode(), content])).hexdigest()

    def known(self) -> frozenset[str]:
        try:
            return frozenset(self.file.read_text(encoding="ascii").split())
        except OSError:
            return frozenset()

    def remember(self, digests: frozenset[str]) -> None:
        self.file.write_text("\n".join(sorted(digests)), encoding="ascii")
