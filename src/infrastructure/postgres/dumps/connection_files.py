"""How PostgreSQL's programs learn where to connect: by files that only we can read.

A command line is seen by everybody on the machine, and an environment is inherited and shown in more places than one
thinks of. (https://www.postgresql.org/docs/current/libpq-pgservice.html, libpq-pgpass.html)
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

_SERVICE = "database"
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "HOME")  # and none of the service's secrets
_BOUNDS = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "60000",  # milliseconds
    "application_name": "context-handling backup",
}


@contextmanager
def connection_environment(database_url: str) -> Iterator[dict[str, str]]:
    """The environment in which a program connects to this database by itself, as long as the block lasts."""
    url = make_url(database_url)
    with tempfile.TemporaryDirectory(prefix="context-handling-") as directory:
        environment = {name: value for name, value in os.environ.items() if name in _INHERITED}
        environment |= {"PGSERVICE": _SERVICE, "PGSERVICEFILE": _written(Path(directory, "service"), _service(url))}
        if url.password is not None:
            environment["PGPASSFILE"] = _written(Path(directory, "password"), _password_line(url.password))
        yield environment


def _written(file: Path, content: str) -> str:
    file.touch(mode=0o600)
    file.write_text(content, encoding="utf-8")
    return str(file)


def _service(url: URL) -> str:
    return "\n".join([f"[{_SERVICE}]", *(f"{name}={value}" for name, value in _parameters(url).items()), ""])


def _parameters(url: URL) -> Mapping[str, str]:
    named = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    given = {name: str(value) for name, value in named.items() if value is not None}
    asked = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    return _BOUNDS | given | asked


def _password_line(password: str) -> str:
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    return f"*:*:*:*:{escaped}\n"
