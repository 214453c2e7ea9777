import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given

from domain.catalogue import Catalogue
from infrastructure.catalogue_file.catalogue_file import read_catalogue, write_json, write_yaml
from tests.examples import a_catalogue, an_agenda
from tests.unit.catalogue_file.catalogues import catalogues, unhurried

SHIPPED = (Path(__file__).parents[3] / "examples" / "catalogue.yaml").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("write", [write_yaml, write_json], ids=["yaml", "json"])
Write = Callable[[Catalogue], str]


@BOTH
@unhurried
@given(catalogue=catalogues())
@example(catalogue=a_catalogue(an_agenda(talking_agenda="\n\n  indented\n\n"), version=0))
def test_what_was_written_reads_back_the_same(write: Write, catalogue: Catalogue) -> None:
    assert read_catalogue(write(catalogue)) == catalogue


@BOTH
@unhurried
@given(catalogue=catalogues())
def test_a_written_file_is_written_again_byte_for_byte(write: Write, catalogue: Catalogue) -> None:
    written = write(catalogue)

    assert write(read_catalogue(written)) == written


@unhurried
@given(catalogue=catalogues())
def test_json_with_every_character_escaped_reads_the_same(catalogue: Catalogue) -> None:
    escaped = json.dumps(json.loads(write_json(catalogue)), indent="\t")

    assert escaped.isascii()
    assert read_catalogue(escaped) == catalogue


@BOTH
def test_the_shipped_catalogue_survives_either_form(write: Write) -> None:
    shipped = read_catalogue(SHIPPED)

    assert read_catalogue(write(shipped)) == shipped


def test_text_of_several_lines_is_written_so_that_it_can_be_edited() -> None:
    written = write_yaml(a_catalogue(an_agenda(talking_agenda="4. MỞ ĐẦU: hỏi bé.\n5. MỤC TIÊU: biết một phim.\n")))

    assert "talking_agenda: |\n    4. MỞ ĐẦU: hỏi bé.\n    5. MỤC TIÊU: biết một phim.\n" in written


def test_ten_thousand_rows_survive_either_form() -> None:
    large = a_catalogue(*(an_agenda(f"topic_{number}") for number in range(10_000)), version=0)

    assert read_catalogue(write_yaml(large)) == large
    assert read_catalogue(write_json(large)) == large
