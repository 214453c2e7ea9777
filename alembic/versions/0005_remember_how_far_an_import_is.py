"""remember how far an import is"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True, comment="key of the last row that is done"),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("tally", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("source", "part", name=op.f("imports_pkey")),
    )


def downgrade() -> None:
    op.drop_table("imports")
