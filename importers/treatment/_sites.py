"""What tables of treatment sites share: columns that go by several names, a place made of cells."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from directory.errors import SourceBroken
from directory.listings.record import Address, AddressVisibility, Location
from importers.rows import Table, open_table

Columns = Mapping[str, tuple[str, ...]]
"""Our name of a field to the names that its column has had, the first that is there counting."""


def open_any_of(path: Path, required: Sequence[Sequence[str]]) -> Table:
    """The table, by the first set of columns that it has. Raises `SourceBroken` as the last set has it."""
    for each in required[:-1]:
        with contextlib.suppress(SourceBroken):
            return open_table(path, each)
    return open_table(path, required[-1])


def by_field(values: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """A row's cells under our names; "" for a field without a column."""
    return {
        field: next((values[name] for name in names if name in values), "")
        for field, names in columns.items()
    }


def unknown_columns(table: Table, known: Columns, ignored: frozenset[str] = frozenset()) -> list[str]:
    """A warning for each column that we neither read nor leave out on purpose."""
    named = ignored.union(*known.values())
    return [f"Unknown column: {name}" for name in table.columns if name not in named]


def given(values: Mapping[str, str]) -> dict[str, str]:
    """The cells of a rejected row that hold something."""
    return {name: cell for name, cell in values.items() if cell}


def site(
    *,
    key: str,
    street: str,
    street2: str,
    city: str,
    state: str,
    postal_code: str,
    county: str = "",
    coordinates: tuple[float, float] | None = None,
    description: str | None = None,
    visibility: AddressVisibility = "full",
) -> Location:
    """A physical place of clean cells. Of one that is not wholly public, only town and state are taken."""
    is_full = visibility == "full"
    point = coordinates if is_full else None
    return Location(
        key=key,
        description=description,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        precision="exact" if point else None,
        visibility=visibility,
        address=Address(
            address_1=street if is_full else "",
            address_2=(street2 or None) if is_full else None,
            city=city,
            region=county or None,
            state_province=state,
            postal_code=postal_code if is_full else "",
        ),
    )
