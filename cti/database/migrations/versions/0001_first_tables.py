"""The first tables: plan, people, customers, contacts and what became of them, recordings, samples."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "agent_intervals",
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("from_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("extension", sa.String(length=32), nullable=True),
        sa.Column("contact", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("agent", "from_at", "fact", name=op.f("pk_agent_intervals")),
    )
    op.create_index(op.f("ix_agent_intervals_from_at"), "agent_intervals", ["from_at"], unique=False)
    op.create_index(op.f("ix_agent_intervals_to_at"), "agent_intervals", ["to_at"], unique=False)
    op.create_table(
        "agents_now",
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("extension", sa.String(length=32), nullable=True),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("set_aside", sa.String(length=64), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("offer", sa.BigInteger(), nullable=True),
        sa.Column("contact", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agents_now")),
    )
    op.create_table(
        "applied",
        sa.Column("journal", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("journal", name=op.f("pk_applied")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_index(op.f("ix_audit_who"), "audit", ["who"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("asterisk", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sip_call_id", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.String(length=64), nullable=True),
        sa.Column("end_detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("learned", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_caller"), "contacts", ["caller"], unique=False)
    op.create_index(op.f("ix_contacts_customer"), "contacts", ["customer"], unique=False)
    op.create_index(op.f("ix_contacts_ended_at"), "contacts", ["ended_at"], unique=False)
    op.create_index(op.f("ix_contacts_started_at_contact"), "contacts", ["started_at", "contact"], unique=False)
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=True),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("account", name=op.f("uq_customers_account")),
    )
    op.create_table(
        "holds",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("offer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("contact", "offer", "from_at", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_to_at"), "holds", ["to_at"], unique=False)
    op.create_table(
        "missing_outcomes",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "agent", name=op.f("pk_missing_outcomes")),
    )
    op.create_index(op.f("ix_missing_outcomes_agent_at"), "missing_outcomes", ["agent", "at"], unique=False)
    op.create_table(
        "notes",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "agent", name=op.f("pk_notes")),
    )
    op.create_table(
        "offers",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("offer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("extension", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("pop", sa.String(length=64), nullable=True),
        sa.Column("pop_at", sa.BigInteger(), nullable=True),
        sa.Column("ring_at", sa.BigInteger(), nullable=True),
        sa.Column("ringing_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.String(length=64), nullable=True),
        sa.Column("end_detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "offer", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_agent_made_at"), "offers", ["agent", "made_at"], unique=False)
    op.create_index(op.f("ix_offers_ended_at"), "offers", ["ended_at"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "agent", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "phone_secrets",
        sa.Column("extension", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("extension", name=op.f("pk_phone_secrets")),
    )
    op.create_table(
        "plan_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_plan_versions")),
    )
    op.create_table(
        "recording_gaps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_gaps")),
    )
    op.create_index(op.f("ix_recording_gaps_contact"), "recording_gaps", ["contact"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("repaired", sa.Boolean(), nullable=False),
        sa.Column("caller_talk", sa.Double(), nullable=False),
        sa.Column("agent_talk", sa.Double(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("contact", name=op.f("uq_recordings_contact")),
    )
    op.create_index(op.f("ix_recordings_made_at"), "recordings", ["made_at"], unique=False)
    op.create_table(
        "samples",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("recording", sa.String(length=64), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "agent", name=op.f("pk_samples")),
    )
    op.create_index(op.f("ix_samples_at_contact_agent"), "samples", ["at", "contact", "agent"], unique=False)
    op.create_table(
        "talks",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("offer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("extension", sa.String(length=32), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("contact", "offer", name=op.f("pk_talks")),
    )
    op.create_index(op.f("ix_talks_agent_from_at"), "talks", ["agent", "from_at"], unique=False)
    op.create_index(op.f("ix_talks_to_at"), "talks", ["to_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_out_before", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("agent", name=op.f("uq_users_agent")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "visits",
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("visit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("urgency_ms", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.String(length=64), nullable=True),
        sa.Column("agent", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("contact", "visit", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_ended_at"), "visits", ["ended_at"], unique=False)
    op.create_index(op.f("ix_visits_queue_entered_at"), "visits", ["queue", "entered_at"], unique=False)
    op.create_table(
        "customer_numbers",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.id"], name=op.f("fk_customer_numbers_customer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "customer", name=op.f("pk_customer_numbers")),
    )
    op.create_index(op.f("ix_customer_numbers_customer"), "customer_numbers", ["customer"], unique=False)
