"""The tables, as the migrations in ``alembic/`` make them (a test compares the two)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.event_status import EventStatus

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)
Moment = DateTime(timezone=True)
_statuses = ", ".join(f"'{status.value}'" for status in EventStatus)

conversation_events = Table(
    "conversation_events",
    metadata,
    Column("event_id", BigInteger, Identity(always=True), primary_key=True),
    Column("conversation_id", Text, nullable=False, unique=True),
    Column("reported_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("bot_type", Text, nullable=False),
    Column("bot_kind", Text, nullable=False, comment="bot_type, made comparable"),
    Column("bot_id", Text, nullable=False),
    Column("bot_name", Text, nullable=False),
    Column("agent_tag", Text),
    Column("start_time", Moment, nullable=False),
    Column("end_time", Moment, nullable=False),
    Column("utterances", Integer, nullable=False),
    Column("pika_utterances", Integer, nullable=False),
    Column("user_utterances", Integer, nullable=False),
    Column("log_size_bytes", Integer, nullable=False),
    Column("log_location", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False, comment="SHA-256 of everything reported"),
    Column("created_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempt_count", Integer, nullable=False),
    Column("fence", Integer, nullable=False, comment="number of the latest claim"),
    Column("next_attempt_at", Moment),
    Column("lease_worker", Text),
    Column("lease_expires_at", Moment),
    Column("announce_at", Moment, comment="when the relay should announce it; null: never"),
    Column("processed_at", Moment),
    Column("error_code", Text),
    Column("error_details", Text),
    Column("signals", JSONB, nullable=False),
    Column("score", JSONB),
    Column("new_friendship_level", Text),
    Column("heal_at", Moment, comment="when to look again for what could not be analysed; null: never"),
    Column("heal_tries", Integer, nullable=False, server_default=text("0"), comment="number of the latest claim"),
    Column("heal_leased_until", Moment),
    Column("traceparent", Text, comment="W3C trace context of the report; null: nobody traced it"),
    UniqueConstraint("reported_id", "fingerprint"),
    CheckConstraint(f"status IN ({_statuses})", name="status"),
    CheckConstraint("(status = 'PROCESSING') = (lease_expires_at IS NOT NULL)", name="lease"),
    Index("conversation_events_announce_at_idx", "announce_at", postgresql_where=text("announce_at IS NOT NULL")),
    Index("conversation_events_newest_idx", text("created_at DESC"), text("event_id DESC")),
    Index("conversation_events_of_user_idx", "user_id", text("created_at DESC"), text("event_id DESC")),
    Index(
        "conversation_events_greetings_idx",
        "user_id",
        text("end_time DESC"),
        postgresql_where=text("bot_kind = 'GREETING'"),
    ),
    Index(
        "conversation_events_given_up_idx",
        "event_id",
        postgresql_where=text("status = 'PERMANENTLY_FAILED'"),
    ),
    Index(
        "conversation_events_failed_idx",
        "event_id",
        postgresql_where=text("status IN ('FAILED', 'PERMANENTLY_FAILED')"),
    ),
    Index("conversation_events_heal_at_idx", "heal_at", postgresql_where=text("heal_at IS NOT NULL")),
    Index(
        "conversation_events_degraded_idx",
        "event_id",
        postgresql_where=text("status = 'PROCESSED' AND jsonb_array_length(signals -> 'degraded') > 0"),
    ),
    Index(
        "conversation_events_log_kept_idx",
        "created_at",
        postgresql_where=text("status IN ('PROCESSED', 'SKIPPED') AND log_location <> 'none:'"),
    ),
    Index(
        "conversation_events_log_location_idx",
        "log_location",
        postgresql_where=text("log_location <> 'postgres:'"),
    ),
)

conversation_logs = Table(
    "conversation_logs",
    metadata,
    Column(
        "event_id",
        BigInteger,
        ForeignKey("conversation_events.event_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("content", LargeBinary, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column(
        "event_id",
        BigInteger,
        ForeignKey("conversation_events.event_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("worker", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Text),
    Column("error_code", Text),
    Column("traceparent", Text, comment="W3C trace context of the attempt, for the next one to refer to"),
)

friendships = Table(
    "friendships",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("score", Double, nullable=False),
    Column("friendship_level", Text, nullable=False),
    Column("streak_day", Integer, nullable=False),
    Column("last_interaction_date", Moment),
    Column("last_emotion", Text),
    Column("last_followup_topic", Text),
    Column("birthday", Date),
    CheckConstraint("score >= 0", name="score"),
)

topic_metrics = Table(
    "topic_metrics",
    metadata,
    Column("user_id", Text, ForeignKey("friendships.user_id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", Text, primary_key=True),
    Column("score", Double, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("friendship_level", Text, nullable=False),
    Column("last_date", Moment),
    Column("agents_used", ARRAY(Text), nullable=False),
)

score_ledger = Table(
    "score_ledger",
    metadata,
    Column("entry_id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("change", Double, nullable=False),
    Column("topic_id", Text),
    Column("turns", Integer, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("user_id", "conversation_id", "revision"),
)

erased_users = Table(
    "erased_users",
    metadata,
    Column("user_key", LargeBinary, primary_key=True, comment="SHA-256 of the user id"),
    Column("erased_at", Moment, nullable=False),
)

log_deletions = Table(
    "log_deletions",
    metadata,
    Column("location", Text, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Index("log_deletions_due_at_idx", "due_at"),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("suggestion_id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("agents", ARRAY(Text), nullable=False),
    Column("agent_tags", ARRAY(Text), nullable=False, comment="of the agents, made comparable"),
    Column("catalogue_version", BigInteger, nullable=False),
    Column("offered_at", Moment, nullable=False),
    UniqueConstraint("user_id", "offered_at", "seed"),
    Index("suggestions_offered_at_idx", "offered_at"),
)

catalogues = Table(
    "catalogues",
    metadata,
    Column("version", BigInteger, Identity(always=True), primary_key=True),
    Column("content", JSONB, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=text("now()")),
)

imports = Table(
    "imports",
    metadata,
    Column("source", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("position", Text, comment="key of the last row that is done"),
    Column("finished", Boolean, nullable=False),
    Column("tally", JSONB, nullable=False),
)
