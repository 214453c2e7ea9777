"""Every provider builds, in every mode, and opens nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from dependency_injector import providers

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.read_settings import read_settings
from infrastructure.groq.analyst import GroqConversationAnalyst
from infrastructure.in_process_queue.probe import EmbeddedQueueProbe
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.memory_api.extractor import MemoryApiExtractor
from infrastructure.rules.analyst import RulesConversationAnalyst
from infrastructure.switched_off.analyst import NoAnalyst, NoMemories

CONCERNS = [
    kind for kind in Container.__mro__ if isinstance(kind, type(Container)) and kind.__dict__.get("cls_providers")
]
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
MODES = {
    "embedded": {},
    "configured": {
        "ENVIRONMENT": "production",
        "DATABASE_URL": NOWHERE,
        "RABBITMQ_URL": "amqp://nobody@127.0.0.1:1/",
        "SECRET_KEY": "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a",
    },
    "without analysis": {"LLM_ANALYSIS_ENABLED": "false"},
    "with Groq": {"GROQ_API_KEY": "gsk_nobody"},
    "with traces": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "GROQ_API_KEY": "gsk_nobody"},
    "with a memory service": {"MEMORY_API_URL": "http://127.0.0.1:1", "MEMORY_API_KEY": "nobody"},
}


def a_container(settings: dict[str, str]) -> Container:
    return Container(settings=read_settings(settings), database_url=NOWHERE)


@contextmanager
def nothing_opened() -> Iterator[None]:
    process = psutil.Process()
    connections, descriptors = set(process.net_connections()), process.num_fds()
    yield
    assert set(process.net_connections()) <= connections
    assert process.num_fds() <= descriptors


@pytest.mark.parametrize("settings", MODES.values(), ids=MODES.keys())
@pytest.mark.parametrize("name", sorted(Container.providers))
def test_every_provider_builds_and_opens_nothing(settings: dict[str, str], name: str) -> None:
    provider = a_container(settings).providers[name]

    with nothing_opened():
        provider()


@pytest.mark.parametrize("settings", MODES.values(), ids=MODES.keys())
def test_what_is_kept_open_is_built_once(settings: dict[str, str]) -> None:
    container = a_container(settings)

    for name, provider in container.providers.items():
        if isinstance(provider, providers.Singleton):
            assert provider() is provider(), name


def test_a_concern_stands_on_nothing_but_what_it_names() -> None:
    """Else the library would quietly give it a copy of its own: a second pool, a second queue."""
    for concern in CONCERNS:
        own = set(map(id, concern.providers.values()))
        used = {id(provider) for provider in providers.traverse(*concern.cls_providers.values())}

        assert used & set(map(id, Container.providers.values())) <= own, concern.__name__


def test_one_concern_gives_a_name() -> None:
    named = [name for concern in CONCERNS for name in concern.cls_providers]

    assert sorted(named) == sorted(Container.providers)


def test_two_containers_share_nothing() -> None:
    one, two = a_container({}), a_container({})

    assert one.engine() is not two.engine()
    assert one.in_process_queue() is not two.in_process_queue()


def test_what_is_not_configured_is_embedded() -> None:
    container = a_container({})

    assert isinstance(container.own_publisher(), InProcessQueue)
    assert isinstance(container.queue_probe(), EmbeddedQueueProbe)
    assert isinstance(container.analyst(), RulesConversationAnalyst)


def test_what_is_configured_is_used() -> None:
    container = a_container(MODES["configured"])

    assert not isinstance(container.own_publisher(), InProcessQueue)
    assert not isinstance(container.queue_probe(), EmbeddedQueueProbe)


@pytest.mark.parametrize("settings", [{"LLM_ANALYSIS_ENABLED": "false"}, {"LLM_PROVIDER": "off"}])
def test_analysis_can_be_switched_off(settings: dict[str, str]) -> None:
    assert isinstance(a_container(settings).analyst(), NoAnalyst)


def test_with_a_key_groq_analyses_and_its_breaker_is_shown() -> None:
    container = a_container(MODES["with Groq"])

    assert isinstance(container.analyst(), GroqConversationAnalyst)
    assert container.breakers().now() == {"groq": "closed"}


def test_what_is_not_configured_has_no_breaker_to_show() -> None:
    assert a_container({}).breakers().now() == {}


def test_with_an_address_the_memory_service_is_asked_and_its_breaker_is_shown() -> None:
    container = a_container(MODES["with a memory service"])

    assert isinstance(container.memories(), MemoryApiExtractor)
    assert container.breakers().now() == {"memory_api": "closed"}


@pytest.mark.parametrize("settings", [{}, {"MEMORY_API_URL": "http://127.0.0.1:1", "MEMORY_API_ENABLED": "false"}])
def test_without_a_memory_service_nobody_is_asked(settings: dict[str, str]) -> None:
    container = a_container(settings)

    assert isinstance(container.memories(), NoMemories)
    assert container.breakers().now() == {}


def test_settings_reach_what_they_are_for() -> None:
    container = a_container({"POINTS_PER_TURN": "2", "LEASE_SECONDS": "7", "MAX_RETRY_ATTEMPTS": "1"})

    assert container.rules().points_per_turn == 2.0
    assert container.calculate_score().lease.total_seconds() == 7
    assert container.schedule().max_attempts == 2
