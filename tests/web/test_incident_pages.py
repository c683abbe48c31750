"""The incident register on pages: supervisors write, privacy officers read, others find nothing."""

import datetime as dt
import re

import pytest
from werkzeug.test import TestResponse

from directory.referrals.incident_rules import FACTORS
from tests.web.office import Office, ahead, hidden, told
from tests.web.staff import send

REGISTER = "/referrals/incidents"
WORDS = "A list about Quillfeather went to the wrong clinic"
WHY = "Zorblat of that clinic sent it back unopened"
WORKERS = ("casey", "pat", "otto", "ida", "stew", "nett")


def reported(office: Office, who: str = "sam", **given: str) -> str:
    """Writes one down; answers its page."""
    whole = {"kind": "sent_wrong", "discovered_on": ahead(-1)[:10], "people_count": "12", **given}
    answer = send(office.as_(who), f"{REGISTER}/new", **{"description": WORDS, **whole})
    assert answer.status_code == 302, told(answer)
    return str(answer.location)


def judged(office: Office, page: str, **given: str) -> TestResponse:
    """Judges all four as low, but for what is given."""
    whole = {each.code: WHY for each in FACTORS}
    whole |= {f"{each.code}_risk": "low" for each in FACTORS}
    return send(
        office.as_("sam"), f"{page}/assessment", page=page, **{**whole, "people_count": "12", **given}
    )


def noted(office: Office, page: str, recipient: str, day: str) -> TestResponse:
    return send(office.as_("sam"), f"{page}/notices", page=page, told=recipient, told_on=day)


def due(text: str) -> str:
    """The words of what is due."""
    part = text.partition("due-title")[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", part))


def day_text(days: int) -> str:
    day = dt.date.fromisoformat(ahead(days)[:10])
    return f"{day:%b} {day.day}, {day.year}"


def test_an_incident_is_written_down_judged_told_and_closed(office: Office) -> None:
    page = reported(office)
    text = office.as_("sam").get(page).text
    assert "The risk is not judged yet." in text
    assert f"Tell the people it is about: due by {day_text(59)}" in due(text)
    assert judged(office, page, acquired_risk="not_low").status_code == 302
    text = office.as_("sam").get(page).text
    assert "A breach: people have to be told." in text
    assert "Close this incident</button>" not in text
    for recipient in ("people", "hhs"):
        assert noted(office, page, recipient, ahead(0)[:10]).status_code == 302
    text = office.as_("sam").get(page).text
    assert f"Tell the people it is about: done on {day_text(0)}" in due(text)
    close = f"{page}/close"
    assert office.as_("sam").post(close, data=hidden(text, close)).status_code == 302
    text = office.as_("sam").get(page).text
    assert "Closed</span>" in text
    assert f'action="{page}' not in text


def test_a_low_risk_asks_for_nothing_and_may_be_closed(office: Office) -> None:
    page = reported(office)
    assert judged(office, page).status_code == 302
    text = office.as_("sam").get(page).text
    assert "Low risk: nobody has to be told." in text
    assert "Tell the people" not in due(text)
    assert "Close this incident</button>" in text


def test_what_is_late_is_first_in_the_list_and_says_so(office: Office) -> None:
    reported(office)
    late = reported(office, discovered_on=ahead(-61)[:10])
    on_time = reported(office, discovered_on=ahead(-60)[:10])
    text = office.as_("priv").get(REGISTER).text
    assert text.index(late) < text.index(on_time)
    assert "Late" in due(office.as_("priv").get(late).text)
    assert "Late" not in due(office.as_("priv").get(on_time).text)


@pytest.mark.parametrize(("people", "asks"), [("500", False), ("501", True), ("", True)])
def test_media_are_spoken_of_from_501_people_on(office: Office, people: str, asks: bool) -> None:
    text = due(office.as_("sam").get(reported(office, people_count=people)).text)
    assert ("more than 500 of them live in one state" in text) is asks


def test_a_refused_form_comes_back_with_what_was_typed(office: Office) -> None:
    short = send(office.as_("sam"), f"{REGISTER}/new", kind="lost", discovered_on="soon", description=WORDS)
    assert (short.status_code, WORDS in short.text) == (422, True)
    page = reported(office)
    answer = judged(office, page, nature="Only names", mitigated_risk="", acquired_risk="not_low")
    assert answer.status_code == 422
    for part in ("Only names", WHY, "Please write why, in at least 20 letters.", "Please choose one."):
        assert part in answer.text
    answer = noted(office, page, "people", ahead(2)[:10])
    assert (answer.status_code, "still to come" in answer.text) == (422, True)
    assert "Nobody yet." in office.as_("sam").get(page).text


def test_it_cannot_be_closed_before_its_time(office: Office) -> None:
    page = reported(office)
    answer = send(office.as_("sam"), f"{page}/close", page=page)
    assert (answer.status_code, "Close it when the risk is judged" in answer.text) == (409, True)


def test_a_privacy_officer_reads_all_and_changes_nothing(office: Office) -> None:
    page = reported(office)
    assert judged(office, page).status_code == 302
    text = office.as_("priv").get(page).text
    assert WORDS in text
    assert WHY in text
    assert f'action="{REGISTER}' not in text
    listed = office.as_("priv").get(REGISTER).text
    assert f'href="{page}"' in listed
    assert f"{REGISTER}/new" not in listed


def test_it_is_found_from_the_teams_page_and_from_the_privacy_pages(office: Office) -> None:
    assert f'href="{REGISTER}"' in office.as_("sam").get("/referrals/team").text
    assert f'href="{REGISTER}"' in office.as_("priv").get("/referrals/privacy").text


def test_another_agencys_incident_is_not_there(office: Office) -> None:
    page = reported(office)
    for who in ("tess", "prue"):
        assert office.as_(who).get(page).status_code == 404
        assert page not in office.as_(who).get(REGISTER).text
    for who in WORKERS:
        assert office.as_(who).get(page).status_code == 403
        assert office.as_(who).get(REGISTER).status_code == 403


def test_no_title_list_or_audit_repeats_what_was_written(office: Office) -> None:
    page = reported(office)
    assert judged(office, page).status_code == 302
    title = re.search("<title>(.*?)</title>", office.as_("sam").get(page).text, re.DOTALL)
    assert title
    audit = office.as_("priv").get("/referrals/privacy?action=incident.").text
    assert "incident.assess" in audit
    for text in (title[1], office.as_("sam").get(REGISTER).text, audit):
        assert "Quillfeather" not in text
        assert "Zorblat" not in text


def test_the_pages_speak_spanish(office: Office) -> None:
    page = reported(office)
    text = office.as_("sam").get(f"{page}?lang=es").text
    assert "Un incidente" in text
    assert "El riesgo aún no está valorado." in text
