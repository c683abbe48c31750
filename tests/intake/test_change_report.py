"""What an import says that it changes, or would."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.intake import runlog
from directory.intake.contract import RunReport
from directory.intake.difference import HIDDEN
from directory.intake.notice import change_notice
from directory.listings.record import AddressVisibility, ListingRecord
from tests.builders import make_location, make_record, make_service
from tests.intake.feeds import Feed, Import, facilities, feed, key, listed
from tests.listings.test_visibility import SECRET, secret_record


def renamed(record: ListingRecord, name: str) -> ListingRecord:
    return replace(record, service=replace(record.service, name=name))


def brought(report: RunReport) -> dict[str, int]:
    assert report.changes is not None
    return {kind: count for kind, count in report.changes.counts.items() if count}


def fields_of(report: RunReport) -> list[tuple[str, list[str]]]:
    assert report.changes is not None
    return [(each.id, [one.field for one in each.differences]) for each in report.changes.listings]


def test_a_dry_run_tells_what_is_new_changed_and_withdrawn_and_does_none_of_it(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    one, two, three = facilities(3)
    bring_in(feed(one, two, three))
    later = feed(renamed(one, "Evening programme"), two, make_record(source_id="fresh"))
    report = bring_in.one(later, dry_run=True)
    assert brought(report) == {"new": 1, "changed": 1, "withdrawn": 1}
    assert report.withdrawn == 0
    assert report.changes is not None
    assert (
        "\n".join(report.changes.lines())
        == f"""New: 1
  River Recovery: Outpatient recovery programme  ({key("fresh")})
Changed: 1
  River Recovery: Evening programme  ({key("facility-0")})
    service name: “Outpatient recovery programme” → “Evening programme”
Withdrawn: 1
  River Recovery: Outpatient recovery programme  ({key("facility-2")})"""
    )
    assert listed(sessions) == ["facility-0", "facility-1", "facility-2"]
    with sessions() as session:
        assert len(runlog.runs(session)) == 1


def test_what_a_dry_run_tells_is_what_the_run_then_does(bring_in: Import) -> None:
    both = facilities(3)
    bring_in(Feed({"a": both, "b": both[:1]}))
    later: dict[str | None, Any] = {
        "a": [renamed(both[0], "Evening"), both[1]],
        "b": [both[0], make_record(source_id="fresh")],
    }
    dry = bring_in(Feed(dict(later)), dry_run=True)
    wet = bring_in(Feed(dict(later)))
    assert brought(dry[0]) == brought(wet[0]) == {"changed": 1, "withdrawn": 1}
    assert brought(wet[1])["new"] == 1
    assert brought(dry[1]) == {"new": 1}  # b's copy of the renamed one is the stored one still


def test_a_dry_run_of_an_implausible_file_says_so_and_tells_of_no_withdrawal(bring_in: Import) -> None:
    bring_in(feed(*facilities(40)))
    report = bring_in.one(feed(*facilities(5)), dry_run=True)
    assert (report.status, brought(report)) == ("implausible", {})


def test_a_limited_dry_run_tells_of_no_withdrawal(bring_in: Import) -> None:
    bring_in(feed(*facilities(3)))
    assert brought(bring_in.one(feed(*facilities(1)), dry_run=True, limit=1)) == {}


def test_a_listing_that_is_back_is_told_apart_from_a_changed_one(bring_in: Import) -> None:
    for count in (2, 1):
        bring_in(feed(*facilities(count)))
    report = bring_in.one(feed(*facilities(2)))
    assert brought(report) == {"back": 1}
    assert fields_of(report) == [(key("facility-1"), [])]


def test_coordinates_that_we_looked_up_ourselves_are_no_change(bring_in: Import) -> None:
    bare = make_location(latitude=None, longitude=None, precision=None)
    record = make_record(locations=(bare,))
    bring_in(feed(record))
    assert fields_of(bring_in.one(feed(renamed(record, "Evening")))) == [
        (key("facility-1"), ["service name"])
    ]


def test_the_run_log_keeps_which_fields_changed_and_not_what_they_said(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    one, two = facilities(2)
    bring_in(feed(one, two))
    report = bring_in.one(feed(renamed(one, "Evening programme"), two))
    with sessions() as session:
        found = runlog.find_run(session, report.run)
    assert found is not None
    assert found[0].changes == {
        "new": 0,
        "changed": 1,
        "back": 0,
        "withdrawn": 0,
        "fields": {"service name": 1},
        "more": 0,
        "listings": [
            {
                "id": key("facility-0"),
                "name": "River Recovery: Evening programme",
                "kind": "changed",
                "fields": ["service name"],
            }
        ],
    }


def test_a_run_without_a_change_keeps_no_report(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    bring_in(feed(*facilities(2)))
    report = bring_in.one(feed(*facilities(2)))
    with sessions() as session:
        found = runlog.find_run(session, report.run)
    assert found is not None
    assert found[0].changes is None


def test_long_reports_name_the_first_listings_and_count_them_all(
    bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.intake.part.MOST_KEPT", 2)
    report = bring_in.one(feed(*facilities(5)))
    assert report.changes is not None
    assert len(report.changes.listings) == 2
    assert report.changes.as_kept()["more"] == 3
    assert list(report.changes.lines())[-1] == "  … and 3 more"


def test_a_row_that_could_not_be_stored_is_not_told_as_a_change(bring_in: Import) -> None:
    good, bad = facilities(2)
    report = bring_in.one(feed(good, renamed(bad, "half \ud83d a letter")))
    assert (report.rejected, brought(report)) == (1, {"new": 1})


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_a_report_tells_nothing_of_a_confidential_place(
    bring_in: Import, sessions: sessionmaker[Session], visibility: AddressVisibility
) -> None:
    first = replace(secret_record(visibility), source_id="safe")
    moved = replace(first.locations[0], name="Other house", description=f"{SECRET}{SECRET}", latitude=40.1)
    second = replace(first, locations=(moved, *first.locations[1:]))
    bring_in(feed(first))
    dry, wet = bring_in.one(feed(second), dry_run=True), bring_in.one(feed(second))
    assert brought(dry) == brought(wet) == {"changed": 1}
    assert dry.changes is not None
    told = "\n".join(dry.changes.lines()) + str(dry.changes.as_json())
    with sessions() as session:
        found = runlog.find_run(session, wet.run)
    assert found is not None
    told += str(found[0].changes)
    for secret in (SECRET, "Other house", "Market", "40.1"):
        assert secret not in told
    assert HIDDEN in told


def test_reports_of_the_same_changes_have_the_same_digest_in_any_order(bring_in: Import) -> None:
    rows = facilities(3)
    digests = [
        report.changes.digest
        for order in (rows, rows[::-1], rows[:2])
        if (report := bring_in.one(feed(*order), dry_run=True)).changes
    ]
    assert digests[0] == digests[1] != digests[2]


# --- mail about it --------------------------------------------------------------------------------


def noticed(reports: Sequence[RunReport], last_run: str | None = "run") -> str | None:
    mail = change_notice(reports, to="steward@example.org", title="County list", last_run=last_run)
    return mail.dedupe_key if mail else None


def test_a_steward_is_told_what_would_change_and_how_to_bring_it_in(bring_in: Import) -> None:
    bring_in(feed(*facilities(2)), feed="east")
    reports = bring_in(feed(renamed(facilities(1)[0], "Evening")), feed="east", dry_run=True)
    mail = change_notice(reports, to="steward@example.org", title="County list", last_run="run")
    assert mail is not None
    assert mail.subject == "County list (test_feed / east): 1 changed, 1 withdrawn"
    assert "→ “Evening”" in mail.body
    assert "directory source run test_feed --feed east --apply" in mail.body


def test_the_same_changes_have_the_same_key_until_the_source_was_imported(bring_in: Import) -> None:
    reports = bring_in(feed(*facilities(2)), dry_run=True)
    again = bring_in(feed(*facilities(2)), dry_run=True)
    assert noticed(reports) == noticed(again) != noticed(again, "later run")
    assert noticed(bring_in(feed(*facilities(3)), dry_run=True)) != noticed(reports)


def test_nobody_is_told_of_nothing_nor_of_a_file_that_cannot_be_believed(bring_in: Import) -> None:
    bring_in(feed(*facilities(40)))
    assert noticed(bring_in(feed(*facilities(40)), dry_run=True)) is None
    assert noticed(bring_in(feed(*facilities(5), make_record(source_id="new")), dry_run=True)) is None


def test_a_long_mail_names_the_first_listings_only(bring_in: Import) -> None:
    rows = [
        make_record(source_id=f"f-{number}", service=make_service(name=f"Place {number}"))
        for number in range(60)
    ]
    mail = change_notice(bring_in(feed(*rows), dry_run=True), to="s@example.org", title="x", last_run=None)
    assert mail is not None
    assert "… and 20 more" in mail.body
