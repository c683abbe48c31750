"""Fields edited by people, on both databases: stored, shown, undone."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.errors import ListingNotFound, QueryInvalid
from directory.listings.record import Organization
from directory.listings.tables import FieldEdit
from directory.stewardship.edits import edit_field, fields_of, history_of, undo_edit
from tests.builders import make_location, make_record, make_service
from tests.intake.feeds import Import, facilities, feed, key
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

ONE, TWO = key("facility-0"), key("facility-1")


@pytest.fixture(autouse=True)
def _two_listings_at_one_place(bring_in: Import) -> None:
    bring_in(feed(*facilities(2)))


def test_an_edit_is_shown_at_once_with_its_day_and_without_its_editor(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    last = newest(sessions)
    assert decide(edit_field, ONE, "service.description", "Call first.", note="They asked.").changed
    document = document_of(sessions, ONE)
    assert document["description"] == "Call first."
    assert document["source"]["edited"] == [{"field": "service.description", "at": "2026-11-20"}]
    assert "Robin" not in str(document)
    assert newest_changes(sessions, last) == {(ONE, "put")}
    assert document_of(sessions, TWO)["source"]["edited"] == []


def test_an_edit_taken_back_leaves_everything_as_it_was(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    before = everything(sessions)
    for name, value in (
        ("service.description", "Ours"),
        ("phones", [{"number": "215-555-0199"}]),
        ("location.address.postal_code", "19123"),
        ("location.visibility", "hidden"),
        ("organization.name", "River"),
        ("codes", [["need", "detox"]]),
    ):
        decide(edit_field, ONE, name, value)
    assert everything(sessions) != before
    for name in (
        "service.description",
        "phones",
        "location.address.postal_code",
        "location.visibility",
        "organization.name",
        "codes",
    ):
        assert decide(undo_edit, ONE, name).changed
        assert not decide(undo_edit, ONE, name).changed
    assert everything(sessions) == before
    assert count_source_records(sessions) == 0


def test_the_same_edit_again_changes_nothing(decide: Decide, sessions: sessionmaker[Session]) -> None:
    decide(edit_field, ONE, "service.alert", "Ours")
    last = newest(sessions)
    assert not decide(edit_field, ONE, "service.alert", "Ours").changed
    assert newest(sessions) == last


def test_what_the_source_says_anyway_needs_no_edit_and_ends_one(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    theirs = make_service().description
    assert not decide(edit_field, ONE, "service.description", theirs).changed
    decide(edit_field, ONE, "service.description", "Ours")
    assert decide(edit_field, ONE, "service.description", theirs).changed
    assert document_of(sessions, ONE)["source"]["edited"] == []


def test_a_newer_edit_ends_the_older_one_and_both_are_remembered(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(edit_field, ONE, "service.alert", "First")
    decide(edit_field, ONE, "service.alert", "Second")
    with sessions() as session:
        history = [(each.value, each.source_value, each.ended_why) for each in history_of(session, ONE)]
    assert history == [("Second", None, None), ("First", None, "replaced")]
    assert document_of(sessions, ONE)["alert"] == "Second"


def test_fields_show_what_is_said_and_what_the_source_says(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(edit_field, ONE, "service.minimum_age", 21)
    with sessions() as session:
        fields = {each.field.name: each for each in fields_of(session, ONE)}
    age = fields["service.minimum_age"]
    assert (age.value, age.source_value) == (21, None)
    assert age.edit
    assert age.edit.edited_by == "Robin"
    assert "virtual.url" not in fields
    assert fields["service.name"].edit is None


@pytest.mark.parametrize("listing", ["nobody", key("facility-9"), ""])
def test_an_unknown_listing_is_refused(decide: Decide, listing: str) -> None:
    with pytest.raises(ListingNotFound, match="There is no listing"):
        decide(edit_field, listing, "service.alert", "Ours")


def test_a_part_that_the_listing_does_not_have_cannot_be_edited(decide: Decide) -> None:
    with pytest.raises(QueryInvalid, match="no virtual"):
        decide(edit_field, ONE, "virtual.url", "https://meet.example/1")


# --- places -----------------------------------------------------------------------------------------


def test_an_edited_address_is_placed_anew(decide: Decide, sessions: sessionmaker[Session]) -> None:
    decide(edit_field, ONE, "location.address.city", "Camden")
    decide(edit_field, ONE, "location.address.state_province", "NJ")
    decide(edit_field, ONE, "location.address.postal_code", "08102")
    document = document_of(sessions, ONE)
    assert document["address"]["city"] == "Camden"
    assert (document["state"], document["county"]) == ("NJ", "NJ/Camden")
    assert document["location_precision"] == "postal_code"
    assert abs(document["latitude"] - 39.95) < 0.1


def test_what_is_said_of_a_place_is_said_of_every_listing_there(
    decide: Decide, sessions: sessionmaker[Session], bring_in: Import
) -> None:
    done = decide(edit_field, ONE, "location.address.address_2", "Floor 2")
    assert set(done.listings) == {ONE, TWO}
    for each in (ONE, TWO):
        assert document_of(sessions, each)["address"]["address_2"] == "Floor 2"
    assert decide(undo_edit, TWO, "location.address.address_2").changed
    for each in (ONE, TWO):
        assert document_of(sessions, each)["address"]["address_2"] is None


def test_what_is_said_of_a_body_is_said_of_all_its_listings(
    decide: Decide, sessions: sessionmaker[Session], bring_in: Import
) -> None:
    other = make_record(source_id="other", organization=Organization(key="other", name="Other"))
    bring_in(feed(*facilities(2), other))
    decide(edit_field, TWO, "organization.name", "River House")
    assert [document_of(sessions, each)["organization"] for each in (ONE, TWO, key("other"))] == [
        "River House",
        "River House",
        "Other",
    ]


@pytest.mark.parametrize(("visibility", "city"), [("partial", "Philadelphia"), ("hidden", None)])
def test_a_hidden_address_is_hidden_everywhere_at_once(
    decide: Decide, sessions: sessionmaker[Session], visibility: str, city: str | None
) -> None:
    last = newest(sessions)
    decide(edit_field, ONE, "location.visibility", visibility)
    assert newest_changes(sessions, last) == {(ONE, "put"), (TWO, "put")}
    for each in (ONE, TWO):
        document = document_of(sessions, each)
        assert "4040" not in str(document)
        assert "39.957" not in str(document)
        assert (document["address"] or {}).get("city") == city


def test_texts_that_still_name_the_street_are_told(decide: Decide, bring_in: Import) -> None:
    bring_in(feed(*facilities(2, service=make_service(description="At 4040 Market Street."))))
    (warning,) = decide(edit_field, ONE, "location.visibility", "hidden").warnings
    assert "service.description" in str(warning)


def test_coordinates_that_cannot_be_are_refused(decide: Decide, sessions: sessionmaker[Session]) -> None:
    before = everything(sessions)
    with pytest.raises(QueryInvalid, match="outside the state"):
        decide(edit_field, ONE, "location.coordinates", [34.05, -118.24])
    assert everything(sessions) == before
    decide(edit_field, ONE, "location.coordinates", [39.95, -75.17])
    assert document_of(sessions, ONE)["latitude"] == 39.95


# --- status and season --------------------------------------------------------------------------------


def test_a_listing_may_be_closed_for_now_and_warn_of_it(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(edit_field, ONE, "service.status", "temporarily closed")
    decide(edit_field, ONE, "service.alert", "Flooded until May.")
    decide(edit_field, ONE, "visible_to", "2027-05-31")
    document = document_of(sessions, ONE)
    assert (document["status"], document["alert"], document["visible_to"]) == (
        "temporarily closed",
        "Flooded until May.",
        "2027-05-31",
    )


def test_a_listing_said_to_be_gone_is_not_found_until_that_is_taken_back(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    last = newest(sessions)
    decide(edit_field, ONE, "service.status", "defunct")
    assert (found(sessions), status_of(sessions, ONE)) == ([TWO], "inactive")
    assert newest_changes(sessions, last) == {(ONE, "remove")}
    decide(undo_edit, ONE, "service.status")
    assert found(sessions) == sorted([ONE, TWO])


def test_an_edit_names_who_made_it_and_why_for_stewards_only(
    decide: Decide, sessions: sessionmaker[Session]
) -> None:
    decide(edit_field, ONE, "service.alert", "Ours", note="Call of 20 November")
    with sessions() as session:
        row = session.query(FieldEdit).one()
    assert (row.edited_by, row.note) == ("Robin", "Call of 20 November")
    assert "Call of" not in str(document_of(sessions, ONE))


def test_a_virtual_place_can_be_edited(
    decide: Decide, sessions: sessionmaker[Session], bring_in: Import
) -> None:
    online = make_location(
        key="online", location_type="virtual", address=None, latitude=None, longitude=None, name=None
    )
    bring_in(feed(make_record(source_id="meeting", locations=(online,))), feed="meetings")
    meeting = key("meeting", "meetings")
    decide(edit_field, meeting, "virtual.url", "https://meet.example/9")
    assert document_of(sessions, meeting)["join_url"] == "https://meet.example/9"
