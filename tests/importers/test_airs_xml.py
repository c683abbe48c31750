"""AIRS XML: nested 3.0 and flat 4.0 give the same kind of record, and nothing that is confidential."""

import datetime as dt
import json
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import Code
from importers.general import airs_xml
from importers.general._hsds_record import WRONG_STATUS
from importers.general.airs_xml import AirsXml
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read

NESTED = SAMPLES / "general" / "airs_xml" / "nested_3_0.xml"
FLAT = SAMPLES / "general" / "airs_xml" / "flat_4_0.xml"
ZONE = "America/New_York"


def saved(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_nested_file_gives_one_record_or_rejection_for_each_site_service() -> None:
    _, records, rejected = read(AirsXml(), NESTED)
    assert [record.source_id for record in records] == ["8000001-7000001", "8000002-7000001"]
    assert [each.reason for each in rejected] == [airs_xml.WITHHELD, airs_xml.WITHHELD, airs_xml.NO_KEY]
    assert [each.row for each in rejected] == [2, 4, 5]


def test_a_flat_file_joins_services_to_sites_and_agencies_and_tells_orphans() -> None:
    _, records, rejected = read(AirsXml(), FLAT)
    assert [record.source_id for record in records] == ["SS1"]
    assert [each.reason for each in rejected] == [
        airs_xml.NO_SITE,
        airs_xml.NO_AGENCY,
        airs_xml.WITHHELD,
        WRONG_STATUS,
    ]


@pytest.mark.parametrize("path", [NESTED, FLAT])
def test_nothing_confidential_is_in_a_record_a_rejection_or_a_warning(path: Path) -> None:
    reading, records, rejected = read(AirsXml(), path, timezone=ZONE)
    told = json.dumps([*map(plain, records), *(dict(each.values) for each in rejected), *reading.warnings])
    assert "SECRET" not in told
    assert "0666" not in told
    assert "40.1234" not in told


def test_a_confidential_address_leaves_a_listing_without_a_place_but_with_its_numbers() -> None:
    record = named(read(AirsXml(), NESTED)[1], "Safe Stay")
    assert record.locations == ()
    assert [phone.number for phone in record.service.phones] == ["(215) 555-0130"]
    assert [area.extent for area in record.service.service_areas] == ["US-PA"]


def test_a_nested_service_is_read_whole() -> None:
    record = named(read(AirsXml(), NESTED, timezone=ZONE)[1], "Family Counseling")
    service, place, body = record.service, record.place, record.organization
    assert body.name == "Example Family Center"
    assert body.description == "Help for families.\nOpen to all."
    assert body.website == "https://www.family.example.org"
    assert [phone.number for phone in body.phones] == ["(215) 555-0120"]
    assert service.description == "Talk with a counselor."
    assert (service.phones[0].extension, service.phones[0].description) == (12, "Intake")
    assert service.assured_date == dt.date(2026, 3, 25)
    assert (service.eligibility_description, service.fees_description) == ("Families with children", "Free")
    assert [area.extent for area in service.service_areas] == ["US-PA/Philadelphia"]
    (hours,) = service.schedules
    assert (hours.opens_at, hours.closes_at, hours.timezone) == (dt.time(9), dt.time(17), ZONE)
    assert place
    assert place.address
    assert (place.address.state_province, place.address.postal_code) == ("PA", "19104")
    assert (place.latitude, place.longitude, place.transportation) == (39.95, -75.17, "Bus 21")


def test_a_flat_service_takes_what_its_service_says() -> None:
    record = read(AirsXml(), FLAT, timezone=ZONE)[1][0]
    service = record.service
    assert service.description == "Food boxes for a week."
    assert service.application_process == "How\nCome in person."
    assert service.assured_date == dt.date(2026, 1, 15)
    assert [area.extent for area in service.service_areas] == ["US-PA/19601", "US-PA/19602"]
    assert [each.name for each in service.languages] == ["English", "Spanish"]
    assert service.required_documents[0].document == "Proof of address"
    assert (service.minimum_age, service.maximum_age) == (18, None)
    times = [(each.byday, each.opens_at, each.closes_at) for each in service.schedules]
    assert times == [("TU", dt.time(8, 30), dt.time(12)), ("TU", dt.time(13), dt.time(16))]


def test_codes_of_the_211_taxonomy_stay_opaque_and_a_vendors_own_are_left_out() -> None:
    reading, records, _ = read(AirsXml(), NESTED)
    record = named(records, "Family Counseling")
    assert record.codes == (Code("airs", "RX-8250.5000"),)
    assert taxonomy().derive(record.codes).needs == ()
    assert any(each.startswith("Vendor's own code left out") for each in reading.warnings)


def test_reading_again_and_agencies_in_another_order_give_the_same_records(tmp_path: Path) -> None:
    text = NESTED.read_text(encoding="utf-8")
    first, second = text.index("<Agency"), text.rindex("<Agency")
    end = text.index("</Source>")
    swapped = text[:first] + text[second:end] + text[first:second] + text[end:]
    assert hashes(read(AirsXml(), saved(tmp_path / "a.xml", swapped))[1]) == hashes(
        read(AirsXml(), NESTED)[1]
    )


def test_a_flat_file_may_name_its_services_before_its_sites(tmp_path: Path) -> None:
    text = FLAT.read_text(encoding="utf-8")
    start, end = text.index("<SiteService>"), text.index("</Source>")
    head = text.index("<Agency>")
    moved = text[:head] + text[start:end] + text[head:start] + text[end:]
    assert hashes(read(AirsXml(), saved(tmp_path / "b.xml", moved))[1]) == hashes(read(AirsXml(), FLAT)[1])


DOCTYPE = '<!DOCTYPE Source [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{DOCTYPE}<Source><Agency>&b;</Agency></Source>", "declares a document type"),
        ('<!DOCTYPE Source SYSTEM "file:///etc/passwd"><Source/>', "declares a document type"),
        ("<Source><Agency>&b;</Agency></Source>", "not XML of the kind"),
        ("<Source><Agency><Key>1</Key>", "not XML of the kind"),
        ("<html><body>Blocked</body></html>", "not XML of the kind"),
        ('{"Source": []}', "not XML of the kind"),
        ("<Source>" + "<a>" * 50 + "</a>" * 50 + "</Source>", "nested too deeply"),
    ],
)
def test_harmful_and_broken_xml_stops_the_run(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SourceBroken, match=reason):
        read(AirsXml(), saved(tmp_path / "c.xml", text))


@pytest.mark.shared
def test_the_published_example_whose_ids_do_not_fit_is_rejected_whole() -> None:
    _, records, rejected = read(AirsXml(), SHARED / "taxonomy" / "airs_xml" / "airs_instance.xml")
    assert not records
    assert [each.reason for each in rejected] == [airs_xml.NO_AGENCY]


@pytest.mark.shared
def test_the_published_example_with_fitting_ids_is_kept_back_as_its_site_asks(tmp_path: Path) -> None:
    text = (SHARED / "taxonomy" / "airs_xml" / "airs_instance.xml").read_text(encoding="utf-8")
    for wrong, right in (("A6543", "A1234"), ("S8765", "ST1234"), ("SV9876", "SV3456")):
        text = text.replace(wrong, right)
    _, _, rejected = read(AirsXml(), saved(tmp_path / "d.xml", text))
    assert [each.reason for each in rejected] == [airs_xml.WITHHELD]
    shown = text.replace("<ExcludeFromWebsite>true", "<ExcludeFromWebsite>false")
    _, (record,), _ = read(AirsXml(), saved(tmp_path / "e.xml", shown))
    assert record.service.name == "Food Bank"
    assert record.locations == ()
    assert record.service.assured_date == dt.date(2015, 8, 13)
