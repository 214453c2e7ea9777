from datetime import date
from typing import Annotated, TypeVar

import msgspec

from application.use_cases.update_profile import Unchanged, UpdateProfileCommand
from domain.identifiers import UserId

Value = TypeVar("Value")


class ProfileBody(msgspec.Struct, frozen=True, kw_only=True):
    """A field that is not there stays as it is; null clears it."""

    birthday: date | msgspec.UnsetType | None = msgspec.UNSET
    last_followup_topic: Annotated[str, msgspec.Meta(max_length=255)] | msgspec.UnsetType | None = msgspec.UNSET

    def of(self, user_id: UserId) -> UpdateProfileCommand:
        return UpdateProfileCommand(
            user_id=user_id,
            birthday=_said(self.birthday),
            last_followup_topic=_said(self.last_followup_topic),
        )


def _said(value: Value | msgspec.UnsetType) -> Value | Unchanged:
    return Unchanged.UNCHANGED if isinstance(value, msgspec.UnsetType) else value
