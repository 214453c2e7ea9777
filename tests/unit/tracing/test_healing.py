"""A score that is looked at again is one trace."""

from dataclasses import fields, replace

from application.errors import AnalystUnavailable
from application.use_cases.heal_degraded_scores import HealCommand, HealOutcome
from infrastructure.in_memory.analyst import ScriptedAnalyst
from infrastructure.tracing.analyst import TracedAnalyst
from infrastructure.tracing.healing import TracedHealDegradedScores
from tests.examples import TRACEPARENT, a_reported_conversation
from tests.told_spans import ToldSpans, a_tracer
from tests.unit.application.world import World

AWAY = AnalystUnavailable("told to be away")


async def _degraded(world: World, conversation: str) -> None:
    analyst = world.analyst
    world.analyst = ScriptedAnalyst(questions=(AWAY,), emotions=(AWAY,))
    await world.score(await world.recorded(reported=a_reported_conversation(conversation)))
    world.analyst = analyst


async def test_each_score_is_one_trace_that_holds_what_is_asked_for_it() -> None:
    tracer = a_tracer()
    spans, world = ToldSpans(tracer), World()
    await _degraded(world, "conv_1")
    await _degraded(world, "conv_2")
    world.analyst = TracedAnalyst(analyst=ScriptedAnalyst(questions=(2,)), tracer=tracer)
    healer = world.healing()
    parts = {part.name: getattr(healer, part.name) for part in fields(healer)}
    traced = TracedHealDegradedScores(**parts, tracer=tracer)

    healed = [healed async for healed in traced(HealCommand(early=True))]

    heals = [span for span in spans if span.name == "heal"]
    traces = [{span.name for span in spans if span.context.trace_id == heal.context.trace_id} for heal in heals]
    assert [one.outcome for one in healed] == [HealOutcome.HEALED] * 2
    assert traces == [{"heal", "analyse questions", "analyse emotion"}] * 2
    assert len({heal.context.trace_id for heal in heals}) == 2
    assert [dict(heal.attributes or {})["healing.outcome"] for heal in heals] == ["healed", "healed"]


async def test_it_is_linked_to_the_report_of_the_conversation() -> None:
    tracer = a_tracer()
    spans, world = ToldSpans(tracer), World()
    await _degraded(world, "conv_1")
    healer = world.healing()
    parts = {part.name: getattr(healer, part.name) for part in fields(healer)}
    traced = TracedHealDegradedScores(**parts, tracer=tracer)
    events = world.database.tables.events
    world.database.tables.events = {number: replace(event, traceparent=TRACEPARENT) for number, event in events.items()}

    (healed,) = [healed async for healed in traced(HealCommand(early=True))]

    assert healed.outcome is HealOutcome.HEALED
    (link,) = spans.named("heal").links
    assert f"{link.context.trace_id:032x}" == TRACEPARENT.split("-")[1]
