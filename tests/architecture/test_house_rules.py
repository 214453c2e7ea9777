"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, imported_modules, parsed, place, python_files

SOURCE = python_files("src")
EVERYTHING = python_files("src", "tests", "benchmarks", "delivery")
CONTROLLERS = python_files("src/entrypoints/http/controllers")
USE_CASES = [file for file in python_files("src/application/use_cases") if file.name != "__init__.py"]
LOCK_FILES = sorted((ROOT / "requirements").glob("*.txt"))

# They say nothing: what is in such a file is best told by its name.
EMPTY_WORDS = frozenset(
    {"util", "utils", "helper", "helpers", "common", "base", "manager", "service", "impl", "misc", "shared"}
)
EMPTY_ENDINGS = re.compile(r"(Manager|Service|Helper|Utils?|Impl|Port)$")
NAMED_SO_FOR_A_REASON = {
    "benchmarks/service.py": "the service itself, as processes to start and measure",
    "src/entrypoints/cli/demonstration/service.py": "the service itself, as a process to start and show",
}
MOST_LINES = 250
LONG_FOR_A_REASON: dict[str, str] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_import_is_hidden_from_the_running_program() -> None:
    """A cycle is a design error: TYPE_CHECKING would only hide it."""
    assert _those(EVERYTHING, _names_type_checking) == []


def test_every_import_stands_at_the_top() -> None:
    assert _those(EVERYTHING, _imports_inside_a_function) == []


def test_nothing_is_mocked() -> None:
    """Fakes with state stand in for the world; a mock only repeats what the test believes."""
    assert _those(EVERYTHING, _mocks) == []


def test_names_of_files_say_something() -> None:
    empty = [place(file) for file in EVERYTHING if _words(file) & EMPTY_WORDS]

    assert [name for name in empty if name not in NAMED_SO_FOR_A_REASON] == []


def test_names_of_classes_say_something() -> None:
    names = [node.name for file in SOURCE for node in ast.walk(parsed(file)) if isinstance(node, ast.ClassDef)]

    assert [name for name in names if EMPTY_ENDINGS.search(name)] == []


def test_a_long_file_has_a_reason() -> None:
    long = [place(file) for file in SOURCE if len(file.read_text(encoding="utf-8").splitlines()) > MOST_LINES]

    assert sorted(long) == sorted(LONG_FOR_A_REASON)


def test_every_name_that_is_excused_is_still_there() -> None:
    assert [name for name in NAMED_SO_FOR_A_REASON if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("file", USE_CASES, ids=lambda file: file.stem)
def test_a_use_case_is_frozen_and_has_one_verb(file: Path) -> None:
    (use_case,) = (
        node for node in parsed(file).body if isinstance(node, ast.ClassDef) and "__call__" in _methods(node)
    )

    assert [ast.unparse(decorator) for decorator in use_case.decorator_list] == [
        "dataclass(frozen=True, slots=True, kw_only=True)"
    ]
    assert [name for name in _methods(use_case) if not name.startswith("_")] == []


@pytest.mark.parametrize("file", USE_CASES, ids=lambda file: file.stem)
def test_a_use_case_says_what_happens_when_it_is_repeated(file: Path) -> None:
    assert re.search(r"safe to repeat|repeating it", file.read_text(encoding="utf-8"), re.IGNORECASE)


def test_no_controller_handles_an_exception() -> None:
    """One table says what an exception means on the wire: entrypoints/http/errors.py."""
    assert _those(CONTROLLERS, _handles_exceptions) == []


def test_the_migrations_do_not_hide_the_library_they_are_named_after() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


@pytest.mark.parametrize("file", LOCK_FILES, ids=lambda file: file.stem)
def test_a_lock_file_names_no_index(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert [word for word in ("://", "index-url", "find-links") if word in text] == []


@pytest.mark.parametrize("file", LOCK_FILES, ids=lambda file: file.stem)
def test_a_lock_file_pins_everything_with_a_hash(file: Path) -> None:
    without_comments = re.sub(r"(?m)^\s*#.*\n?", "", file.read_text(encoding="utf-8"))
    requirements = re.sub(r"\\\n\s*", "", without_comments).split("\n")

    assert [line for line in requirements if line and ("==" not in line or "--hash=sha256:" not in line)] == []


def test_the_checks_see_what_they_look_for() -> None:
    """A search that finds nothing in a clean house must find something in a dirty one."""
    assert _names_type_checking(ast.parse("import typing\nif typing.TYPE_CHECKING:\n    import json"))
    assert _imports_inside_a_function(ast.parse("async def later():\n    if True:\n        from json import loads"))
    assert _mocks(ast.parse("from unittest import mock"))
    assert _mocks(ast.parse("def test_it(mocker): ..."))
    assert _handles_exceptions(ast.parse("try:\n    run()\nexcept ValueError:\n    pass"))


def _those(files: Iterable[Path], offends: Callable[[ast.Module], bool]) -> list[str]:
    return [place(file) for file in files if offends(parsed(file))]


def _names_type_checking(tree: ast.Module) -> bool:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return "TYPE_CHECKING" in names | attributes


def _imports_inside_a_function(tree: ast.Module) -> bool:
    inside = (node for function in _functions(tree) for node in ast.walk(function))
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in inside)


def _mocks(tree: ast.Module) -> bool:
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    libraries = {name.partition(".")[0] for name in imported_modules(tree)}
    return "mocker" in arguments or bool(libraries & {"mock", "unittest", "pytest_mock"})


def _handles_exceptions(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Try | ast.TryStar) for node in ast.walk(tree))


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _words(file: Path) -> set[str]:
    return {word for part in file.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}


def _methods(kind: ast.ClassDef) -> set[str]:
    return {node.name for node in kind.body if isinstance(node, Function)}
