"""What an import withdraws, and when it dares not."""

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import ListingWithdrawn, SourceBroken
from directory.listings import changes, store
from directory.listings.identity import listing_id
from tests.builders import make_record, make_service
from tests.intake.feeds import (
    Broken,
    Feed,
    Import,
    Rows,
    counts,
    facilities,
    feed,
    key,
    listed,
    newest_change,
)

# --- withdrawing ----------------------------------------------------------------------------------


def test_what_a_whole_file_no_longer_has_is_withdrawn(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(3)))
    last = newest_change(sessions)
    report = bring_in.one(feed(*facilities(2)))
    assert counts(report) == {"read": 2, "unchanged": 2, "withdrawn": 1}
    assert listed(sessions) == ["facility-0", "facility-1"]
    with sessions() as session:
        assert [each[1:] for each in changes.since(session, last)] == [(key("facility-2"), "remove")]


def test_a_listing_that_is_back_is_updated(bring_in: Import, sessions: sessionmaker[Session]) -> None:
    for count in (2, 1, 2):
        report = bring_in.one(feed(*facilities(count)))
    assert counts(report) == {"read": 2, "updated": 1, "unchanged": 1}
    assert listed(sessions) == ["facility-0", "facility-1"]


@pytest.mark.parametrize(
    ("second", "options"),
    [
        (feed(*facilities(1), minimum=2), {}),
        (feed(), {}),
        (feed(*facilities(1), is_whole=False), {}),
        (feed(*facilities(3)), {"limit": 1}),
        (feed(*facilities(1)), {"dry_run": True}),
        (feed(*facilities(1), SourceBroken("The file ends in the middle.")), {}),
        (Broken({}), {}),
    ],
    ids=["below minimum", "empty", "not whole", "limited", "dry run", "truncated", "a web page"],
)
def test_nothing_is_withdrawn_on_the_word_of_an_incomplete_file(
    bring_in: Import, sessions: sessionmaker[Session], second: Feed, options: dict[str, Any]
) -> None:
    bring_in(feed(*facilities(3)))
    report = bring_in.one(second, **options)
    assert report.withdrawn == 0
    assert listed(sessions) == ["facility-0", "facility-1", "facility-2"]


def test_a_file_that_lost_a_third_is_not_believed_until_told_so(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(40)))
    for _ in range(2):
        report = bring_in.one(feed(*facilities(25)))
        assert (report.status, report.withdrawn) == ("implausible", 0)
        assert "25" in report.warnings[0]
    report = bring_in.one(feed(*facilities(25)), accept_loss=True)
    assert (report.status, report.withdrawn) == ("complete", 15)
    assert len(listed(sessions)) == 25
    assert bring_in.one(feed(*facilities(25))).status == "complete"


def test_only_the_part_that_the_file_covers_is_compared(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    mental = [make_record(source_id=f"mental-{number}") for number in range(2)]
    bring_in(Feed({"substance": facilities(2), "mental": mental}))
    reports = bring_in(Feed({"mental": mental[:1]}))
    assert [(each.part, each.withdrawn) for each in reports] == [("mental", 1)]
    assert listed(sessions) == ["facility-0", "facility-1", "mental-0"]


def test_a_listing_of_two_parts_stays_while_one_of_them_has_it(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    both = facilities(2)
    bring_in(Feed({"a": both, "b": both[:1]}))
    reports = bring_in(Feed({"a": both[1:], "b": both[:1]}))
    assert [each.withdrawn for each in reports] == [0, 0]
    assert listed(sessions) == ["facility-0", "facility-1"]


def test_two_feeds_of_one_importer_never_withdraw_each_others_listings(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    both: dict[str | None, Rows] = {"substance": facilities(2), "mental": [make_record(source_id="mental")]}
    bring_in(Feed(both), feed="east")
    bring_in(Feed(both), feed="west")
    assert listed(sessions) == sorted(["facility-0", "facility-1", "mental"] * 2)
    reports = bring_in(Feed({"substance": [make_record(source_id="other")]}), feed="west")
    assert [each.withdrawn for each in reports] == [2]
    assert listed(sessions) == ["facility-0", "facility-1", "mental", "mental", "other"]
    with sessions() as session:
        east = [listing_id("test_feed", "east", each) for each in ("facility-0", "facility-1", "mental")]
        assert len(store.load_documents(session, list(map(str, east)))) == 3


def test_what_the_source_says_is_not_offered_is_not_shown(
    bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    closed = make_record(source_id="closed", service=make_service(status="temporarily closed"))
    gone = make_record(source_id="gone", service=make_service(status="defunct"))
    bring_in(feed(closed, gone))
    assert counts(bring_in.one(feed(closed, gone))) == {"read": 2, "unchanged": 2}
    assert listed(sessions) == ["closed"]
    with sessions() as session, pytest.raises(ListingWithdrawn):
        store.load_document(session, key("gone"))
