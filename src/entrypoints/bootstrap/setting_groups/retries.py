"""When what failed is tried again, and when what is missing is looked for again."""

from typing import ClassVar

from pydantic import Field

from entrypoints.bootstrap.setting_groups.group import ALL, CONSUME, PROCESSES, Count, Group, Seconds


class RetrySettings(Group):
    heading = "Retries"
    read_by = PROCESSES
    read_otherwise: ClassVar = {"RETRY_JITTER": ALL}

    max_attempts: int = Field(5, alias="MAX_RETRY_ATTEMPTS", ge=0, description="retries after the first attempt")
    base_hours: Seconds = Field(6, alias="RETRY_BASE_HOURS", description="hours before the first retry; then doubled")
    max_hours: Seconds = Field(48, alias="RETRY_MAX_HOURS", description="hours before any retry at most")
    jitter: float = Field(0.2, alias="RETRY_JITTER", ge=0, lt=1, description="share by which a wait varies")


class HealingSettings(Group):
    read_otherwise: ClassVar = {"HEAL_PER_MINUTE": (CONSUME,)}

    base_minutes: Seconds = Field(
        5, alias="HEAL_BASE_MINUTES", description="minutes until a missing part is looked for again; then doubled"
    )
    max_hours: Seconds = Field(24, alias="HEAL_MAX_HOURS", description="hours before any further try at most")
    max_tries: Count = Field(12, alias="HEAL_MAX_TRIES", description="tries for one conversation")
    per_minute: Count = Field(30, alias="HEAL_PER_MINUTE", description="tries a minute, of one consumer")
