"""What people are told of a memory service in trouble, on real sockets."""

import pytest

from application.errors import MemoriesRefused, MemoriesTimedOut, MemoriesUnavailable
from domain.identifiers import ConversationId
from entrypoints.fake_services.behaviour import Behaviour, Fault
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.telemetry.memories import WatchedMemories
from tests.memory_adapter import ALICE, a_conversation, memories_of
from tests.stand_ins import standing_in

CANARY = "my dog Canary ran away"
TROUBLES = {
    "hangs": (Behaviour(fault=Fault.HANG), MemoriesTimedOut, [("EXTERNAL_API_TIMEOUT", "HIGH")]),
    "trickles": (Behaviour(fault=Fault.TRICKLE), MemoriesTimedOut, [("EXTERNAL_API_TIMEOUT", "HIGH")]),
    "refuses": (Behaviour(fault=Fault.STATUS, status=422), MemoriesRefused, [("ANALYSIS_DEGRADED", "LOW")]),
    # The breaker and the event's retries tell of these, should they last.
    "fails": (Behaviour(fault=Fault.STATUS, status=500), MemoriesUnavailable, []),
}


@pytest.mark.parametrize(("behaviour", "error", "told"), TROUBLES.values(), ids=TROUBLES)
async def test_a_service_in_trouble_is_told_with_the_conversation_and_without_what_was_said(
    behaviour: Behaviour, error: type[Exception], told: list[tuple[str, str]]
) -> None:
    alerts = RememberingAlerts()
    async with standing_in(behaviour) as service, memories_of(service.url) as memories:
        watched = WatchedMemories(memories=memories.extractor, alerts=alerts)
        with pytest.raises(error):
            await watched.extract(ALICE, ConversationId("conv_0001"), a_conversation(CANARY))

    assert [(alert.type, alert.level) for alert in alerts.raised] == told
    assert all(alert.conversation_id == "conv_0001" for alert in alerts.raised)
    assert all(CANARY not in alert.what for alert in alerts.raised)
