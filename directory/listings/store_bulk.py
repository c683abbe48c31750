"""Bulk statements on the tables of listings. Only `store.py` uses them, which writes the change rows that
belong to them.

Those of every batch are made once and go past the ORM: an import holds the write lock meanwhile.
"""

from collections.abc import Collection, Sequence
from functools import cache

from sqlalchemy import Delete, Executable, Select, Table, bindparam, delete, select
from sqlalchemy.orm import Session

from directory.database import WRITES_ITS_OWN_CHANGES, Base
from directory.listings.store_rows import Row
from directory.listings.store_sql import DriverRows, Values, insert_statement


@cache
def table_of(name: str) -> Table:
    """The table of that name."""
    return Base.metadata.tables[name]


def run_bulk(session: Session, statement: Executable, values: Row | Sequence[Row] | None = None) -> None:
    """Runs a statement whose change rows the caller writes."""
    session.connection().execute(statement, values, execution_options=WRITES_ITS_OWN_CHANGES)


def stored_ids(session: Session, name: str, ids: Sequence[str]) -> list[str]:
    """Those of these rows that a table has."""
    return list(session.connection().scalars(_ids_of(name), {"keys": ids}))


@cache
def _ids_of(name: str) -> Select[str]:
    key = table_of(name).c.id
    return select(key).where(key.in_(bindparam("keys", expanding=True)))


def delete_of(session: Session, table: Table, owner: str, keys: Sequence[str]) -> None:
    """Deletes the rows that belong to these owners, by the column that names them."""
    run_bulk(session, _deleted_of(table, owner), {"keys": keys})


@cache
def _deleted_of(table: Table, owner: str) -> Delete:
    return delete(table).where(table.c[owner].in_(bindparam("keys", expanding=True)))


def put_rows(session: Session, rows: DriverRows | None, there: Collection[str] = ()) -> None:
    """Inserts rows; overwrites those that are `there` already, by the first column.

    What is new is inserted plainly: a statement that may overwrite takes SQLite half as long again.
    """
    if rows is None:
        return
    known = set(there)
    new = [each for each in rows.rows if each[0] not in known] if known else rows.rows
    _send(session, rows, new, overwrites=False)
    if known:
        _send(session, rows, [each for each in rows.rows if each[0] in known], overwrites=True)


def _send(session: Session, like: DriverRows, rows: list[Values], *, overwrites: bool) -> None:
    if rows:
        connection = session.connection()
        statement = insert_statement(like.table, like.filled, connection.dialect, overwrites=overwrites)
        connection.exec_driver_sql(statement, rows, WRITES_ITS_OWN_CHANGES)
