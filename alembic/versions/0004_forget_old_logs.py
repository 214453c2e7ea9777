"""find logs that are old enough to be forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OF_FINISHED_EVENTS = sa.text("status IN ('PROCESSED', 'SKIPPED') AND log_location <> 'none:'")


def upgrade() -> None:
    op.create_index(
        "conversation_events_log_kept_idx",
        "conversation_events",
        ["created_at"],
        unique=False,
        postgresql_where=OF_FINISHED_EVENTS,
    )


def downgrade() -> None:
    op.drop_index(
        "conversation_events_log_kept_idx", table_name="conversation_events", postgresql_where=OF_FINISHED_EVENTS
    )
