"""Tells every setting as a page of Markdown: what it is called, may be, is by default, means, and who acts on it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.fields import FieldInfo

from entrypoints.bootstrap.setting_groups.group import Group
from entrypoints.bootstrap.settings import Settings

HEAD = """# Configuration

Every setting, made from `src/entrypoints/bootstrap/setting_groups/` by `make specifications`; change it there.

Settings are environment variables, or lines in a file `.env`; the real environment wins, and an empty value means
"not set". `NAME_FILE` names a file that holds the value of `NAME`, for secrets. They are read once, when a process
starts, and all mistakes are told together, never with the value. [operations](operations.md#settings) tells which
matter for sizing.

"Acts on it" says whose behaviour changes: that of `serve`, of `consume`, or of commands that work on the data. `dev` is
`serve` and `consume` in one. Every process checks all settings: in production `consume` does not start without
`SECRET_KEY` either.
"""
COLUMNS = "| Setting | May be | Default | Meaning | Acts on it |\n|---|---|---|---|---|"
NUMBERS = {"integer": "whole number", "number": "number"}
BOUNDS = {"minimum": "≥ {}", "exclusiveMinimum": "> {}", "maximum": "≤ {}", "exclusiveMaximum": "< {}"}  # fmt: skip


def settings_reference() -> str:
    return "\n".join([HEAD, *(_section(group) for group in _groups())])


def _groups() -> Iterator[type[Group]]:
    for field in Settings.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            yield field.annotation


def _section(group: type[Group]) -> str:
    heading = group.heading or group.__name__.removesuffix("Settings")
    schema = group.model_json_schema()["properties"]
    rows = (_row(group, field, schema[field.alias]) for field in group.model_fields.values())
    return "\n".join([f"## {heading}\n", COLUMNS, *rows, ""])


def _row(group: type[Group], field: FieldInfo, schema: Mapping[str, Any]) -> str:
    name = str(field.alias)
    readers = ", ".join(group.read_otherwise.get(name, group.read_by))
    # A pipe inside a cell would end it.
    cells = (f"`{name}`", _kind(schema), _default(field.default), field.description or "", readers)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _kind(schema: Mapping[str, Any]) -> str:
    """Of JSON Schema, as people say it."""
    of = next((option for option in schema.get("anyOf", ()) if option["type"] != "null"), schema)
    if choices := of.get("enum", [of["const"]] if "const" in of else []):
        return ", ".join(f"`{choice}`" for choice in choices)
    if of["type"] == "boolean":
        return "`true`, `false`"
    if of["type"] in NUMBERS:
        bounds = [text.format(f"{of[key]:g}") for key, text in BOUNDS.items() if key in of]
        return ", ".join([NUMBERS[of["type"]], *bounds])
    return "secret" if of.get("writeOnly") else "text"


def _default(value: object) -> str:
    if value is None:
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
