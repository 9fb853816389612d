"""Consults: the talk in which a colleague was wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("offers", sa.Column("consult_of", sa.BigInteger(), nullable=True))
