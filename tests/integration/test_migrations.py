import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, create_engine

from infrastructure.postgres.migrations import migrate, roll_back
from infrastructure.postgres.tables import metadata
from tests.servers.databases import for_libpq

RECORD = {"alembic_version"}


def test_the_schema_can_be_walked_up_down_and_up_again(empty_database_url: str) -> None:
    migrate(empty_database_url)
    first = _objects(empty_database_url)

    roll_back(empty_database_url)
    bottom = _objects(empty_database_url)
    migrate(empty_database_url)

    assert {name for kind, name in bottom if kind == "r"} == RECORD
    assert _objects(empty_database_url) == first
    assert {name for kind, name in first if kind == "r"} == {*metadata.tables, *RECORD}


def test_every_step_can_be_taken_back_alone(empty_database_url: str) -> None:
    migrate(empty_database_url)
    top = _revision(empty_database_url)

    while (revision := _revision(empty_database_url)) is not None:
        before = _objects(empty_database_url)
        roll_back(empty_database_url, "-1")
        migrate(empty_database_url, revision)
        assert _objects(empty_database_url) == before
        roll_back(empty_database_url, "-1")

    migrate(empty_database_url)
    assert _revision(empty_database_url) == top


def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = _objects(database_url)

    migrate(database_url)

    assert _objects(database_url) == before


def test_the_tables_are_what_the_migrations_make(database_url: str) -> None:
    assert _differences(database_url, metadata) == []


def test_a_difference_would_be_noticed(database_url: str) -> None:
    changed = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["attempts"].append_column(Column("forgotten", Integer))

    assert len(_differences(database_url, changed)) == 1


@pytest.mark.parametrize("password", ["100%", "a%40b"])
def test_a_password_may_hold_a_percent_sign(database_url: str, password: str) -> None:
    migrate(database_url.replace("postgres@", f"postgres:{password.replace('%', '%25')}@"))


def _differences(database_url: str, wanted: MetaData) -> list[object]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": wanted}
        )
        found: list[object] = compare_metadata(context, wanted)
    engine.dispose()
    return found


def _objects(database_url: str) -> set[tuple[str, str]]:
    """Tables, indexes and sequences by kind and name."""
    query = "SELECT relkind, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    with psycopg.connect(for_libpq(database_url)) as connection:
        return {(str(kind), str(name)) for kind, name in connection.execute(query)}


def _revision(database_url: str) -> str | None:
    with psycopg.connect(for_libpq(database_url)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None
