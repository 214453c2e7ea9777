"""The pool of connections, and what speaks through it to more than one concern."""

from datetime import timedelta

from dependency_injector import providers
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.backup_shelf import BackupShelf
from entrypoints.bootstrap import build_backups, build_database, build_tracing, limits
from entrypoints.bootstrap.containers.alerting import Alerting
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.tracing import Tracing
from infrastructure.postgres.dumps.dumps import PostgresDumps
from infrastructure.postgres.probe import PostgresProbe
from infrastructure.postgres.unit_of_work import PostgresUnitOfWorkFactory
from infrastructure.telemetry.database import DatabaseAlarm


class Database(Alerting, Tracing):
    database_alarm: providers.Singleton[DatabaseAlarm] = providers.Singleton(DatabaseAlarm, alerts=Alerting.alerts)
    engine: providers.Singleton[AsyncEngine] = providers.Singleton(
        build_database.engine,
        Foundation.settings,
        Foundation.database_url,
        database_alarm,
        providers.Singleton(build_tracing.database, Tracing.tracer),
    )
    autocommit_engine: providers.Singleton[AsyncEngine] = providers.Singleton(build_database.autocommit_engine, engine)
    statement_limit: providers.Singleton[timedelta] = providers.Singleton(
        build_database.statement_limit, Foundation.settings
    )
    unit_of_work: providers.Singleton[PostgresUnitOfWorkFactory] = providers.Singleton(
        PostgresUnitOfWorkFactory, engine=engine, limit=statement_limit
    )
    database_probe: providers.Singleton[PostgresProbe] = providers.Singleton(
        PostgresProbe, engine=autocommit_engine, clock=Foundation.clock, limit=limits.HEALTH_LIMIT
    )
    dumps: providers.Singleton[PostgresDumps] = providers.Singleton(build_backups.dumps, Foundation.database_url)
    remote_backups: providers.Singleton[BackupShelf | None] = providers.Singleton(
        build_backups.remote_shelf, Foundation.settings
    )
