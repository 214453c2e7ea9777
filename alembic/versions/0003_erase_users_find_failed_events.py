"""erase users, find failed events"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FAILED = sa.text("status IN ('FAILED', 'PERMANENTLY_FAILED')")


def upgrade() -> None:
    op.create_table(
        "erased_users",
        sa.Column("user_key", sa.LargeBinary(), nullable=False, comment="SHA-256 of the user id"),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_key", name=op.f("erased_users_pkey")),
    )
    op.create_table(
        "log_deletions",
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("location", name=op.f("log_deletions_pkey")),
    )
    op.create_index("log_deletions_due_at_idx", "log_deletions", ["due_at"], unique=False)
    op.create_index(
        "conversation_events_failed_idx",
        "conversation_events",
        ["event_id"],
        unique=False,
        postgresql_where=FAILED,
    )


def downgrade() -> None:
    op.drop_index("conversation_events_failed_idx", table_name="conversation_events", postgresql_where=FAILED)
    op.drop_index("log_deletions_due_at_idx", table_name="log_deletions")
    op.drop_table("log_deletions")
    op.drop_table("erased_users")
