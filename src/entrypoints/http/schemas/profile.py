from datetime import date
from typing import Annotated, TypeVar

import msgspec

from application.use_cases.update_profile import Unchanged, UpdateProfileCommand
from domain.identifiers import UserId
from entrypoints.http.schemas.texts import Name

Value = TypeVar("Value")
# RFC 3339 has a year 0000, the calendar has none.
Day = Annotated[date, msgspec.Meta(extra_json_schema={"pattern": "^0{0,3}[1-9]"})]


class ProfileBody(msgspec.Struct, frozen=True, kw_only=True):
    """A field that is not there stays as it is; null clears it."""

    birthday: Day | msgspec.UnsetType | None = msgspec.UNSET
    last_followup_topic: Name | msgspec.UnsetType | None = msgspec.UNSET

    def of(self, user_id: UserId) -> UpdateProfileCommand:
        return UpdateProfileCommand(
            user_id=user_id,
            birthday=_said(self.birthday),
            last_followup_topic=_said(self.last_followup_topic),
        )


def _said(value: Value | msgspec.UnsetType) -> Value | Unchanged:
    return Unchanged.UNCHANGED if isinstance(value, msgspec.UnsetType) else value
