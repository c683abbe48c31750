"""A handoff is planned, seen by both sides, begun or cancelled, on pages without scripts."""

import re

from tests.web.office import Office, ahead, forms, hidden, press, received, told
from tests.web.staff import send

PLAN = {"method": "in_person", "introduced_by": "Maya Ortiz", "received_by": ""}


def planned(office: Office) -> tuple[str, str]:
    """Pages of a referral, and of a handoff that was planned on it."""
    referral = office.accepted()
    answer = send(office.as_("casey"), f"{referral}/handoffs/plan", **PLAN, planned_for=ahead(1))
    assert answer.status_code == 302, told(answer)
    found = re.findall(
        rf'href="({referral}/handoffs/[0-9a-f-]{{36}})"', office.as_("casey").get(referral).text
    )
    return referral, found[-1]


def test_a_plan_is_shown_on_both_sides(office: Office) -> None:
    referral, page = planned(office)
    text = office.as_("casey").get(page).text
    for fact in ("Planned", "In person", "Maya Ortiz", "Not known yet", "River Recovery"):
        assert fact in text
    theirs = office.as_("pat").get(received(referral)).text
    for fact in ("Handoffs", "Planned", "In person", "Maya Ortiz", "Who of you receives the person"):
        assert fact in theirs
    assert "Handoff planned" in office.as_("casey").get(referral).text


def test_a_plan_without_a_time_ahead_comes_back_with_what_was_typed(office: Office) -> None:
    referral = office.accepted()
    answer = send(
        office.as_("casey"),
        f"{referral}/handoffs/plan",
        **PLAN | {"received_by": "Dana"},
        planned_for=ahead(-1),
    )
    assert answer.status_code == 422
    assert "Please give a time that lies ahead." in answer.text
    assert 'value="Dana"' in answer.text
    nothing = send(office.as_("casey"), f"{referral}/handoffs/plan", method="by pigeon", planned_for=ahead(1))
    assert nothing.status_code == 422


def test_a_plan_is_begun_and_keeps_who_introduces(office: Office) -> None:
    _, page = planned(office)
    answer = press(office.as_("casey"), page, "Begin it now")
    assert (answer.status_code, answer.location) == (302, page)
    text = office.as_("casey").get(page).text
    assert 'value="Maya Ortiz"' in text
    assert ">It is done</button>" in text


def test_a_plan_is_cancelled_with_a_reason_only(office: Office) -> None:
    referral, page = planned(office)
    casey = office.as_("casey")
    data = hidden(casey.get(page).text, f"{page}/cancel")
    refused = casey.post(f"{page}/cancel", data=data)
    assert refused.status_code == 422
    assert "Please say why it is cancelled." in refused.text
    assert casey.post(f"{page}/cancel", data={**data, "failure_reason": "client_asked"}).status_code == 302
    text = casey.get(page).text
    assert "Cancelled" in text
    assert "The person asked for it" in text
    assert "Cancelled" in office.as_("pat").get(received(referral)).text


def test_the_receiver_says_who_of_them_receives_the_person(office: Office) -> None:
    referral, page = planned(office)
    theirs = received(referral)
    text = office.as_("pat").get(theirs).text
    action = next(each for each in forms(text) if each.endswith("/received"))
    data = hidden(text, action)
    nobody = office.as_("pat").post(action, data={**data, "received_by": " "})
    assert nobody.status_code == 422
    answer = office.as_("pat").post(
        action, data={**data, "received_by": "Pat Quinn", "received_by_role": "intake"}
    )
    assert (answer.status_code, answer.location) == (302, f"{theirs}#handoffs")
    assert "Pat Quinn, intake" in office.as_("casey").get(page).text
