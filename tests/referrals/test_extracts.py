"""What outside forms are told: results as HMIS 4.20 has them, loops as California's report does."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from directory.csv_cells import csv_text
from directory.referrals.extracts import (
    CLOSED_LOOP_COLUMNS,
    CLOSED_LOOP_STATUS,
    HMIS_COLUMNS,
    ExtractRow,
    closed_loop_row,
    hmis_row,
    is_reported,
)
from directory.referrals.reasons import CLOSURE_REASONS, DECLINE_REASONS, hmis_result, reason_label, side_of
from directory.referrals.states import STATES
from tests.referrals.situations import DAY, NOW

ZONE = ZoneInfo("America/Los_Angeles")
LATE = dt.datetime(2026, 11, 18, 4, 0, tzinfo=dt.UTC)
"""Still 17 November in California."""


def row(state: Any, **given: Any) -> ExtractRow:
    return ExtractRow(**{"id": "r", "state": state, "sent_at": LATE, "state_since": NOW, **given})


@pytest.mark.parametrize(
    ("state", "reason", "result"),
    [
        ("draft", None, None),
        ("sent", None, None),
        ("accepted", None, 1),
        ("in_service", None, 1),
        ("completed", "services_received", 1),
        ("declined", "no_capacity", 3),
        ("declined", "client_already_served", 2),
        ("unsuccessful", "client_declined", 2),
        ("unsuccessful", "unable_to_contact", 2),
        ("unsuccessful", "not_eligible_after_intake", 3),
        ("unsuccessful", "duplicate", None),
        ("withdrawn", "consent_revoked", 2),
        ("withdrawn", "wrong_receiver", None),
        ("withdrawn", None, None),
        ("expired", None, 3),
        ("entered_in_error", "other", None),
    ],
)
def test_the_hmis_result_follows_from_state_and_reason(
    state: Any, reason: str | None, result: int | None
) -> None:
    assert hmis_result(state, reason) == result


def test_every_reason_has_a_side_and_a_label() -> None:
    for state, table in (("declined", DECLINE_REASONS), ("unsuccessful", CLOSURE_REASONS)):
        for code, reason in table.items():
            assert side_of(state, code) == reason.side  # type: ignore[arg-type]
            assert str(reason_label(state, code)) == reason.label  # type: ignore[arg-type]
    assert all(each.side == "client" for each in DECLINE_REASONS.values() if each.code.startswith("client_"))
    assert str(reason_label("declined", "unheard_of")) == "unheard_of"
    assert str(reason_label("completed", "services_received")) == "The person got the service"


def test_an_hmis_event_has_its_columns_and_local_days() -> None:
    found = hmis_row(row("accepted", accepted_at=NOW, hmis_event="10", location="P-1"), ZONE)
    assert tuple(found) == HMIS_COLUMNS
    assert found == {
        "EventID": "r", "PersonalID": "", "EventDate": "2026-11-17", "Event": "10",
        "LocationCrisisOrPHHousing": "P-1", "ReferralResult": "1", "ResultDate": "2026-11-18",
    }  # fmt: skip


def test_a_result_has_its_day_and_none_has_none() -> None:
    assert hmis_row(row("sent"), ZONE)["ResultDate"] == ""
    refused = row("unsuccessful", reason="no_capacity", accepted_at=NOW - 9 * DAY, closed_at=NOW)
    assert hmis_row(refused, ZONE)["ResultDate"] == "2026-11-18"
    walked_in = row("in_service", connected_at=NOW - DAY)
    assert hmis_row(walked_in, ZONE)["ResultDate"] == "2026-11-17"


def test_a_closed_loop_says_status_day_and_reason() -> None:
    found = closed_loop_row(row("declined", reason="out_of_area", closed_at=NOW), ZONE)
    assert tuple(found) == CLOSED_LOOP_COLUMNS
    assert [str(each) for each in found.values()] == [
        "r", "Declined", "2026-11-18", "The person lives outside our area",
    ]  # fmt: skip
    assert (
        str(closed_loop_row(row("expired", closed_at=NOW), ZONE)["LoopClosureReason"])
        == "No answer came in time."
    )
    assert closed_loop_row(row("in_service"), ZONE)["ReferralStatus"] == "Services Received"
    assert closed_loop_row(row("in_service"), ZONE)["LoopClosureReason"] == ""


def test_drafts_and_mistakes_are_not_reported() -> None:
    assert not is_reported(row("draft", sent_at=None))
    assert not is_reported(row("entered_in_error"))
    assert set(CLOSED_LOOP_STATUS) == set(STATES) - {"draft", "entered_in_error"}


def test_an_extract_as_a_file_runs_nothing() -> None:
    found = hmis_row(row("accepted", location="=HYPERLINK()"), ZONE)
    assert "'=HYPERLINK()" in csv_text(HMIS_COLUMNS, [list(found.values())])
