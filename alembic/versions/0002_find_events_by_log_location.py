"""find events by where their logs lie"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OUTSIDE_THE_DATABASE = sa.text("log_location <> 'postgres:'")


def upgrade() -> None:
    op.create_index(
        "conversation_events_log_location_idx",
        "conversation_events",
        ["log_location"],
        unique=False,
        postgresql_where=OUTSIDE_THE_DATABASE,
    )


def downgrade() -> None:
    op.drop_index(
        "conversation_events_log_location_idx",
        table_name="conversation_events",
        postgresql_where=OUTSIDE_THE_DATABASE,
    )
