"""Waiting: by which rule or key a visit was left and where to, and what its wait was expected to be."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of visits before nothing of the kind is known."""
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("left_by", sa.Text(), nullable=False, server_default=""))
        visits.add_column(sa.Column("left_to", sa.Text(), nullable=False, server_default=""))
        visits.add_column(sa.Column("expected_low_ms", sa.Integer(), nullable=True))
        visits.add_column(sa.Column("expected_high_ms", sa.Integer(), nullable=True))
