import re
from collections.abc import Sequence
from functools import cached_property

from infrastructure.rules import english, vietnamese
from infrastructure.rules.answers import asks_for_an_answer, echoes, is_guess
from infrastructure.rules.sentences import Clause, clauses_of
from infrastructure.rules.words import without_accents

FEWEST_WORDS = 3
ASKING_NOTHING = (
    english.RHETORICAL,
    english.CLARIFYING,
    vietnamese.RHETORICAL,
    vietnamese.CLARIFYING,
    vietnamese.PROPOSING,
)
LISTENER = re.compile(r"\b(?:pika|oi|a|ha|the|vay|nhi)\b")


class Spoken:
    """What Pika said last; taken apart only when the child seems to ask something right after it."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def clauses(self) -> Sequence[Clause]:
        return clauses_of(self._text)


class QuestionCounter:
    """Listens to one conversation in order. At most one question per utterance; when unsure it does not count."""

    def __init__(self) -> None:
        self.raised = 0
        self._pika = Spoken("")
        self._previous = ""

    def hear_pika(self, text: str) -> None:
        self._pika = Spoken(text)

    def listen(self, clauses: Sequence[Clause]) -> bool:
        """Whether this utterance of the child raised a question."""
        asked = [_wording(clause) for clause in clauses if _raises(clause, self._pika)]
        fresh = any(wording != self._previous for wording in asked)
        self._previous = asked[-1] if asked else self._previous
        self.raised += fresh
        return fresh


def _raises(clause: Clause, pika: Spoken) -> bool:
    words = _without_fillers(_own_words(clause))
    own = Clause(words=words, mark=clause.mark)
    if _turns_the_question_round(clause):
        return True
    if not words or not _sounds_like_a_question(own) or _asks_nothing(clause, own):
        return False
    return not echoes(own, pika.clauses) and not (asks_for_an_answer(pika.clauses) and is_guess(own))


def _turns_the_question_round(clause: Clause) -> bool:
    """Short, and yet not a guess: "Màu xanh, còn Pika?", "And you?"."""
    patterns = (vietnamese.ADDRESSED_BACK, english.ADDRESSED_BACK)
    return any(pattern.search(clause.text) for pattern in patterns)


def _sounds_like_a_question(clause: Clause) -> bool:
    core = vietnamese.without_tail(clause.words)
    if vietnamese.asks_in_vietnamese(core) or english.asks_in_english(clause.text):
        return True
    ends_asking = clause.words[-1] in {"hả", "hở"} or clause.text.endswith("hả pika")
    return (clause.asked or ends_asking) and len(clause.words) >= FEWEST_WORDS


def _asks_nothing(*readings: Clause) -> bool:
    # Usually all of them read the same; searching is what an analysis spends its time on.
    texts = {text for clause in readings for text in (clause.text, vietnamese.without_tail(clause.words))}
    return any(pattern.search(text) for pattern in ASKING_NOTHING for text in texts)


def _own_words(clause: Clause) -> tuple[str, ...]:
    return tuple(english.REPORTED.sub("", vietnamese.REPORTED.sub("", clause.text)).split())


def _without_fillers(words: tuple[str, ...]) -> tuple[str, ...]:
    start = 0
    while start < len(words) and words[start] in english.FILLERS and not _opens_question(words, start):
        start += 1
    return words[start:]


def _opens_question(words: tuple[str, ...], start: int) -> bool:
    """The filler carries the question in "thế nào" and "Pika có …"."""
    follower = words[start + 1] if start + 1 < len(words) else ""
    return (words[start] == "thế" and follower == "nào") or (words[start] == "pika" and follower not in english.FILLERS)


def _wording(clause: Clause) -> str:
    """Two askings of one question read the same, with or without accents and forms of address."""
    plain = LISTENER.sub(" ", without_accents(clause.text))
    return " ".join(plain.split())
