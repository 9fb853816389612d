"""Visits of those who asked to be called back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("visits", sa.Column("callback", sa.Text(), nullable=True))
    op.add_column("visits", sa.Column("called_back_at", sa.BigInteger(), nullable=True))
    op.add_column("offers", sa.Column("dialled_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("offers") as offers:
        offers.drop_column("dialled_at")
    with op.batch_alter_table("visits") as visits:
        visits.drop_column("called_back_at")
        visits.drop_column("callback")
