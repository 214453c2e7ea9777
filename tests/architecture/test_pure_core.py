"""Domain and application know nothing but themselves and the harmless part of the standard library."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.source_files import imported_modules, parsed, place, python_files

DOMAIN = python_files("src/domain")
APPLICATION = python_files("src/application")

# What reaches out of the process, or brings chance or the present moment in.
WORLDLY = frozenset(
    {
        "builtins", "concurrent", "ctypes", "fcntl", "ftplib", "getpass", "glob", "http", "importlib", "io", "locale",
        "logging", "mmap", "multiprocessing", "os", "pathlib", "pickle", "platform", "pwd", "queue", "random",
        "resource", "sched", "secrets", "select", "selectors", "shelve", "shutil", "signal", "smtplib", "socket",
        "socketserver", "sqlite3", "ssl", "subprocess", "sys", "syslog", "tempfile", "threading", "time", "urllib",
        "uuid", "warnings", "webbrowser", "xmlrpc", "zoneinfo",
    }
)  # fmt: skip
# The use cases wait for the world and compare contents; the domain does neither.
APPLICATION_ONLY = frozenset({"asyncio", "hashlib"})
READING_THE_CLOCK = frozenset({"now", "utcnow", "today"})
TOUCHING_THE_WORLD = frozenset({"open", "print", "input", "eval", "exec", "__import__"})
WAITING = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)


def test_the_domain_imports_itself_and_harmless_parts_of_the_standard_library() -> None:
    allowed = (sys.stdlib_module_names - WORLDLY - APPLICATION_ONLY) | {"domain"}

    assert {place(file): odd for file in DOMAIN if (odd := _roots(parsed(file)) - allowed)} == {}


def test_the_application_imports_the_core_and_harmless_parts_of_the_standard_library() -> None:
    allowed = (sys.stdlib_module_names - WORLDLY) | {"domain", "application"}

    assert {place(file): odd for file in APPLICATION if (odd := _roots(parsed(file)) - allowed)} == {}


def test_the_core_reads_no_clock_and_opens_nothing() -> None:
    calls = {place(file): list(_worldly_calls(parsed(file))) for file in (*DOMAIN, *APPLICATION)}

    assert {name: found for name, found in calls.items() if found} == {}


def test_the_domain_waits_for_nothing() -> None:
    waits = [place(file) for file in DOMAIN if any(isinstance(node, WAITING) for node in ast.walk(parsed(file)))]

    assert waits == []


def test_the_check_itself_sees_what_is_forbidden() -> None:
    """A search that finds nothing in a clean core must find something in a dirty one."""
    dirty = ast.parse("import os.path\nfrom time import sleep\nstart = datetime.now(UTC)\nprint(start)")

    assert _roots(dirty) == {"os", "time"}
    assert list(_worldly_calls(dirty)) == ["line 3: now()", "line 4: print()"]


def _roots(tree: ast.Module) -> set[str]:
    return {name.partition(".")[0] for name in imported_modules(tree)}


def _worldly_calls(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        match call.func:
            case ast.Attribute(attr=verb, value=ast.Name(id="datetime" | "date")) if verb in READING_THE_CLOCK:
                yield f"line {call.lineno}: {verb}()"
            case ast.Name(id=name) if name in TOUCHING_THE_WORLD:
                yield f"line {call.lineno}: {name}()"
