import re
from collections.abc import Sequence
from unicodedata import normalize

from infrastructure.rules.spellings import COLLIDING, ENGLISH_MARKS, UNMISTAKABLE, VIETNAMESE_MARKS

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
ACCENTS = re.compile(r"[\u0300-\u036f]+")
WHEN_UNACCENTED = UNMISTAKABLE | COLLIDING


def normalised(text: str) -> str:
    """Lower case, composed accents, straight quotes; "vuiiii" is "vui"."""
    lowered = normalize("NFC", normalize("NFC", text).casefold())
    straight = lowered.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return STRETCHED.sub(r"\1", straight)


def without_accents(word: str) -> str:
    return word if word.isascii() else ACCENTS.sub("", normalize("NFD", word)).replace("đ", "d")


def words_of(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text))


def accents_restored(words: Sequence[str], *, unaccented: bool) -> tuple[str, ...]:
    """Gives question words and particles their accents back; other words stay as they were written."""
    table = WHEN_UNACCENTED if unaccented else UNMISTAKABLE
    return tuple(table.get(word, word) for word in words)


def is_unaccented_vietnamese(words: Sequence[str]) -> bool:
    vietnamese = sum(word in VIETNAMESE_MARKS for word in words)
    english = sum(word in ENGLISH_MARKS for word in words)
    return vietnamese > english and all(word.isascii() for word in words)
