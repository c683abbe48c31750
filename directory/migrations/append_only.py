"""Triggers that let rows be added to a table and nothing else, on both databases. For migrations.

On SQLite `INSERT OR REPLACE` deletes without firing a DELETE trigger: a trigger before each insert refuses a
key that is there.
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import inspect


def make_append_only(table: str, key: str = "id", *, may_change: Sequence[str] = ()) -> None:
    """Refuses UPDATE, DELETE, REPLACE and (PostgreSQL) TRUNCATE on `table` with an error naming it.

    `may_change`: columns that may still change, such as sealed ones, which a key rotation writes anew.
    """
    connection = op.get_bind()
    columns = [
        each["name"] for each in inspect(connection).get_columns(table) if each["name"] not in may_change
    ]
    guarded = "UPDATE OF " + ", ".join(f'"{each}"' for each in columns) if may_change else "UPDATE"
    if connection.dialect.name == "sqlite":
        for event in (guarded, "DELETE"):
            name = event.split(maxsplit=1)[0].lower()
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608  names of our own tables
            f'WHEN EXISTS (SELECT 1 FROM {table} WHERE "{key}" = NEW."{key}") '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {guarded} OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )


def drop_append_only_function(table: str) -> None:
    """After the table is dropped (its triggers go with it): what PostgreSQL keeps."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {table}_is_append_only()")
