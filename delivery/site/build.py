"""Lays the pages out, and has ProperDocs make HTML of them. Whatever it would only warn of ends the build."""

import shutil
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify_unicode
from properdocs.commands.build import build
from properdocs.config import load_config

from delivery.site.navigation import navigation
from delivery.site.pages import Pages

# Not one level below a warning: strict mode then refuses them all.
VALIDATION = {
    "nav": {"omitted_files": "warn", "not_found": "warn", "absolute_links": "warn"},
    "links": {"not_found": "warn", "anchors": "warn", "absolute_links": "warn", "unrecognized_links": "warn"},
}
# Its highlighter comes from another host.
THEME = {"name": "readthedocs", "highlightjs": False}
VIETNAMESE = "vi"


def build_site(root: Path, to: Path) -> None:
    """Readable from the file system as well as from a server. Raises properdocs' Abort, FileNotFoundError."""
    staged, site = to.resolve() / "pages", to.resolve() / "site"
    shutil.rmtree(to, ignore_errors=True)
    pages = Pages.of(root)
    _stage(pages, staged)
    build(_configuration(pages, staged, site))
    _say_the_language(site)


def _stage(pages: Pages, to: Path) -> None:
    for source, page in pages.by_source.items():
        _place(to / page).write_text(pages.text(source), encoding="utf-8")
    for source, file in pages.files():
        shutil.copyfile(pages.root / source, _place(to / file))


def _say_the_language(site: Path) -> None:
    """To voices that read aloud, and to hyphenation: the theme knows one language for all pages."""
    for page in (site / VIETNAMESE).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace('lang="en"', f'lang="{VIETNAMESE}"', 1), encoding="utf-8")


def _place(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _configuration(pages: Pages, staged: Path, site: Path) -> Any:  # noqa: ANN401 - the library's own type
    file = staged.parent / "properdocs.yml"
    file.write_text("site_name: Context Handling\n", encoding="utf-8")
    return load_config(
        str(file),
        docs_dir=str(staged),
        site_dir=str(site),
        nav=navigation(pages),
        theme=THEME,
        strict=True,
        use_directory_urls=False,
        validation=VALIDATION,
        markdown_extensions=["sane_lists", {"toc": {"slugify": slugify_unicode}}],
    )
