from alembic import context
from sqlalchemy import create_engine, pool, text

from infrastructure.postgres.tables import metadata

# Any number, the same for all: of several processes that migrate at once, the others wait for the first.
MIGRATION_LOCK = 4_215_307


def run_migrations() -> None:
    url = context.config.attributes.get("database_url") or context.get_x_argument(as_dictionary=True)["url"]
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        context.configure(connection=connection, target_metadata=metadata, compare_server_default=False)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run_migrations()
