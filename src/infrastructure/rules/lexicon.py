import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.emotion import SessionEmotion
from infrastructure.rules.feelings import LEXICON
from infrastructure.rules.words import WHEN_UNACCENTED, without_accents

LAUGHTER = re.compile(r"(?:h[aieo]|k[ah]a?){2,}h?")
SOBBING = re.compile(r"(?:hu){2,}")
EXACT_ONLY = "="
# The restored spellings are Vietnamese words too: "lam" may stand for "lắm" or "làm".
RESTORED = frozenset(WHEN_UNACCENTED.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    words: tuple[str, ...]
    emotion: SessionEmotion
    weight: float
    exact_only: bool

    def opens(self, words: Sequence[str]) -> bool:
        return len(words) >= len(self.words) and all(map(self._spelt, self.words, words))

    def _spelt(self, word: str, heard: str) -> bool:
        if word == heard:
            return True
        unaccented = heard.isascii() or heard in RESTORED
        return unaccented and not self.exact_only and without_accents(word) == without_accents(heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    start: int
    end: int
    emotion: SessionEmotion
    weight: float


class Lexicon:
    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._by_first_word: Mapping[str, list[Phrase]] = defaultdict(list)
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase.words)):
            self._by_first_word[without_accents(phrase.words[0])].append(phrase)

    def findings(self, words: Sequence[str]) -> Iterator[Finding]:
        """Phrases from left to right, the longest first, none inside another."""
        position = 0
        while position < len(words):
            found = self._at(words, position)
            if found is not None:
                yield found
            position = found.end if found is not None else position + 1

    def _at(self, words: Sequence[str], start: int) -> Finding | None:
        phrases = self._by_first_word.get(without_accents(words[start]), ())
        phrase = next((phrase for phrase in phrases if phrase.opens(words[start:])), None)
        if phrase is not None:
            return Finding(start=start, end=start + len(phrase.words), emotion=phrase.emotion, weight=phrase.weight)
        return _sound(words[start], start)


def _sound(word: str, start: int) -> Finding | None:
    if LAUGHTER.fullmatch(word):
        return Finding(start=start, end=start + 1, emotion=SessionEmotion.HAPPY, weight=1.2)
    if SOBBING.fullmatch(word):
        return Finding(start=start, end=start + 1, emotion=SessionEmotion.SAD, weight=2.0)
    return None


def _phrase(entry: str, emotion: SessionEmotion, weight: float) -> Phrase:
    words = tuple(entry.removeprefix(EXACT_ONLY).split())
    return Phrase(words=words, emotion=emotion, weight=weight, exact_only=entry.startswith(EXACT_ONLY))


FEELINGS = Lexicon([
    _phrase(entry, emotion, weight)
    for emotion, weights in LEXICON.items()
    for weight, entries in weights.items()
    for entry in entries.split("|")
])  # fmt: skip
