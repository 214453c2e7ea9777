"""follow events through processes"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conversation_events",
        sa.Column("traceparent", sa.Text(), comment="W3C trace context of the report; null: nobody traced it"),
    )
    op.add_column(
        "attempts",
        sa.Column("traceparent", sa.Text(), comment="W3C trace context of the attempt, for the next one to refer to"),
    )


def downgrade() -> None:
    op.drop_column("attempts", "traceparent")
    op.drop_column("conversation_events", "traceparent")
