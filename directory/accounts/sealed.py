"""Columns that hold sealed text, and where they are: rotation and tests find every one of them here.

A sealed column takes a `Sealed` and nothing else, so a caller who forgets to seal is refused by mypy and, at
the latest, when the row is written. `keys.KeyRing.put` seals, `KeyRing.get` opens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Dialect, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

SEPARATOR = ":"
"""Between the key's id and the rest, in sealed values and blind indexes."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value as it is stored: `<key id>:<base64 of nonce, ciphertext, tag>`. Shows nothing of it."""

    token: str

    @property
    def key_id(self) -> str:
        """The id of the key that opens it."""
        return self.token.partition(SEPARATOR)[0]

    def __repr__(self) -> str:
        return f"Sealed({self.key_id}:…)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs. It opens there and nowhere else."""

    table: str
    column: str
    row_id: str

    def __bytes__(self) -> bytes:
        return f"{self.table}\x1f{self.column}\x1f{self.row_id}".encode()


class SealedText(TypeDecorator[Sealed]):
    """A column of sealed text. None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("this column takes sealed text only: use KeyRing.put")
        return value.token

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:  # noqa: ARG002
        return None if value is None else Sealed(value)


class BlindIndex(TypeDecorator[str]):
    """A column by which equal sealed values are found without opening any: a keyed digest of them.

    `of` names the sealed columns of the row that it is made of; `within` a plain column (the owning agency)
    that goes into the digest, so that equal people of two agencies have nothing in common.
    `KeyRing.put` keeps it in step; `KeyRing.blind_values` gives what to look for.
    """

    impl = String
    cache_ok = True

    def __init__(self, *, of: tuple[str, ...], within: str):
        super().__init__(80)
        self.of = of
        self.within = within


@dataclass(frozen=True, slots=True)
class BlindColumn:
    """A blind index: its name, the sealed columns that it is made of, the plain column that it is kept to."""

    table: str
    name: str
    of: tuple[str, ...]
    within: str


@dataclass(frozen=True, slots=True)
class SealedTable:
    """One table with sealed columns. Its primary key is one text column."""

    table: Table
    sealed: tuple[str, ...]
    blind: tuple["BlindColumn", ...]

    @property
    def key(self) -> Column[Any]:
        """The primary key, which sealed values are bound to."""
        return next(iter(self.table.primary_key.columns))


@cache
def sealed_table(table: Table) -> SealedTable:
    """What is sealed in that table; raises `TypeError` where its rows could not be told apart by one id."""
    found = SealedTable(
        table,
        tuple(each.name for each in table.columns if isinstance(each.type, SealedText)),
        tuple(
            BlindColumn(table.name, each.name, each.type.of, each.type.within)
            for each in table.columns
            if isinstance(each.type, BlindIndex)
        ),
    )
    if found.sealed and len(table.primary_key.columns) != 1:
        raise TypeError(f"{table.name} has sealed columns, so it needs a primary key of one column")
    return found


def sealed_tables(metadata: MetaData) -> Iterator[SealedTable]:
    """Every table with sealed columns, by name."""
    for name in sorted(metadata.tables):
        found = sealed_table(metadata.tables[name])
        if found.sealed:
            yield found
