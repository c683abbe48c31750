"""Listings merged by people: one stands for both, both come back, imports keep it so (PRODUCT I6)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from directory.database import downgrade, upgrade
from directory.errors import ListingWithdrawn, QueryInvalid
from directory.listings import store, store_overrides
from directory.listings.identity import id_text
from directory.listings.needs import taxonomy
from directory.listings.record import AddressVisibility, Code, ListingRecord, Organization, Phone
from directory.listings.tables import KeptApart
from directory.stewardship.desk import Desk, Outcome, withdraw_listings
from directory.stewardship.edits import edit_field, undo_edit
from directory.stewardship.merges import keep_apart, kept_apart, merge, unmerge
from tests.builders import make_location, make_record, make_service
from tests.intake.feeds import Feed, Import, counts, feed, key
from tests.stewardship.conftest import Decide
from tests.stewardship.looking import (
    count_source_records,
    document_of,
    everything,
    found,
    newest,
    newest_changes,
    status_of,
)

OURS = key("facility-1")
AS_OF = dt.date(2026, 9, 1)


@dataclass
class OtherList(Feed):
    """Another source that lists the same places."""

    name: ClassVar[str] = "other_list"
    title: ClassVar[str] = "Another list"


def theirs(source_id: str = "clinic") -> str:
    return id_text("other_list", "default", "listing", source_id)


def clinic(**changes: Any) -> ListingRecord:
    """What the other list says of the place."""
    record: dict[str, Any] = {
        "source_id": "clinic",
        "organization": Organization(key="river inc", name="River Inc"),
        "service": make_service(
            name="River clinic", email="desk@river.example", wait_time="A week", phones=(Phone(number="911"),)
        ),
        "locations": (make_location(key="4040 market"),),
        "codes": (Code("need", "detox"), Code("filter", "medicaid")),
    }
    return make_record(**record | changes)


@pytest.fixture
def other(bring_in: Import) -> Any:
    """Imports the other list."""

    def bring(*records: ListingRecord, **options: Any) -> Any:
        (report,) = bring_in(OtherList({None: records}, as_of=AS_OF), **options)
        return report

    return bring


@pytest.fixture(autouse=True)
def _one_place_in_two_lists(bring_in: Import, other: Any) -> None:
    bring_in(feed(make_record(), make_record(source_id="stays")))
    other(clinic(), clinic(source_id="stays"))


def stands_for(sessions: sessionmaker[Session], listing: str) -> str | None:
    with sessions() as session:
        return store_overrides.stands_for(session, listing)


# --- merged -----------------------------------------------------------------------------------------


def test_the_kept_listing_stands_for_both_and_says_so(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    last = newest(sessions)
    assert decide(merge, OURS, [theirs()], reason="Same door").changed
    assert newest_changes(sessions, last) == {(OURS, "put"), (theirs(), "remove")}
    assert theirs() not in found(sessions)
    document = document_of(sessions, OURS)
    assert document["name"] == "Outpatient recovery programme"
    assert (document["email"], document["wait_time"]) == ("desk@river.example", "A week")
    assert document["phone"] == "215-555-0100"
    assert {"detox", "outpatient", "medicaid"} <= {*document["needs"], *document["filters"]}
    assert document["also_from"] == [{"name": "Another list", "as_of": "2026-09-01"}]
    assert stands_for(sessions, theirs()) == OURS
    assert stands_for(sessions, OURS) is None
    with sessions() as session, pytest.raises(ListingWithdrawn):
        store.load_document(session, theirs())


def test_a_merge_taken_back_leaves_everything_as_it_was(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    before = everything(sessions)
    decide(merge, OURS, [theirs()])
    last = newest(sessions)
    assert decide(unmerge, theirs()).changed
    assert everything(sessions) == before
    assert newest_changes(sessions, last) == {(OURS, "put"), (theirs(), "put")}
    assert not decide(unmerge, theirs()).changed
    assert count_source_records(sessions) == 0
    assert stands_for(sessions, theirs()) is None


def test_merging_again_changes_nothing(decide: Decide, sessions: sessionmaker[Session]) -> None:
    decide(merge, OURS, [theirs()])
    last = newest(sessions)
    assert not decide(merge, OURS, [theirs(), theirs()]).changed
    assert newest(sessions) == last


def test_documents_made_anew_keep_edits_and_merges(
    decide: Decide, bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    decide(edit_field, OURS, "service.alert", "Ours")
    before = everything(sessions)
    last = newest(sessions)
    with sessions() as session:
        assert store.rebuild_documents(session, taxonomy=taxonomy(), now=bring_in.now) == 0
    assert everything(sessions) == before
    assert newest(sessions) == last


# --- chains -----------------------------------------------------------------------------------------


def test_what_is_merged_into_a_merged_listing_goes_where_that_goes(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    third = theirs("stays")
    decide(merge, theirs(), [third])
    alone = everything(sessions)
    decide(merge, OURS, [theirs()])
    assert stands_for(sessions, third) == stands_for(sessions, theirs()) == OURS
    assert len(document_of(sessions, OURS)["also_from"]) == 1
    decide(unmerge, theirs())
    assert everything(sessions) == alone
    assert stands_for(sessions, third) == theirs()


def test_circles_and_second_homes_are_refused(decide: Decide) -> None:
    third = theirs("stays")
    decide(merge, OURS, [theirs()])
    decide(merge, theirs(), [third])
    for kept, merged, why in (
        (third, OURS, "already: unmerge it first"),
        (theirs(), OURS, "already: unmerge it first"),
        (key("stays"), theirs(), "into another listing already"),
        (OURS, OURS, "into itself"),
    ):
        with pytest.raises(QueryInvalid, match=why):
            decide(merge, kept, [merged])


def test_an_invented_example_is_never_merged_with_a_real_listing(decide: Decide, other: Any) -> None:
    other(clinic(), clinic(source_id="stays"), clinic(source_id="made-up", is_example=True))
    with pytest.raises(QueryInvalid, match="invented"):
        decide(merge, OURS, [theirs("made-up")])


# --- imported again -----------------------------------------------------------------------------------


def test_a_merge_survives_both_files_at_no_cost(
    decide: Decide, bring_in: Import, other: Any, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    last = newest(sessions)
    reports = [bring_in.one(feed(make_record(), make_record(source_id="stays")))]
    reports.append(other(clinic(), clinic(source_id="stays")))
    assert [counts(each) for each in reports] == [{"read": 2, "unchanged": 2}] * 2
    assert newest(sessions) == last
    assert status_of(sessions, theirs()) == "merged"


def test_what_the_merged_source_says_anew_refreshes_the_kept_listing(
    decide: Decide, other: Any, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    last = newest(sessions)
    changed = clinic(service=make_service(email="new@river.example"), codes=(Code("need", "methadone"),))
    assert counts(other(changed, clinic(source_id="stays"))) == {"read": 2, "updated": 1, "unchanged": 1}
    document = document_of(sessions, OURS)
    assert (document["email"], document["wait_time"]) == ("new@river.example", None)
    assert "methadone" in document["needs"]
    assert "detox" not in document["needs"]
    assert (status_of(sessions, theirs()), theirs() in found(sessions)) == ("merged", False)
    assert (OURS, "put") in newest_changes(sessions, last)


def test_what_the_kept_source_says_anew_is_filled_anew(
    decide: Decide, bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    bring_in(
        feed(make_record(service=make_service(phones=(), wait_time="None")), make_record(source_id="stays"))
    )
    document = document_of(sessions, OURS)
    assert (document["wait_time"], document["phone"], document["email"]) == (
        "None",
        "911",
        "desk@river.example",
    )
    assert status_of(sessions, theirs()) == "merged"


def test_unmerging_after_imports_shows_what_each_source_says_now(
    decide: Decide, bring_in: Import, other: Any, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    bring_in(feed(make_record(service=make_service(alert="Ours")), make_record(source_id="stays")))
    other(clinic(service=make_service(alert="Theirs")), clinic(source_id="stays"))
    decide(unmerge, theirs())
    with sessions() as session:
        records = store.load_records(session, [OURS, theirs()])
    assert records[OURS] == make_record(service=make_service(alert="Ours"))
    assert records[theirs()] == clinic(service=make_service(alert="Theirs"))


def test_what_the_merged_source_withdraws_is_no_longer_filled_in(
    decide: Decide, other: Any, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    report = other(clinic(source_id="stays"))
    assert (report.withdrawn, report.warnings) == (1, [])
    document = document_of(sessions, OURS)
    assert (document["email"], document["also_from"]) == (None, [])
    assert stands_for(sessions, theirs()) == OURS
    other(clinic(), clinic(source_id="stays"))
    assert status_of(sessions, theirs()) == "merged"
    assert document_of(sessions, OURS)["email"] == "desk@river.example"


def test_the_merged_listing_comes_back_when_the_kept_one_is_withdrawn(
    decide: Decide, bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    report = bring_in.one(feed(make_record(source_id="stays")))
    (warning,) = report.warnings
    assert "River clinic is listed by itself again" in warning
    assert found(sessions) == sorted([theirs(), theirs("stays"), key("stays")])
    assert stands_for(sessions, OURS) == theirs()
    assert document_of(sessions, theirs())["also_from"] == []
    bring_in(feed(make_record(), make_record(source_id="stays")))
    assert stands_for(sessions, theirs()) == OURS
    assert OURS in found(sessions)
    assert theirs() not in found(sessions)


def test_of_several_merged_listings_the_first_stands_for_the_rest(
    decide: Decide, bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    decide(merge, OURS, [theirs("stays")])
    report = bring_in.one(feed(make_record(source_id="stays")))
    assert len(report.warnings) == 1
    assert stands_for(sessions, theirs("stays")) == theirs()


def test_a_kept_listing_said_to_be_gone_gives_way(decide: Decide, sessions: sessionmaker[Session]) -> None:
    decide(merge, OURS, [theirs()])
    decide(edit_field, OURS, "service.status", "defunct")
    assert stands_for(sessions, OURS) == theirs()
    decide(undo_edit, OURS, "service.status")
    assert stands_for(sessions, theirs()) == OURS


def test_a_listing_that_is_not_offered_cannot_be_kept(
    decide: Decide, bring_in: Import, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(make_record(source_id="stays")))
    with pytest.raises(QueryInvalid, match="no longer offered"):
        decide(merge, OURS, [theirs()])
    assert decide(merge, theirs(), [OURS]).changed
    assert stands_for(sessions, OURS) == theirs()


# --- with edits -----------------------------------------------------------------------------------------


def test_an_edit_of_either_counts_and_an_emptied_field_stays_empty(
    decide: Decide, other: Any, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    decide(edit_field, theirs(), "service.wait_time", "Two weeks")
    assert document_of(sessions, OURS)["wait_time"] == "Two weeks"
    decide(edit_field, OURS, "service.email", None)
    decide(edit_field, OURS, "phones", [])
    other(clinic(service=make_service(email="new@river.example")), clinic(source_id="stays"))
    document = document_of(sessions, OURS)
    assert (document["email"], document["phones"]) == (None, [])


# --- what is hidden (PRODUCT L3) ----------------------------------------------------------------------


def assert_hidden(sessions: sessionmaker[Session]) -> None:
    document = document_of(sessions, OURS)
    text = str(document)
    assert document["location_precision"] in ("hidden", "city")
    assert "4040" not in text
    assert "39.957" not in text
    assert "19104" not in text


@pytest.mark.parametrize("visibility", ["partial", "hidden"])
def test_a_merge_hides_what_either_source_hides_and_every_import_keeps_it_so(
    decide: Decide,
    bring_in: Import,
    other: Any,
    sessions: sessionmaker[Session],
    visibility: AddressVisibility,
) -> None:
    secret = (make_location(key="4040 market", visibility=visibility),)
    other(clinic(locations=secret), clinic(source_id="stays"))
    done = decide(merge, OURS, [theirs()])
    assert "keeps it private" in str(done.warnings[0])
    assert "1 other listing" in str(done.warnings[1])
    assert_hidden(sessions)
    bring_in(feed(make_record(service=make_service(alert="New")), make_record(source_id="stays")))
    assert_hidden(sessions)
    other(clinic(locations=secret, codes=()), clinic(source_id="stays"))
    assert_hidden(sessions)
    bring_in(feed(make_record(service=make_service(alert="New")), make_record(source_id="stays", codes=())))
    assert_hidden(sessions)
    with sessions() as session:
        place = store.load_records(session, [OURS])[OURS].place
    assert place
    assert place.visibility == visibility
    decide(unmerge, theirs())
    assert document_of(sessions, OURS)["address"]["address_1"] == "4040 Market Street"


def test_a_merged_listing_that_people_hide_hides_the_kept_one(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    decide(edit_field, theirs(), "location.visibility", "hidden")
    assert_hidden(sessions)


def test_a_kept_listing_cannot_be_shown_more_than_a_merged_one_allows(
    decide: Decide, other: Any, sessions: sessionmaker[Session]
) -> None:
    other(
        clinic(locations=(make_location(key="4040 market", visibility="hidden"),)), clinic(source_id="stays")
    )
    decide(merge, OURS, [theirs()])
    decide(edit_field, OURS, "location.visibility", "partial")
    assert document_of(sessions, OURS)["location_precision"] == "hidden"


# --- kept apart -----------------------------------------------------------------------------------------


def test_two_that_a_person_keeps_apart_are_remembered_until_merged(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    pair = tuple(sorted((OURS, theirs())))
    assert decide(keep_apart, theirs(), OURS).changed
    assert not decide(keep_apart, OURS, theirs()).changed
    with sessions() as session:
        assert kept_apart(session) == {pair}
    decide(merge, OURS, [theirs()])
    with sessions() as session:
        assert kept_apart(session) == frozenset()
    with pytest.raises(QueryInvalid, match="unmerge them first"):
        decide(keep_apart, OURS, theirs())
    with pytest.raises(QueryInvalid, match="the same one twice"):
        decide(keep_apart, OURS, OURS)


def test_who_kept_two_apart_is_remembered_when_they_are_merged_and_kept_apart_again(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(keep_apart, OURS, theirs(), reason="another floor")
    decide(merge, OURS, [theirs()])
    decide(unmerge, theirs())
    with sessions() as session:
        assert kept_apart(session) == frozenset()
    decide(keep_apart, OURS, theirs(), reason="asked them")
    with sessions() as session:
        found = session.scalars(select(KeptApart).order_by(KeptApart.id)).all()
        assert len(kept_apart(session)) == 1
    assert [(each.reason, each.decided_by, each.ended_by) for each in found] == [
        ("another floor", "Robin", "Robin"),
        ("asked them", "Robin", None),
    ]


def test_pairs_kept_apart_come_through_the_migration_that_lets_them_end(
    decide: Decide, sessions: sessionmaker[Session], database: Engine
) -> None:
    decide(keep_apart, OURS, theirs(), reason="another floor")
    decide(merge, OURS, [theirs()])
    decide(keep_apart, key("stays"), theirs("stays"), reason="asked them")
    with sessions() as session:
        (live,) = kept_apart(session)
    downgrade(database, "0013")
    upgrade(database)
    with sessions() as session:
        found = session.scalars(select(KeptApart)).one()
    assert (found.first_id, found.second_id, found.reason) == (*live, "asked them")
    assert (found.decided_by, found.ended_at) == ("Robin", None)
    assert not decide(keep_apart, key("stays"), theirs("stays")).changed


def test_withdrawing_a_whole_source_brings_back_what_was_merged_into_it(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(merge, OURS, [theirs()])
    decide(merge, theirs("stays"), [key("stays")])

    def withdraw_ours(session: Session, desk: Desk) -> Outcome:
        withdraw_listings(session, desk, [OURS, key("stays")])
        return Outcome(changed=True)

    decide(withdraw_ours)
    assert found(sessions) == sorted([theirs(), theirs("stays")])
    assert status_of(sessions, key("stays")) == "withdrawn"
