from typing import Literal

from pydantic import Field

from entrypoints.bootstrap.setting_groups.group import Group, Seconds


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
