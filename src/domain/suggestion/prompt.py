from dataclasses import dataclass

from domain.catalogue import Agenda, Persona


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFrame:
    """What stands around every agenda of one answer: the style and the profile of a persona, trimmed."""

    style: str = ""
    profile: str = ""

    @classmethod
    def of(cls, persona: Persona | None) -> "PromptFrame":
        if persona is None:
            return cls()
        return cls(style=persona.context_style_guideline.strip(), profile=persona.user_profile.strip())

    def around(self, agenda: Agenda) -> str | None:
        """Style, agenda and profile, joined by one blank line; placeholders pass through untouched."""
        parts = (self.style, agenda.talking_agenda.strip(), self.profile)
        return "\n\n".join([part for part in parts if part]) or None
