"""A catalogue as text: YAML or JSON, which is a part of YAML but for some characters (see ``_as_yaml``)."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from domain.catalogue import Catalogue
from domain.catalogue_document import CatalogueFault, InvalidCatalogue, Path, catalogue_of, document_of
from domain.errors import DomainError

WIDTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    line: int
    """From 1; of something that is missing, where it should be."""
    path: str
    message: str


class InvalidCatalogueFile(DomainError):
    def __init__(self, faults: Sequence[FileFault]) -> None:
        super().__init__("; ".join(f"line {fault.line}, {fault.path}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


def read_catalogue(text: str) -> Catalogue:
    """From YAML or JSON. Raises InvalidCatalogueFile with every fault at once."""
    root, repeated, document = _parsed(_as_yaml(text))
    try:
        catalogue = catalogue_of(document)
    except InvalidCatalogue as error:
        located = [
            FileFault(line=_line_of(root, fault.path), path=fault.place, message=fault.message)
            for fault in error.faults
        ]
        raise InvalidCatalogueFile(sorted([*repeated, *located], key=lambda fault: fault.line)) from None
    if repeated:
        raise InvalidCatalogueFile(repeated)
    return catalogue


def write_yaml(catalogue: Catalogue) -> str:
    """What ``read_catalogue`` reads back to the same catalogue; equal catalogues give equal bytes."""
    return yaml.dump(document_of(catalogue), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)


def write_json(catalogue: Catalogue) -> str:
    """The same as JSON."""
    return json.dumps(document_of(catalogue), ensure_ascii=False, indent=2) + "\n"


class _Dumper(yaml.CSafeDumper):
    """Writes text of several lines as such, where YAML can, so that it can be edited."""


def _represented(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    # A block that begins with a blank or break, or holds other breaks, does not read back the same.
    as_block = "\n" in text and not re.search(r"^[ \n]|[\r\x85\u2028\u2029\ufeff]", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if as_block else None)


_Dumper.add_representer(str, _represented)


def _parsed(text: str) -> tuple[yaml.Node | None, list[FileFault], object]:
    """The nodes, which know their lines; keys given twice; and the values."""
    try:
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
        repeated = list(_repeated_keys(root, ()))  # before merge keys (``<<``) are resolved into the nodes
        return root, repeated, None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.count("\n")) + 1 if error.problem_mark else 1
        raise _unreadable(line, str(error.problem)) from error
    except yaml.reader.ReaderError as error:
        raise _unreadable(text.encode()[: error.position].count(b"\n") + 1, error.reason) from error
    except (ValueError, RecursionError) as error:  # a date such as 2026-13-45, or brackets without end
        raise _unreadable(1, "something in it is no value of YAML") from error


def _unreadable(line: int, problem: str) -> InvalidCatalogueFile:
    return InvalidCatalogueFile([FileFault(line=line, path="$", message=f"not YAML: {problem}")])


_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)((?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})+)")
_NO_YAML = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def _as_yaml(text: str) -> str:
    r"""JSON writes an emoji as a pair of escapes (``\ud83d\ude00``), which YAML does not know, and holds characters
    that YAML refuses or takes for the end of a line. In JSON these stand nowhere but in strings.
    """
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    escaped = _NO_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return _PAIR.sub(lambda match: match[1] + json.loads(f'"{match[2]}"'), escaped)


def _line_of(root: yaml.Node | None, path: Path) -> int:
    """Of the key where there is one, else of the innermost thing on the way to it."""
    line, node = 1 if root is None else root.start_mark.line + 1, root
    for step in path:
        key, node = _step(node, step)
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return int(line)


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None, None


def _repeated_keys(node: Any, path: Path, *, depth: int = 3) -> Iterator[FileFault]:  # noqa: ANN401 - any node
    """As deep as a catalogue goes: the document, its lists, their rows."""
    if isinstance(node, yaml.MappingNode):
        seen: set[Any] = set()
        for key, value in node.value:
            if isinstance(key.value, str) and key.value in seen:
                place = CatalogueFault(path=(*path, key.value), message="").place
                yield FileFault(line=key.start_mark.line + 1, path=place, message="given twice")
            if isinstance(key.value, str):
                seen.add(key.value)
            if depth:
                yield from _repeated_keys(value, (*path, str(key.value)), depth=depth - 1)
    elif isinstance(node, yaml.SequenceNode) and depth:
        for index, item in enumerate(node.value):
            yield from _repeated_keys(item, (*path, index), depth=depth - 1)
