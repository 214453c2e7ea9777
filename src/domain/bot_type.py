import re

NEXT_LESSON = "NEXT_LESSON"
GREETING = "GREETING"


def normalised_bot_type(text: str) -> str:
    """Free text made comparable: trimmed, upper case, runs of space or ``-`` become ``_``."""
    return re.sub(r"[\s-]+", "_", text.strip().upper())
