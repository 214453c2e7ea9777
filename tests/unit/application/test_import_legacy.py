"""Copying the first implementation's database, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from application.errors import DependencyUnavailable, LegacyTablesMissing
from application.legacy_reading import LegacyEventReader
from application.ports.imports import ImportPart, ImportProgress
from application.ports.legacy_source import LegacyTable
from application.use_cases.import_legacy import ImportLegacy, ImportLegacyCommand
from application.use_cases.recalculate_scores import RecalculateScores, RecalculateScoresCommand
from application.use_cases.verify_ledger import VerifyLedger
from domain.event import ConversationEvent
from domain.identifiers import EventId
from domain.scoring import ScoringRules
from infrastructure.in_memory.catalogues import InMemoryCatalogues
from infrastructure.in_memory.legacy_source import InMemoryLegacySource
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from tests.examples import a_catalogue, a_reported_conversation
from tests.legacy_rows import BOT_SAYS, CHILD_SAYS, a_persona, a_status, a_topic, a_waiting_event, an_agenda, an_event
from tests.unit.application.world import World

Reports = dict[ImportPart, ImportProgress]


def _rows() -> dict[LegacyTable, list[object]]:
    """Users, conversations and a catalogue, with something odd here and there."""
    statuses = [a_status(f"user_{number:02}", friendship_score=10.0 * number) for number in range(7)]
    events = [an_event(f"conv_{number:02}", user_id=f"user_{number:02}") for number in range(9)]
    return {
        LegacyTable.PERSONAS: [a_persona(), a_persona("STRANGER"), a_persona("friend")],
        LegacyTable.AGENDAS: [an_agenda(2, agent_type="GAME_AGENT"), an_agenda(1), an_agenda(3, topic_id=" ")],
        LegacyTable.STATUSES: [*statuses, a_status("user_06 "), a_status("u"), a_status(None)],
        LegacyTable.EVENTS: [*events, a_waiting_event("conv_90"), an_event("conv_91", status="LOST"), an_event(None)],
    }


@dataclass(slots=True, kw_only=True)
class Move:
    """From the old world into the new one."""

    world: World = field(default_factory=World)
    source: InMemoryLegacySource = field(default_factory=lambda: InMemoryLegacySource(tables=_rows()))  # type: ignore[arg-type]

    @property
    def catalogues(self) -> InMemoryCatalogues:
        return InMemoryCatalogues(database=self.world.database)

    def importing(self) -> ImportLegacy:
        return ImportLegacy(
            source=self.source,
            unit_of_work=self.world.unit_of_work,
            catalogues=self.catalogues,
            events=LegacyEventReader(logs=self.world.logs, encoder=ZstdJsonLogEncoder()),
            clock=self.world.clock,
            users_at_a_time=2,
            events_at_a_time=2,
        )

    async def run(self, *, rehearsal: bool = False) -> Reports:
        command = ImportLegacyCommand(rehearsal=rehearsal)
        return {progress.part: progress async for progress in self.importing()(command)}

    async def run_until(self, steps: int) -> None:
        """It is cut off after so many."""
        running = self.importing()(ImportLegacyCommand())
        for _ in range(steps):
            await anext(running, None)

    def is_finished(self) -> bool:
        known = self.world.database.tables.imports
        return len(known) == len(ImportPart) and all(progress.finished for progress in known.values())

    async def event(self, conversation_id: str) -> ConversationEvent:
        events = self.world.database.tables.events.values()
        return next(event for event in events if event.conversation_id == conversation_id)


async def test_everything_that_can_be_valid_arrives_and_the_rest_is_told() -> None:
    move = Move()

    reports = await move.run()

    catalogue, friendships, events = (reports[part].tally for part in ImportPart)
    assert all(report.finished for report in reports.values())
    assert (catalogue.read, catalogue.added, sum(catalogue.left_out.values())) == (6, 4, 2)
    assert (friendships.read, friendships.added, friendships.there, sum(friendships.left_out.values())) == (10, 7, 1, 2)
    assert (events.read, events.added, sum(events.left_out.values())) == (12, 10, 2)
    assert "conv_91: its status is unknown" in events.examples


async def test_balances_are_the_sum_of_their_ledger() -> None:
    move = Move()
    move.source.tables[LegacyTable.STATUSES] = [
        a_status(
            "user_01",
            friendship_score=1000.1234567,
            topic_metrics={"movie": a_topic(score=700), "pets": a_topic(score=900)},
        ),
        a_status("user_02", friendship_score=-5, topic_metrics={}),
    ]

    await move.run()

    (check,) = [check async for check in VerifyLedger(unit_of_work=move.world.unit_of_work)()]
    assert (check.differences, check.users, check.entries) == ([], 2, 3)


async def test_the_catalogue_becomes_a_version_in_the_order_of_its_rows() -> None:
    move = Move()

    await move.run()

    catalogue = await move.catalogues.latest()
    assert catalogue.version == 1
    assert [(row.number, row.agent_type, row.agent_tag) for row in catalogue.agendas] == [
        (1, "TALK", "agent_movie"),
        (2, "GAME", "agent_movie"),
    ]
    assert [persona.friendship_level for persona in catalogue.personas] == ["PHASE1_STRANGER", "PHASE3_FRIEND"]


async def test_history_counts_nothing_again_and_what_waited_is_scored() -> None:
    move = Move()
    move.source.tables[LegacyTable.STATUSES] = [a_status(friendship_score=600.0)]
    move.source.tables[LegacyTable.EVENTS] = [an_event("conv_01"), a_waiting_event("conv_02")]
    await move.run()
    processed, waiting = await move.event("conv_01"), await move.event("conv_02")

    await move.world.score(processed.event_id)
    assert move.world.friendship().score == 600.0
    await move.world.score(waiting.event_id)

    after = await move.event("conv_02")
    assert after.score
    assert move.world.friendship().score == 600.0 + after.score.final_score_change > 600.0


async def test_other_rules_correct_what_was_scored_here_and_leave_the_balance_as_it_came() -> None:
    """How much of a balance one conversation of the first implementation made is not known."""
    move = Move()
    move.source.tables[LegacyTable.STATUSES] = [a_status(friendship_score=600.0)]
    move.source.tables[LegacyTable.EVENTS] = [an_event("conv_01"), a_waiting_event("conv_02")]
    await move.run()
    imported, waiting = await move.event("conv_01"), await move.event("conv_02")
    await move.world.score(waiting.event_id)
    recalculate = RecalculateScores(unit_of_work=move.world.unit_of_work, clock=move.world.clock)

    (done,) = [user async for user in recalculate(RecalculateScoresCommand(rules=ScoringRules(points_per_turn=100.0)))]

    after = await move.event("conv_02")
    assert (done.events, done.rescored, done.corrections) == (2, 1, 1)
    assert after.score
    assert move.world.friendship().score == 600.0 + after.score.final_score_change == 700.0
    assert await move.event("conv_01") == imported
    (check,) = [check async for check in VerifyLedger(unit_of_work=move.world.unit_of_work)()]
    assert check.differences == []


@pytest.mark.parametrize("steps", range(1, 14))
async def test_one_that_was_cut_off_goes_on_and_ends_as_if_it_had_not_been(steps: int) -> None:
    whole, cut = Move(), Move()
    expected = await whole.run()

    await cut.run_until(steps)
    reports = await cut.run()

    assert _content(cut) == _content(whole)
    assert reports == expected


async def test_one_that_is_cut_off_at_every_step_ends_too() -> None:
    whole, cut = Move(), Move()
    expected = await whole.run()

    for _ in range(20):  # a step of each part at most, so one page a time
        if not cut.is_finished():
            await cut.run_until(len(ImportPart))

    assert _content(cut) == _content(whole)
    assert cut.world.database.tables.imports == {("memory", part): report for part, report in expected.items()}


async def test_repeating_it_changes_nothing_and_finds_that_all_is_there() -> None:
    move = Move()
    await move.run()
    before = _content(move)

    reports = await move.run()

    assert _content(move) == before
    assert [reports[part].tally.added for part in ImportPart] == [0, 0, 0]
    assert [reports[part].tally.there for part in ImportPart] == [4, 8, 10]


async def test_what_came_since_is_found_when_it_is_repeated() -> None:
    move = Move()
    await move.run()
    move.source.tables[LegacyTable.EVENTS].append(a_waiting_event("conv_00a"))

    reports = await move.run()

    assert reports[ImportPart.EVENTS].tally.added == 1


async def test_a_rehearsal_tells_the_same_and_keeps_nothing() -> None:
    move = Move()
    # It cannot meet what it did not keep: that two rows of different batches are one user.
    move.source.tables[LegacyTable.STATUSES].remove(a_status("user_06 "))

    rehearsed = await move.run(rehearsal=True)

    assert _content(move) == _content(Move())
    done = await move.run()
    assert [rehearsed[part].tally for part in ImportPart] == [done[part].tally for part in ImportPart]


async def test_a_catalogue_that_an_editor_changed_since_is_not_put_back() -> None:
    move = Move()
    await move.run()
    await move.catalogues.add(a_catalogue())

    await move.run()

    assert await move.catalogues.latest_version() == 2


async def test_an_empty_catalogue_takes_the_place_of_none() -> None:
    move = Move()
    await move.catalogues.add(a_catalogue())
    move.source.tables[LegacyTable.AGENDAS] = [an_agenda(topic_id="")]
    move.source.tables[LegacyTable.PERSONAS] = []

    reports = await move.run()

    assert reports[ImportPart.CATALOGUE].tally.added == 0
    assert await move.catalogues.latest() == a_catalogue(version=1)


async def test_a_log_is_as_if_it_had_been_posted_here_so_that_a_late_post_is_recognised() -> None:
    move = Move()
    move.source.tables[LegacyTable.EVENTS] = [an_event("conv_0001")]
    await move.run()
    imported = await move.event("conv_0001")

    posted = await move.world.record_items([BOT_SAYS, CHILD_SAYS], a_reported_conversation("conv_0001"))

    assert posted.duplicate
    assert posted.event.event_id == imported.event_id
    assert imported.log.utterances == 2


@pytest.mark.parametrize(
    ("changes", "utterances"),
    [
        ({"conversation_log": None}, 2),
        ({"conversation_log": [{"text": 5}]}, 2),
        ({"conversation_log": "broken", "raw_conversation_log": None}, 0),
        ({"conversation_log": []}, 0),
    ],
)
async def test_history_arrives_with_the_log_that_can_be_read(changes: dict[str, object], utterances: int) -> None:
    move = Move()
    move.source.tables[LegacyTable.EVENTS] = [an_event("conv_0001") | changes]

    await move.run()

    assert (await move.event("conv_0001")).log.utterances == utterances


async def test_what_waits_without_a_log_is_left_out_since_it_would_count_nothing() -> None:
    move = Move()
    nothing = {"conversation_log": None, "raw_conversation_log": "broken"}
    move.source.tables[LegacyTable.EVENTS] = [a_waiting_event("conv_0001") | nothing]

    reports = await move.run()

    assert dict(reports[ImportPart.EVENTS].tally.left_out) == {
        "its log cannot be read, and it still waits to be scored": 1
    }


async def test_a_database_without_these_tables_is_refused() -> None:
    move = Move()
    del move.source.tables[LegacyTable.STATUSES]

    with pytest.raises(LegacyTablesMissing, match="has no friendship_status"):
        await move.run()


@pytest.mark.parametrize("away", ["source", "target"])
async def test_it_stops_while_a_database_is_away(away: str) -> None:
    move = Move()
    if away == "source":
        move.source.reachable = False
    else:
        move.world.database.reachable = False

    with pytest.raises(DependencyUnavailable):
        await move.run()


def _content(move: Move) -> Sequence[object]:
    """Everything but the numbers that the store draws, and how far the import is."""
    tables = move.world.database.tables
    events = sorted(
        (replace(event, event_id=EventId(0)) for event in tables.events.values()), key=lambda one: one.conversation_id
    )
    return events, tables.friendships, tables.ledger, move.world.database.catalogues, len(tables.logs)
