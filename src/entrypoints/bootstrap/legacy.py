from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from application.legacy_reading import LegacyEventReader
from application.use_cases.import_legacy import ImportLegacy
from entrypoints.bootstrap.container import Container
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.legacy_source import PostgresLegacySource

# A page of large logs is read and measured by the server.
PAGE_LIMIT = timedelta(seconds=60)


@asynccontextmanager
async def importing_legacy(container: Container, url: str) -> AsyncIterator[ImportLegacy]:
    """From the database at ``url``, a PostgreSQL URL of any form; it is opened to read only."""
    _, _, rest = url.partition("://")
    engine = make_engine(f"postgresql+psycopg://{rest}", pool_size=1, max_overflow=0, statement_timeout=PAGE_LIMIT)
    try:
        yield ImportLegacy(
            source=PostgresLegacySource(engine=engine.execution_options(postgresql_readonly=True), limit=PAGE_LIMIT),
            unit_of_work=container.unit_of_work(),
            catalogues=container.catalogues(),
            events=LegacyEventReader(logs=container.database_logs(), encoder=container.encoder()),
            clock=container.clock(),
        )
    finally:
        await engine.dispose()
