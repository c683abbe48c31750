"""Meeting Guide in its other forms: the import form of 12 Step Meeting List, and fellowships' own types."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from directory.listings.identity import plain
from directory.listings.needs import taxonomy
from directory.listings.record import Code, ListingRecord
from importers.peer_groups.meeting_guide import WRONG_DAY, MeetingGuide
from importers.rows import TOO_MANY
from tests.importers.reading import SAMPLES, SHARED, hashes, named, read, shuffled

FORM = SAMPLES / "peer_groups" / "meeting_guide" / "import_form.csv"


def one(folder: Path, feed: str, **more: Any) -> ListingRecord:
    path = folder / "feed.json"
    path.write_text(json.dumps([{"slug": "a", "name": "A", "day": 1, "time": "10:00"} | more]))
    return read(MeetingGuide(), path, feed=feed)[1][0]


def test_each_row_of_the_import_form_is_one_meeting_or_one_rejection() -> None:
    _, records, rejected = read(MeetingGuide(), FORM, feed="aa-example")
    assert [record.source_id for record in records] == ["example-topic", "example-women"]
    assert [(each.row, each.reason) for each in rejected] == [(3, WRONG_DAY), (4, TOO_MANY)]


def test_the_import_form_is_read_like_a_feed() -> None:
    _, records, _ = read(MeetingGuide(), FORM, feed="aa-example", timezone="America/Chicago")
    topic, women = named(records, "Example Topic Meeting"), named(records, "Example Women")
    assert topic.codes == (Code("fellowship", "aa"), Code("meeting_guide", "O"), Code("meeting_guide", "X"))
    assert Code("meeting_guide", "W") in women.codes
    assert topic.place
    assert topic.place.address
    assert topic.place.address.address_1 == "100 Example Street"
    assert [each.timezone for each in topic.service.schedules] == ["America/New_York"]
    (hours,) = women.service.schedules
    assert (hours.byday, hours.opens_at, hours.closes_at) == ("SA", dt.time(19, 30), dt.time(20, 30))
    assert hours.timezone == "America/Chicago"


def test_nothing_private_of_the_import_form_is_kept() -> None:
    reading, records, rejected = read(MeetingGuide(), FORM)
    told = json.dumps([*map(plain, records), *(dict(each.values) for each in rejected), *reading.warnings])
    assert "SECRET" not in told
    assert "0666" not in told


def test_the_order_of_rows_of_the_import_form_does_not_matter(tmp_path: Path) -> None:
    header, *rows = FORM.read_text().splitlines()
    path = tmp_path / "form.csv"
    path.write_text("\n".join([header, *rows[:3]]) + "\n")
    turned = shuffled(path, tmp_path / "turned.csv")
    assert hashes(read(MeetingGuide(), turned)[1]) == hashes(read(MeetingGuide(), path)[1])


@pytest.mark.parametrize(
    ("type_", "code"),
    [
        ("FDIS", Code("meeting_guide", "D")),
        ("FBS", Code("meeting_guide", "LIT")),
        ("FSPK", Code("meeting_guide", "SP")),
        ("ILGB", Code("meeting_guide", "LGBTQ")),
        ("BB", Code("filter", "other_languages")),
    ],
)
def test_recovery_dharma_has_types_of_its_own(tmp_path: Path, type_: str, code: Code) -> None:
    record = one(tmp_path, "recovery_dharma", types=[type_])
    assert code in record.codes
    assert "recovery_dharma" in taxonomy().derive(record.codes).needs


def test_a_type_of_one_fellowship_means_nothing_in_the_feed_of_another(tmp_path: Path) -> None:
    record = one(tmp_path, "aa-example", types=["BB"])
    assert Code("filter", "other_languages") not in record.codes


def test_refuge_recovery_is_a_feed_of_its_own_fellowship(tmp_path: Path) -> None:
    record = one(tmp_path, "refuge_recovery", types=["MED"])
    assert "refuge_recovery" in taxonomy().derive(record.codes).needs
    assert record.organization.name == "Refuge Recovery"


@pytest.mark.shared
def test_the_published_import_form_is_read_whole() -> None:
    _, records, rejected = read(MeetingGuide(), SHARED / "peer_groups" / "12sml_import_template.csv")
    assert (len(records), len(rejected)) == (36, 0)
    assert all(record.service.schedules[0].opens_at for record in records)
