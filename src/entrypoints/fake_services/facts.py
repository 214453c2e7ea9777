import re
import unicodedata
from collections.abc import Iterable

LIKINGS = ("tớ thích", "con thích", "em thích", "mình thích", "i like", "i love", "my favourite", "my favorite")
SENTENCE_END = re.compile(r"[.!?\n]+")


def facts_in(texts: Iterable[str]) -> list[str]:
    """One fact for every different sentence of the child that says what it likes, in the words of LIKINGS."""
    sentences = (" ".join(part.split()) for text in texts for part in SENTENCE_END.split(_plain(text)))
    return list(dict.fromkeys(sentence for sentence in sentences if any(words in sentence for words in LIKINGS)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
