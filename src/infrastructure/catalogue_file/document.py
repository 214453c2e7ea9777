"""The form of a catalogue in a file: what editors write."""

from typing import Annotated

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class PersonaDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    friendship_level: Text
    context_style_guideline: str = ""
    user_profile: str = ""


class AgendaDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``agent_tag`` defaults to the agent's id."""

    topic_id: Text
    agent_id: Text
    agent_type: Text
    friendship_level: Text
    talking_agenda: str
    agent_tag: str | None = None
