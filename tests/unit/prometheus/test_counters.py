from prometheus_client import generate_latest

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.read_settings import read_settings
from infrastructure.prometheus.attempts import AttemptMetrics
from infrastructure.prometheus.registry import make_registry
from infrastructure.prometheus.told import dead_letters_counted
from infrastructure.rabbitmq.message import DeadLetterReason
from tests.exported_metrics import NOWHERE, Scrape


def test_what_may_happen_is_told_before_it_does_so_that_a_first_time_is_an_increase() -> None:
    registry = make_registry()
    count = dead_letters_counted(registry, DeadLetterReason)
    AttemptMetrics(registry=registry, outcomes=("processed", "failed"), earlier_failures=("none",))

    count(DeadLetterReason.NOT_JSON)

    told = Scrape(generate_latest(registry).decode())
    assert told.values("dead_letters_total", "reason") == set(DeadLetterReason)
    assert told.number("dead_letters_total", reason="not JSON") == 1
    assert told.number("dead_letters_total", reason="unknown event") == 0
    assert told.values("event_attempts_total", "outcome") == {"processed", "failed"}


async def test_two_containers_count_apart() -> None:
    one, two = (Container(settings=read_settings({}), database_url=NOWHERE) for _ in range(2))
    for container in (one, two):
        container.exposition()

    one.request_metrics().rate_limited()

    numbers = [
        Scrape(generate_latest(container.metrics_registry()).decode()).number("rate_limited_requests_total")
        for container in (one, two)
    ]
    assert numbers == [1, 0]
