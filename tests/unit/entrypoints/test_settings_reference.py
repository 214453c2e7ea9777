"""The reference says who acts on a setting; what is built for a process shows who reads it."""

from collections.abc import Mapping

import pytest

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.bootstrap.setting_groups.group import CONSUME, SERVE, Group
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.settings_reference import settings_reference
from entrypoints.http.app import create_app

# Read before anybody watches: every process checks all of them.
EVERYTHING = read_settings(
    {
        "SECRET_KEY": "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a",
        "RABBITMQ_URL": "amqp://robot@mq/",
        "REDIS_URL": "redis://redis",
        "GROQ_API_KEY": "gsk_key",
        "MEMORY_API_URL": "https://memory.example.org",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
    }
)
FOR_BOTH = (
    "publisher",
    "queue_probe",
    "rounds",
    "catalogue_news",
    "offer_recorder",
    "alert_suppression",
    "google_chat",
)
FOR_CONSUME = (
    *FOR_BOTH,
    *("calculate_score", "heal_degraded_scores", "announce_due_events", "move_logs", "collect_orphaned_logs"),
    *("forget_old_logs", "delete_erased_logs", "consumer_rounds", "consuming_session", "exposition"),
)
# Every connection to the broker is made by the same lines; only a consumer's fetches anything.
WITHOUT_EFFECT = {"CONSUMER_PREFETCH"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The settings that were looked at."""
    seen = set[str]()
    usual = Group.__getattribute__

    def noticed(self: Group, name: str) -> object:
        field = None if name.startswith("_") else type(self).model_fields.get(name)
        if field is not None and field.alias is not None:
            seen.add(field.alias)
        return usual(self, name)

    monkeypatch.setattr(Group, "__getattribute__", noticed)
    return seen


def test_serve_reads_nothing_that_the_reference_gives_to_others(read: set[str]) -> None:
    container = _container()

    create_app(container, opened)
    _built(container, FOR_BOTH)

    assert {"DB_POOL_SIZE", "RATE_LIMIT_PER_SECOND", "GROQ_MODEL"} <= read
    assert {name for name in read if SERVE not in _acting()[name]} <= WITHOUT_EFFECT


def test_consume_reads_nothing_that_the_reference_gives_to_others(read: set[str]) -> None:
    _built(_container(), FOR_CONSUME)

    assert {"CONSUMER_PREFETCH", "RELAY_BATCH_SIZE", "GROQ_MODEL"} <= read
    assert {name for name in read if CONSUME not in _acting()[name]} == set()


@pytest.mark.parametrize(
    "row",
    [
        "| `API_PORT` | whole number, ≥ 1, ≤ 65535 | `30020` | port the HTTP server listens on | `serve` |",
        "| `SECRET_KEY_PREVIOUS` | secret | – | still accepted while keys rotate | `serve` |",
        "| `HEAL_PER_MINUTE` | whole number, ≥ 1 | `30` | tries a minute, of one consumer | `consume` |",
        "| `GROQ_MODEL` | text | `openai/gpt-oss-20b` | who is asked | `serve`, `consume`, commands |",
    ],
)
def test_a_row_tells_form_default_meaning_and_who_acts(row: str) -> None:
    assert row in settings_reference().splitlines()


def _container() -> Container:
    """Building opens nothing."""
    return Container(settings=EVERYTHING, database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing")


def _built(container: Container, names: tuple[str, ...]) -> None:
    for name in names:
        getattr(container, name)()


def _acting() -> Mapping[str, tuple[str, ...]]:
    groups = [field.annotation for field in Settings.model_fields.values()]
    return {
        str(field.alias): group.read_otherwise.get(str(field.alias), group.read_by)
        for group in groups
        if isinstance(group, type) and issubclass(group, Group)
        for field in group.model_fields.values()
    }
