"""The figures of the reports, each worked out by hand once; none leaves out what is still open."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.referrals.business_time import BusinessCalendar
from directory.referrals.metric_rows import Measure, ReferralRow, Share
from directory.referrals.metrics import (
    MEASURES,
    SHARES,
    Reporting,
    grouped,
    handoff_shares,
    measure,
    reasons,
    share,
)
from directory.referrals.outcomes import (
    CheckIn,
    StateSpan,
    attempts_until_connected,
    check_in_shares,
    refusals_by_code,
    stale_capacity_count,
    stale_count,
    time_in_states,
    unmet_need,
)
from tests.referrals.situations import DAY, NOW

HOUR = dt.timedelta(hours=1)
SENT = dt.datetime(2026, 10, 5, 15, 0, tzinfo=dt.UTC)
"""A Monday, 11:00 in New York, 44 days ago."""
AT = Reporting(NOW, lambda _: BusinessCalendar())
MEASURE = {each.code: each for each in MEASURES}
SHARE = {each.code: each for each in SHARES}


def row(state: Any = "sent", **given: Any) -> ReferralRow:
    return ReferralRow(**{"id": "r", "state": state, "sent_at": SENT, **given})


def shared(code: str, *rows: ReferralRow) -> Share:
    return share(SHARE[code], rows, AT)


def test_the_time_to_an_answer_is_counted_in_the_receivers_hours() -> None:
    rows = [
        row("accepted", responded_at=SENT + 2 * HOUR),
        row("declined", responded_at=SENT + DAY),  # Tuesday 11:00: eight working hours
        row("sent"),
        row("withdrawn"),
    ]
    assert measure(MEASURE["response"], rows, AT) == Measure(3, 8.0, None, 1 / 3)


def test_times_on_the_calendar() -> None:
    rows = [
        row(
            "completed", connected_at=SENT + 2 * DAY, closed_at=SENT + 10 * DAY, first_contact_at=SENT + HOUR
        ),
        row("in_service", connected_at=SENT + 4 * DAY),
    ]
    assert measure(MEASURE["connection"], rows, AT) == Measure(2, 72.0, 96.0, 0.0)
    assert measure(MEASURE["closing"], rows, AT) == Measure(2, None, None, 0.5)
    assert measure(MEASURE["first_contact"], rows, AT) == Measure(2, None, None, 0.5)
    assert measure(MEASURE["closing"], [], AT) == Measure(0, None, None, None)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=30), st.integers(0, 30))
def test_what_is_still_open_never_makes_a_median_shorter(hours: list[int], still_open: int) -> None:
    taken = [each * HOUR for each in hours]
    without, with_open = Measure.of(taken, 0), Measure.of(taken, still_open)
    assert with_open.n == len(hours) + still_open
    if with_open.median_hours is not None:
        assert without.median_hours is not None
        assert with_open.median_hours >= without.median_hours
    if with_open.p90_hours is not None and with_open.median_hours is not None:
        assert with_open.p90_hours >= with_open.median_hours


def test_the_ninth_of_ten_is_the_90th_percentile() -> None:
    assert Measure.of([each * HOUR for each in range(1, 11)], 0) == Measure(10, 5.5, 9.0, 0.0)


def test_answered_in_time_counts_only_promises_that_are_over() -> None:
    rows = [
        row("accepted", responded_at=SENT + DAY),
        row("accepted", responded_at=SENT + 5 * DAY),
        row("sent"),
        row("sent", sent_at=NOW - HOUR),
        row("accepted", sent_at=NOW - HOUR, responded_at=NOW),
        row("sent", priority="urgent", sent_at=SENT, responded_at=SENT + 2 * DAY),
    ]
    assert shared("answered_in_time", *rows) == Share(1, 4)


def test_a_receiver_that_promises_to_answer_sooner_is_held_to_it() -> None:
    answered = row("accepted", responded_at=SENT + DAY)  # Tuesday 11:00: eight working hours
    assert shared("answered_in_time", answered) == Share(1, 1)
    quick = Reporting(NOW, lambda _: BusinessCalendar(), lambda _, priority: {"routine": 4}.get(priority))
    assert share(SHARE["answered_in_time"], [answered], quick) == Share(0, 1)


def test_acceptance_is_of_those_that_were_answered_or_let_expire() -> None:
    rows = [
        row("completed", accepted_at=SENT),
        row("declined"),
        row("expired"),
        row("sent"),
        row("withdrawn"),
    ]
    assert shared("accepted", *rows) == Share(1, 3)
    assert shared("expired", *rows) == Share(1, 5)


def test_visits() -> None:
    rows = [
        row("in_service", accepted_at=SENT, ever_scheduled=True, first_visit="attended"),
        row("no_show", accepted_at=SENT, ever_scheduled=True, first_visit="no_show"),
        row("appt_cancelled", accepted_at=SENT, ever_scheduled=True, first_visit="cancelled"),
        row("accepted", accepted_at=SENT),
        row("sent"),
    ]
    assert shared("scheduled", *rows) == Share(3, 4)
    assert shared("kept", *rows) == Share(1, 2)


def test_connected_counts_what_is_closed_and_what_is_old_enough() -> None:
    rows = [
        row("completed", connected_at=SENT, sent_at=NOW - 5 * DAY),
        row("declined", sent_at=NOW - 5 * DAY),
        row("sent"),
        row("in_service", connected_at=NOW, sent_at=NOW - 5 * DAY),
    ]
    assert shared("connected", *rows) == Share(1, 3)


def test_started_and_stayed() -> None:
    connected = SENT + 10 * DAY
    services = (connected + DAY, connected + 20 * DAY, connected + 60 * DAY)
    stayed = row("in_service", connected_at=connected, sent_at=SENT, further_services=services)
    left = row("completed", connected_at=SENT + 9 * DAY, further_services=services[2:])
    late = row("in_service", connected_at=SENT + 20 * DAY)
    assert shared("connected_14", stayed, left, late, row("sent", sent_at=NOW - DAY)) == Share(2, 3)
    later = Reporting(NOW + 10 * DAY, AT.calendar_of)
    assert share(SHARE["engaged"], [stayed, left], later) == Share(1, 2)
    assert share(SHARE["engaged"], [stayed], Reporting(NOW - DAY, AT.calendar_of)) == Share(0, 0)


def test_the_loop_is_closed_by_a_person() -> None:
    rows = [
        row("completed"),
        row("declined"),
        row("withdrawn", closed_by_person=False),
        row("expired"),
        row("sent"),
        row("completed", sent_at=NOW - DAY),
    ]
    assert shared("loop_closed", *rows) == Share(2, 5)


def test_warm_handoffs() -> None:
    rows = [
        row(
            "in_service",
            accepted_at=SENT,
            warmth="warm",
            handoffs_completed=2,
            handoffs_met=1,
            follow_ups_in_time=2,
        ),
        row("accepted", accepted_at=SENT, warmth="assisted", handoffs_completed=1),
        row("sent", warmth="warm"),
    ]
    assert shared("warm", *rows) == Share(1, 2)
    assert handoff_shares(rows) == {"met": Share(1, 3), "followed_up": Share(2, 3)}


def test_a_referral_stands_under_each_of_its_needs() -> None:
    two = row(needs=("detox", "housing"), area="PA", receiver_id="b", warmth="warm")
    one = row(needs=("detox",), area="NJ", receiver_id="c")
    assert {name: len(rows) for name, rows in grouped([two, one], "need").items()} == {
        "detox": 2,
        "housing": 1,
    }
    assert list(grouped([two, one], "area")) == ["NJ", "PA"]
    assert list(grouped([two, one], "receiver")) == ["b", "c"]
    assert list(grouped([two, one], "warmth")) == ["cold", "warm"]


def test_reasons_are_counted_by_how_it_ended() -> None:
    rows = [row("declined", reason="safety"), row("expired"), row("expired"), row("sent"), row("withdrawn")]
    assert reasons(rows) == {
        ("expired", "no_response"): 2,
        ("declined", "safety"): 1,
        ("withdrawn", "none"): 1,
    }


def test_a_draft_has_no_time_and_no_promise() -> None:
    draft = row("draft", sent_at=None)
    assert measure(MEASURE["response"], [draft], AT).n == 0
    assert shared("answered_in_time", draft) == Share(0, 0)


def test_a_share_of_nothing_is_none() -> None:
    assert Share(0, 0).value is None
    assert Share(1, 4).value == 0.25


@pytest.mark.parametrize("wanted", SHARES, ids=[each.code for each in SHARES])
def test_a_share_is_of_what_it_counts(wanted: Any) -> None:
    assert share(wanted, [], AT) == Share(0, 0)
    assert wanted.label


ENDED = SENT + DAY


def chain(**connected: dt.datetime | None) -> list[ReferralRow]:
    """first (no room) -> second (declined) -> third, connected at the given times."""
    return [
        row("declined", id="first", reason="no_capacity", closed_at=ENDED, needs=("detox",)),
        row(
            "declined",
            id="second",
            reason="safety",
            closed_at=ENDED + DAY,
            continues_id="first",
            needs=("detox",),
        ),
        row(
            "completed",
            id="third",
            closed_at=ENDED + 2 * DAY,
            continues_id="second",
            needs=("detox",),
            **connected,
        ),
    ]


def test_a_need_is_unmet_when_no_later_referral_connected_in_thirty_days() -> None:
    assert unmet_need(chain(connected_at=ENDED + 9 * DAY), NOW) == Share(0, 3)
    assert unmet_need(chain(connected_at=ENDED + 31 * DAY), NOW) == Share(1, 3)
    assert unmet_need(chain(connected_at=None), NOW) == Share(1, 3)
    assert unmet_need([row("expired", closed_at=NOW - DAY)], NOW) == Share(0, 0)
    assert unmet_need([row("expired", closed_at=ENDED)], NOW) == Share(1, 1)


def test_how_many_referrals_it_took() -> None:
    alone = row("completed", id="alone", connected_at=SENT, needs=("detox", "housing"))
    found = attempts_until_connected([*chain(connected_at=ENDED), alone])
    assert found == {"detox": 2.0, "housing": 1.0}
    circle = [
        row("completed", id=a, continues_id=b, connected_at=SENT, needs=("x",)) for a, b in ("ab", "ba")
    ]
    assert attempts_until_connected(circle) == {"x": 2.0}
    assert unmet_need(circle, NOW) == Share(0, 0)


def test_time_in_each_state_counts_those_still_in_it() -> None:
    spans = [
        StateSpan("a", "sent", SENT, SENT + 2 * HOUR),
        StateSpan("b", "sent", SENT, None),
        StateSpan("a", "accepted", SENT + 2 * HOUR, None),
    ]
    assert time_in_states(spans) == {
        "sent": Measure(2, None, None, 0.5),
        "accepted": Measure(1, None, None, 1.0),
    }


def test_what_lies_still_is_counted() -> None:
    rows = [row(), row(last_event_at=NOW - DAY), row("completed"), row("draft", sent_at=None)]
    assert stale_count(rows, NOW) == 1
    assert stale_capacity_count([NOW - 8 * DAY, NOW - DAY], NOW) == 1
    assert refusals_by_code(["scope_exceeded:legal", "scope_exceeded:need", "consent_revoked"]) == {
        "scope_exceeded": 2,
        "consent_revoked": 1,
    }


def test_check_ins_count_only_those_who_answered() -> None:
    answers = [
        CheckIn("a", 30, housed=True, working=False),
        CheckIn("b", 30, housed=False),
        CheckIn("c", 90, housed=True),
    ]
    found = check_in_shares(answers, 30)
    assert (found["housed"], found["working"], found["supported"]) == (Share(1, 2), Share(0, 1), Share(0, 0))
