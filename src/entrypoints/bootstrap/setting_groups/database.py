from collections.abc import Iterator
from urllib.parse import quote

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_url
from entrypoints.bootstrap.setting_groups.group import Count, Group, Milliseconds, Port, Seconds

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


class DatabaseSettings(Group):
    url: SecretStr | None = Field(None, alias="DATABASE_URL", description="PostgreSQL; without it an embedded one")
    host: str | None = Field(None, alias="POSTGRES_HOST", description="instead of DATABASE_URL")
    port: Port = Field(5432, alias="POSTGRES_PORT", description="with POSTGRES_HOST")
    username: str = Field("postgres", alias="POSTGRES_USERNAME", description="with POSTGRES_HOST")
    password: SecretStr | None = Field(None, alias="POSTGRES_PASSWORD", description="with POSTGRES_HOST")
    database: str = Field("context_handling", alias="POSTGRES_DATABASE", description="with POSTGRES_HOST")
    pool_size: Count = Field(50, alias="DB_POOL_SIZE", description="connections kept per process")
    max_overflow: int = Field(100, alias="DB_MAX_OVERFLOW", ge=0, description="more of them under load")
    pool_timeout_seconds: Seconds = Field(10, alias="DB_POOL_TIMEOUT", description="seconds to wait for a connection")
    pool_recycle_seconds: Seconds = Field(1800, alias="DB_POOL_RECYCLE", description="seconds a connection lives")
    statement_timeout_ms: Milliseconds = Field(
        10_000, alias="DB_STATEMENT_TIMEOUT_MS", description="milliseconds one statement may take"
    )

    def faults(self) -> Iterator[str]:
        if self.url and not is_url(self.url.get_secret_value(), SCHEMES):
            yield "DATABASE_URL: must look like postgresql://user:password@host:5432/database"


def database_url(settings: DatabaseSettings) -> str | None:
    """For SQLAlchemy with psycopg; None: embedded."""
    if settings.url is not None:
        _, separator, rest = settings.url.get_secret_value().partition("://")
        return f"postgresql+psycopg{separator}{rest}"
    if settings.host is None:
        return None
    password = f":{quote(settings.password.get_secret_value(), safe='')}" if settings.password else ""
    user = quote(settings.username, safe="")
    return f"postgresql+psycopg://{user}{password}@{settings.host}:{settings.port}/{quote(settings.database)}"
