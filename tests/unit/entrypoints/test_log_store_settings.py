from pathlib import Path

import pytest

from application.ports.conversation_logs import ConversationLogs
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.read_settings import InvalidSettings, read_settings
from entrypoints.bootstrap.setting_groups.log_store import (
    DatabasePlace,
    FilePlace,
    InvalidLogStoreUrl,
    Place,
    S3Place,
    place_of,
)

SOMEWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgres:", DatabasePlace()),
        ("file:///var/lib/logs", FilePlace(directory=Path("/var/lib/logs"))),
        ("file:///var/lib/chat%20logs/", FilePlace(directory=Path("/var/lib/chat logs"))),
        ("s3://robot-logs", S3Place(bucket="robot-logs", prefix="")),
        ("s3://robot.logs/production/logs/", S3Place(bucket="robot.logs", prefix="production/logs")),
    ],
)
def test_a_log_store_is_named_by_a_url(url: str, place: Place) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "postgres", "postgres://host/db", "file:relative", "file://host/dir", "file:///", "/var/lib/logs", "s3://",
        "s3:///prefix", "s3://Bucket", "s3://key:secret@bucket", "s3://bucket?x=1", "s3://bucket#x", "gs://bucket", "",
        "s3://[bucket",
    ],
)  # fmt: skip
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(InvalidLogStoreUrl):
        place_of(url)


def test_a_wrong_url_keeps_the_service_from_starting_and_is_not_repeated() -> None:
    faults = _faults(LOG_STORE_URL="s3://AKIA:topsecret@bucket")

    assert faults == ["LOG_STORE_URL: must be postgres:, file:///directory or s3://bucket/prefix"]


def test_every_fault_is_told_at_once() -> None:
    faults = _faults(
        LOG_STORE_URL="here", LOG_STORE_URL_PREVIOUS="there", S3_ENDPOINT_URL="minio:9000", S3_ACCESS_KEY_ID="AKIA"
    )

    assert [fault.partition(":")[0] for fault in faults] == [
        "LOG_STORE_URL",
        "LOG_STORE_URL_PREVIOUS",
        "S3_ENDPOINT_URL",
        "S3_SECRET_ACCESS_KEY",
    ]


def test_a_key_without_its_id_is_refused() -> None:
    assert _faults(S3_SECRET_ACCESS_KEY="x") == ["S3_ACCESS_KEY_ID: needed with S3_SECRET_ACCESS_KEY"]


def test_the_previous_store_is_of_another_kind() -> None:
    """Locations tell one kind from another, not two buckets."""
    faults = _faults(LOG_STORE_URL="s3://new-bucket", LOG_STORE_URL_PREVIOUS="s3://old-bucket")

    assert faults == ["LOG_STORE_URL_PREVIOUS: must be another kind of store than LOG_STORE_URL"]


@pytest.mark.parametrize(
    ("settings", "preferred", "stores"),
    [
        ({}, "postgres", ["postgres"]),
        ({"LOG_STORE_URL": "file:///logs"}, "file", ["postgres", "file"]),
        ({"LOG_STORE_URL": "s3://bucket/logs"}, "s3", ["postgres", "s3"]),
        ({"LOG_STORE_URL_PREVIOUS": "s3://bucket"}, "postgres", ["postgres", "s3"]),
        (
            {"LOG_STORE_URL": "s3://bucket", "LOG_STORE_URL_PREVIOUS": "file:///logs"},
            "s3",
            ["postgres", "s3", "file"],
        ),
    ],
)
def test_the_stores_are_those_that_the_settings_name(
    settings: dict[str, str], preferred: str, stores: list[str]
) -> None:
    container = Container(settings=read_settings(settings), database_url=SOMEWHERE)

    logs = container.logs()

    assert (logs.preferred, list(logs.stores)) == (preferred, stores)
    assert container.move_logs().store is _store(container, preferred)
    assert container.collect_orphaned_logs().logs is logs


def test_the_secret_key_is_not_shown() -> None:
    settings = {"LOG_STORE_URL": "s3://bucket", "S3_ACCESS_KEY_ID": "AKIA", "S3_SECRET_ACCESS_KEY": "topsecret"}
    container = Container(settings=read_settings(settings), database_url=SOMEWHERE)

    assert "topsecret" not in repr(container.settings())
    assert "topsecret" not in repr(container.logs())


def _store(container: Container, kind: str) -> ConversationLogs:
    return container.logs().stores[kind]


def _faults(**settings: str) -> list[str]:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(settings)
    assert "topsecret" not in str(refused.value)
    return refused.value.faults
