"""The audit trail: a digest over each entry and the one before it, and no way to change or remove an entry."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from cti.people.audit import BEGINNING, AuditEntry, digest_of

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REFUSAL = "the audit trail is append-only"


def upgrade() -> None:
    """Add the digests, of the entries there are as well; then close the table."""
    op.add_column("audit", sa.Column("digest", sa.String(64), nullable=True))
    _fill()
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("digest", existing_type=sa.String(64), nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )


def downgrade() -> None:
    """Open the table again and forget the digests."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute("DROP TRIGGER audit_no_delete")
    else:
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_refuse")
    with op.batch_alter_table("audit") as audit:
        audit.drop_column("digest")


def _fill() -> None:
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name) for name in ("id", "at", "who", "act", "subject", "detail", "digest")
    ]
    audit = sa.table("audit", *columns)
    bind = op.get_bind()
    digest, last = BEGINNING, None
    while True:
        wanted = sa.select(*columns).order_by(audit.c.id).limit(1000)
        page = bind.execute(wanted if last is None else wanted.where(audit.c.id > last)).all()
        for row in page:
            digest = digest_of(digest, row.id, AuditEntry(row.at, row.who, row.act, row.subject, row.detail))
            bind.execute(sa.update(audit).where(audit.c.id == row.id).values(digest=digest))
        if not page:
            return
        last = page[-1].id
