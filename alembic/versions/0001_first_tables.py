"""first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogues",
        sa.Column("version", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("catalogues_pkey")),
    )
    op.create_table(
        "conversation_events",
        sa.Column("event_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("reported_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("bot_type", sa.Text(), nullable=False),
        sa.Column("bot_kind", sa.Text(), nullable=False, comment="bot_type, made comparable"),
        sa.Column("bot_id", sa.Text(), nullable=False),
        sa.Column("bot_name", sa.Text(), nullable=False),
        sa.Column("agent_tag", sa.Text(), nullable=True),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utterances", sa.Integer(), nullable=False),
        sa.Column("pika_utterances", sa.Integer(), nullable=False),
        sa.Column("user_utterances", sa.Integer(), nullable=False),
        sa.Column("log_size_bytes", sa.Integer(), nullable=False),
        sa.Column("log_location", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False, comment="SHA-256 of everything reported"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False, comment="number of the latest claim"),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "announce_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the relay should announce it; null: never",
        ),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_details", sa.Text(), nullable=True),
        sa.Column("signals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("new_friendship_level", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'PROCESSING') = (lease_expires_at IS NOT NULL)", name=op.f("conversation_events_lease_check")
        ),
        sa.CheckConstraint(
            "status IN ('PENDING', 'PROCESSING', 'PROCESSED', 'FAILED', 'SKIPPED', 'PERMANENTLY_FAILED')",
            name=op.f("conversation_events_status_check"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("conversation_events_pkey")),
        sa.UniqueConstraint("conversation_id", name=op.f("conversation_events_conversation_id_key")),
        sa.UniqueConstraint("reported_id", "fingerprint", name=op.f("conversation_events_reported_id_fingerprint_key")),
    )
    op.create_index(
        "conversation_events_announce_at_idx",
        "conversation_events",
        ["announce_at"],
        unique=False,
        postgresql_where=sa.text("announce_at IS NOT NULL"),
    )
    op.create_index(
        "conversation_events_given_up_idx",
        "conversation_events",
        ["event_id"],
        unique=False,
        postgresql_where=sa.text("status = 'PERMANENTLY_FAILED'"),
    )
    op.create_index(
        "conversation_events_greetings_idx",
        "conversation_events",
        ["user_id", sa.literal_column("end_time DESC")],
        unique=False,
        postgresql_where=sa.text("bot_kind = 'GREETING'"),
    )
    op.create_index(
        "conversation_events_newest_idx",
        "conversation_events",
        [sa.literal_column("created_at DESC"), sa.literal_column("event_id DESC")],
        unique=False,
    )
    op.create_index(
        "conversation_events_of_user_idx",
        "conversation_events",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("event_id DESC")],
        unique=False,
    )
    op.create_table(
        "friendships",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("friendship_level", sa.Text(), nullable=False),
        sa.Column("streak_day", sa.Integer(), nullable=False),
        sa.Column("last_interaction_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_emotion", sa.Text(), nullable=True),
        sa.Column("last_followup_topic", sa.Text(), nullable=True),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.CheckConstraint("score >= 0", name=op.f("friendships_score_check")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("friendships_pkey")),
    )
    op.create_table(
        "score_ledger",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change", sa.Double(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=True),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("score_ledger_pkey")),
        sa.UniqueConstraint(
            "user_id", "conversation_id", "revision", name=op.f("score_ledger_user_id_conversation_id_revision_key")
        ),
    )
    op.create_table(
        "attempts",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["conversation_events.event_id"], name=op.f("attempts_event_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("attempts_pkey")),
    )
    op.create_table(
        "conversation_logs",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["conversation_events.event_id"],
            name=op.f("conversation_logs_event_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("conversation_logs_pkey")),
    )
    op.create_table(
        "topic_metrics",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("friendship_level", sa.Text(), nullable=False),
        sa.Column("last_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agents_used", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["friendships.user_id"], name=op.f("topic_metrics_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "topic_id", name=op.f("topic_metrics_pkey")),
    )
    # The bytes are compressed already: trying again would only cost time.
    op.execute("ALTER TABLE conversation_logs ALTER COLUMN content SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("topic_metrics")
    op.drop_table("conversation_logs")
    op.drop_table("attempts")
    op.drop_table("score_ledger")
    op.drop_table("friendships")
    op.drop_index("conversation_events_of_user_idx", table_name="conversation_events")
    op.drop_index("conversation_events_newest_idx", table_name="conversation_events")
    op.drop_index(
        "conversation_events_greetings_idx",
        table_name="conversation_events",
        postgresql_where=sa.text("bot_kind = 'GREETING'"),
    )
    op.drop_index(
        "conversation_events_given_up_idx",
        table_name="conversation_events",
        postgresql_where=sa.text("status = 'PERMANENTLY_FAILED'"),
    )
    op.drop_index(
        "conversation_events_announce_at_idx",
        table_name="conversation_events",
        postgresql_where=sa.text("announce_at IS NOT NULL"),
    )
    op.drop_table("conversation_events")
    op.drop_table("catalogues")
