"""Files that come with the program: in a checkout beside it, in an installation inside the package."""

from pathlib import Path

_PACKAGED = Path(__file__).parents[1] / "cli" / "examples"
_CHECKOUT = Path(__file__).parents[3] / "examples"


def shipped_examples() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def shipped_catalogue() -> Path:
    return shipped_examples() / "catalogue.yaml"


def shipped_conversations() -> list[Path]:
    return sorted((shipped_examples() / "conversations").glob("*.json"))
