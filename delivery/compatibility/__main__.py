"""Fails for what callers would stumble over, unless the version says that they have to look."""

import json
import sys
from pathlib import Path

from delivery.compatibility.baseline import baseline
from delivery.compatibility.changes import breaking_changes, may_break

ROOT = Path(__file__).parents[2]
DOCUMENT = "docs/api/openapi.json"


def main(root: Path = ROOT) -> int:
    promised = baseline(root, DOCUMENT)
    if promised is None:
        print("compatibility: nothing to compare with: no commit here holds", DOCUMENT)
        return 0
    print(f"compatibility: compared with {promised.name}")
    now = json.loads((root / DOCUMENT).read_text(encoding="utf-8"))
    changes = breaking_changes(promised.document, now)
    print(*(f"  {change}" for change in changes), sep="\n", end="\n" if changes else "")
    if may_break(promised.document, now) or not changes:
        return 0
    print(f"compatibility: the version is {now['info']['version']}, and does not say so (docs/decisions/0051)")
    return 1


if __name__ == "__main__":
    sys.exit(main())
