"""Rows as the database driver takes them: prepared before the write lock is taken, written without detours.

SQLAlchemy's own way of binding a row takes as long as SQLite takes to write it, and would take it while the
lock is held; here it is asked only for what the types of a table do to their values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Dialect

from directory.database import Base

Values = tuple[Any, ...]
"""One row, in the order of its table's columns."""


@dataclass(frozen=True, slots=True)
class DriverRows:
    """Rows of one table for its driver, without the columns that all of them leave empty.

    An empty value is the dearest that there is to hand over: Python's SQLite driver asks every `None` how it
    wants to be stored, 1 µs each (20 of the 37 µs of a service). Those columns are NULL in the statement.
    """

    table: str
    filled: tuple[bool, ...]
    """For each column of the table whether the rows have it."""
    rows: list[Values]


def driver_rows(name: str, rows: Iterable[Values], dialect: Dialect) -> DriverRows:
    """The rows with dates, moments and JSON as the dialect stores them."""
    columns = list(zip(*rows, strict=True))
    filled = tuple(column.count(None) < len(column) for column in columns)
    processors = _processors(name, dialect)
    given = [_stored(column, processors.get(at)) for at, column in enumerate(columns) if filled[at]]
    return DriverRows(name, filled, list(zip(*given, strict=True)))


def _stored(column: Values, process: Callable[[Any], Any] | None) -> Iterable[Any]:
    if process is None:
        return column
    first = column[0]
    if all(each is first for each in column):  # the moment and the date of the run, in every listing
        return [process(first)] * len(column)
    return [each if each is None else process(each) for each in column]


@cache
def _processors(name: str, dialect: Dialect) -> Mapping[int, Callable[[Any], Any]]:
    types = (
        each.type.dialect_impl(dialect).bind_processor(dialect) for each in Base.metadata.tables[name].columns
    )
    return {at: process for at, process in enumerate(types) if process is not None}


@lru_cache(maxsize=1024)
def insert_statement(name: str, filled: tuple[bool, ...], dialect: Dialect, *, overwrites: bool) -> str:
    """`INSERT` of `DriverRows`; one that `overwrites` replaces the row of the same key, the first column."""
    quote = dialect.identifier_preparer.quote
    columns = [quote(each.name) for each in Base.metadata.tables[name].columns]
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join(mark if each else "NULL" for each in filled)
    statement = f"INSERT INTO {quote(name)} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  our own names
    if not overwrites:
        return statement
    key, *others = columns
    taken = ", ".join(f"{each} = excluded.{each}" for each in others)
    return f"{statement} ON CONFLICT ({key}) DO UPDATE SET {taken}"
