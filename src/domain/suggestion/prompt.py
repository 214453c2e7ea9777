from domain.catalogue import Agenda, Persona


def final_prompt(persona: Persona | None, agenda: Agenda) -> str | None:
    """Style, agenda and profile, joined by one blank line; placeholders pass through untouched."""
    style = persona.context_style_guideline if persona else ""
    profile = persona.user_profile if persona else ""
    parts = [part.strip() for part in (style, agenda.talking_agenda, profile)]
    return "\n\n".join(part for part in parts if part) or None
