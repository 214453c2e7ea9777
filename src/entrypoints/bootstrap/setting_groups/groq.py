import re
from collections.abc import Iterator

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_web_address
from entrypoints.bootstrap.setting_groups.group import Count, Group, Seconds

FOR_A_HEADER = re.compile(r"[!-~]+")


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

    def faults(self) -> Iterator[str]:
        if self.api_key and not FOR_A_HEADER.fullmatch(self.api_key.get_secret_value()):
            yield "GROQ_API_KEY: must be printable ASCII without spaces"
        if self.base_url and not is_web_address(self.base_url):
            yield "GROQ_BASE_URL: must look like https://host"
