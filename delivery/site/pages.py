"""Which files of the checkout become pages of the site, and where their links lead there."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

HOME = "README.md"
INDEX = "docs/index.md"
# Pages that lie outside docs/, under the name they have on the site. The README is where readers begin.
ELSEWHERE = {
    HOME: "index.md",
    INDEX: "contents.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "reporting.md",
    "charts/context-handling/README.md": "chart.md",
    "clients/python/README.md": "python_client.md",
}
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
# What belongs to an item of a list: Python-Markdown wants it deeper than its readers on GitHub do.
NESTED = re.compile(r"^ {2,3}(?=\S)", re.MULTILINE)
DEEPER = " " * 4
# Drawn by a script of another host, which the site does without.
DRAWING = re.compile(r"^```mermaid\n.*?^```$", re.MULTILINE | re.DOTALL)
INSTEAD = "[Architecture: The picture]({})"
PICTURE = "docs/architecture.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Names are relative: of sources to the checkout, of pages to the site."""

    root: Path
    by_source: Mapping[str, str]

    @classmethod
    def of(cls, root: Path) -> "Pages":
        names = (file.relative_to(root).as_posix() for file in sorted((root / "docs").rglob("*.md")))
        return cls(root=root, by_source={name: name.removeprefix("docs/") for name in names} | ELSEWHERE)

    def text(self, source: str) -> str:
        """With links as they are on the site. Raises FileNotFoundError for one that leads nowhere."""
        parts = FENCED.split((self.root / source).read_text(encoding="utf-8"))  # every other one is code
        told = (self._prose, self._code)
        return "".join(told[at % 2](source, part) for at, part in enumerate(parts))

    def title(self, source: str) -> str:
        found = TITLE.search((self.root / source).read_text(encoding="utf-8"))
        return found[1] if found else source

    def files(self) -> Iterator[tuple[str, str]]:
        """Linked files that are no pages: source, and name on the site."""
        linked = {target for source in self.by_source for target in self.targets(source)} - self.by_source.keys()
        yield from ((name, _as_file(name)) for name in sorted(linked) if (self.root / name).is_file())

    def targets(self, source: str) -> Iterator[str]:
        """What the page links to within the checkout."""
        text = (self.root / source).read_text(encoding="utf-8")
        for link in LINK.findall("".join(FENCED.split(text)[::2])):
            if (target := self._target(source, link)) is not None:
                yield target

    def _code(self, source: str, text: str) -> str:
        here = PurePosixPath(self.by_source[source]).parent
        return DRAWING.sub(INSTEAD.format(f"{os.path.relpath(self.by_source[PICTURE], here)}#the-picture"), text)

    def _prose(self, source: str, text: str) -> str:
        here = PurePosixPath(self.by_source[source]).parent
        return NESTED.sub(DEEPER, LINK.sub(lambda link: f"]({self._link(source, here, link[1])})", text))

    def _link(self, source: str, here: PurePosixPath, link: str) -> str:
        target = self._target(source, link)
        if target is None:
            return link
        if not (self.root / target).exists():
            raise FileNotFoundError(f"{source} links to {link}")
        page = self.by_source.get(target) or self._first_in(target) or _as_file(target)
        anchor = f"#{link.partition('#')[2]}" if "#" in link else ""
        return os.path.relpath(page, here) + anchor

    def _target(self, source: str, link: str) -> str | None:
        """Relative to the checkout. None: it leads to another host, or stays on its page."""
        path = link.partition("#")[0]
        if not path or "://" in path or path.startswith("mailto:"):
            return None
        return os.path.normpath(PurePosixPath(source).parent / path)

    def _first_in(self, folder: str) -> str | None:
        return next((self.by_source[source] for source in self.inside(folder)), None)

    def inside(self, folder: str) -> list[str]:
        return sorted(source for source in self.by_source if source.startswith(f"{folder}/"))


def _as_file(name: str) -> str:
    """Names that begin with a dot are not published."""
    return f"files/{name.lstrip('.')}"
