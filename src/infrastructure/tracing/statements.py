"""What a statement does to which table, read off its text."""

import re
from functools import lru_cache

# FOR UPDATE, FOR NO KEY UPDATE and DO UPDATE are parts of other statements.
_CHANGE = re.compile(r"\b(INSERT INTO|(?<!FOR )(?<!KEY )(?<!DO )UPDATE|DELETE FROM)\s+(\w+)", re.IGNORECASE)
_READ = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)


@lru_cache(maxsize=512)
def summary(text: str) -> str:
    """``UPDATE attempts``: low in variety, fit for a span's name. Of several changes, the first."""
    if change := _CHANGE.search(text):
        return f"{change[1].split()[0].upper()} {change[2]}"
    words = text.split(maxsplit=1)
    verb = words[0].upper() if words else "?"
    if read := _READ.search(text):
        return f"SELECT {read[1]}"
    return verb
