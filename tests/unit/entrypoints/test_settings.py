from pathlib import Path

import pytest

from entrypoints.bootstrap.read_settings import InvalidSettings, read_settings
from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.bootstrap.setting_groups.queue import rabbitmq_url
from entrypoints.bootstrap.settings import Settings

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
PASSWORD = "hunter2hunter2"
NO_SECRET_SHOWN = {
    "SECRET_KEY": KEY,
    "SECRET_KEY_PREVIOUS": KEY[::-1],
    "DATABASE_URL": f"postgresql://robot:{PASSWORD}@db/context",
    "POSTGRES_PASSWORD": PASSWORD,
    "RABBITMQ_URL": f"amqp://robot:{PASSWORD}@mq/",
    "RABBITMQ_PASSWORD": PASSWORD,
    "GROQ_API_KEY": f"gsk_{PASSWORD}",
    "REDIS_URL": f"redis://:{PASSWORD}@redis/0",
    "GOOGLE_CHAT_WEBHOOK_URL": f"https://chat.example.org/v1/spaces/1/messages?key={PASSWORD}",
    "MEMORY_API_KEY": f"mem_{PASSWORD}",
    "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{PASSWORD}",
}
# What the contract promises; durations in the unit of the name.
DEFAULTS = {
    "ENVIRONMENT": "development",
    "LOG_LEVEL": "INFO",
    "API_HOST": "127.0.0.1",
    "API_PORT": 30020,
    "METRICS_PORT": 30021,
    "DATABASE_URL": None,
    "POSTGRES_HOST": None,
    "DB_POOL_SIZE": 50,
    "DB_MAX_OVERFLOW": 100,
    "DB_POOL_TIMEOUT": 10,
    "DB_POOL_RECYCLE": 1800,
    "DB_STATEMENT_TIMEOUT_MS": 10_000,
    "RABBITMQ_URL": None,
    "RABBITMQ_HOST": None,
    "RABBITMQ_QUEUE_NAME": "conversation_events_processing",
    "RABBITMQ_EXCHANGE_NAME": "conversation_exchange",
    "RABBITMQ_ROUTING_KEY": "conversation.end",
    "RABBITMQ_TIMEOUT_SECONDS": 5,
    "RABBITMQ_HEARTBEAT_SECONDS": 10,
    "CONSUMER_PREFETCH": 10,
    "LLM_ANALYSIS_ENABLED": True,
    "LLM_PROVIDER": None,
    "GROQ_API_KEY": None,
    "GROQ_BASE_URL": None,
    "GROQ_MODEL": "openai/gpt-oss-20b",
    "LLM_API_TIMEOUT_SECONDS": 15,
    "LLM_MAX_TOKENS": 1000,
    "MEMORY_API_ENABLED": True,
    "MEMORY_API_URL": None,
    "MEMORY_API_KEY": None,
    "MEMORY_API_TIMEOUT_SECONDS": 60,
    "MEMORY_API_CONCURRENCY": 10,
    "MEMORY_API_BREAKER_FAILURES": 5,
    "MEMORY_API_BREAKER_SECONDS": 60,
    "PARALLEL_ANALYSIS_TIMEOUT_SECONDS": 180,
    "MAX_RETRY_ATTEMPTS": 5,
    "RETRY_BASE_HOURS": 6,
    "RETRY_MAX_HOURS": 48,
    "RETRY_JITTER": 0.2,
    "RELAY_INTERVAL_SECONDS": 2,
    "RELAY_BATCH_SIZE": 25,
    "LEASE_SECONDS": 60,
    "POINTS_PER_TURN": 1.0,
    "POINTS_PER_QUESTION": 3.0,
    "POINTS_PER_MEMORY": 5.0,
    "QUEUE_BACKPRESSURE_THRESHOLD": 0.8,
    "GOOGLE_CHAT_WEBHOOK_URL": None,
    "REDIS_URL": None,
    "REDIS_TIMEOUT_SECONDS": 2,
    "SECRET_KEY": None,
    "SECRET_KEY_PREVIOUS": None,
}


def test_what_is_not_set_is_as_the_contract_says() -> None:
    settings = _by_name(read_settings({}))

    assert {name: settings[name] for name in DEFAULTS} == DEFAULTS


def test_every_setting_has_a_name_of_its_own_and_a_meaning() -> None:
    fields = [field for group in dict(read_settings({})).values() for field in type(group).model_fields.values()]

    names = [field.alias for field in fields]
    assert len(set(names)) == len(names)
    assert all(name and name == name.upper() for name in names)
    assert all(field.description for field in fields)


def test_an_empty_value_means_not_set() -> None:
    assert read_settings({"API_PORT": "", "SECRET_KEY": ""}) == read_settings({})


def test_what_nobody_knows_is_ignored() -> None:
    assert read_settings({"HOME": "/root", "DATABASE_URLS": "?"}) == read_settings({})


def test_settings_cannot_be_changed() -> None:
    settings = read_settings({})

    with pytest.raises(ValueError, match="frozen"):
        settings.service.api_port = 1


def test_every_fault_is_told_at_once() -> None:
    wrong = {
        "ENVIRONMENT": "moon",
        "LOG_LEVEL": "LOUD",
        "API_PORT": "65536",
        "DB_POOL_SIZE": "0",
        "DB_MAX_OVERFLOW": "-1",
        "DB_POOL_TIMEOUT": "soon",
        "CONSUMER_PREFETCH": "1.5",
        "LLM_ANALYSIS_ENABLED": "perhaps",
        "LLM_PROVIDER": "oracle",
        "RETRY_JITTER": "1",
        "RETRY_BASE_HOURS": "0",
        "POINTS_PER_TURN": "-0.5",
        "SECRET_KEY_FILE": "/nowhere/key",
    }

    faults = _faults(wrong)

    assert sorted(fault.partition(":")[0] for fault in faults) == sorted(wrong)


PRODUCTION = {"ENVIRONMENT": "production", "POSTGRES_HOST": "db", "RABBITMQ_HOST": "mq"}


def test_a_value_of_the_wrong_type_hides_no_other_fault() -> None:
    wrong = {
        "API_PORT": "none",
        "ENVIRONMENT": "production",
        "DATABASE_URL": "mysql://db",
        "LOG_STORE_URL": "here",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318",
        "GROQ_BASE_URL": "api.groq.com",
        "SECRET_KEY": "short",
        "RETRY_JITTER": "1",
    }

    faults = _faults(wrong)

    told = {fault.partition(":")[0] for fault in faults}
    assert told == (wrong.keys() - {"ENVIRONMENT"}) | {"RABBITMQ_URL"}
    assert all(faults.count(fault) == 1 for fault in faults)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"LLM_PROVIDER": "oracle"}, ["LLM_PROVIDER"]),
        ({"OTEL_BSP_MAX_QUEUE_SIZE": "many", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "4096"}, ["OTEL_BSP_MAX_QUEUE_SIZE"]),
        ({**PRODUCTION, "SECRET_KEY_FILE": "/nowhere"}, ["SECRET_KEY_FILE"]),
        (
            {**PRODUCTION, "SECRET_KEY": KEY, "POSTGRES_HOST": "", "POSTGRES_HOST_FILE": "/nowhere"},
            ["POSTGRES_HOST_FILE"],
        ),
    ],
)
def test_nothing_is_said_of_what_depends_on_a_value_that_is_not_there(given: dict[str, str], wrong: list[str]) -> None:
    """Whoever mends what is told may learn of more; nobody is told of a fault that there is not."""
    assert sorted(fault.partition(":")[0] for fault in _faults(given)) == wrong


def test_contradictions_are_told_at_once() -> None:
    faults = _faults({"ENVIRONMENT": "production", "SECRET_KEY": "short", "SECRET_KEY_PREVIOUS": "changeme" * 5})

    assert sorted(fault.partition(":")[0] for fault in faults) == [
        "DATABASE_URL",
        "RABBITMQ_URL",
        "SECRET_KEY",
        "SECRET_KEY_PREVIOUS",
    ]


@pytest.mark.parametrize(
    ("environment", "analyst"),
    [
        ({}, "rules"),
        ({"GROQ_API_KEY": "gsk_key"}, "groq"),
        ({"GROQ_API_KEY": "gsk_key", "LLM_PROVIDER": "rules"}, "rules"),
        ({"GROQ_API_KEY": "gsk_key", "LLM_PROVIDER": "off"}, "off"),
        ({"GROQ_API_KEY": "gsk_key", "LLM_ANALYSIS_ENABLED": "false"}, "off"),
        ({"LLM_PROVIDER": "groq", "LLM_ANALYSIS_ENABLED": "false"}, "off"),
    ],
)
def test_groq_analyses_if_there_is_a_key_and_nobody_says_otherwise(environment: dict[str, str], analyst: str) -> None:
    assert read_settings(environment).analyst == analyst


def test_groq_needs_a_key_and_an_address_that_is_one() -> None:
    assert _faults({"LLM_PROVIDER": "groq"}) == ["GROQ_API_KEY: needed for LLM_PROVIDER=groq"]
    assert _faults({"GROQ_API_KEY": "gsk_…"}) == ["GROQ_API_KEY: must be printable ASCII without spaces"]
    assert _faults({"GROQ_BASE_URL": "api.groq.com"}) == ["GROQ_BASE_URL: must look like https://host"]


def test_the_memory_service_needs_an_address_that_is_one() -> None:
    assert _faults({"MEMORY_API_URL": "memory:8000"}) == ["MEMORY_API_URL: must look like https://host"]


def test_production_needs_a_database_a_broker_and_a_key() -> None:
    faults = _faults({"ENVIRONMENT": "production"})

    assert sorted(fault.partition(":")[0] for fault in faults) == ["DATABASE_URL", "RABBITMQ_URL", "SECRET_KEY"]


@pytest.mark.parametrize(
    "given",
    [
        {"DATABASE_URL": "postgresql://db/context", "RABBITMQ_URL": "amqp://mq/"},
        {"POSTGRES_HOST": "db", "RABBITMQ_HOST": "mq"},
    ],
)
def test_production_starts_when_all_is_there(given: dict[str, str]) -> None:
    settings = read_settings({"ENVIRONMENT": "production", "SECRET_KEY": KEY, **given})

    assert settings.service.environment == "production"


@pytest.mark.parametrize("environment", ["development", "staging", "production"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_PREVIOUS"])
@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("9b1c7e5f3a8d4c60b2e19f7a6d5c4b3", "at least 32"),
        ("x", "at least 32"),
        ("change-me-change-me-change-me-change-me", "placeholder"),
        ("your-256-bit-key-your-256-bit-key-000", "placeholder"),
        ("THIS IS A SECRET THIS IS A SECRET THIS", "placeholder"),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "placeholder"),
    ],
)
def test_weak_keys_are_refused_everywhere(environment: str, name: str, key: str, fault: str) -> None:
    [told] = [told for told in _faults({"ENVIRONMENT": environment, name: key}) if told.startswith(f"{name}:")]

    assert fault in told
    assert key not in told


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_no_key(host: str) -> None:
    assert read_settings({"API_HOST": host}).security.secret_key is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "service.example.org"])
def test_anything_else_needs_a_key(host: str) -> None:
    [fault] = _faults({"API_HOST": host})

    assert fault.startswith("SECRET_KEY:")
    assert read_settings({"API_HOST": host, "SECRET_KEY": KEY}).service.api_host == host


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://db/context", "postgresql:", "postgresql:/db", "postgresql://db:port/context"]
)
def test_a_database_must_look_like_one(url: str) -> None:
    [fault] = _faults({"DATABASE_URL": url})

    assert fault.startswith("DATABASE_URL:")


@pytest.mark.parametrize("url", ["nonsense", "http://mq/", "amqp:", "amqp://mq:port/"])
def test_a_broker_must_look_like_one(url: str) -> None:
    [fault] = _faults({"RABBITMQ_URL": url})

    assert fault.startswith("RABBITMQ_URL:")


@pytest.mark.parametrize("url", ["nonsense", "amqp://redis/", "redis:", "redis://redis:port/0"])
def test_a_redis_must_look_like_one(url: str) -> None:
    [fault] = _faults({"REDIS_URL": url})

    assert fault.startswith("REDIS_URL:")


@pytest.mark.parametrize("url", ["nonsense", "chat.example.org/v1", "ftp://chat.example.org/", "https:"])
def test_a_webhook_must_look_like_one(url: str) -> None:
    [fault] = _faults({"GOOGLE_CHAT_WEBHOOK_URL": url})

    assert fault.startswith("GOOGLE_CHAT_WEBHOOK_URL:")


def test_secrets_are_never_printed() -> None:
    settings = read_settings(NO_SECRET_SHOWN)

    printed = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"

    assert PASSWORD not in printed
    assert KEY not in printed
    assert KEY[::-1] not in printed


def test_secrets_are_never_told_in_faults() -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({**NO_SECRET_SHOWN, "DATABASE_URL": PASSWORD, "SECRET_KEY": PASSWORD, "API_PORT": PASSWORD})

    assert PASSWORD not in str(refused.value)
    assert PASSWORD not in repr(refused.value)


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")

    assert _key(read_settings({"SECRET_KEY_FILE": str(tmp_path / "key")})) == KEY


def test_any_setting_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://db/context")
    (tmp_path / "port").write_text("30021")

    settings = read_settings({"DATABASE_URL_FILE": str(tmp_path / "url"), "API_PORT_FILE": str(tmp_path / "port")})

    assert database_url(settings.database) == "postgresql+psycopg://db/context"
    assert settings.service.api_port == 30021


def test_a_value_wins_over_a_file(tmp_path: Path) -> None:
    assert _key(read_settings({"SECRET_KEY": KEY, "SECRET_KEY_FILE": str(tmp_path / "nowhere")})) == KEY


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)

    [fault] = _faults({"SECRET_KEY_FILE": str(file)})

    assert fault.startswith("SECRET_KEY_FILE:")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    assert _faults({"SECRET_KEY_FILE": str(tmp_path)})[0].startswith("SECRET_KEY_FILE:")


def test_a_dotenv_file_is_read(tmp_path: Path) -> None:
    settings = read_settings({}, _dotenv(tmp_path, API_PORT="30021", SECRET_KEY=KEY))

    assert (settings.service.api_port, _key(settings)) == (30021, KEY)


def test_a_dotenv_file_loses_against_the_environment(tmp_path: Path) -> None:
    dotenv = _dotenv(tmp_path, API_PORT="30021", LOG_LEVEL="LOUD", SECRET_KEY="short")

    settings = read_settings({"API_PORT": "30022", "LOG_LEVEL": "ERROR", "SECRET_KEY": KEY}, dotenv)

    assert (settings.service.api_port, settings.service.log_level, _key(settings)) == (30022, "ERROR", KEY)


def test_a_dotenv_file_loses_against_a_file_named_by_the_environment(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    dotenv = _dotenv(tmp_path, SECRET_KEY=KEY[::-1])

    assert _key(read_settings({"SECRET_KEY_FILE": str(tmp_path / "key")}, dotenv)) == KEY


def test_a_file_named_by_a_dotenv_file_loses_against_the_environment(tmp_path: Path) -> None:
    dotenv = _dotenv(tmp_path, SECRET_KEY_FILE="/nowhere/key")

    assert _key(read_settings({"SECRET_KEY": KEY}, dotenv)) == KEY


def test_the_environment_can_empty_what_a_dotenv_file_says(tmp_path: Path) -> None:
    dotenv = _dotenv(tmp_path, DATABASE_URL="postgresql://db/context")

    assert read_settings({"DATABASE_URL": ""}, dotenv).database.url is None


def test_a_dotenv_file_need_not_be_there(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path / ".env") == read_settings({})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_url_is_made_fit_for_the_driver(scheme: str) -> None:
    settings = read_settings({"DATABASE_URL": f"{scheme}://robot:a%40b@db:5433/context?sslmode=require"})

    assert database_url(settings.database) == "postgresql+psycopg://robot:a%40b@db:5433/context?sslmode=require"


def test_a_database_can_be_given_in_parts() -> None:
    parts = {
        "POSTGRES_HOST": "db",
        "POSTGRES_PORT": "5433",
        "POSTGRES_USERNAME": "robot@home",
        "POSTGRES_PASSWORD": "a/b:c@d",
        "POSTGRES_DATABASE": "context",
    }

    assert (
        database_url(read_settings(parts).database) == "postgresql+psycopg://robot%40home:a%2Fb%3Ac%40d@db:5433/context"
    )


def test_a_broker_can_be_given_in_parts() -> None:
    parts = {
        "RABBITMQ_HOST": "mq",
        "RABBITMQ_PORT": "5673",
        "RABBITMQ_USERNAME": "robot",
        "RABBITMQ_PASSWORD": "a/b@c",
        "RABBITMQ_VHOST": "/robots",
    }

    assert rabbitmq_url(read_settings(parts).queue) == "amqp://robot:a%2Fb%40c@mq:5673/%2Frobots"


def test_a_url_wins_over_parts() -> None:
    settings = read_settings({"RABBITMQ_URL": "amqp://one/", "RABBITMQ_HOST": "two"})

    assert rabbitmq_url(settings.queue) == "amqp://one/"


def test_what_is_not_configured_is_embedded() -> None:
    settings = read_settings({})

    assert (database_url(settings.database), rabbitmq_url(settings.queue)) == (None, None)


def _faults(given: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(given)
    assert all(fault in str(refused.value) for fault in refused.value.faults)
    return refused.value.faults


def _by_name(settings: Settings) -> dict[str, object]:
    groups = dict(settings).values()
    return {
        str(field.alias): getattr(group, name) for group in groups for name, field in type(group).model_fields.items()
    }


def _key(settings: Settings) -> str:
    assert settings.security.secret_key is not None
    return settings.security.secret_key.get_secret_value()


def _dotenv(directory: Path, **values: str) -> Path:
    file = directory / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return file
