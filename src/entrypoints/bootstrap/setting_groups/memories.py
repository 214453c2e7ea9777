from collections.abc import Iterator

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_web_address
from entrypoints.bootstrap.setting_groups.group import Count, Group, Seconds


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

    def faults(self) -> Iterator[str]:
        if self.url and not is_web_address(self.url):
            yield "MEMORY_API_URL: must look like https://host"
