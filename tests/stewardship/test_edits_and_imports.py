"""Edits survive imports, field by field; what the source says against them is shown (PRODUCT I5)."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from directory.database import Base
from directory.listings import store
from directory.listings.record import Address, ListingRecord, Organization, Phone
from directory.listings.tables import EditConflict, FieldEdit, SourceRecord
from directory.stewardship.edits import (
    count_conflicts,
    edit_field,
    fields_of,
    keep_edit,
    open_conflicts,
    take_source,
    undo_edit,
)
from tests.builders import make_location, make_record, make_service
from tests.intake.feeds import Import, counts, facilities, feed, key
from tests.listings.storing import counted_statements
from tests.stewardship.conftest import Decide
from tests.stewardship.looking import (
    count_source_records,
    document_of,
    everything,
    found,
    newest,
)

ONE = key("facility-1")
ALERT = "service.alert"


def said(alert: str | None, **changes: Any) -> ListingRecord:
    """What the source says of the listing now."""
    return make_record(service=make_service(alert=alert, **changes))


def conflicts(sessions: sessionmaker[Session]) -> list[tuple[str, Any]]:
    """(field, what the source says) of the conflicts that are open."""
    with sessions() as session:
        return [(edit.field, one.incoming_value) for one, edit, _ in open_conflicts(session)]


def test_an_edit_survives_an_unchanged_file_at_no_cost(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session], database: Engine
) -> None:
    bring_in(feed(*facilities(150)))
    with counted_statements(database) as unedited:
        bring_in(feed(*facilities(150)))
    decide(edit_field, key("facility-7"), ALERT, "Ours")
    last = newest(sessions)
    with counted_statements(database) as edited:
        report = bring_in.one(feed(*facilities(150)))
    assert counts(report) == {"read": 150, "unchanged": 150}
    assert newest(sessions) == last
    assert len(edited) <= len(unedited)
    assert document_of(sessions, key("facility-7"))["alert"] == "Ours"


def test_an_edited_field_is_kept_and_every_other_field_follows_the_source(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    report = bring_in.one(feed(said("Theirs", description="A new text")))
    assert (report.updated, report.warnings) == (1, [])
    document = document_of(sessions, ONE)
    assert (document["alert"], document["description"]) == ("Ours", "A new text")
    assert document["source"]["edited"][0]["field"] == ALERT
    assert conflicts(sessions) == []
    assert counts(bring_in.one(feed(said("Theirs", description="A new text")))) == {"read": 1, "unchanged": 1}


def test_what_the_source_says_against_an_edit_is_told_once(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    report = bring_in.one(feed(said("New")))
    (warning,) = report.warnings
    assert "1 field that was edited" in warning
    assert document_of(sessions, ONE)["alert"] == "Ours"
    assert conflicts(sessions) == [(ALERT, "New")]
    assert bring_in.one(feed(said("New", description="More"))).warnings == []
    assert conflicts(sessions) == [(ALERT, "New")]
    assert len(bring_in.one(feed(said("Newer"))).warnings) == 1
    assert conflicts(sessions) == [(ALERT, "Newer")]


def test_taking_the_sources_value_ends_the_edit(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    bring_in(feed(said("New")))
    assert decide(take_source, ONE, ALERT).changed
    document = document_of(sessions, ONE)
    assert (document["alert"], document["source"]["edited"]) == ("New", [])
    assert conflicts(sessions) == []
    assert not decide(take_source, ONE, ALERT).changed
    with sessions() as session:
        assert session.scalars(select(FieldEdit.ended_why)).all() == ["taken"]
        assert session.scalars(select(EditConflict.resolution)).all() == ["take"]
    assert bring_in.one(feed(said("Last"))).warnings == []
    assert document_of(sessions, ONE)["alert"] == "Last"


def test_what_a_person_decided_against_is_not_asked_again(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    bring_in(feed(said("New")))
    assert decide(keep_edit, ONE, ALERT).changed
    assert conflicts(sessions) == []
    assert len(bring_in.one(feed(said("Theirs"))).warnings) == 1
    decide(keep_edit, ONE, ALERT)
    assert bring_in.one(feed(said("New"))).warnings == []
    assert document_of(sessions, ONE)["alert"] == "Ours"


def test_a_source_that_goes_back_leaves_nothing_to_decide(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    bring_in(feed(said("New")))
    bring_in(feed(said("Theirs")))
    assert conflicts(sessions) == []
    assert len(bring_in.one(feed(said("New"))).warnings) == 1
    assert conflicts(sessions) == [(ALERT, "New")]


def test_an_edit_is_settled_when_the_source_comes_to_say_the_same(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    assert bring_in.one(feed(said("Ours"))).warnings == []
    document = document_of(sessions, ONE)
    assert (document["alert"], document["source"]["edited"]) == ("Ours", [])
    assert count_source_records(sessions) == 0
    bring_in(feed(said("Later")))
    assert document_of(sessions, ONE)["alert"] == "Later"


def test_what_was_undone_shows_what_the_source_says_now(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    bring_in(feed(said("New", phones=(Phone(number="215-555-0123"),))))
    with sessions() as session:
        fields = {each.field.name: each for each in fields_of(session, ONE)}
    assert (fields[ALERT].value, fields[ALERT].source_value) == ("Ours", "New")
    assert fields[ALERT].conflict
    decide(undo_edit, ONE, ALERT)
    document = document_of(sessions, ONE)
    assert (document["alert"], document["phone"]) == ("New", "215-555-0123")


def test_edited_imported_and_undone_is_as_if_only_imported(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")), feed="edited")
    bring_in(feed(said("Theirs")), feed="plain")
    edited, plain = key("facility-1", "edited"), key("facility-1", "plain")
    decide(edit_field, edited, ALERT, "Ours")
    decide(edit_field, edited, "location.address.city", "Camden")
    later = said("New", description="Later")
    bring_in(feed(later), feed="edited")
    bring_in(feed(later), feed="plain")
    decide(undo_edit, edited, ALERT)
    decide(undo_edit, edited, "location.address.city")
    with sessions() as session:
        records = store.load_records(session, [edited, plain])
    assert records[edited] == records[plain]


def test_a_withdrawn_listing_comes_back_with_its_edits(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    others = facilities(2, organization=Organization(key="other", name="Other"))[1:]
    bring_in(feed(said("Theirs"), *[make_record(source_id="stays")]))
    decide(edit_field, ONE, ALERT, "Ours")
    bring_in(feed(make_record(source_id="stays"), *others[:0]))
    assert ONE not in found(sessions)
    bring_in(feed(said("Theirs"), make_record(source_id="stays")))
    assert document_of(sessions, ONE)["alert"] == "Ours"


def test_a_dry_run_decides_nothing(bring_in: Import, decide: Decide, sessions: sessionmaker[Session]) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    before = everything(sessions)
    bring_in(feed(said("New")), dry_run=True)
    assert everything(sessions) == before
    assert conflicts(sessions) == []


# --- places that people hid (PRODUCT L3) ----------------------------------------------------------------


def hidden(bring_in: Import, decide: Decide) -> None:
    bring_in(feed(*facilities(2)))
    decide(edit_field, ONE, "location.visibility", "hidden")


def assert_hidden(sessions: sessionmaker[Session], *ids: str) -> None:
    for each in ids:
        document = document_of(sessions, each)
        assert document["location_precision"] == "hidden"
        assert "4040" not in str(document)
        assert "39.957" not in str(document)


def test_a_hidden_place_stays_hidden_whatever_the_source_says(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    hidden(bring_in, decide)
    bring_in(feed(*facilities(2, service=make_service(alert="New"))))
    assert_hidden(sessions, key("facility-0"), ONE)
    bring_in(feed(*facilities(2, locations=(make_location(visibility="hidden"),))))
    bring_in(feed(*facilities(2)))
    assert_hidden(sessions, key("facility-0"), ONE)


def test_a_listing_new_at_a_hidden_place_is_hidden_from_the_first(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    hidden(bring_in, decide)
    bring_in(feed(*facilities(3)))
    assert_hidden(sessions, key("facility-0"), ONE, key("facility-2"))


def test_a_place_that_its_source_calls_otherwise_stays_hidden_for_old_and_new(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    hidden(bring_in, decide)
    moved = (make_location(key="4040 market st", name="4040 Market"),)
    bring_in(feed(*facilities(2, locations=moved)))
    assert_hidden(sessions, key("facility-0"), ONE)
    bring_in(feed(*facilities(3, locations=moved)))
    assert_hidden(sessions, key("facility-2"))


def test_a_place_may_be_shown_again(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(2)))
    before = everything(sessions)
    decide(edit_field, ONE, "location.visibility", "hidden")
    bring_in(feed(*facilities(2)))
    decide(undo_edit, ONE, "location.visibility")
    documents, records, _ = everything(sessions)
    assert (documents.keys(), records) == (before[0].keys(), before[1])
    assert document_of(sessions, ONE)["address"]["address_1"] == "4040 Market Street"


def test_the_report_of_a_run_does_not_tell_a_hidden_address(bring_in: Import, decide: Decide) -> None:
    hidden(bring_in, decide)
    new = make_location(description="Behind 4040 Market Street", name="4040 Market")
    report = bring_in.one(feed(*facilities(2, locations=(new,))))
    assert report.changes
    assert report.changes.total == 2
    assert "4040" not in str(report.changes)


# --- several at once ------------------------------------------------------------------------------------


def test_one_bad_row_beside_an_edited_one_costs_neither_edit_nor_neighbour(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    broken = make_record(source_id="broken", service=make_service(name="half \ud800"))
    report = bring_in.one(feed(said("New"), broken))
    assert counts(report) == {"read": 2, "updated": 1, "rejected": 1}
    assert len(report.warnings) == 1
    assert "1 field" in report.warnings[0]
    assert conflicts(sessions) == [(ALERT, "New")]
    assert document_of(sessions, ONE)["alert"] == "Ours"


@pytest.mark.parametrize("times", [1, 3])
def test_imported_edited_and_imported_again_any_number_of_times(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session], times: int
) -> None:
    bring_in(feed(*facilities(2)))
    decide(edit_field, ONE, "phones", [{"number": "215-555-0199"}])
    decide(edit_field, ONE, "location.address.postal_code", "19123")
    for number in range(times):
        bring_in(feed(*facilities(2, service=make_service(alert=f"Alert {number}"))))
    document = document_of(sessions, ONE)
    assert document["phone"] == "215-555-0199"
    assert document["address"]["postal_code"] == "19123"
    assert document["alert"] == f"Alert {times - 1}"
    assert document["location_precision"] == "postal_code"


# --- who decided ------------------------------------------------------------------------------------------


def endings(sessions: sessionmaker[Session]) -> list[tuple[str | None, str | None]]:
    """(why, by whom) of all edits in the order in which they were made."""
    with sessions() as session:
        rows = session.execute(select(FieldEdit.ended_why, FieldEdit.ended_by).order_by(FieldEdit.id))
        return [(row[0], row[1]) for row in rows]


def resolutions(sessions: sessionmaker[Session]) -> list[tuple[str | None, str | None]]:
    with sessions() as session:
        query = select(EditConflict.resolution, EditConflict.resolved_by).order_by(EditConflict.id)
        return [(row[0], row[1]) for row in session.execute(query)]


def test_who_ended_an_edit_is_kept(bring_in: Import, decide: Decide, sessions: sessionmaker[Session]) -> None:
    bring_in(feed(said("Theirs")))
    for value in ("Ours", "Ours, later"):
        decide(edit_field, ONE, ALERT, value)
    decide(undo_edit, ONE, ALERT)
    decide(edit_field, ONE, ALERT, "Ours")
    decide(take_source, ONE, ALERT)
    assert endings(sessions) == [("replaced", "Robin"), ("undone", "Robin"), ("taken", "Robin")]


def test_an_edit_that_an_import_found_settled_was_ended_by_nobody(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    assert endings(sessions) == [(None, None)]
    bring_in(feed(said("Ours")))
    assert endings(sessions) == [("settled", None)]


def test_who_decided_a_conflict_is_kept(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    bring_in(feed(said("New")))
    decide(keep_edit, ONE, ALERT)
    bring_in(feed(said("Newer")))
    bring_in(feed(said("Newest")))
    assert resolutions(sessions) == [("keep", "Robin"), ("gone", None), (None, None)]
    decide(take_source, ONE, ALERT)
    assert resolutions(sessions)[-1] == ("take", "Robin")


def test_open_conflicts_are_counted_all_and_listed_up_to_a_limit(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(*facilities(3)))
    for number in range(3):
        decide(edit_field, key(f"facility-{number}"), ALERT, "Ours")
    bring_in(feed(*facilities(3, service=make_service(alert="New"))))
    with sessions() as session:
        oldest = [one.listing_id for one, *_ in open_conflicts(session, most=2)]
        assert oldest == [one.listing_id for one, *_ in open_conflicts(session)][:2]
        assert count_conflicts(session) == 3


# --- what an older version wrote ---------------------------------------------------------------------------


def rewritten(sessions: sessionmaker[Session], table: type[Base], **values: Any) -> None:
    """As a version would have left it that had other fields."""
    with sessions.begin() as session:
        session.execute(update(table).values(**values))


def test_an_edit_that_cannot_be_read_any_more_is_left_out_and_told(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session], caplog: pytest.LogCaptureFixture
) -> None:
    bring_in(feed(said("Theirs"), *facilities(5)[2:]))
    decide(edit_field, ONE, ALERT, "Ours")
    rewritten(sessions, FieldEdit, value={"text": "Ours"})
    report = bring_in.one(feed(said("New"), *facilities(6)[2:]))
    assert counts(report) == {"read": 5, "inserted": 1, "updated": 1, "unchanged": 3}
    assert any("1 edit made here cannot be read any more" in each for each in report.warnings)
    assert f"listing {ONE}: its edit of {ALERT} cannot be read" in caplog.text
    assert document_of(sessions, ONE)["alert"] == "New"
    decide(undo_edit, ONE, ALERT)
    decide(edit_field, ONE, ALERT, "Ours again")
    assert bring_in.one(feed(said("Newer"), *facilities(6)[2:])).updated == 1
    assert document_of(sessions, ONE)["alert"] == "Ours again"


def test_a_place_whose_visibility_cannot_be_read_any_more_stays_hidden(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, "location.visibility", "partial")
    rewritten(sessions, FieldEdit, value="by request")
    bring_in(feed(said("New")))
    document = document_of(sessions, ONE)
    assert (document["alert"], document["location_precision"]) == ("New", "hidden")


def test_what_a_source_said_and_cannot_be_read_any_more_stops_neither_imports_nor_decisions(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session], caplog: pytest.LogCaptureFixture
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, ALERT, "Ours")
    rewritten(sessions, SourceRecord, record={"source_id": "facility-1", "an_old_field": 1})
    assert decide(edit_field, ONE, "service.description", "Our words").changed
    assert "what its source says cannot be read: an_old_field" in caplog.text
    assert bring_in.one(feed(said("New"))).updated == 1
    document = document_of(sessions, ONE)
    assert (document["alert"], document["description"]) == ("Ours", "Our words")
    decide(undo_edit, ONE, ALERT)
    assert document_of(sessions, ONE)["alert"] == "New"


def test_an_address_that_people_hid_is_not_told_when_what_its_source_said_cannot_be_read(
    bring_in: Import, decide: Decide, sessions: sessionmaker[Session]
) -> None:
    bring_in(feed(said("Theirs")))
    decide(edit_field, ONE, "location.visibility", "hidden")
    rewritten(sessions, SourceRecord, record={"an_old_field": 1})
    moved = make_location(
        address=Address(
            address_1="77 Secret Street", city="Philadelphia", state_province="PA", postal_code="19104"
        )
    )
    report = bring_in.one(feed(replace(said("Theirs"), locations=(moved,))), dry_run=True)
    assert report.changes
    assert "Secret" not in "\n".join(report.changes.lines())
