"""Runs migrations on the connection that `directory.database.upgrade` hands over, in its transaction."""

from alembic import context

from directory.database import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter a column: Alembic copies the table instead.
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
