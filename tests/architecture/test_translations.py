"""Pages in Vietnamese say the same as their English originals: what can be compared is compared."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, place

VIETNAMESE = ROOT / "docs" / "vi"
TERMS = VIETNAMESE / "terms.md"
ORIGINALS = {
    VIETNAMESE / "README.md": ROOT / "README.md",
    VIETNAMESE / "quick_start.md": ROOT / "docs" / "operations" / "quick_start.md",
}
PAIRS = [pytest.param(translated, original, id=place(translated)) for translated, original in ORIGINALS.items()]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r" +# .*$", re.MULTILINE)
# As it is spelt in Unicode's composed form; people search for words in that form.
ONLY_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


@pytest.mark.parametrize(("translated", "original"), PAIRS)
def test_a_translation_has_the_same_headings(translated: Path, original: Path) -> None:
    assert _levels(translated) == _levels(original)


@pytest.mark.parametrize(("translated", "original"), PAIRS)
def test_a_translation_has_the_same_code(translated: Path, original: Path) -> None:
    """Comments aside, which are translated."""
    assert _blocks(translated) == _blocks(original)


@pytest.mark.parametrize(("translated", "original"), PAIRS)
def test_a_translation_names_the_same_settings_commands_and_answers(translated: Path, original: Path) -> None:
    missing = {word for word in _in_line(original) if re.search(r"[A-Z]{3}|make |context-handling", word)}

    assert missing - _in_line(translated) == set()


@pytest.mark.parametrize(("translated", "original"), PAIRS)
def test_a_translation_lists_as_many_things(translated: Path, original: Path) -> None:
    """Rows and numbered lines; what to read next is a choice."""
    assert _count(r"^\||^\d+\. ", translated) == _count(r"^\||^\d+\. ", original)


@pytest.mark.parametrize(("translated", "original"), PAIRS)
def test_original_and_translation_lead_to_one_another(translated: Path, original: Path) -> None:
    assert original in _leads_to(translated)
    assert translated in _leads_to(original)


@pytest.mark.parametrize("page", sorted(VIETNAMESE.glob("*.md")), ids=place)
def test_a_page_in_vietnamese_is_in_vietnamese(page: Path) -> None:
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    paragraphs = [text for text in re.split(r"\n{2,}", prose) if len(text) > 100]

    assert paragraphs
    assert [text for text in paragraphs if not ONLY_VIETNAMESE.search(text)] == []
    assert page in {TERMS, *ORIGINALS}


def test_terms_are_those_of_the_glossary_in_its_order() -> None:
    glossary = re.findall(r"^\| (.+?) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    terms = re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", TERMS.read_text(encoding="utf-8"), re.MULTILINE)[1:]

    assert [word for word, _, _ in terms] == [word for word in glossary if word in {term for term, _, _ in terms}]
    assert len({word for _, word, _ in terms}) == len(terms)


def _levels(page: Path) -> list[str]:
    return re.findall(r"^(#+) ", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)


def _blocks(page: Path) -> list[tuple[str, str]]:
    return [(language, COMMENT.sub("", code)) for language, code in FENCED.findall(page.read_text(encoding="utf-8"))]


def _in_line(page: Path) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", FENCED.sub("", page.read_text(encoding="utf-8"))))


def _count(pattern: str, page: Path) -> int:
    return len(re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE))


def _leads_to(page: Path) -> set[Path]:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    return {(page.parent / link).resolve() for link in links if "://" not in link}
