"""Reads the settings once, from the environment and ``.env``, and tells every fault at once."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.bootstrap.setting_groups.group import Group
from entrypoints.bootstrap.settings import Settings

NAME = re.compile(r"[A-Z][A-Z0-9_]+")


class InvalidSettings(Exception):
    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The service cannot start with these settings:", *(f"  {f}" for f in faults)]))
        self.faults = faults


def read_settings(environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """The real environment wins over ``dotenv``. Raises InvalidSettings naming every fault, never a value."""
    sources = (environment, dotenv_values(dotenv) if dotenv and dotenv.is_file() else {})
    faults: list[str] = []
    values = {name: value for name in _names() if (value := _value(name, sources, faults))}
    groups = {name: _group(kind, values, faults) for name, kind in _groups().items()}
    settings = Settings.model_validate(groups)
    # A rule cannot be applied to what has no value; to all the others it can.
    wrong = {_setting_of(fault) for fault in faults}
    faults.extend(fault for fault in settings.faults() if wrong.isdisjoint(NAME.findall(fault)))
    if faults:
        raise InvalidSettings(faults)
    return settings


def require_key(settings: Settings) -> None:
    """For whoever answers requests: without a key only embedded, and on loopback. Raises InvalidSettings."""
    if settings.security.secret_key is None and database_url(settings.database) is not None:
        raise InvalidSettings(["SECRET_KEY: needed to answer requests with a configured database"])


def _value(name: str, sources: Iterable[Mapping[str, str | None]], faults: list[str]) -> str | None:
    """``NAME_FILE`` names a file that holds the value of NAME; in the same source, a value given directly wins."""
    for source in sources:
        if source.get(name):
            return source[name]
        if path := source.get(f"{name}_FILE"):
            return _content(path, f"{name}_FILE", faults)
        if name in source:
            return None  # emptied, to mean "not set"
    return None


def _content(path: str, name: str, faults: list[str]) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        faults.append(f"{name}: cannot read the file it names ({error.strerror})")
    except UnicodeDecodeError:
        faults.append(f"{name}: the file it names is not UTF-8")
    return None


def _names() -> frozenset[str]:
    return frozenset(field.alias or "" for group in _groups().values() for field in group.model_fields.values())


def _groups() -> Mapping[str, type[Group]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group)
    }


def _group(kind: type[Group], values: Mapping[str, str], faults: list[str]) -> Group:
    """What is wrong is told, and has its default, so that the rest can be looked at."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        told = [(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
        faults.extend(f"{name}: {message}" for name, message in told)
        return kind.model_validate({name: value for name, value in values.items() if name not in dict(told)})


def _setting_of(fault: str) -> str:
    return fault.partition(":")[0].removesuffix("_FILE")
