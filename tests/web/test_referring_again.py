"""What did not work out is referred again: same person, needs and words; another place, found near them."""

import re

import pytest

from tests.web.office import OTHER_LISTING, RIVER_LISTING, Office, forms, hidden, press, received, told
from tests.web.staff import send, token_of


def declined(office: Office, **client: str) -> str:
    """The sender's page of a referral that the receiver declined."""
    person = office.client(**client)
    office.consent(person)
    page = office.draft(person, needs=["outpatient"], note="Mornings are best")
    assert press(office.as_("casey"), page, "Send").status_code == 302
    answer = office.move("pat", received(page), "decline", reason="no_capacity")
    assert answer.status_code == 302, told(answer)
    return page


def again(office: Office, page: str, who: str = "casey") -> str:
    """Presses "Refer again"; answers the new draft's page."""
    text = office.as_(who).get(page).text
    assert ">Refer again</button>" in text
    answer = office.as_(who).post(f"{page}/again", data=hidden(text, f"{page}/again") | {"listing": ""})
    assert answer.status_code == 302, told(answer)
    return str(answer.location).removesuffix("/place")


def test_a_draft_begins_with_the_same_person_needs_and_words(office: Office) -> None:
    page = declined(office, name="Wilma Pebble")
    draft = again(office, page)
    text = office.as_("casey").get(draft).text
    for fact in ("Wilma Pebble", "Outpatient", "brambleberry", "No place chosen yet."):
        assert fact in text
    assert "Mornings are best" in office.as_("casey").get(f"{draft}/edit").text


def test_the_two_pages_lead_to_each_other(office: Office) -> None:
    page = declined(office)
    draft = again(office, page)
    assert "It continues:" in office.as_("casey").get(draft).text
    assert f'href="{page}"' in office.as_("casey").get(draft).text
    text = office.as_("casey").get(page).text
    assert "It is continued by:" in text
    assert f'href="{draft}"' in text
    assert ">Refer again</button>" not in text


def test_pressing_twice_gives_the_same_draft(office: Office) -> None:
    page = declined(office)
    action = f"{page}/again"
    fields = hidden(office.as_("casey").get(page).text, action)
    first, second = (office.as_("casey").post(action, data=fields).location for _ in range(2))
    assert first
    assert first == second


def test_the_place_is_looked_for_near_the_person_and_no_address_says_where(office: Office) -> None:
    page = declined(office, postal_code="19123", city="Philadelphia", state="PA")
    draft = again(office, page)
    found = office.as_("casey").get(f"{draft}/place")
    assert "near Philadelphia, PA 19123" in found.text
    assert 'value="19123"' in found.text
    addresses = re.findall(r'(?:href|action)="([^"]+)"', found.text)
    assert not [
        each for each in addresses if "19123" in each or "Philadelphia" in each or "outpatient" in each
    ]


def test_another_search_for_the_draft_is_posted(office: Office) -> None:
    draft = again(office, declined(office))
    asked = send(office.as_("casey"), f"{draft}/place", q="detox", near="19104")
    assert asked.status_code == 200
    assert "near Philadelphia, PA 19104" in asked.text
    assert ">Back</" not in asked.text
    assert send(office.as_("casey"), f"{draft}/place", near="Nowheresville Zz").status_code == 422


def test_a_place_that_is_chosen_makes_the_draft_ready_to_be_checked(office: Office) -> None:
    draft = again(office, declined(office))
    casey = office.as_("casey")
    results = casey.get(f"{draft}/place").text
    form = next(each for each in re.findall(r"<form.*?</form>", results, re.DOTALL) if RIVER_LISTING in each)
    data = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    answer = casey.post(f"{draft}/place/choose", data=data)
    assert (answer.status_code, answer.location) == (302, draft)
    text = casey.get(draft).text
    assert "No place chosen yet." not in text
    late = casey.post(f"{draft}/place/choose", data=data)
    assert late.status_code == 409
    assert press(casey, draft, "Send").status_code == 302
    assert "Nothing is left to do." in casey.get(continued_by(casey.get(draft).text)).text


def continued_by(text: str) -> str:
    """The page that this one continues."""
    found = re.search(r'It continues: <a class="touch" href="([^"]+)"', text)
    assert found
    return found[1]


def test_a_draft_keeps_what_it_continues_when_it_is_changed(office: Office) -> None:
    draft = again(office, declined(office))
    form = office.as_("casey").get(f"{draft}/edit")
    data = {**hidden(form.text, f"{draft}/edit"), "needs": ["outpatient"], "shared": ["contact"]}
    assert office.as_("casey").post(f"{draft}/edit", data={**data, "priority": "routine"}).status_code == 302
    assert "It continues:" in office.as_("casey").get(draft).text


def test_other_places_with_the_same_help_are_shown_and_one_press_refers_there(office: Office) -> None:
    person = office.client(postal_code="19104")
    office.consent(person)
    page = office.draft(person, listing=OTHER_LISTING, needs=["detox"])
    assert "Other places near the person" not in office.as_("casey").get(page).text
    page = declined(office, postal_code="19104")
    text = office.as_("casey").get(page).text
    shown = text.partition("Other places near the person")[2].partition("</section>")[0]
    assert 1 <= shown.count("Refer again here") <= 3
    assert RIVER_LISTING not in shown
    form = re.findall(r"<form.*?</form>", shown, re.DOTALL)[0]
    data = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    answer = office.as_("casey").post(f"{page}/again", data=data)
    assert answer.status_code == 302
    assert "No place chosen yet." not in office.as_("casey").get(answer.location).text


def test_what_is_still_under_way_is_not_referred_again(office: Office) -> None:
    page = office.sent()
    text = office.as_("casey").get(page).text
    assert ">Refer again</button>" not in text
    token = token_of(office.as_("casey").get(page))
    assert office.as_("casey").post(f"{page}/again", data={"csrf_token": token}).status_code == 409


@pytest.mark.parametrize("tail", ["again", "place", "place/choose"])
def test_what_was_sent_gets_no_other_place(office: Office, tail: str) -> None:
    page = office.sent()
    token = token_of(office.as_("casey").get(page))
    answer = office.as_("casey").post(f"{page}/{tail}", data={"csrf_token": token, "listing": RIVER_LISTING})
    assert answer.status_code == 409, told(answer)
    assert f"{page}/place/choose" not in forms(answer.text)
