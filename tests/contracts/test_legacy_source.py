"""The one that pretends, and the one on a real server."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import timedelta

import psycopg
import pytest

from application.errors import DependencyUnavailable
from application.ports.legacy_source import Cells, LegacySource, LegacyTable
from infrastructure.in_memory.legacy_source import InMemoryLegacySource
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.legacy_source import PostgresLegacySource
from tests.contracts.conftest import NOBODY_THERE
from tests.legacy_rows import BOT_SAYS, a_persona, a_status, an_agenda, an_event
from tests.servers.databases import for_libpq
from tests.servers.legacy_tables import fill_legacy

LIMIT = timedelta(seconds=30)
Fill = Callable[[Mapping[LegacyTable, Iterable[Cells]]], LegacySource]


@pytest.fixture(params=["in_memory", pytest.param("postgres", marks=pytest.mark.servers)])
async def filled(request: pytest.FixtureRequest) -> AsyncIterator[Fill]:
    """Makes a source with these rows."""
    if request.param == "in_memory":
        yield lambda rows: InMemoryLegacySource(tables={table: list(rows.get(table, ())) for table in LegacyTable})
        return
    url = request.getfixturevalue("empty_database_url")
    engine = make_engine(url)

    def fill(rows: Mapping[LegacyTable, Iterable[Cells]]) -> LegacySource:
        fill_legacy(url, rows)
        readonly = engine.execution_options(postgresql_readonly=True)
        return PostgresLegacySource(engine=readonly, limit=LIMIT)

    yield fill
    await engine.dispose()


async def _keys(source: LegacySource, table: LegacyTable, limit: int) -> list[list[str]]:
    """Page by page."""
    pages: list[list[str]] = []
    after: str | None = None
    while rows := await source.page(table, after=after, limit=limit):
        pages.append([row.key for row in rows])
        after = rows[-1].key
    return pages


async def test_catalogue_rows_come_in_the_order_of_their_ids(filled: Fill) -> None:
    source = filled({LegacyTable.AGENDAS: [an_agenda(10), an_agenda(9)], LegacyTable.PERSONAS: [a_persona()]})

    agendas = await source.catalogue_rows(LegacyTable.AGENDAS)

    assert [row["id"] for row in agendas] == [9, 10]
    assert dict(agendas[0]) == an_agenda(9)
    assert await source.catalogue_rows(LegacyTable.PERSONAS) == [a_persona()]


async def test_rows_come_in_pages_in_the_order_of_their_keys(filled: Fill) -> None:
    source = filled({LegacyTable.STATUSES: [a_status(f"user_{number}") for number in (3, 1, 2)]})

    assert await _keys(source, LegacyTable.STATUSES, 2) == [["user_1", "user_2"], ["user_3"]]
    assert await source.count(LegacyTable.STATUSES) == 3


async def test_a_row_comes_with_everything_that_is_in_it(filled: Fill) -> None:
    bare = an_event(
        start_time="2025-11-26T10:00:00", end_time="2025-11-26T10:20:00", created_at=None, processed_at=None
    )
    source = filled({LegacyTable.EVENTS: [bare]})

    (row,) = await source.page(LegacyTable.EVENTS, after=None, limit=5)

    assert dict(row.cells) == bare


async def test_rows_without_a_key_are_counted_and_not_listed(filled: Fill) -> None:
    source = filled({LegacyTable.EVENTS: [an_event(None), an_event(""), an_event("conv_0001")]})

    assert await source.keyless(LegacyTable.EVENTS) == 1
    assert await _keys(source, LegacyTable.EVENTS, 10) == [["", "conv_0001"]]


async def test_all_tables_are_there(filled: Fill) -> None:
    assert await filled({}).missing_tables() == []


async def test_a_page_of_large_rows_is_short(empty_database_url: str) -> None:
    said = [BOT_SAYS | {"content": "x" * 1_000_000}] * 3
    rows = [an_event(f"conv_{number}", conversation_log=said, raw_conversation_log=None) for number in range(5)]
    fill_legacy(empty_database_url, {LegacyTable.EVENTS: [*rows, an_event("conv_9")]})
    engine = make_engine(empty_database_url)

    pages = await _keys(PostgresLegacySource(engine=engine, limit=LIMIT), LegacyTable.EVENTS, 50)

    await engine.dispose()
    assert pages == [["conv_0", "conv_1"], ["conv_2", "conv_3"], ["conv_4", "conv_9"]]


async def test_a_database_of_another_kind_is_recognised(database_url: str) -> None:
    engine = make_engine(database_url)

    missing = await PostgresLegacySource(engine=engine, limit=LIMIT).missing_tables()

    await engine.dispose()
    assert missing == [LegacyTable.AGENDAS, LegacyTable.PERSONAS, LegacyTable.STATUSES]


async def test_values_that_a_driver_would_refuse_come_as_text(empty_database_url: str) -> None:
    fill_legacy(empty_database_url, {LegacyTable.STATUSES: [a_status(friendship_score="Infinity")]})
    engine = make_engine(empty_database_url).execution_options(postgresql_readonly=True)
    with psycopg.connect(for_libpq(empty_database_url)) as connection:
        connection.execute(
            "ALTER TABLE friendship_status ALTER last_interaction_date TYPE timestamptz USING 'infinity'"
        )

    (row,) = await PostgresLegacySource(engine=engine, limit=LIMIT).page(LegacyTable.STATUSES, after=None, limit=1)

    await engine.dispose()
    assert (row.cells["last_interaction_date"], row.cells["friendship_score"]) == ("infinity", "Infinity")


@pytest.mark.parametrize("kind", ["in_memory", "postgres"])
async def test_it_is_unavailable_while_the_database_is_away(kind: str) -> None:
    source: LegacySource = (
        InMemoryLegacySource(reachable=False)
        if kind == "in_memory"
        else PostgresLegacySource(engine=make_engine(NOBODY_THERE), limit=LIMIT)
    )

    for asked in (
        source.missing_tables(),
        source.count(LegacyTable.EVENTS),
        source.keyless(LegacyTable.EVENTS),
        source.catalogue_rows(LegacyTable.AGENDAS),
        source.page(LegacyTable.EVENTS, after=None, limit=1),
    ):
        with pytest.raises(DependencyUnavailable):
            await asked
