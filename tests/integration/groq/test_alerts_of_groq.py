"""What people are told of a language model in trouble, on real sockets."""

import pytest

from application.errors import AnalystUnavailable
from entrypoints.fake_services.behaviour import Behaviour, Fault
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.telemetry.analyst import WatchedAnalyst
from tests.integration.groq.asking import a_chat, asking
from tests.stand_ins import Listening

IMPATIENT = 0.3
CANARY = "my dog Canary ran away"
TROUBLES = {
    "hangs": (Behaviour(fault=Fault.HANG), ["LLM_TIMEOUT", "ANALYSIS_DEGRADED"]),
    "asked too often": (Behaviour(fault=Fault.STATUS, status=429), ["LLM_RATE_LIMIT", "ANALYSIS_DEGRADED"]),
    "fails": (Behaviour(fault=Fault.STATUS, status=500), ["ANALYSIS_DEGRADED"]),
    "malformed": (Behaviour(fault=Fault.MALFORMED), ["ANALYSIS_DEGRADED"]),
}


@pytest.mark.parametrize(("behaviour", "expected"), TROUBLES.values(), ids=TROUBLES)
async def test_a_model_in_trouble_is_told_once_after_the_last_try_without_what_was_said(
    service: Listening, behaviour: Behaviour, expected: list[str]
) -> None:
    alerts = RememberingAlerts()
    service.behaves(behaviour)
    async with asking(service.url, attempts=3, attempt_limit=IMPATIENT) as groq:
        watched = WatchedAnalyst(analyst=groq.analyst, alerts=alerts)
        with pytest.raises(AnalystUnavailable):
            await watched.count_questions(a_chat(CANARY))

    assert alerts.types == expected
    assert all(CANARY not in alert.what for alert in alerts.raised)
