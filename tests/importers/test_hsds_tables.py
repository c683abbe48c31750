"""HSDS tables of every version are joined into the shape that the JSON has, and orphans are told."""

import datetime as dt
import json
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.record import Code
from importers.archives import named_files
from importers.contract import SourceFile
from importers.files import Limits
from importers.general._hsds_join import LOST_LOCATION, LOST_SERVICE, NO_BODY_ROW
from importers.general._hsds_tables import TWICE
from importers.general.hsds import Hsds
from importers.shifted import SHIFTED, is_shifted
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read, saved, table

FOLDER = SAMPLES / "general" / "hsds"
PACKAGE = FOLDER / "package_3_1"
ZONE = "America/New_York"


def zipped(path: Path, folder: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.iterdir()):
            archive.write(each, f"{inside}{each.name}")
    return path


def test_a_data_package_gives_a_listing_for_each_service_at_a_place() -> None:
    _, records, rejected = read(Hsds(), PACKAGE, timezone=ZONE)
    assert [record.source_id for record in records] == ["sal-1", "sal-2", "s-3"]
    assert [each.reason for each in rejected] == [TWICE, NO_BODY_ROW, LOST_SERVICE, LOST_LOCATION]
    assert dict(rejected[-1].values) == {"id": "sal-5", "service_id": "s-3", "location_id": "l-9"}


def test_everything_that_belongs_to_a_service_comes_with_it() -> None:
    _, records, _ = read(Hsds(), PACKAGE, timezone=ZONE)
    first, south = records[0], records[1]
    service, place = first.service, first.place
    assert first.codes == (Code("need", "outpatient"),)
    assert first.kind == "treatment"
    assert (service.program, service.fees_description) == ("Recovery Program", "Free")
    assert [(each.number, each.extension) for each in service.phones] == [("(215) 555-0150", 12)]
    assert [each.number for each in first.organization.phones] == ["(215) 555-0151"]
    assert (service.contacts[0].title, service.contacts[0].phones[0].number) == (
        "Intake desk",
        "(215) 555-0152",
    )
    assert [(each.name, each.code) for each in service.languages] == [("Spanish", "spa")]
    assert (service.cost_options[0].amount, service.cost_options[0].currency) == (20.0, "USD")
    assert (service.capacities[0].unit, service.capacities[0].status) == ("Places", "waitlist")
    assert place
    assert place.address
    assert (place.address.address_1, place.address.postal_code) == ("100 Example Street", "19104")
    assert south.place
    assert [each.number for each in south.place.phones] == ["(215) 555-0153"]


def test_hours_keep_their_own_zone_and_take_the_feeds_where_they_have_none() -> None:
    _, records, _ = read(Hsds(), PACKAGE, timezone=ZONE)
    assert [each.timezone for each in records[0].service.schedules] == ["America/Chicago"]
    south = records[1].place
    assert south
    assert [(each.byday, each.timezone) for each in south.schedules] == [("WE", ZONE)]


def test_columns_that_hsds_does_not_have_are_kept_by_table() -> None:
    _, records, _ = read(Hsds(), PACKAGE)
    assert records[0].extra == (("organization", "annual_report", "2025"), ("service", "walk_in_line", "yes"))


def test_a_zip_is_read_like_its_folder(tmp_path: Path) -> None:
    path = zipped(tmp_path / "package.zip", PACKAGE, "export/2026/")
    assert hashes(read(Hsds(), path, timezone=ZONE)[1]) == hashes(read(Hsds(), PACKAGE, timezone=ZONE)[1])


def test_files_may_be_named_by_the_data_package(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    shutil.copytree(PACKAGE, folder)
    (folder / "services.csv").rename(folder / "tbl_services_2026.csv")
    resources = {"resources": [{"name": "services", "path": "tbl_services_2026.csv"}]}
    (folder / "datapackage.json").write_text(json.dumps(resources))
    assert hashes(read(Hsds(), folder)[1]) == hashes(read(Hsds(), PACKAGE)[1])


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / "turned"
    folder.mkdir()
    for each in PACKAGE.iterdir():
        header, rows = table(each)
        kept = [row for row in rows if row[-4:] != ["", "", "", ""] or "again" not in str(row)]
        saved(folder / each.name, header, list(reversed([row for row in kept if "again" not in str(row)])))
    assert hashes(read(Hsds(), folder)[1]) == hashes(read(Hsds(), PACKAGE)[1])


@pytest.mark.parametrize("version", ["version_2", "version_1", "ohana"])
def test_older_versions_give_the_same_listing(version: str) -> None:
    _, (record,), rejected = read(Hsds(), FOLDER / version, timezone=ZONE)
    assert not rejected
    assert record.organization.website == "https://health.example.org"
    assert record.service.name == "Outpatient Counseling"
    assert record.service.status == "active"
    place = record.place
    assert place
    assert place.address
    assert place.address.address_1 == "100 Example Street"
    assert place.address.address_type == "physical"
    assert place.accessibility[0].description.casefold() == "ramp"
    phones = (*record.service.phones, *place.phones)
    assert [each.number for each in phones] == ["(215) 555-0150"]
    hours = [*record.service.schedules, *place.schedules]
    assert hours[0].byday == "MO"
    assert hours[0].timezone == ZONE


def test_the_first_version_has_its_own_tables() -> None:
    reading, (record,), _ = read(Hsds(), FOLDER / "version_1", timezone=ZONE)
    service = record.service
    assert service.description == "Weekly counseling.\nBring a friend."
    assert service.eligibility_description == "Adults; Residents of the county"
    assert [each.option for each in service.cost_options] == ["Medicaid"]
    assert [(each.byday, each.opens_at) for each in service.schedules[:2]] == [
        ("MO", dt.time(8)),
        ("TU", dt.time(8)),
    ]
    assert (service.schedules[2].closed, service.schedules[2].valid_from) == (True, dt.date(2026, 12, 25))
    assert record.codes == (Code("airs", "RX-8250.5000"), Code("need", "outpatient"))
    assert "Row without meaning among schedules: left out (1)" in reading.warnings


def test_ohanas_lists_in_cells_are_lists() -> None:
    _, (record,), _ = read(Hsds(), FOLDER / "ohana")
    service = record.service
    assert [each.code for each in service.languages] == ["spa", "tgl"]
    assert [each.document for each in service.required_documents] == ["Photo ID"]
    assert [each.option for each in service.cost_options] == ["Cash", "Medicaid"]
    assert record.codes == (Code("local", "101"), Code("local", "101-01"))
    assert "boss@" not in json.dumps(plain(record))


def test_an_address_beside_its_columns_is_no_place(tmp_path: Path) -> None:
    folder = tmp_path / "shifted"
    shutil.copytree(FOLDER / "version_1", folder)
    header = table(folder / "physical_addresses.csv")[0]
    row = ["41", "21", "100 Example Street", "", "Philadelphia", "PA", "19104"]
    saved(folder / "physical_addresses.csv", header, [row])
    _, records, rejected = read(Hsds(), folder)
    assert not records
    assert [each.reason for each in rejected] == [SHIFTED]


@pytest.mark.parametrize(
    ("city", "state", "code", "phone", "expected"),
    [
        ("Aurora", "CO", "80011", "(303) 617-2300", False),
        ("Aurora", "Colorado", "", "", False),
        ("", "Arapahoe", "CO", "80011", True),
        ("", "", "CO", "80011", True),
        ("", "Washington", "CO", "80720", True),
        ("CO", "80011", "", "", True),
        ("Toronto", "Ontario", "M4B 1B3", "416-555-0100", False),
        ("", "", "", "", False),
    ],
)
def test_a_shifted_row_is_seen_by_its_state(
    city: str, state: str, code: str, phone: str, expected: bool
) -> None:
    assert is_shifted(city=city, state=state, postal_code=code, phone=phone) is expected


@pytest.mark.parametrize("missing", ["services.csv", "organizations.csv"])
def test_a_package_without_its_main_tables_is_broken(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "package"
    shutil.copytree(FOLDER / "version_2", folder)
    (folder / missing).unlink()
    with pytest.raises(SourceBroken, match=missing):
        read(Hsds(), folder)


def test_a_row_with_too_many_cells_is_one_rejection_and_keeps_its_words_to_itself(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    shutil.copytree(FOLDER / "version_2", folder)
    with (folder / "phones.csv").open("a") as file:
        file.write("52,,11,1,215-555-0666,,voice,,too,many,cells\n")
    _, records, rejected = read(Hsds(), folder)
    assert len(records) == 1
    assert [dict(each.values) for each in rejected] == [{"table": "phones", "id": "52"}]


def test_a_swollen_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "package.zip", PACKAGE)
    with pytest.raises(SourceBroken, match="more than it plausibly holds"):
        named_files(path, tmp_path, Limits(expanded=1000))


def test_what_was_unpacked_is_gone_after_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (reading,) = Hsds().read(SourceFile(path=PACKAGE))
    assert list(tmp_path.iterdir())
    list(reading.rows)
    assert not list(tmp_path.iterdir())


@pytest.mark.shared
def test_a_real_export_whose_ids_were_replaced_is_rejected_with_reasons() -> None:
    _, records, rejected = read(Hsds(), SHARED / "hsds" / "dc_orphans")
    assert not records
    reasons = Counter(each.reason for each in rejected)
    assert reasons == {LOST_SERVICE: 2963, NO_BODY_ROW: 2184}


@pytest.mark.shared
def test_the_sample_of_ohana_is_read_whole() -> None:
    _, records, rejected = read(Hsds(), SHARED / "hsds" / "ohana_sample", timezone="America/Los_Angeles")
    assert (len(records), len(rejected)) == (23, 0)
    assert named(records, "Fair Oaks Adult Activity Center").place


@pytest.mark.shared
def test_the_published_data_package_is_read() -> None:
    _, (record,), rejected = read(Hsds(), SHARED / "hsds" / "spec_3.1" / "examples_csv")
    assert not rejected
    assert record.service.name == "Community Counselling"
    assert record.service.program == "Community Mental Health Support"
