"""Fails when a file that is in git, or could be added, holds what looks like a secret."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

from delivery.secret_scan.clean import CleanContents
from delivery.secret_scan.scan import Finding, findings

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
KNOWN = HERE / "known.txt"
CACHE = ".secret_scan_cache"
HASHES = ("requirements/",)  # thousands of digests, and nothing that was written by hand
CHUNK = 50


def main(root: Path = ROOT) -> int:
    clean = CleanContents(file=root / CACHE, rules=_rules())
    digests = {name: clean.digest(name, (root / name).read_bytes()) for name in _names(root)}
    remembered = clean.known()
    found = _found(root, [name for name, digest in digests.items() if digest not in remembered])
    dirty = {finding.file for finding in found}
    clean.remember(frozenset(digest for name, digest in digests.items() if name not in dirty))
    for finding in found:
        print(f"secrets: {finding.file}:{finding.line}: {finding.kind}")
    if found:
        print("secrets: take it out, and out of use if it was pushed; what is none goes to", KNOWN.relative_to(ROOT))
    return 1 if found else 0


def known_values() -> frozenset[str]:
    lines = (line.partition("  #")[0].strip() for line in KNOWN.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _names(root: Path) -> list[str]:
    """None outside a repository: nobody could push from there."""
    git = ("git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(git, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603 - words of ours
    names = {name for name in done.stdout.split("\0") if name and not name.startswith(HASHES)}
    return sorted(name for name in names if (root / name).is_file())


def _rules() -> bytes:
    """Whatever decides what is found."""
    return b"".join([version("detect-secrets").encode(), KNOWN.read_bytes(), (HERE / "scan.py").read_bytes()])


def _found(root: Path, names: Sequence[str]) -> list[Finding]:
    scan = partial(_chunk_scanned, root)
    if len(names) <= CHUNK:
        return scan(names)
    chunks = [names[start : start + CHUNK] for start in range(0, len(names), CHUNK)]
    with ProcessPoolExecutor() as processes:
        return [finding for found in processes.map(scan, chunks) for finding in found]


def _chunk_scanned(root: Path, names: Sequence[str]) -> list[Finding]:
    return sorted(findings(root, names, known_values()))


if __name__ == "__main__":
    sys.exit(main())
