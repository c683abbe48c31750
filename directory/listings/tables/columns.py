"""Column patterns that the tables of this room share."""

from typing import Annotated, Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import MappedColumn, mapped_column

from directory.database import KEY

Id = Annotated[str, mapped_column(KEY, primary_key=True)]
"""An HSDS id: version 5 of where the row comes from, so that it is the same after every import."""

Position = Annotated[int, mapped_column(default=0)]
"""The row's place among its siblings, from 0. HSDS rows have no order; the first phone is the main one."""


def reference(table: str) -> MappedColumn[Any]:
    """A foreign key; the row goes with the row that it refers to. `Mapped[str | None]` makes it optional."""
    return mapped_column(KEY, ForeignKey(f"{table}.id", ondelete="CASCADE"))


def indexes(*columns: str) -> tuple[Index, ...]:
    """One index for each of these columns, which every row has."""
    return tuple(Index(None, each) for each in columns)


def owner_indexes(*columns: str) -> tuple[Index, ...]:
    """One index per owner column, of the rows that have that owner (most have exactly one of several).

    For columns that may be empty only: on one that may not, SQLite never uses such an index.
    """
    return tuple(
        Index(
            None, each, sqlite_where=text(f"{each} IS NOT NULL"), postgresql_where=text(f"{each} IS NOT NULL")
        )
        for each in columns
    )
