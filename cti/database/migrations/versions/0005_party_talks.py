"""Talks with parties that flows dial."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "party_talks",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("connected", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("contact", "connected", name=op.f("pk_party_talks")),
    )
    op.create_index(op.f("ix_party_talks_to_at"), "party_talks", ["to_at"], unique=False)
