"""Conversations as they are reported, looked at and helped along."""

from dependency_injector import providers

from application.ports.conversation_intake import ConversationIntake
from application.use_cases.list_conversations import ListConversations
from application.use_cases.record_conversation_end import RecordConversationEnd
from application.use_cases.retry_event import RetryEvent
from application.use_cases.retry_events import RetryEvents
from application.use_cases.show_conversation import ShowConversation
from application.use_cases.skip_event import SkipEvent
from entrypoints.bootstrap import build_tracing
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.logs import Logs
from entrypoints.bootstrap.containers.queue import Queue
from entrypoints.bootstrap.containers.tracing import Tracing
from infrastructure.postgres.conversation_intake import BatchingConversationIntake


class Conversations(Logs, Queue):
    intake: providers.Singleton[ConversationIntake] = providers.Singleton(
        build_tracing.intake,
        Tracing.tracer,
        providers.Singleton(
            BatchingConversationIntake, engine=Database.autocommit_engine, limit=Database.statement_limit
        ),
    )
    record_conversation_end: providers.Factory[RecordConversationEnd] = providers.Factory(
        RecordConversationEnd,
        intake=intake,
        unit_of_work=Database.unit_of_work,
        logs=Logs.logs,
        encoder=Foundation.encoder,
        announcer=Queue.announcer,
        clock=Foundation.clock,
    )
    list_conversations: providers.Factory[ListConversations] = providers.Factory(
        ListConversations, unit_of_work=Database.unit_of_work
    )
    show_conversation: providers.Factory[ShowConversation] = providers.Factory(
        ShowConversation, unit_of_work=Database.unit_of_work, logs=Logs.logs, encoder=Foundation.encoder
    )
    retry_event: providers.Factory[RetryEvent] = providers.Factory(
        RetryEvent, unit_of_work=Database.unit_of_work, announcer=Queue.announcer, clock=Foundation.clock
    )
    retry_events: providers.Factory[RetryEvents] = providers.Factory(
        RetryEvents, unit_of_work=Database.unit_of_work, clock=Foundation.clock
    )
    skip_event: providers.Factory[SkipEvent] = providers.Factory(
        SkipEvent, unit_of_work=Database.unit_of_work, clock=Foundation.clock
    )
