"""What flows go by and leave behind: PINs, lists of callers, broadcasts, items to call back, survey scores."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "customer_pins",
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.id"], name=op.f("fk_customer_pins_customer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_customer_pins")),
    )
    op.create_table(
        "list_entries",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("colour", sa.String(length=64), nullable=False),
        sa.Column("match", sa.String(length=64), nullable=False),
        sa.Column("pattern", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("approver", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entries")),
    )
    op.create_index(op.f("ix_list_entries_pattern"), "list_entries", ["pattern"], unique=False)
    op.create_table(
        "broadcasts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_broadcasts")),
    )
    op.create_table(
        "items",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=16), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index(op.f("ix_items_contact"), "items", ["contact"], unique=False)
    op.create_index(op.f("ix_items_done_at_due"), "items", ["done_at", "due"], unique=False)
    op.create_table(
        "survey_scores",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "question", name=op.f("pk_survey_scores")),
    )
