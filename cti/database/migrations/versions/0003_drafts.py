"""Agents' drafts: what they have begun to write about a contact."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drafts",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "agent", name=op.f("pk_drafts")),
    )
