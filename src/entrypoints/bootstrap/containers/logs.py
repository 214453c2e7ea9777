"""Where conversation logs lie, and what moves and removes them."""

from dependency_injector import providers

from application.log_placement import LogPlacement
from application.log_removal import LogRemoval
from application.use_cases.collect_orphaned_logs import CollectOrphanedLogs
from application.use_cases.forget_old_logs import ForgetOldLogs
from application.use_cases.move_logs import MoveLogs
from entrypoints.bootstrap import limits
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.tracing import Tracing
from entrypoints.bootstrap.log_stores import log_placement, preferred_store, retention
from infrastructure.postgres.conversation_logs import PostgresConversationLogs


class Logs(Database):
    database_logs: providers.Singleton[PostgresConversationLogs] = providers.Singleton(
        PostgresConversationLogs, engine=Database.autocommit_engine, limit=Database.statement_limit
    )
    logs: providers.Singleton[LogPlacement] = providers.Singleton(
        log_placement, Foundation.settings, database_logs, Foundation.clock, Tracing.tracer
    )
    move_logs: providers.Factory[MoveLogs] = providers.Factory(
        MoveLogs,
        unit_of_work=Database.unit_of_work,
        database=database_logs,
        store=providers.Callable(preferred_store, logs),
        batch_size=limits.LOGS_MOVED_AT_ONCE,
    )
    collect_orphaned_logs: providers.Factory[CollectOrphanedLogs] = providers.Factory(
        CollectOrphanedLogs,
        unit_of_work=Database.unit_of_work,
        logs=logs,
        clock=Foundation.clock,
        min_age=limits.ORPHAN_AGE,
        batch_size=limits.LOGS_LOOKED_UP_AT_ONCE,
    )
    forget_old_logs: providers.Factory[ForgetOldLogs] = providers.Factory(
        ForgetOldLogs,
        unit_of_work=Database.unit_of_work,
        clock=Foundation.clock,
        retention=providers.Callable(retention, Foundation.settings),
        batch_size=limits.LOGS_FORGOTTEN_AT_ONCE,
    )
    log_removal: providers.Factory[LogRemoval] = providers.Factory(
        LogRemoval, unit_of_work=Database.unit_of_work, logs=logs
    )
