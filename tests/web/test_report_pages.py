"""Reports as a supervisor and a network administrator see them, and the files they take along."""

import csv
import datetime as dt
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from directory.accounts.tables import AuditEntry
from directory.database import db, session_factory
from directory.referrals.metric_rows import ReferralRow
from directory.reports.period import quarters
from tests.reports.stored import Kept
from tests.web.office import RECEIVER, SENDER, Office, agency_id, open_office

REPORTS, NETWORK = "/referrals/reports", "/referrals/reports/network"
NOW = dt.datetime.now(dt.UTC)
SENT = NOW - dt.timedelta(days=40)


def rows_of(office: Office, count: int, number: int, **given: object) -> list[ReferralRow]:
    """So many alike; ids are counted from `number`."""
    whole = {"state": "sent", "sent_at": SENT, "receiver_id": agency_id(office.app, RECEIVER), **given}
    return [
        ReferralRow(id=f"00000000-0000-4000-9000-{number + each:012d}", **whole)  # type: ignore[arg-type]
        for each in range(count)
    ]


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    """An office of its own with a past: 45 referrals forty days ago, 49 two quarters ago."""
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("reported") / "home"))
    with open_office(home) as office:
        add_past(office)
        yield office


def add_past(office: Office) -> None:
    with office.app.app_context():
        kept = Kept(session_factory(db.engine), office.app.extensions["house"].keys)
        day = dt.timedelta(days=1)
        warm = {"needs": ("detox",), "warmth": "warm", "handoffs_completed": 1, "accepted_at": SENT + day}
        sets = [
            *rows_of(office, 30, 0, state="in_service", connected_at=SENT + 2 * day, **warm),
            *rows_of(office, 3, 100, state="declined", reason="no_capacity", needs=("housing",)),
            *rows_of(office, 12, 200, state="expired", needs=("housing",), closed_by_person=False),
        ]
        quarter = quarters(NOW, dt.UTC)[1].period(dt.UTC)  # type: ignore[arg-type]
        old = quarter.start + 9 * day
        connected = {"state": "completed", "connected_at": old + day, "sent_at": old}
        sets += [
            *rows_of(office, 25, 300, needs=("detox",), **connected),
            *rows_of(office, 4, 400, needs=("detox",), sent_at=old, state="expired"),
            *rows_of(office, 15, 500, needs=("housing",), sent_at=old, state="expired"),
            *rows_of(office, 5, 600, needs=("legal",), **connected),
        ]
        kept.store(sets, agency_id(office.app, SENDER))


def table(text: str, code: str) -> list[list[str]]:
    """The lines of a table on a page, cells without their tags."""
    section = text.partition(f'aria-labelledby="{code}">')[2].partition("</section>")[0]
    lines = re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)
    return [
        [re.sub(r"<br>.*|<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line)]
        for line in lines
    ]


def lines_of(text: str) -> dict[str, list[str]]:
    """A file's lines by their first cell."""
    return {line[0]: line[1:] for line in csv.reader(io.StringIO(text, newline=""))}


def old_quarter() -> str:
    return str(quarters(NOW, dt.UTC)[1])  # type: ignore[arg-type]


def test_a_supervisor_sees_every_count_of_their_own_agency(reported: Office) -> None:
    text = reported.as_("sam").get(f"{REPORTS}?days=90&by=need").text
    found = {line[0]: line[1:] for line in table(text, "outcomes")}
    assert found["Need"] == [
        "Connected", "Waiting for an answer", "Accepted, not connected yet", "Declined",
        "No answer in time", "Ended without a connection", "All",
    ]  # fmt: skip
    assert found["Detox"][:1] == ["30"]
    assert found["Housing"] == ["0", "0", "0", "3", "12", "0", "15"]
    assert "We have no room right now" in text
    assert "hidden" not in "".join(cell for line in found.values() for cell in line)


def test_every_chart_has_a_name_and_its_table_beside_it(reported: Office) -> None:
    text = reported.as_("sam").get(REPORTS).text
    charts = re.findall(r'<svg class="chart" role="img" aria-labelledby="([^"]+)"', text)
    assert len(charts) >= 5
    for each in charts:
        assert f'<title id="{each}">' in text
        assert f'<h2 id="{each.removesuffix("-chart")}">' in text
    assert "style=" not in text.partition("<main")[2]


def test_only_supervisors_see_it_and_each_their_own_agencys(reported: Office) -> None:
    assert reported.as_("casey").get(REPORTS).status_code == 403
    assert reported.as_("nett").get(REPORTS).status_code == 403
    assert reported.as_("sam").get(NETWORK).status_code == 403
    own, foreign = (reported.as_(name).get(REPORTS) for name in ("sam", "tess"))
    assert (own.status_code, foreign.status_code) == (200, 200)
    assert "outcomes" in own.text
    assert "outcomes" not in foreign.text


def test_a_file_tells_no_small_count(reported: Office) -> None:
    answer = reported.as_("sam").get(f"{REPORTS}/files/outcomes?days=90&by=need")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    cells = [cell for line in csv.reader(io.StringIO(answer.text, newline="")) for cell in line]
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    assert numbers
    assert not [each for each in numbers if 0 < each < 11]


def test_the_network_is_told_of_quarters_only_and_of_nobody_alone(reported: Office) -> None:
    text = reported.as_("nett").get(f"{NETWORK}?quarter={old_quarter()}&by=need").text
    found = {line[0]: line[1:] for line in table(text, "outcomes")}
    assert {"Housing", "All others"} >= set(found) - {"Need", "All referrals", "Detox"}
    assert found["All referrals"] == ["30", "0", "0", "0", "19", "0", "49"]
    numbers = [int(cell) for line in found.values() for cell in line if cell.isdigit()]
    assert not [each for each in numbers if 0 < each < 11]
    assert "hidden" in text
    now = reported.as_("nett").get(f"{NETWORK}?quarter=2999-1&first=2026-01-01&last=2026-01-02").text
    assert "Jan 1, 2026" not in now


def test_a_network_file_is_the_same_table(reported: Office) -> None:
    address = f"{NETWORK}/files/outcomes?quarter={old_quarter()}&by=need"
    lines = lines_of(reported.as_("nett").get(address).text)
    assert lines["All referrals"] == ["30", "0", "0", "0", "19", "0", "49"]


def test_a_quarter_with_too_few_says_nothing(reported: Office) -> None:
    text = reported.as_("nett").get(f"{NETWORK}?quarter={quarters(NOW, dt.UTC)[-1]}").text  # type: ignore[arg-type]
    assert "Too few referrals" in text
    assert "<table" not in text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("first=2026-02-30&last=2026-03-01", "Please give a day."),
        ("first=2026-03-02&last=2026-03-01", "The last day lies before the first."),
        ("first=2010-01-01&last=2026-03-01", "Please ask for three years at most."),
        ("first=0001-01-01&last=0001-01-02", "Please give a day."),
        ("first=2026-03-01", "Please give a day."),
    ],
)
def test_days_that_are_wrong_are_said_and_kept(reported: Office, asked: str, sentence: str) -> None:
    answer = reported.as_("sam").get(f"{REPORTS}?{asked}")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{asked.split("=")[1].split("&", maxsplit=1)[0]}"' in answer.text


def test_the_receiving_side_is_not_split_by_what_people_need(reported: Office) -> None:
    text = reported.as_("sam").get(f"{REPORTS}?side=receiver&by=need&days=90").text
    form = text.partition('<select id="by"')[2].partition("</select>")[0]
    assert 'value="need"' not in form
    assert 'value="warmth"' in form


def test_an_hmis_file_names_nobody(reported: Office) -> None:
    answer = reported.as_("sam").get(f"{REPORTS}/extracts/hmis?days=90")
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(lines) >= 45
    assert {line["PersonalID"] for line in lines} == {""}
    assert "Quillfeather" not in answer.text
    assert {line["ReferralResult"] for line in lines} >= {"1", "3"}


def test_a_closed_loop_file_keeps_its_codes_in_every_language(reported: Office) -> None:
    answer = reported.as_("sam").get(f"{REPORTS}/extracts/closed-loop?days=90&lang=es")
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {line["ReferralStatus"] for line in lines} >= {"Services Received", "Declined", "Closed"}


def test_files_that_are_not_there(reported: Office) -> None:
    for address in (f"{REPORTS}/files/nothing", f"{REPORTS}/extracts/nothing"):
        assert reported.as_("sam").get(address).status_code == 404


def test_each_report_and_each_file_leaves_one_line_in_the_audit(reported: Office) -> None:
    for address in (REPORTS, f"{REPORTS}/files/times", f"{REPORTS}/extracts/hmis"):
        assert reported.as_("sam").get(address).status_code == 200
    assert reported.as_("nett").get(NETWORK).status_code == 200
    with reported.app.app_context(), session_factory(db.engine)() as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(4)).all()
    assert [(each.action, each.channel, each.object_ids) for each in reversed(newest)] == [
        ("report.read", "web", []),
        ("report.export", "csv", []),
        ("export.hmis", "csv", []),
        ("report.network", "web", []),
    ]


def test_a_send_that_consent_stopped_is_counted_by_why(reported: Office) -> None:
    draft = reported.draft(reported.client())
    assert reported.move("casey", draft, "send").status_code == 409
    text = reported.as_("sam").get(f"{REPORTS}?days=30").text
    assert ["There is no consent for this.", "1"] in table(text, "refused")


def test_a_referral_through_the_door_is_in_the_report(reported: Office) -> None:
    reported.accepted()
    text = reported.as_("sam").get(f"{REPORTS}?days=30&by=priority").text
    found = {line[0]: line[1:] for line in table(text, "outcomes")}
    assert int(found["Routine"][2]) >= 1
