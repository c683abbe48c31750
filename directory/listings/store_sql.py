"""Rows as the database driver takes them: prepared before the write lock is taken, written without detours.

SQLAlchemy's own way of binding a row takes as long as SQLite takes to write it, and would take it while the
lock is held; here it is asked only for what the types of a table do to their values.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from sqlalchemy import Dialect

from directory.database import Base

Values = tuple[Any, ...]
"""One row, in the order of its table's columns."""


def driver_rows(name: str, rows: Iterable[Values], dialect: Dialect) -> list[Values]:
    """The rows with dates, moments and JSON as the dialect stores them."""
    processors = _processors(name, dialect)
    if not processors:
        return list(rows)
    found = []
    for row in rows:
        values = list(row)
        for at, process in processors:
            if values[at] is not None:
                values[at] = process(values[at])
        found.append(tuple(values))
    return found


@cache
def _processors(name: str, dialect: Dialect) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    types = (
        each.type.dialect_impl(dialect).bind_processor(dialect) for each in Base.metadata.tables[name].columns
    )
    return tuple((at, process) for at, process in enumerate(types) if process is not None)


@cache
def insert_statement(name: str, dialect: Dialect, key: str | None) -> str:
    """`INSERT` of whole rows of a table; with `key`, one that overwrites the row of the same key."""
    quote = dialect.identifier_preparer.quote
    columns = [quote(each.name) for each in Base.metadata.tables[name].columns]
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join(mark for _ in columns)
    statement = f"INSERT INTO {quote(name)} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  our own names
    if key is None:
        return statement
    others = ", ".join(f"{each} = excluded.{each}" for each in columns if each != quote(key))
    return f"{statement} ON CONFLICT ({quote(key)}) DO UPDATE SET {others}"
