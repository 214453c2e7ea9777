from pydantic import Field

from entrypoints.bootstrap.setting_groups.group import SERVE, Group


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
