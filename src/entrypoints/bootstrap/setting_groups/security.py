from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.group import COMMANDS, SERVE, Group

MIN_SECRET_LENGTH = 32
PLACEHOLDERS = ("change", "secret", "placeholder", "example", "your-", "xxxx", "todo")


class SecuritySettings(Group):
    read_by = (SERVE, COMMANDS)
    read_otherwise: ClassVar = {"SECRET_KEY_PREVIOUS": (SERVE,)}

    secret_key: SecretStr | None = Field(
        None, alias="SECRET_KEY", description="signs access tokens (HS256), 32 characters or more"
    )
    previous_secret_key: SecretStr | None = Field(
        None, alias="SECRET_KEY_PREVIOUS", description="still accepted while keys rotate"
    )

    def faults(self) -> Iterator[str]:
        for name, key in (("SECRET_KEY", self.secret_key), ("SECRET_KEY_PREVIOUS", self.previous_secret_key)):
            if key is not None:
                yield from _weaknesses(name, key.get_secret_value())


def _weaknesses(name: str, key: str) -> Iterator[str]:
    if len(key) < MIN_SECRET_LENGTH:
        yield f"{name}: must have at least {MIN_SECRET_LENGTH} characters"
    if any(word in key.casefold() for word in PLACEHOLDERS):
        yield f"{name}: is a placeholder, not a secret"
