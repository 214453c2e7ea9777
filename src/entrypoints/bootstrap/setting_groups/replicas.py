from collections.abc import Iterator

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_url
from entrypoints.bootstrap.setting_groups.group import PROCESSES, Group, Seconds

SCHEMES = ("redis", "rediss")


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

    def faults(self) -> Iterator[str]:
        if self.redis_url and not is_url(self.redis_url.get_secret_value(), SCHEMES):
            yield "REDIS_URL: must look like redis://:password@host:6379/0"
