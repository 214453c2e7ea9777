"""Who starts with the catalogue that comes with the program: an embedded service, the first time."""

from pathlib import Path

import httpx

from tests.end_to_end.children import bearer
from tests.end_to_end.conftest import KEY
from tests.end_to_end.program import Program, Running


def _catalogue(service: Running) -> tuple[int, int]:
    """Version, and number of agendas."""
    answer = httpx.get(f"{service.url}/v1/catalogue", headers=bearer(KEY))
    assert answer.is_success, answer.text
    data = answer.json()["data"]
    return data["version"], len(data["catalogue"]["agendas"])


def test_an_embedded_service_has_it_from_its_first_start(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "data")
    on_first_start = _catalogue(first)
    assert first.stop() == 0

    second = embedded.dev(directory / "data", port=first.port)

    assert on_first_start == _catalogue(second) == (1, 34)


def test_what_an_editor_imported_since_stays(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "data")
    empty: dict[str, list[object]] = {"personas": [], "agendas": []}
    httpx.put(f"{first.url}/v1/catalogue", json=empty, headers={"If-Match": "*"}).raise_for_status()
    assert first.stop() == 0

    second = embedded.dev(directory / "data", port=first.port)

    assert _catalogue(second) == (2, 0)


def test_a_configured_database_never_gets_it(configured: Program, directory: Path) -> None:
    alone, in_one = configured.serve(), configured.dev(directory / "data")

    assert _catalogue(alone) == _catalogue(in_one) == (0, 0)
