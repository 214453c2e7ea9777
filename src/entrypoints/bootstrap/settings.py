"""Every setting of the service: its environment variable, default and meaning, grouped by what it is for."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Seconds = Annotated[float, Field(gt=0)]
Milliseconds = Annotated[int, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Port = Annotated[int, Field(ge=1, le=65535)]

SERVE, CONSUME, COMMANDS = "`serve`", "`consume`", "commands"
ALL = (SERVE, CONSUME, COMMANDS)
PROCESSES = (SERVE, CONSUME)  # those that stay; dev is both


class Group(BaseModel):
    # What was given is never repeated in an error: it may be a secret.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=False)

    # For the reference: a heading, else the name of the class; who acts on its settings, and on which others act.
    heading: ClassVar[str | None] = None
    read_by: ClassVar[tuple[str, ...]] = ALL
    read_otherwise: ClassVar[Mapping[str, tuple[str, ...]]] = {}


class ServiceSettings(Group):
    read_otherwise = {
        "API_HOST": PROCESSES,
        "API_PORT": (SERVE,),
        "METRICS_PORT": (CONSUME,),
        "SCORING_REQUESTS_AT_ONCE": (SERVE,),
        "DOCS_ENABLED": (SERVE,),
        "REQUEST_TIMEOUT_SECONDS": (SERVE,),
    }

    environment: Literal["development", "test", "staging", "production"] = Field(
        "development", alias="ENVIRONMENT", description="production refuses to start half configured"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="LOG_LEVEL", description="the least severe line that is logged"
    )
    api_host: str = Field("127.0.0.1", alias="API_HOST", description="address the HTTP server listens on")
    api_port: Port = Field(30020, alias="API_PORT", description="port the HTTP server listens on")
    metrics_port: Port = Field(
        30021, alias="METRICS_PORT", description="port at which a consumer answers /metrics and /livez, on API_HOST"
    )
    scoring_requests_at_once: Count = Field(
        1, alias="SCORING_REQUESTS_AT_ONCE", description="calculate-score requests worked on at once; more of them wait"
    )
    request_timeout_seconds: Seconds = Field(
        55,
        alias="REQUEST_TIMEOUT_SECONDS",
        description="seconds a request may take in all; below the load balancer's, above the database's",
    )
    docs_enabled: bool | None = Field(
        None, alias="DOCS_ENABLED", description="whether /docs and /openapi.json answer; by default not in production"
    )

    @property
    def shows_docs(self) -> bool:
        return self.environment != "production" if self.docs_enabled is None else self.docs_enabled


class DatabaseSettings(Group):
    url: SecretStr | None = Field(None, alias="DATABASE_URL", description="PostgreSQL; without it an embedded one")
    host: str | None = Field(None, alias="POSTGRES_HOST", description="instead of DATABASE_URL")
    port: Port = Field(5432, alias="POSTGRES_PORT", description="with POSTGRES_HOST")
    username: str = Field("postgres", alias="POSTGRES_USERNAME", description="with POSTGRES_HOST")
    password: SecretStr | None = Field(None, alias="POSTGRES_PASSWORD", description="with POSTGRES_HOST")
    database: str = Field("context_handling", alias="POSTGRES_DATABASE", description="with POSTGRES_HOST")
    pool_size: Count = Field(50, alias="DB_POOL_SIZE", description="connections kept per process")
    max_overflow: int = Field(100, alias="DB_MAX_OVERFLOW", ge=0, description="more of them under load")
    pool_timeout_seconds: Seconds = Field(10, alias="DB_POOL_TIMEOUT", description="seconds to wait for a connection")
    pool_recycle_seconds: Seconds = Field(1800, alias="DB_POOL_RECYCLE", description="seconds a connection lives")
    statement_timeout_ms: Milliseconds = Field(
        10_000, alias="DB_STATEMENT_TIMEOUT_MS", description="milliseconds one statement may take"
    )


class QueueSettings(Group):
    read_by = PROCESSES

    url: SecretStr | None = Field(None, alias="RABBITMQ_URL", description="RabbitMQ; without it a queue in the process")
    host: str | None = Field(None, alias="RABBITMQ_HOST", description="instead of RABBITMQ_URL")
    port: Port = Field(5672, alias="RABBITMQ_PORT", description="with RABBITMQ_HOST")
    username: str = Field("guest", alias="RABBITMQ_USERNAME", description="with RABBITMQ_HOST")
    password: SecretStr | None = Field(None, alias="RABBITMQ_PASSWORD", description="with RABBITMQ_HOST")
    vhost: str = Field("/", alias="RABBITMQ_VHOST", description="with RABBITMQ_HOST")
    queue_name: str = Field(
        "conversation_events_processing", alias="RABBITMQ_QUEUE_NAME", description="queue of the consumers"
    )
    exchange_name: str = Field("conversation_exchange", alias="RABBITMQ_EXCHANGE_NAME", description="direct exchange")
    routing_key: str = Field("conversation.end", alias="RABBITMQ_ROUTING_KEY", description="binds queue and exchange")
    timeout_seconds: Seconds = Field(
        5, alias="RABBITMQ_TIMEOUT_SECONDS", description="seconds for connecting, and for the confirm of a publish"
    )
    heartbeat_seconds: Seconds = Field(
        10, alias="RABBITMQ_HEARTBEAT_SECONDS", description="seconds between signs of life"
    )


class LogStoreSettings(Group):
    heading = "Conversation logs"
    read_otherwise = {"LOG_RETENTION_DAYS": (CONSUME,)}

    url: str = Field(
        "postgres:",
        alias="LOG_STORE_URL",
        description="where conversation logs lie: postgres:, file:///directory or s3://bucket/prefix",
    )
    previous_url: str | None = Field(
        None, alias="LOG_STORE_URL_PREVIOUS", description="where older logs still lie after a switch to another kind"
    )
    timeout_seconds: Seconds = Field(
        3, alias="LOG_STORE_TIMEOUT_SECONDS", description="seconds until a new log goes into the database instead"
    )
    retention_days: Count | None = Field(
        None,
        alias="LOG_RETENTION_DAYS",
        description="days after which the log of a scored or skipped conversation is deleted; without it, never",
    )
    s3_endpoint_url: str | None = Field(None, alias="S3_ENDPOINT_URL", description="of MinIO and the like; not of AWS")
    s3_region: str | None = Field(None, alias="S3_REGION", description="without it, AWS_REGION, else us-east-1")
    s3_access_key_id: str | None = Field(
        None, alias="S3_ACCESS_KEY_ID", description="without it, what AWS gives: its own variables, or the role"
    )
    s3_secret_access_key: SecretStr | None = Field(
        None, alias="S3_SECRET_ACCESS_KEY", description="with S3_ACCESS_KEY_ID"
    )


class ConsumerSettings(Group):
    heading = "Consumer and relay"
    read_by = (CONSUME,)
    read_otherwise = {"CONSUMER_MAX_BYTES_IN_FLIGHT": ALL, "LEASE_SECONDS": PROCESSES}

    prefetch: Count = Field(10, alias="CONSUMER_PREFETCH", description="conversations worked on at once")
    max_bytes_in_flight: Count = Field(
        64 * 1024 * 1024,
        alias="CONSUMER_MAX_BYTES_IN_FLIGHT",
        description="bytes of memory for the conversations worked on at once",
    )
    backpressure_threshold: float = Field(
        0.8,
        alias="QUEUE_BACKPRESSURE_THRESHOLD",
        gt=0,
        le=1,
        description="share of those bytes in use from which people are told",
    )
    lease_seconds: Seconds = Field(
        60, alias="LEASE_SECONDS", description="seconds until a silent worker loses its event; renewed while working"
    )
    relay_interval_seconds: Seconds = Field(
        2, alias="RELAY_INTERVAL_SECONDS", description="seconds between two looks for events that are due"
    )
    relay_batch_size: Count = Field(25, alias="RELAY_BATCH_SIZE", description="events announced at a time")


class RetrySettings(Group):
    heading = "Retries"
    read_by = PROCESSES
    read_otherwise = {"RETRY_JITTER": ALL}

    max_attempts: int = Field(5, alias="MAX_RETRY_ATTEMPTS", ge=0, description="retries after the first attempt")
    base_hours: Seconds = Field(6, alias="RETRY_BASE_HOURS", description="hours before the first retry; then doubled")
    max_hours: Seconds = Field(48, alias="RETRY_MAX_HOURS", description="hours before any retry at most")
    jitter: float = Field(0.2, alias="RETRY_JITTER", ge=0, lt=1, description="share by which a wait varies")


class HealingSettings(Group):
    read_otherwise = {"HEAL_PER_MINUTE": (CONSUME,)}

    base_minutes: Seconds = Field(
        5, alias="HEAL_BASE_MINUTES", description="minutes until a missing part is looked for again; then doubled"
    )
    max_hours: Seconds = Field(24, alias="HEAL_MAX_HOURS", description="hours before any further try at most")
    max_tries: Count = Field(12, alias="HEAL_MAX_TRIES", description="tries for one conversation")
    per_minute: Count = Field(30, alias="HEAL_PER_MINUTE", description="tries a minute, of one consumer")


class AnalysisSettings(Group):
    enabled: bool = Field(
        default=True, alias="LLM_ANALYSIS_ENABLED", description="false counts no questions and no emotion"
    )
    provider: Literal["groq", "rules", "off"] | None = Field(
        None,
        alias="LLM_PROVIDER",
        description="groq; rules: offline; off: counts nothing. By default groq if there is a key, else rules",
    )
    limit_seconds: Seconds = Field(
        180, alias="PARALLEL_ANALYSIS_TIMEOUT_SECONDS", description="seconds for all analyses of one conversation"
    )


class GroqSettings(Group):
    api_key: SecretStr | None = Field(None, alias="GROQ_API_KEY", description="without it nobody asks Groq")
    base_url: str | None = Field(
        None, alias="GROQ_BASE_URL", description="https://host of a compatible service; without it Groq's own"
    )
    model: str = Field("openai/gpt-oss-20b", alias="GROQ_MODEL", description="who is asked")
    timeout_seconds: Seconds = Field(
        15, alias="LLM_API_TIMEOUT_SECONDS", description="seconds one attempt may take; all three take thrice that"
    )
    max_tokens: Count = Field(
        1000, alias="LLM_MAX_TOKENS", description="tokens an answer may have, the model's reasoning included"
    )


class MemorySettings(Group):
    heading = "Memory service"

    enabled: bool = Field(default=True, alias="MEMORY_API_ENABLED", description="false: nobody extracts memories")
    url: str | None = Field(
        None, alias="MEMORY_API_URL", description="https://host of the memory service; without it there is none"
    )
    key: SecretStr | None = Field(None, alias="MEMORY_API_KEY", description="bearer token, if the service wants one")
    timeout_seconds: Seconds = Field(
        60, alias="MEMORY_API_TIMEOUT_SECONDS", description="seconds the memory service may take for a conversation"
    )
    concurrency: Count = Field(
        10, alias="MEMORY_API_CONCURRENCY", description="conversations it is asked about at once, by one process"
    )
    breaker_failures: Count = Field(
        5, alias="MEMORY_API_BREAKER_FAILURES", description="calls in a row that fail until it is left alone"
    )
    breaker_seconds: Seconds = Field(
        60, alias="MEMORY_API_BREAKER_SECONDS", description="seconds for which it is left alone"
    )


class AlertSettings(Group):
    heading = "Alerts"

    google_chat_webhook_url: SecretStr | None = Field(
        None, alias="GOOGLE_CHAT_WEBHOOK_URL", description="where alerts go; without it they are log lines"
    )


class SharedStateSettings(Group):
    heading = "What replicas share"
    read_by = PROCESSES

    redis_url: SecretStr | None = Field(
        None,
        alias="REDIS_URL",
        description="what replicas share of alerts and rate limits; without it each process knows its own",
    )
    timeout_seconds: Seconds = Field(
        2, alias="REDIS_TIMEOUT_SECONDS", description="seconds for connecting, and for an answer"
    )


class TracingSettings(Group):
    """Names, forms and units are those of OpenTelemetry's specification."""

    endpoint: str | None = Field(
        None,
        alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="http://collector:4318, to which /v1/traces is added; without it nobody traces",
    )
    traces_endpoint: str | None = Field(
        None, alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", description="instead, and taken as it is"
    )
    headers: SecretStr | None = Field(
        None,
        alias="OTEL_EXPORTER_OTLP_HEADERS",
        description="sent with every batch: name=value,name=value, values URL-encoded; credentials go here",
    )
    protocol: Literal["http/protobuf"] = Field(
        "http/protobuf", alias="OTEL_EXPORTER_OTLP_PROTOCOL", description="the only one that is spoken"
    )
    timeout_ms: Milliseconds = Field(
        3000, alias="OTEL_EXPORTER_OTLP_TIMEOUT", description="milliseconds for one batch, repetitions included"
    )
    disabled: bool = Field(
        default=False, alias="OTEL_SDK_DISABLED", description="true: nobody traces, whatever else is set"
    )
    service_name: str = Field("context-handling", alias="OTEL_SERVICE_NAME", description="who tells")
    resource_attributes: str | None = Field(
        None, alias="OTEL_RESOURCE_ATTRIBUTES", description="more about who tells: name=value,name=value"
    )
    sampler: Literal[
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ] = Field("parentbased_always_on", alias="OTEL_TRACES_SAMPLER", description="which traces are told")
    sampled_share: float = Field(
        1.0, alias="OTEL_TRACES_SAMPLER_ARG", ge=0, le=1, description="share of them, for the samplers by ratio"
    )
    queue_size: Count = Field(
        2048, alias="OTEL_BSP_MAX_QUEUE_SIZE", description="spans that may wait; those beyond are dropped and counted"
    )
    batch_size: Count = Field(512, alias="OTEL_BSP_MAX_EXPORT_BATCH_SIZE", description="spans sent at a time")
    delay_ms: Milliseconds = Field(
        5000, alias="OTEL_BSP_SCHEDULE_DELAY", description="milliseconds until what waits is sent, full batch or not"
    )


class CallLimitSettings(Group):
    heading = "Rate limits"
    read_by = (SERVE,)

    per_second: float = Field(
        2000, alias="RATE_LIMIT_PER_SECOND", ge=0, description="requests a second of one token's subject; 0: no limit"
    )
    anonymous_per_second: float = Field(
        100,
        alias="RATE_LIMIT_ANONYMOUS_PER_SECOND",
        ge=0,
        description="requests a second of one address without a good token; 0: no limit",
    )


class ScoringSettings(Group):
    points_per_turn: float = Field(1.0, alias="POINTS_PER_TURN", ge=0, description="points")
    points_per_question: float = Field(3.0, alias="POINTS_PER_QUESTION", ge=0, description="points")
    points_per_memory: float = Field(5.0, alias="POINTS_PER_MEMORY", ge=0, description="points")


class SecuritySettings(Group):
    read_by = (SERVE, COMMANDS)
    read_otherwise = {"SECRET_KEY_PREVIOUS": (SERVE,)}

    secret_key: SecretStr | None = Field(
        None, alias="SECRET_KEY", description="signs access tokens (HS256), 32 characters or more"
    )
    previous_secret_key: SecretStr | None = Field(
        None, alias="SECRET_KEY_PREVIOUS", description="still accepted while keys rotate"
    )


class Settings(Group):
    service: ServiceSettings
    database: DatabaseSettings
    queue: QueueSettings
    log_store: LogStoreSettings
    consumer: ConsumerSettings
    retry: RetrySettings
    healing: HealingSettings
    analysis: AnalysisSettings
    groq: GroqSettings
    call_limits: CallLimitSettings
    memories: MemorySettings
    scoring: ScoringSettings
    alerts: AlertSettings
    shared_state: SharedStateSettings
    tracing: TracingSettings
    security: SecuritySettings

    @property
    def analyst(self) -> Literal["groq", "rules", "off"]:
        """Who analyses conversations, chosen or by default."""
        if not self.analysis.enabled:
            return "off"
        return self.analysis.provider or ("groq" if self.groq.api_key else "rules")
