"""What is loaded is what was stored, and the figures are those of the plain rules."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from directory.database import read_only
from directory.referrals.business_time import BusinessCalendar
from directory.referrals.metric_rows import ReferralRow
from directory.referrals.metrics import MEASURES, SHARES, Reporting, measure, share
from directory.referrals.outcomes import time_in_states
from directory.reports.figures import FIGURE
from directory.reports.kept_calendar import KeptCalendar
from directory.reports.load import Loaded, Scope, load
from directory.reports.period import Period
from tests.listings.storing import counted_statements
from tests.reports.stored import DAY, NOW, START, Kept, Path, histories

ZONE = ZoneInfo("America/New_York")
PERIOD = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30), ZONE)
RECEIVERS = ("first", "second", "")


def loaded(kept: Kept, agency_id: str | None, side: str = "sender") -> Loaded:
    with kept.sessions() as session:
        read_only(session)
        return load(session, Scope(agency_id, side), PERIOD, NOW)  # type: ignore[arg-type]


def named(rows: Sequence[ReferralRow], keys: dict[str, str]) -> list[ReferralRow]:
    """With ids as the database has them."""
    return [
        replace(each, id=str(uuid.UUID(each.id)), receiver_id=keys.get(each.receiver_id, "")) for each in rows
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(histories(RECEIVERS), max_size=6, unique_by=lambda each: each[0].id))
def test_rows_come_back_as_they_were_stored(kept: Kept, found: list[tuple[ReferralRow, Path]]) -> None:
    agency, keys = kept.agency(), {name: kept.agency() for name in RECEIVERS if name}
    fresh = [(replace(row, id=uuid.uuid4().hex), path) for row, path in found]
    rows = named([row for row, _ in fresh], keys)
    paths = {row.id: path for row, (_, path) in zip(rows, fresh, strict=True)}
    kept.store(rows, agency, paths)

    made = loaded(kept, agency)
    wanted = [
        each
        for each in rows
        if each.sent_at and PERIOD.start <= each.sent_at < PERIOD.end and each.state != "entered_in_error"
    ]
    assert made.rows == sorted(wanted, key=lambda each: (each.sent_at, each.id))
    assert made.in_states == time_in_states(span for row in wanted for span in paths[row.id].spans(row))

    at = Reporting(NOW, lambda _: BusinessCalendar())
    for timed in MEASURES:
        assert FIGURE[timed.code].of(made.rows, made.reporting) == measure(timed, wanted, at)
    for shared in SHARES:
        assert FIGURE[shared.code].of(made.rows, made.reporting) == share(shared, wanted, at)


def row(**given: object) -> ReferralRow:
    whole: dict[str, object] = {"id": str(uuid.uuid4()), "state": "sent", "sent_at": START + DAY, **given}
    return ReferralRow(**whole)  # type: ignore[arg-type]


def test_another_agencys_referrals_are_not_in_it_and_the_network_has_all(kept: Kept) -> None:
    sender, other, receiver = kept.agency(), kept.agency(), kept.agency("River Recovery")
    one, two = row(receiver_id=receiver), row(receiver_id=receiver)
    kept.store([one], sender)
    kept.store([two], other)
    assert [each.id for each in loaded(kept, sender).rows] == [one.id]
    assert {each.id for each in loaded(kept, receiver, "receiver").rows} == {one.id, two.id}
    assert loaded(kept, receiver).rows == []
    assert {each.id for each in loaded(kept, None).rows} == {one.id, two.id}
    assert loaded(kept, sender).receivers[receiver].name == "River Recovery"


def test_a_receivers_own_hours_count(kept: Kept) -> None:
    sender = kept.agency()
    mondays = kept.agency(response_hours=[[1, "10:00", "12:00"]])
    sent = dt.datetime(2026, 7, 6, 14, tzinfo=dt.UTC)  # Monday, 10:00
    kept.store([row(receiver_id=mondays, sent_at=sent, responded_at=sent + 8 * DAY)], sender)
    made = loaded(kept, sender)
    found = FIGURE["response"].of(made.rows, made.reporting)
    assert getattr(found, "median_hours", None) == 4.0


def test_a_calendar_that_is_kept_opens_as_the_other_does() -> None:
    plain_one = BusinessCalendar(closed_days=frozenset({dt.date(2026, 7, 2)}))
    kept_one = KeptCalendar(closed_days=frozenset({dt.date(2026, 7, 2)}))
    for day in range(dt.date(2026, 6, 25).toordinal(), dt.date(2026, 7, 10).toordinal()):
        assert kept_one.spans(day) == plain_one.spans(day) == kept_one.spans(day)


def test_what_a_chain_needs_comes_from_outside_the_period(kept: Kept) -> None:
    agency = kept.agency()
    first = row(sent_at=START - 9 * DAY, state="declined", closed_at=START - 8 * DAY, reason="no_capacity")
    second = row(state="declined", reason="no_capacity", closed_at=START + 2 * DAY, continues_id=first.id)
    third = row(
        sent_at=PERIOD.end + DAY,
        state="completed",
        connected_at=PERIOD.end + 2 * DAY,
        continues_id=second.id,
    )
    alone = row(sent_at=START - 9 * DAY)
    kept.store([first, alone], agency)
    kept.store([second], agency)
    kept.store([third], agency)
    made = loaded(kept, agency)
    assert [each.id for each in made.rows] == [second.id]
    assert {each.id for each in made.chain} == {first.id, third.id}
    assert all(each.closed_at is None and each.needs == () for each in made.chain)


def test_a_larger_report_takes_no_more_statements(kept: Kept, database: Engine) -> None:
    agency, receiver = kept.agency(), kept.agency()
    path = Path(("sent", "accepted", "in_service"), (3, 4))
    few = [row(state="in_service", receiver_id=receiver, handoffs_completed=1)]
    kept.store(few, agency, {each.id: path for each in few})
    with counted_statements(database) as small:
        loaded(kept, agency)
    many = [row(state="in_service", receiver_id=kept.agency(), handoffs_completed=2) for _ in range(30)]
    kept.store(many, agency, {each.id: path for each in many})
    with counted_statements(database) as large:
        loaded(kept, agency)
    assert len(small) == len(large)


def test_a_report_opens_nothing_that_is_sealed(kept: Kept, database: Engine) -> None:
    agency = kept.agency()
    kept.store([row(state="in_service", handoffs_completed=1, first_visit="attended")], agency)
    with counted_statements(database) as sent:
        loaded(kept, agency)
    text = " ".join(sent).lower()
    sealed = {"details", "handed_over", "basis_facts", "accepting_worker", "named_contact", "body", "note"}
    sealed |= {"understanding", "next_step", "follow_up_result", "introduced_by", "received_by", "place"}
    for column in sealed:
        assert f".{column}" not in text
    assert "from client" not in text


def test_the_last_thing_that_happened_is_found(kept: Kept) -> None:
    agency = kept.agency()
    one = row(state="expired", closed_by_person=False, last_event_at=START + 20 * DAY)
    kept.store([one], agency, {one.id: Path(("sent", "expired"), (240,))})
    (found,) = loaded(kept, agency).rows
    assert (found.last_event_at, found.closed_by_person) == (START + 20 * DAY, False)
    assert found.first_contact_at is None
    assert loaded(kept, agency).in_states["sent"].median_hours == 240.0
