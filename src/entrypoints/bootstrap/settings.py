"""All settings of the service, by what they are for. Each group says its names, defaults, meanings and rules itself."""

from collections.abc import Iterator
from typing import Literal

from entrypoints.bootstrap.setting_groups.alerts import AlertSettings
from entrypoints.bootstrap.setting_groups.analysis import AnalysisSettings
from entrypoints.bootstrap.setting_groups.call_limits import CallLimitSettings
from entrypoints.bootstrap.setting_groups.consumer import ConsumerSettings
from entrypoints.bootstrap.setting_groups.database import DatabaseSettings, database_url
from entrypoints.bootstrap.setting_groups.groq import GroqSettings
from entrypoints.bootstrap.setting_groups.group import Group
from entrypoints.bootstrap.setting_groups.log_store import LogStoreSettings
from entrypoints.bootstrap.setting_groups.memories import MemorySettings
from entrypoints.bootstrap.setting_groups.process import ServiceSettings
from entrypoints.bootstrap.setting_groups.queue import QueueSettings, rabbitmq_url
from entrypoints.bootstrap.setting_groups.replicas import SharedStateSettings
from entrypoints.bootstrap.setting_groups.retries import HealingSettings, RetrySettings
from entrypoints.bootstrap.setting_groups.scoring import ScoringSettings
from entrypoints.bootstrap.setting_groups.security import SecuritySettings
from entrypoints.bootstrap.setting_groups.tracing import TracingSettings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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

    def faults(self) -> Iterator[str]:
        for _, group in self:
            yield from group.faults()
        if self.analyst == "groq" and self.groq.api_key is None:
            yield "GROQ_API_KEY: needed for LLM_PROVIDER=groq"
        if self.service.environment == "production":
            yield from self._missing_in_production()
        elif self.security.secret_key is None and self.service.api_host not in LOOPBACK:
            yield "SECRET_KEY: needed to listen on anything but loopback"

    def _missing_in_production(self) -> Iterator[str]:
        if database_url(self.database) is None:
            yield "DATABASE_URL: needed in production, or POSTGRES_HOST"
        if rabbitmq_url(self.queue) is None:
            yield "RABBITMQ_URL: needed in production, or RABBITMQ_HOST"
        if self.security.secret_key is None:
            yield "SECRET_KEY: needed in production"
