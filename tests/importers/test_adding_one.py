"""Adding an importer is one file: the README's way, tried in a folder of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

NEW_IMPORTER = '''
"""Food pantries of one county."""

from collections.abc import Iterator
from typing import ClassVar

from directory.listings.record import Address, Code, Kind, ListingRecord, Location, Organization, Service
from importers.contract import Reading, Rejection, SourceFile


class FoodPantries:
    """A line a pantry: name, street, ZIP."""

    name: ClassVar[str] = "food_pantries"
    kind: ClassVar[Kind] = "community"
    title: ClassVar[str] = "Food pantries of the county"
    publisher: ClassVar[str] = "County food bank"
    licence: ClassVar[str] = "public domain"
    formats: ClassVar[tuple[str, ...]] = ("csv",)
    needs_key: ClassVar[bool] = False

    def read(self, source: SourceFile) -> list[Reading]:
        return [Reading(rows=self._rows(source))]

    def samples(self) -> list[SourceFile]:
        return []

    def _rows(self, source: SourceFile) -> Iterator[ListingRecord | Rejection]:
        for number, line in enumerate(source.path.read_text().splitlines(), 1):
            name, _, rest = line.partition(";")
            street, _, postal_code = rest.partition(";")
            if not postal_code:
                yield Rejection(row=number, reason="The line has no ZIP code.", values={"line": line})
                continue
            town = {"city": "Philadelphia", "state_province": "PA"}
            address = Address(address_1=street, postal_code=postal_code, **town)
            yield ListingRecord(
                source_id=name,
                kind="community",
                organization=Organization(key=name, name=name),
                service=Service(name=name),
                locations=(Location(key=name, address=address),),
                codes=(Code("need", "food"),),
            )
'''

USE_IT = """
import sys
from pathlib import Path
import importers
importers.__path__.append(sys.argv[1])
from click.testing import CliRunner
from directory.cli import main

def run(*arguments):
    result = CliRunner().invoke(main, ["--home", sys.argv[2], *arguments], catch_exceptions=False)
    sys.stdout.write(result.output)
    assert result.exit_code == 0

run("importers", "--json")
run("migrate")
run("import", "food_pantries", sys.argv[3])
run("search", "food pantry", "--near", "19104")
"""


def test_one_new_file_is_an_importer_whose_listings_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "importers" / "county"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "food_pantries.py").write_text(NEW_IMPORTER)
    feed = tmp_path / "pantries.csv"
    feed.write_text("Corner Pantry;12 Spruce St;19104\nNowhere Pantry;1 Elm St\n")
    run = subprocess.run(
        [sys.executable, "-c", USE_IT, str(tmp_path / "importers"), str(tmp_path / "home"), str(feed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert '"importer": "food_pantries"' in run.stdout
    assert "read 2, inserted 1" in run.stdout
    assert "Corner Pantry" in run.stdout
