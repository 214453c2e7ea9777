from pathlib import Path

import pytest

from infrastructure.postgres.dumps.connection_files import connection_environment

PASSWORD = "p%3Aa%5Cb"  # p:a\b
URL = f"postgresql+psycopg://robot:{PASSWORD}@db.example:5433/pika?sslmode=verify-full"


def test_the_files_say_where_to_connect_and_nobody_else_reads_them() -> None:
    with connection_environment(URL) as environment:
        files = [Path(environment[name]) for name in ("PGSERVICEFILE", "PGPASSFILE")]
        service, password = (file.read_text() for file in files)
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        assert {file.parent.stat().st_mode & 0o777 for file in files} == {0o700}

    assert "host=db.example\nport=5433\nuser=robot\ndbname=pika\nsslmode=verify-full\n" in service
    assert password == "*:*:*:*:p\\:a\\\\b\n"
    assert not any(file.exists() for file in files)


def test_neither_the_password_nor_a_secret_of_the_service_is_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("SECRET_KEY", "do not tell")

    with connection_environment(URL) as environment:
        told = " ".join(environment.values())
        assert "p:a" not in told
        assert PASSWORD not in told
        assert "do not tell" not in told
        assert "p:a" not in Path(environment["PGSERVICEFILE"]).read_text()


def test_without_a_password_the_users_own_files_count() -> None:
    with connection_environment("postgresql+psycopg://robot@db.example/pika") as environment:
        assert "PGPASSFILE" not in environment
