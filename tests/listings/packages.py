"""Looking into HSDS packages: their rows, what of them breaks a schema, what they say whatever their ids."""

import csv
import datetime as dt
import io
import json
import re
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from directory.listings.identity import plain
from directory.listings.record import ListingRecord
from importers.contract import SourceFile
from importers.general.hsds import Hsds

Rows = list[dict[str, str]]


def description_of(path: Path) -> dict[str, Any]:
    """The package's `datapackage.json`."""
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read("datapackage.json"))
    return found


def tables_of(path: Path) -> dict[str, Rows]:
    """Table name to its rows."""
    with zipfile.ZipFile(path) as archive:
        return {
            each["name"]: list(csv.DictReader(io.StringIO(archive.read(each["path"]).decode(), newline="")))
            for each in description_of(path)["resources"]
        }


def content_of(path: Path) -> dict[str, list[list[str]]]:
    """Table name to its rows without any ids, sorted."""
    return {
        name: sorted(
            [text for column, text in row.items() if not re.search(r"(^|_)id$", column)] for row in rows
        )
        for name, rows in tables_of(path).items()
    }


def records_in(path: Path) -> list[ListingRecord]:
    """What our importer makes of the package, which it has nothing to say against."""
    (reading,) = Hsds().read(SourceFile(path=path))
    rows = list(reading.rows)
    assert [row for row in rows if not isinstance(row, ListingRecord)] == []
    assert [each for each in reading.warnings if "Unknown field" not in each] == []
    return [row for row in rows if isinstance(row, ListingRecord)]


def told(record: ListingRecord) -> str:
    """All that a record says, without the keys that only make ids."""

    def without_keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: without_keys(each) for name, each in value.items() if name not in ("key", "source_id")
            }
        return [without_keys(each) for each in value] if isinstance(value, list) else value

    return json.dumps(without_keys(plain(record)), sort_keys=True)


# --- schemas --------------------------------------------------------------------------------------


def _is_of(kind: str, text: str) -> bool:
    readers: Mapping[str, Any] = {
        "number": float,
        "uuid": uuid.UUID,
        "date": dt.date.fromisoformat,
        "datetime": dt.datetime.fromisoformat,
        "date-time": dt.datetime.fromisoformat,
        "time": dt.time.fromisoformat,
        "email": lambda each: re.fullmatch(r"\S+@\S+", each)[0],  # type: ignore[index]
        "uri": lambda each: re.fullmatch(r"[a-z]+://\S+", each)[0],  # type: ignore[index]
    }
    try:
        readers.get(kind, str)(text)
    except (ValueError, TypeError):
        return False
    return True


def cell_faults(where: str, text: str, *, kinds: list[str | None], enum: Any, required: bool) -> list[str]:
    """What one cell breaks."""
    if not text:
        return [f"{where} is required"] if required else []
    found = [f"{where}: {text!r} is no {kind}" for kind in kinds if kind and not _is_of(kind, text)]
    return found + ([f"{where}: {text!r} is none of {enum}"] if enum and text not in enum else [])


def datapackage_faults(tables: Mapping[str, Rows], description: Mapping[str, Any]) -> list[str]:
    """What rows break of a data package's schemas: types, formats, required, enum, ids, foreign keys."""
    found = []
    ids = {name: {row["id"] for row in rows} for name, rows in tables.items()}
    for resource in description["resources"]:
        name, schema = resource["name"], resource["schema"]
        rows = tables.get(name, [])
        if len(ids.get(name, ())) != len(rows):
            found.append(f"{name} has an id twice")
        for field in schema["fields"]:
            limits = field.get("constraints", {})
            for row in rows:
                found += cell_faults(
                    f"{name}.{field['name']}",
                    row.get(field["name"], ""),
                    kinds=[field.get("type"), field.get("format")],
                    enum=limits.get("enum"),
                    required=limits.get("required", False),
                )
        for key in schema.get("foreignKeys", []):
            column, target = key["fields"], key["reference"]["resource"]
            lost = {row.get(column, "") for row in rows} - ids[target] - {""}
            found += [f"{name}.{column} names {each}, which is not in {target}" for each in lost]
    return found


def tabular_faults(tables: Mapping[str, Rows], schema: Mapping[str, Any]) -> list[str]:
    """What rows break of the compiled schema of the tabular form."""
    found = []
    for name, array in schema["properties"].items():
        items = array["items"]
        required = {*items.get("required", []), *items.get("tabular_required", [])}
        for row in tables.get(name, []):
            for column, rule in items["properties"].items():
                if rule.get("type") in ("string", "number"):
                    found += cell_faults(
                        f"{name}.{column}",
                        row.get(column, ""),
                        kinds=[rule["type"], rule.get("format")],
                        enum=rule.get("enum"),
                        required=column in required,
                    )
    return found
