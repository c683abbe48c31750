"""An answer to a receiver's question may open more, as far as the consent goes."""

import re

from tests.web.office import Office, hidden, press, received


def asked(office: Office, *categories: str) -> str:
    """The sender's page of a referral on which the receiver asked something; only the contact is shared."""
    person = office.client(birth_date="1984-03-02", sure="1")
    office.consent(person, categories=["contact", "need", "note", *categories])
    page = office.draft(person, shared=["contact", "talk"], need_text="")
    assert press(office.as_("casey"), page, "Send").status_code == 302
    assert office.move("pat", received(page), "request_info", text="When were they born?").status_code == 302
    return page


def offered(office: Office, page: str) -> list[str]:
    text = office.as_("casey").get(f"{page}/moves/supply_info").text
    return re.findall(r'name="share" value="([^"]+)"', text)


def test_what_the_consent_covers_is_offered_and_shared_with_the_answer(office: Office) -> None:
    page = asked(office, "birth_date")
    assert "1984" not in office.as_("pat").get(received(page)).text
    assert {"birth_date", "need"} <= set(offered(office, page))
    assert "contact" not in offered(office, page)
    answer = office.move("casey", page, "supply_info", text="See above", share=["birth_date"])
    assert answer.status_code == 302
    assert "1984-03-02" in office.as_("pat").get(received(page)).text
    assert "date of birth" in office.as_("casey").get(page).text


def test_what_it_does_not_cover_is_not_offered_and_not_taken(office: Office) -> None:
    page = asked(office)
    assert "birth_date" not in offered(office, page)
    answer = office.move("casey", page, "supply_info", text="In March", share=["birth_date"])
    assert answer.status_code == 409
    assert "does not cover this: date of birth" in answer.text
    assert "In March" in answer.text
    assert "1984" not in office.as_("pat").get(received(page)).text


def test_an_answer_alone_opens_nothing_more(office: Office) -> None:
    page = asked(office, "birth_date")
    address = f"{page}/moves/supply_info"
    form = office.as_("casey").get(address).text
    data = {**hidden(form, address), "text": "In spring", "share": ["nothing_known"]}
    assert office.as_("casey").post(address, data=data).status_code == 302
    text = office.as_("pat").get(received(page)).text
    assert "In spring" in text
    assert "1984" not in text
