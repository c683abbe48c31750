"""`directory edit`, `merge` and `unmerge` through the whole instance: imported, edited, imported anew."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import invoke
from tests.commands.test_duplicates_command import LOCATOR_HEADER, LOCATOR_ROW, OTP_HEADER, OTP_ROW


@pytest.fixture
def two_lists(home: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """An instance in which two sources list one door: (its home, the one's id, the other's)."""
    (tmp_path / "otp.csv").write_text(OTP_HEADER + OTP_ROW)
    (tmp_path / "locator.csv").write_text(LOCATOR_HEADER + LOCATOR_ROW)
    invoke(home, "import", "samhsa_otp", str(tmp_path / "otp.csv"))
    invoke(home, "import", "samhsa_locator", str(tmp_path / "locator.csv"))
    (pair,) = answer(home, "duplicates")["duplicates"]
    ids = {each["name"]: each["id"] for each in (pair["first"], pair["second"])}
    return home, ids["Riverside Clinic"], ids["Riverside Clinic Inc"]


def answer(home: Path, *arguments: str) -> dict[str, Any]:
    result = invoke(home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def results(home: Path, *arguments: str) -> list[dict[str, Any]]:
    return list(answer(home, "search", *arguments, "--near", "19106")["results"])


def test_imported_edited_imported_anew_and_taken(two_lists: tuple[Path, str, str], tmp_path: Path) -> None:
    home, listing, _ = two_lists
    address = f"https://x.example/listings/{listing}?lang=es"
    set_to = ("service.licenses", "State licence 12")
    assert answer(home, "edit", listing, *set_to, "--note", "Called.", "--by", "Robin")["changed"]
    assert not answer(home, "edit", address, *set_to)["changed"]
    again = invoke(home, "import", "samhsa_otp", str(tmp_path / "otp.csv"), "--json")
    assert json.loads(again.stdout)["unchanged"] == 1
    assert said(home, listing, "service.licenses")["value"] == "State licence 12"

    (tmp_path / "otp.csv").write_text(OTP_HEADER + OTP_ROW.replace("2004-01-01", "2005-06-07"))
    report = invoke(home, "import", "samhsa_otp", str(tmp_path / "otp.csv"))
    assert report.stderr.count("edited here") == 1
    (conflict,) = answer(home, "edit", "--conflicts")["conflicts"]
    assert (conflict["listing"], conflict["field"]) == (listing, "service.licenses")
    assert (conflict["edit"]["by"], conflict["edit"]["note"]) == ("Robin", "Called.")
    assert "2005-06-07" in conflict["incoming"]
    assert "service.licenses" in invoke(home, "edit", "--conflicts").stdout

    field = said(home, listing, "service.licenses")
    assert field["value"] == "State licence 12"
    assert field["conflict"]
    assert "2005-06-07" in field["source_value"]
    assert "the source says" in invoke(home, "edit", listing, "--list").stdout
    assert answer(home, "edit", listing, "service.licenses", "--take")["changed"]
    assert "2005-06-07" in said(home, listing, "service.licenses")["value"]
    assert answer(home, "edit", "--conflicts") == {"conflicts": [], "total": 0}
    assert not answer(home, "edit", listing, "service.licenses", "--undo")["changed"]


def said(home: Path, listing: str, name: str) -> dict[str, Any]:
    """One field of `edit --list`."""
    (field,) = (each for each in answer(home, "edit", listing, "--list")["fields"] if each["field"] == name)
    assert isinstance(field, dict)
    return field


def test_an_edit_is_found_at_once(two_lists: tuple[Path, str, str]) -> None:
    home, listing, _ = two_lists
    invoke(home, "edit", listing, "phones", '[{"number": "215-555-0199"}]')
    assert {each["id"]: each["phone"] for each in results(home)}[listing] == "215-555-0199"


def test_an_edited_address_moves_the_listing(two_lists: tuple[Path, str, str]) -> None:
    home, listing, _ = two_lists
    before = {each["id"]: each["distance_miles"] for each in results(home)}
    invoke(home, "edit", listing, "location.address.postal_code", "19154")
    after = {each["id"]: each["distance_miles"] for each in results(home)}
    assert after[listing] > before[listing] + 5


def test_merged_listings_are_one_until_taken_apart(two_lists: tuple[Path, str, str]) -> None:
    home, kept, merged = two_lists
    done = answer(home, "merge", kept, merged, "--reason", "Same door")
    assert done["changed"]
    assert not answer(home, "merge", kept, merged)["changed"]
    assert [each["id"] for each in results(home)] == [kept]
    assert answer(home, "duplicates") == {"duplicates": []}
    assert answer(home, "unmerge", merged)["changed"]
    assert not answer(home, "unmerge", merged)["changed"]
    assert {each["id"] for each in results(home)} == {kept, merged}
    assert len(answer(home, "duplicates")["duplicates"]) == 1


def test_a_pair_kept_apart_is_not_proposed_again(two_lists: tuple[Path, str, str]) -> None:
    home, one, other = two_lists
    assert answer(home, "merge", "--apart", one, other)["changed"]
    assert answer(home, "duplicates") == {"duplicates": []}
    assert "already" in invoke(home, "merge", "--apart", one, other).stderr


def test_a_package_has_merged_listings_once_and_nothing_that_either_hides(
    two_lists: tuple[Path, str, str], tmp_path: Path
) -> None:
    home, kept, merged = two_lists
    invoke(home, "edit", merged, "location.visibility", "hidden")
    done = invoke(home, "merge", kept, merged)
    assert "keeps it private" in done.stderr
    assert answer(home, "export", "hsds", str(tmp_path / "all.zip"))["listings"] == 1
    with zipfile.ZipFile(tmp_path / "all.zip") as package:
        text = "\n".join(package.read(name).decode() for name in package.namelist())
    assert "100 Market" not in text
    assert "39.9496" not in text
    assert merged not in text
    assert "Riverside Clinic" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["edit"], "Name a listing"),
        (["edit", "nobody", "phones", "[]"], "There is no listing nobody"),
        (["edit", "LISTING", "service.descripton", "x"], "Did you mean service.description"),
        (["edit", "LISTING", "service.status", "shut"], "temporarily closed"),
        (["edit", "LISTING", "phones", "215"], "numbers that can be dialled"),
        (["edit", "LISTING", "service.minimum_age"], "a whole number"),
        (["edit", "LISTING", "service.alert", "x", "--undo"], "takes no value"),
        (["merge", "LISTING", "LISTING"], "into itself"),
        (["merge", "--apart", "LISTING", "LISTING", "LISTING"], "takes two listings"),
        (["unmerge", "nobody"], "There is no listing nobody"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(
    two_lists: tuple[Path, str, str], arguments: list[str], words: str
) -> None:
    home, listing, _ = two_lists
    result = invoke(home, *(listing if each == "LISTING" else each for each in arguments))
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
