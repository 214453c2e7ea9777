"""The documentation as readers get it: all of it, every link leading somewhere, and nothing from other hosts."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from properdocs.exceptions import Abort

from delivery.site.build import build_site
from delivery.site.navigation import navigation
from delivery.site.pages import ELSEWHERE, Pages

ROOT = Path(__file__).parents[2]
DOCS = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "docs").rglob("*.md"))
LOADED = re.compile(r"<(?:script|img|iframe|source)[^>]* src=[\"']([^\"']+)|<link[^>]* href=[\"']([^\"']+)")
FROM_STYLES = re.compile(r"url\([\"']?([^\"')]+)|@import [\"']([^\"']+)")
LEADS_TO = re.compile(r"<a[^>]* href=\"([^\"]+)\"")
SWALLOWED = re.compile(r"<p>[^<]*(?:<(?!/p>)[^<]*)*\n *(?:[*|-]|\d+\.) ")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("documentation")
    build_site(ROOT, place)
    return place / "site"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A checkout with one page that says something."""
    root = tmp_path / "checkout"
    for name in (*ELSEWHERE, "docs/one.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}\n", encoding="utf-8")
    entries = "".join(f"* [{name}](../{name})\n" for name in (*ELSEWHERE, "docs/one.md"))
    (root / "docs" / "index.md").write_text(f"# All\n\n## Pages\n\n{entries}", encoding="utf-8")
    return root


def test_every_page_is_in_the_navigation_once() -> None:
    pages = Pages.of(ROOT)

    reached = [page for entry in navigation(pages) for below in entry.values() for page in _pages(below)]

    assert sorted(reached) == sorted(pages.by_source.values())
    assert set(DOCS) <= pages.by_source.keys()


def test_every_link_of_every_page_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    assert [dead for page in _html(site) for dead in _dead_links(page)] == []


def test_nothing_is_loaded_from_other_hosts(site: Path) -> None:
    loaded = {target for page in _html(site) for target in _found(LOADED, page)}
    styles = {target for style in site.rglob("*.css") for target in _found(FROM_STYLES, style)}

    assert loaded
    assert {target for target in loaded | styles if target.startswith(("http:", "https:", "//"))} == set()


def test_no_list_and_no_table_is_swallowed_by_a_paragraph(site: Path) -> None:
    assert {page.name for page in _html(site) if SWALLOWED.search(_main(page)) or "```" in _main(page)} == set()


def test_every_page_says_its_language(site: Path) -> None:
    said = {page: re.findall(r"<html[^>]* lang=\"(\w+)\"", page.read_text(encoding="utf-8")) for page in _html(site)}

    assert said == {page: ["vi" if page.parent.name == "vi" else "en"] for page in said}


def test_a_small_checkout_is_built(small: Path, tmp_path: Path) -> None:
    build_site(small, tmp_path / "built")

    assert (tmp_path / "built" / "site" / "one.html").is_file()


@pytest.mark.parametrize("link", ["nowhere.md", "one.md#nothing", "/absolute.md"])
def test_a_doubtful_link_ends_the_build(small: Path, tmp_path: Path, link: str) -> None:
    (small / "docs" / "one.md").write_text(f"# One\n\n[there]({link})\n", encoding="utf-8")

    with pytest.raises((Abort, FileNotFoundError)):
        build_site(small, tmp_path / "built")


def test_a_page_that_the_index_forgot_ends_the_build(small: Path, tmp_path: Path) -> None:
    shutil.copy(small / "docs" / "one.md", small / "docs" / "two.md")

    with pytest.raises(Abort):
        build_site(small, tmp_path / "built")


def _pages(below: str | list[dict[str, str]]) -> Iterator[str]:
    if isinstance(below, str):
        yield below
    else:
        yield from (page for entry in below for page in entry.values())


def _html(site: Path) -> list[Path]:
    return [page for page in site.rglob("*.html") if page.name not in {"404.html", "search.html"}]


def _found(pattern: re.Pattern[str], file: Path) -> Iterator[str]:
    for groups in pattern.findall(file.read_text(encoding="utf-8")):
        yield next(filter(None, groups))


def _main(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition('role="main"')[2]


def _dead_links(page: Path) -> Iterator[str]:
    for link in map(unescape, LEADS_TO.findall(page.read_text(encoding="utf-8"))):
        path, _, anchor = unquote(link).partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (page.parent / path) if path else page
        if not target.is_file() or (anchor and f'id="{anchor}"' not in target.read_text(encoding="utf-8")):
            yield f"{page.name}: {link}"
