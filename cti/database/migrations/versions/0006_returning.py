"""Who comes again: the waiting that was counted for a visit, a customer's account managers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there had no credit and no managers."""
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("credit_ms", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("customers") as customers:
        customers.add_column(sa.Column("managers", sa.Text(), nullable=False, server_default=""))
