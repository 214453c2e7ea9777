from dataclasses import dataclass

from application.errors import DependencyUnavailable
from application.ports.alert_suppression import AlertSuppression
from domain.alert import AlertComponent, AlertType
from infrastructure.alerting.suppression import ProcessSuppression
from infrastructure.alerting.suppression_with_fallback import PAUSE, SuppressionWithFallback

KIND, WHERE = AlertType.LLM_TIMEOUT, AlertComponent.LLM


@dataclass(slots=True, kw_only=True)
class SharedSuppression(AlertSuppression):
    """Away when told to; else it has suppressed seven."""

    away: bool = False
    asked: int = 0

    async def admit(self, kind: AlertType, component: AlertComponent, *, count: int) -> int | None:
        self.asked += 1
        if self.away:
            raise DependencyUnavailable("told to be away")
        return 7


def _with_fallback(shared: AlertSuppression, seconds: list[float]) -> SuppressionWithFallback:
    return SuppressionWithFallback(
        shared=shared, own=ProcessSuppression(monotonic=lambda: seconds[0]), monotonic=lambda: seconds[0]
    )


async def test_what_all_share_decides() -> None:
    shared = SharedSuppression()

    assert await _with_fallback(shared, [0.0]).admit(KIND, WHERE, count=1) == 7


async def test_while_it_is_away_the_process_decides_and_asks_no_more() -> None:
    shared = SharedSuppression(away=True)
    suppression = _with_fallback(shared, [0.0])

    answers = [await suppression.admit(KIND, WHERE, count=1) for _ in range(3)]

    assert (answers, shared.asked) == ([0, None, None], 1)


async def test_after_a_pause_it_is_asked_again() -> None:
    shared, seconds = SharedSuppression(away=True), [0.0]
    suppression = _with_fallback(shared, seconds)
    await suppression.admit(KIND, WHERE, count=1)
    shared.away = False

    seconds[0] += PAUSE.total_seconds()

    assert await suppression.admit(KIND, WHERE, count=1) == 7
