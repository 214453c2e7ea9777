"""Reads the navigation from the index of all pages, so that the two cannot differ."""

import os
import re
from collections.abc import Iterator

from delivery.site.pages import INDEX, Pages

SECTIONS = re.compile(r"^## ", re.MULTILINE)
ENTRY = re.compile(r"^\* \[([^\]]+)\]\(([^)\s]+)\)", re.MULTILINE)

Entry = dict[str, str]
Navigation = list[Entry | dict[str, list[Entry]]]


def navigation(pages: Pages) -> Navigation:
    """What the index lists first, then one entry a heading. A folder stands for the pages in it, under their titles."""
    first, *sections = SECTIONS.split((pages.root / INDEX).read_text(encoding="utf-8"))
    named = (section.partition("\n") for section in sections)
    return [*_entries(pages, first), *({heading: list(_entries(pages, body))} for heading, _, body in named)]


def _entries(pages: Pages, body: str) -> Iterator[Entry]:
    sources = pages.by_source
    for title, link in ENTRY.findall(body):
        target = os.path.normpath(f"docs/{link}")
        if target in sources:
            yield {title: sources[target]}
        for source in pages.inside(target):
            yield {pages.title(source): sources[source]}
