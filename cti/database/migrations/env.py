"""Alembic's entry point: migrates over the connection it is given, inside the caller's transaction."""

from alembic import context

from cti.database.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
