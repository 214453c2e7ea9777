"""heal degraded scores"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DUE = sa.text("heal_at IS NOT NULL")
DEGRADED = sa.text("status = 'PROCESSED' AND jsonb_array_length(signals -> 'degraded') > 0")


def upgrade() -> None:
    op.add_column(
        "conversation_events",
        sa.Column(
            "heal_at",
            sa.DateTime(timezone=True),
            comment="when to look again for what could not be analysed; null: never",
        ),
    )
    op.add_column(
        "conversation_events",
        sa.Column(
            "heal_tries",
            sa.Integer(),
            nullable=False,
            server_default=sa.text("0"),
            comment="number of the latest claim",
        ),
    )
    op.add_column("conversation_events", sa.Column("heal_leased_until", sa.DateTime(timezone=True)))
    op.create_index("conversation_events_heal_at_idx", "conversation_events", ["heal_at"], postgresql_where=DUE)
    op.create_index("conversation_events_degraded_idx", "conversation_events", ["event_id"], postgresql_where=DEGRADED)
    # What was degraded before there was healing.
    op.execute(f"UPDATE conversation_events SET heal_at = now() WHERE {DEGRADED.text}")  # noqa: S608 - a constant


def downgrade() -> None:
    op.drop_index("conversation_events_degraded_idx", table_name="conversation_events", postgresql_where=DEGRADED)
    op.drop_index("conversation_events_heal_at_idx", table_name="conversation_events", postgresql_where=DUE)
    op.drop_column("conversation_events", "heal_leased_until")
    op.drop_column("conversation_events", "heal_tries")
    op.drop_column("conversation_events", "heal_at")
