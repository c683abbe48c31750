"""`directory propose-mapping`: a first mapping for a spreadsheet, and what it would import."""

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import invoke
from tests.importers.reading import SAMPLES

SAMPLE = SAMPLES / "general" / "spreadsheet" / "pantries.csv"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLE, tmp_path / "pantries.csv"))


def test_the_mapping_is_printed_and_the_first_records_are_shown(table: Path) -> None:
    result = invoke(table.parent, "propose-mapping", str(table))
    assert result.exit_code == 0
    assert result.stdout.startswith("# Proposed for pantries.csv")
    assert '"zip" = "postal_code"' in result.stdout
    for told in (
        "- Example Pantry (Example Church)",
        "needs: Food and daily needs, Food pantry",
        "address: 100 Example Street, Philadelphia, PA, 19104",
        "hours: MO,TU,WE,TH,FR 09:00 to 12:00",
        "address: none shown",
    ):
        assert told in result.stderr
    assert "SECRET" not in result.output


def test_what_is_proposed_can_be_imported_at_once(home: Path, table: Path) -> None:
    mapping = table.with_name("pantries.mapping.toml")
    assert invoke(home, "propose-mapping", str(table), "--out", str(mapping)).exit_code == 0
    report = json.loads(invoke(home, "import", "spreadsheet", str(table), "--json").stdout)
    assert (report["read"], report["inserted"], report["rejected"]) == (5, 3, 2)


def test_a_row_that_would_be_left_out_is_shown_with_its_reason(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("name,city\n,Reading\nA,Reading\n")
    result = invoke(tmp_path, "propose-mapping", str(table))
    assert "- row 1 is left out: The row has no name." in result.stderr
    assert "- A" in result.stderr
    shown = json.loads(invoke(tmp_path, "propose-mapping", str(table), "--json").stdout)
    assert shown["rows"][0]["rejected"] == "The row has no name."
    assert shown["rows"][1]["record"]["service"]["name"] == "A"


def test_a_mapping_that_is_there_is_never_written_over(table: Path) -> None:
    mapping = table.with_name("pantries.mapping.toml")
    mapping.write_text("mine")
    result = invoke(table.parent, "propose-mapping", str(table), "--out", str(mapping))
    assert (result.exit_code, mapping.read_text()) == (2, "mine")
    assert "is there already" in result.stderr


def test_a_table_without_a_name_is_proposed_with_the_one_thing_to_do(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("a,b\n1,2\n")
    result = invoke(tmp_path, "propose-mapping", str(table))
    assert result.exit_code == 0
    assert "No column was taken for the name: say in [columns] which one it is." in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("none.csv", None, 2, "There is no file"),
        ("empty.csv", "", 3, "The file empty.csv is empty."),
        ("page.csv", "<html>", 3, "page.csv is a web page"),
        ("list.json", "[]", 3, "list.json is JSON, not a table."),
        ("list.xlsx", "PK\x03\x04 nothing", 3, "list.xlsx is damaged"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(
    tmp_path: Path, name: str, content: str | None, code: int, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    result = invoke(tmp_path, "propose-mapping", str(tmp_path / name))
    assert result.exit_code == code
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_place_that_cannot_be_written_is_told(table: Path) -> None:
    result = invoke(table.parent, "propose-mapping", str(table), "--out", str(table.parent / "no" / "x.toml"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
