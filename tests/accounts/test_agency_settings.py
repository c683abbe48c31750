"""What an agency sets about itself, and what only the network sets."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM, Actor
from directory.accounts.agencies import NewAgency, add_agency
from directory.accounts.agency_settings import agency_to_set, as_set, set_agency
from directory.accounts.tables import Agency, AuditEntry
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
RIVER = NewAgency(name="River House", timezone="America/New_York", state="PA")


@pytest.fixture
def river(sessions: sessionmaker[Session]) -> str:
    with sessions.begin() as session:
        return add_agency(session, RIVER, SYSTEM, NOW).id


def acting(role: str, agency: str) -> Actor:
    return Actor(role=role, user_id="00000000-0000-4000-8000-000000000001", agency_id=agency)


def test_a_supervisor_sets_hours_days_and_promises(sessions: sessionmaker[Session], river: str) -> None:
    wanted = replace(
        RIVER,
        timezone="America/Chicago",
        response_hours=((2, "13:00", "17:00"), (1, "09:00", "24:00"), (2, "09:00", "12:00")),
        closed_dates=("2026-12-24", "2026-11-27", "2026-12-24"),
        keeps_us_holidays=False,
        accepts_referrals=False,
        response_sla={"urgent": 2, "routine": 16},
        part2_program="yes",
        notify_email="intake@river.example",
    )
    with sessions.begin() as session:
        set_agency(session, acting("supervisor", river), river, wanted, NOW)
    with sessions() as session:
        row = session.get_one(Agency, river)
        assert row.response_hours == [[1, "09:00", "24:00"], [2, "09:00", "12:00"], [2, "13:00", "17:00"]]
        assert row.closed_dates == ["2026-11-27", "2026-12-24"]
        assert row.response_sla == {"urgent": 2, "routine": 16}
        assert (row.timezone, row.accepts_referrals, row.part2_program) == ("America/Chicago", False, "yes")
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.object_ids) == ("agency.set", [river])


def test_a_supervisor_does_not_set_who_the_agency_is_nor_whose_law_holds(
    sessions: sessionmaker[Session], river: str
) -> None:
    other = replace(RIVER, name="Another", state="CA", organization_id="00000000-0000-4000-8000-000000000009")
    with sessions.begin() as session:
        set_agency(session, acting("supervisor", river), river, other, NOW)
        assert as_set(session.get_one(Agency, river)) == as_set(agency_to_set(session, SYSTEM, river))
        row = session.get_one(Agency, river)
        assert (row.name, row.state, row.organization_id) == ("River House", "PA", None)
        set_agency(session, acting("network_admin", river), river, other, NOW)
        assert (row.name, row.state) == ("Another", "CA")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"response_hours": ((1, "17:00", "09:00"),)}, "response_hours"),
        ({"response_hours": ((1, "09:00", ""),)}, "response_hours"),
        ({"closed_dates": ("tomorrow",)}, "closed_dates"),
        ({"response_sla": {"urgent": 0}}, "answer_urgent"),
        ({"response_sla": {"routine": 41}}, "answer_routine"),
        ({"part2_program": "maybe"}, "part2_program"),
        ({"notify_email": "no address"}, "notify_email"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    sessions: sessionmaker[Session], river: str, wrong: dict[str, object], field: str
) -> None:
    with sessions() as session, pytest.raises(QueryInvalid) as told:
        set_agency(session, acting("supervisor", river), river, replace(RIVER, **wrong), NOW)  # type: ignore[arg-type]
    assert set(told.value.fields) == {field}


def test_nobody_sets_another_agency_and_a_caseworker_none(
    sessions: sessionmaker[Session], river: str
) -> None:
    with sessions() as session:
        for actor, error in (
            (acting("supervisor", "another"), RecordNotFound),
            (acting("caseworker", river), AccessRefused),
        ):
            with pytest.raises(error):
                set_agency(session, actor, river, RIVER, NOW)
        with pytest.raises(AccessRefused):
            add_agency(session, replace(RIVER, name="New"), acting("supervisor", river), NOW)


def test_two_agencies_have_two_names(sessions: sessionmaker[Session], river: str) -> None:
    with sessions() as session:
        other = add_agency(session, replace(RIVER, name="Lake House"), SYSTEM, NOW)
        with pytest.raises(QueryInvalid) as told:
            set_agency(session, SYSTEM, other.id, replace(RIVER, name=" river HOUSE"), NOW)
    assert set(told.value.fields) == {"name"}


def test_setting_what_is_set_already_writes_nothing(sessions: sessionmaker[Session], river: str) -> None:
    with sessions.begin() as session:
        set_agency(session, acting("supervisor", river), river, RIVER, NOW)
        assert session.scalars(select(AuditEntry.action)).all() == ["agency.add"]
