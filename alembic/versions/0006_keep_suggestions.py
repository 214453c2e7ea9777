"""keep suggestions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("suggestion_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("agents", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("agent_tags", postgresql.ARRAY(sa.Text()), nullable=False, comment="of the agents, made comparable"),
        sa.Column("catalogue_version", sa.BigInteger(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("suggestion_id", name=op.f("suggestions_pkey")),
        sa.UniqueConstraint("user_id", "offered_at", "seed", name=op.f("suggestions_user_id_offered_at_seed_key")),
    )
    op.create_index("suggestions_offered_at_idx", "suggestions", ["offered_at"], unique=False)


def downgrade() -> None:
    op.drop_table("suggestions")
