import re
from dataclasses import dataclass

from infrastructure.rules.instructions import instructs_an_analyst, ordering_words
from infrastructure.rules.words import accents_restored, is_unaccented_vietnamese, normalised, words_of

# No child says more in one breath; a longer text is pasted, and reading it all would only hold up the event loop.
LONGEST_UTTERANCE = 4000
LONGEST_CLAUSE = 60

SENTENCE_END = re.compile(r"([?!.…]+(?=\s|$)|\n)")
CLAUSE_END = re.compile(r"([?!.…,;:]+(?=\s|$)|\n)")
QUOTED = re.compile(r'"([^"]{0,300})"|«([^»]{0,300})»|(?<!\w)\'([^\']{0,300})\'(?!\w)')
MENTIONED_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    words: tuple[str, ...]
    mark: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def asked(self) -> bool:
        return "?" in self.mark

    @property
    def exclaimed(self) -> bool:
        return "!" in self.mark


def clauses_of(text: str) -> list[Clause]:
    """What the child said in own words: quoted speech and orders to an analyst are left out."""
    own = _without_quoted_speech(normalised(text[:LONGEST_UTTERANCE]))
    words = words_of(own)
    unaccented, suspicious = is_unaccented_vietnamese(words), ordering_words(words)
    sentences = (
        sentence + mark
        for sentence, mark in _pieces(own, SENTENCE_END)
        if not instructs_an_analyst(sentence, suspicious)
    )
    pieces = (piece for sentence in sentences for piece in _pieces(sentence, CLAUSE_END))
    clauses = (_clause(piece, mark, unaccented=unaccented) for piece, mark in pieces)
    return [clause for clause in clauses if clause.words]


def _clause(piece: str, mark: str, *, unaccented: bool) -> Clause:
    return Clause(words=accents_restored(words_of(piece)[:LONGEST_CLAUSE], unaccented=unaccented), mark=mark)


def _pieces(text: str, end: re.Pattern[str]) -> list[tuple[str, str]]:
    """What stands before each mark, with the mark."""
    parts = [*end.split(text), ""]
    return list(zip(parts[::2], parts[1::2], strict=True))


def _without_quoted_speech(text: str) -> str:
    return QUOTED.sub(_kept_of_quote, text)


def _kept_of_quote(quote: re.Match[str]) -> str:
    said = next((group for group in quote.groups() if group is not None), "")
    # What does "huge" mean? only mentions a word; anything longer, or ending in a mark, is somebody else speaking.
    mentioned = len(words_of(said)) <= MENTIONED_WORDS and not CLAUSE_END.search(said)
    return f" {said} " if mentioned else " "
