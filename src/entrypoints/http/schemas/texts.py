"""Texts as callers may send them, with what is asked of them told in the document."""

from typing import Annotated

import msgspec

# U+0000 is valid JSON, and the one character that PostgreSQL cannot hold or be asked for.
WITHOUT_NUL = r"^[^\x00]*$"
# Told only: json_body refuses it for every field of a body, with words of its own.
_TOLD = {"pattern": WITHOUT_NUL}
Id = Annotated[str, msgspec.Meta(min_length=3, max_length=255, extra_json_schema=_TOLD)]
Name = Annotated[str, msgspec.Meta(max_length=255, extra_json_schema=_TOLD)]
ShortName = Annotated[str, msgspec.Meta(max_length=50, extra_json_schema=_TOLD)]
