from typing import ClassVar, Literal

from pydantic import Field

from entrypoints.bootstrap.setting_groups.group import CONSUME, PROCESSES, SERVE, Count, Group, Port, Seconds


class ServiceSettings(Group):
    read_otherwise: ClassVar = {
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
