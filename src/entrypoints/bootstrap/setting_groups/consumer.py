from typing import ClassVar

from pydantic import Field

from entrypoints.bootstrap.setting_groups.group import ALL, CONSUME, PROCESSES, Count, Group, Seconds


class ConsumerSettings(Group):
    heading = "Consumer and relay"
    read_by = (CONSUME,)
    read_otherwise: ClassVar = {"CONSUMER_MAX_BYTES_IN_FLIGHT": ALL, "LEASE_SECONDS": PROCESSES}

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
