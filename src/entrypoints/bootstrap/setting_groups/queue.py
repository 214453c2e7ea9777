from collections.abc import Iterator
from urllib.parse import quote

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_url
from entrypoints.bootstrap.setting_groups.group import PROCESSES, Group, Port, Seconds

SCHEMES = ("amqp", "amqps")


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

    def faults(self) -> Iterator[str]:
        if self.url and not is_url(self.url.get_secret_value(), SCHEMES):
            yield "RABBITMQ_URL: must look like amqp://user:password@host:5672/vhost"


def rabbitmq_url(settings: QueueSettings) -> str | None:
    """None: embedded."""
    if settings.url is not None:
        return settings.url.get_secret_value()
    if settings.host is None:
        return None
    password = quote(settings.password.get_secret_value(), safe="") if settings.password else "guest"
    user = quote(settings.username, safe="")
    return f"amqp://{user}:{password}@{settings.host}:{settings.port}/{quote(settings.vhost, safe='')}"
