"""The names that the service reads from its environment, taken from the settings themselves: secrets and all."""

from typing import get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from entrypoints.bootstrap.settings import Settings


def _fields() -> list[FieldInfo]:
    groups = [field.annotation for field in Settings.model_fields.values()]
    kinds = [group for group in groups if isinstance(group, type) and issubclass(group, BaseModel)]
    return [field for kind in kinds for field in kind.model_fields.values()]


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


ALL = frozenset(str(field.alias) for field in _fields())
SECRET = frozenset(str(field.alias) for field in _fields() if _is_secret(field))
