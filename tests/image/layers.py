"""Tells what images are made of: the size of every layer, and the step that made it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def layers(directory: Path) -> Iterator[tuple[int, str]]:
    """Uncompressed bytes, and the instruction; from below."""
    told = json.loads((directory / "inspected.json").read_text("utf-8"))
    sizes = [layer["size"] for layer in json.loads(told["Manifest"])["layers"]]
    steps = [step for step in json.loads(told["Config"])["history"] if not step.get("empty_layer")]
    for size, step in zip(sizes, steps, strict=True):
        made_by = step["created_by"].removeprefix("/bin/sh -c ").removeprefix("#(nop) ")
        yield size, " ".join(made_by.split()) if step.get("comment") else "the base"


def main(directories: list[Path]) -> None:
    for directory in directories:
        found = list(layers(directory))
        print(f"{directory.name}: {sum(size for size, _ in found) / 1e6:.0f} MB")  # noqa: T201
        for size, made_by in found:
            print(f"  {size / 1e6:7.1f} MB  {made_by:.90}")  # noqa: T201


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
