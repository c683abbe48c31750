"""The pages on each of the two databases: a referral from draft to completion, and two people at once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from werkzeug.test import TestResponse

from tests.web.office import RECEIVER, Office, ahead, hidden, press, received, told
from tests.web.staff import staff

Answer = TypeVar("Answer")
RACES = 6


def at_once(*deeds: Callable[[], Answer]) -> list[Answer]:
    """Everybody begins when all are ready."""
    ready = Barrier(len(deeds))

    def run(deed: Callable[[], Answer]) -> Answer:
        ready.wait(timeout=60)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as people:
        return [each.result() for each in [people.submit(run, deed) for deed in deeds]]


def test_a_referral_from_draft_to_completion(each_office: Office) -> None:
    office = each_office
    referral = office.accepted()
    assert "Quillfeather" in office.as_("pat").get(received(referral)).text
    begun = press(office.as_("casey"), referral, "Begin a handoff now")
    text = office.as_("casey").get(begun.location).text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    here = {"client_present": "yes", "introduced_by": "Maya", "received_by": "Pat", "shared": ["need"]}
    ended = office.as_("casey").post(begun.location, data={**fields, **here, "do": "complete"})
    assert ended.status_code == 302, told(ended)
    met = {"connected_at": ahead(0), "modality": "in_person", "service_started": "1"}
    closed = {"reason": "services_received", "outcome_on": ahead(0)[:10], "connected_at": ahead(0)}
    for event, given in (("record_connected", met), ("close_successful", closed)):
        answer = office.move("pat", received(referral), event, **given)
        assert answer.status_code == 302, (event, told(answer))
    text = office.as_("casey").get(referral).text
    for fact in ("Completed", "Handoff done", "by voice", "First opened by the receiver"):
        assert fact in text
    assert referral in office.as_("casey").get("/referrals?turn=done").text
    assert received(referral) in office.as_("pat").get("/inbox?turn=done").text


def test_of_two_who_accept_at_once_one_does_and_the_other_is_told(each_office: Office) -> None:
    office = each_office
    browsers = [office.as_("pat"), staff(office.app, "piet@office.example", "provider_staff", RECEIVER)]
    for _ in range(RACES):
        page = received(office.sent())
        address = f"{page}/moves/accept"
        given = {"named_contact": "Pat", "next_step_due": ahead(1)}
        data = [{**hidden(each.get(address).text, address), **given} for each in browsers]

        def accept(number: int, address: str = address, data: list[dict[str, str]] = data) -> TestResponse:
            return browsers[number].post(address, data=data[number])

        answers = at_once(lambda: accept(0), lambda: accept(1))
        assert sorted(each.status_code for each in answers) == [302, 409], [told(each) for each in answers]
        assert browsers[0].get(page).text.count("Accepted</span>") == 1


def test_once_a_consent_is_taken_back_nothing_is_opened(each_office: Office) -> None:
    office = each_office
    for _ in range(RACES):
        client = office.client()
        consent = office.consent(client)
        referral = office.draft(client)
        assert press(office.as_("casey"), referral, "Send").status_code == 302
        page, address = received(referral), f"{consent}/revoke"
        data = hidden(office.as_("casey").get(address).text, address) | {"by": "client", "how": "oral"}

        def revoke(address: str = address, data: dict[str, str] = data) -> TestResponse:
            return office.as_("casey").post(address, data=data)

        def look(page: str = page) -> TestResponse:
            return office.as_("pat").get(page)

        revoked, seen = at_once(revoke, look)
        assert (revoked.status_code, seen.status_code) == (302, 200)
        opened = "Quillfeather" in seen.text
        assert opened != ("Nothing more can be shown" in seen.text)
        history = office.as_("casey").get(referral).text
        assert opened == ("First opened by the receiver" in history)
        after = office.as_("pat").get(page).text
        assert "Quillfeather" not in after
        assert "Nothing more can be shown" in after


def test_what_is_no_id_opens_no_link_and_names_no_colleague(each_office: Office) -> None:
    browser = each_office.app.test_client()
    browser.set_cookie("link", "x.y", path="/r")
    assert [browser.get(each).status_code for each in ("/r", "/r/referral")] == [200, 404]
    answer = each_office.move(
        "casey", each_office.sent(), "void", reason="test_entry", second_person="nobody"
    )
    assert answer.status_code in {409, 422}, told(answer)
