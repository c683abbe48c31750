"""Other grounds than consent, and rules on who signs: who may decide, what it changes, what stays."""

import re

from werkzeug.test import TestResponse

from tests.web.office import OTHER_LISTING, RIVER_LISTING, Office, ahead, press, received, told
from tests.web.staff import send, token_of

CHANGED = {"needs": ["outpatient"], "shared": ["contact"]}
REASON = "The person cannot be reached, and the house knows them well"
EMERGENCY = {
    "nature": "Overdose; needs naloxone and a bed",
    "recipient": "Dr. Ruiz",
    "affiliation": "River Recovery clinic",
    "is_medical": "1",
    "discloser": "Maya Ortiz",
    "reason": "She cannot speak and is in danger now",
}


def written(office: Office, who: str, page: str, **given: object) -> TestResponse:
    """Opens a form and sends it with its hidden fields."""
    text = office.as_(who).get(page).text
    main = text.partition("<main")[2]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
    return office.as_(who).post(page, data={**fields, **given})


def names_another(office: Office) -> str:
    """A draft for a place that the person's consent does not name."""
    client = office.client()
    office.consent(client)
    return office.draft(client, listing=OTHER_LISTING)


def test_a_refused_draft_leads_to_the_other_grounds(office: Office) -> None:
    draft = office.draft(office.client())
    assert f"{draft}/ground" in office.as_("casey").get(draft).text
    text = office.as_("casey").get(f"{draft}/ground").text
    assert "First ask the person." in text
    assert f"{draft}/ground/emergency" in text
    assert f"{draft}/ground/override" not in text
    assert f"{draft}/ground/override" in office.as_("sam").get(f"{draft}/ground").text


def test_a_supervisor_sees_what_a_decision_sets_aside_and_what_it_does_not(office: Office) -> None:
    other_place = office.as_("sam").get(f"{names_another(office)}/ground/override").text
    aside, _, stays = other_place.partition("This stays")
    assert "Your decision sets aside" in aside
    assert "This consent names River Recovery, not this place." in aside
    assert stays == ""
    unsigned = office.as_("sam").get(f"{office.draft(office.client())}/ground/override").text
    assert "Your decision would set nothing aside here." in unsigned
    assert "There is no consent for this." in unsigned.partition("This stays")[2]


def test_a_decision_wants_twenty_letters_and_then_anyone_may_send(office: Office) -> None:
    draft = names_another(office)
    short = written(office, "sam", f"{draft}/ground/override", reason="Because I say so.")
    assert short.status_code == 422
    assert "at least 20 letters" in short.text
    assert "Because I say so." in short.text
    done = written(office, "sam", f"{draft}/ground/override", reason=REASON)
    assert done.status_code == 302, told(done)
    text = office.as_("casey").get(draft).text
    assert "A supervisor decided, with a written reason" in text
    assert "Your supervisors are told." in text
    assert press(office.as_("casey"), draft, "Send").status_code == 302
    assert ">Sent</span>" in office.as_("casey").get(draft).text
    assert REASON in office.as_("sam").get(f"{draft}/ground").text


def test_a_caseworker_may_not_decide(office: Office) -> None:
    draft = names_another(office)
    token = token_of(office.as_("casey").get(f"{draft}/edit"))
    for kind in ("override", "court-order"):
        answer = office.as_("casey").post(
            f"{draft}/ground/{kind}", data={"csrf_token": token, "reason": REASON}
        )
        assert answer.status_code == 403


def test_changing_the_draft_puts_it_back_on_consent(office: Office) -> None:
    draft = names_another(office)
    assert written(office, "sam", f"{draft}/ground/override", reason=REASON).status_code == 302
    changed = written(office, "casey", f"{draft}/edit", **CHANGED, priority="routine")
    assert changed.status_code == 302, told(changed)
    text = office.as_("casey").get(draft).text
    assert "This consent names River Recovery, not this place." in text
    assert ">Send</button>" not in text


def test_who_was_overtaken_decides_again_with_their_words_kept(office: Office) -> None:
    draft = names_another(office)
    page = f"{draft}/ground/override"
    old = dict(re.findall(r'name="(csrf_token|version)" value="([^"]*)"', office.as_("sam").get(page).text))
    written(office, "casey", f"{draft}/edit", **CHANGED, priority="urgent")
    answer = office.as_("sam").post(page, data={**old, "reason": REASON})
    assert answer.status_code == 409
    assert REASON in answer.text
    assert written(office, "sam", page, reason=REASON).status_code == 302


def test_an_emergency_record_is_whole_or_not_kept(office: Office) -> None:
    draft = office.draft(office.client())
    page = f"{draft}/ground/emergency"
    for missing, sentence in (
        ("nature", "what the emergency is"),
        ("affiliation", "where they work"),
        ("is_medical", "only medical staff"),
        ("reason", "at least 20 letters"),
    ):
        given = {name: text for name, text in EMERGENCY.items() if name != missing}
        answer = written(office, "casey", page, **given, at=ahead(-1))
        assert answer.status_code == 422, missing
        assert sentence in answer.text
    future = written(office, "casey", page, **EMERGENCY, at=ahead(1))
    assert future.status_code == 422
    assert written(office, "casey", page, **EMERGENCY, at=ahead(-1)).status_code == 302
    assert press(office.as_("casey"), draft, "Send").status_code == 302
    text = office.as_("pat").get(received(draft)).text
    assert "Shared in a medical emergency" in text
    kept = office.as_("casey").get(f"{draft}/ground").text
    for fact in ("Overdose; needs naloxone", "Dr. Ruiz", "River Recovery clinic"):
        assert fact in kept


def test_a_court_order_opens_what_it_names_and_no_more(office: Office) -> None:
    draft = office.draft(office.client())
    page = f"{draft}/ground/court-order"
    order = {"court": "Court of Common Pleas", "reference": "2026-114", "issued_on": ahead(-3)[:10]}
    narrow = written(office, "sam", page, **order, categories=["contact"])
    assert narrow.status_code == 422
    assert "shares more than the order opens" in narrow.text
    opens = ["contact", "need", "note"]
    over = written(office, "sam", page, **order, ends_on=ahead(-2)[:10], categories=opens)
    assert over.status_code == 422
    whole = written(office, "sam", page, **order, categories=opens)
    assert whole.status_code == 302, told(whole)
    back = written(office, "casey", f"{draft}/ground")
    assert back.status_code == 302
    assert "There is no consent for this." in office.as_("casey").get(draft).text


def test_what_was_sent_gets_no_other_ground(office: Office) -> None:
    sent = office.sent()
    assert office.as_("sam").get(f"{sent}/ground/override").status_code == 409
    assert "The person agreed" in office.as_("sam").get(f"{sent}/ground").text


# --- who signs for young people ---------------------------------------------------------------------


def teen(office: Office, **given: str) -> str:
    return office.client(birth_date=f"{int(ahead(0)[:4]) - 15}-01-01", is_adult="no", **given)


RULE = {
    "state": "vt",
    "data_class": "outpatient_substance_use",
    "from_age": "12",
    "below_age": "18",
    "who_signs": "minor",
}


def test_a_rule_holds_at_once_and_until_it_is_ended(office: Office) -> None:
    client = teen(office, state="VT")
    page = f"{client}/consents/new"
    given = {
        "type": "part2_named",
        "categories": ["contact", "need", "note"],
        "description": "Name and need",
        "purposes": ["referral"],
        "end": "day",
        "expires_on": ahead(90)[:10],
        "revocation_statement": "1",
        "signer": "client",
        "signature_kind": "typed",
        "evidence": "Alex",
        "signed_at": ahead(-1),
        "language": "en",
        "care": "outpatient_substance_use",
    }
    shown = office.as_("casey").get(page).text
    river = re.search(r'name="recipients" value="([^"]+)"[^>]*>\s*<span>River Recovery', shown)
    assert river
    refused = written(office, "casey", page, **given, recipients=[river[1]])
    assert refused.status_code == 422
    assert "We do not know this state" in refused.text
    rules = "/referrals/minor-rules"
    nameless = send(office.as_("sam"), rules, **RULE)
    assert nameless.status_code == 422
    assert "Please name the law." in nameless.text
    assert send(office.as_("sam"), rules, **RULE, citation="Invented Act 1").status_code == 302
    assert written(office, "casey", page, **given, recipients=[river[1]]).status_code == 302
    draft = office.draft(client, listing=RIVER_LISTING)
    assert ">Send</button>" in office.as_("casey").get(draft).text
    text = office.as_("sam").get(rules).text
    end = re.search(r'action="([^"]+/end)"', text.partition("Invented Act 1")[2])
    assert end
    over = office.as_("sam").post(end[1], data={"csrf_token": token_of(office.as_("sam").get(rules))})
    assert over.status_code == 302
    assert ">Send</button>" not in office.as_("casey").get(draft).text
    assert "Ended" in office.as_("sam").get(rules).text


def test_rules_that_say_nothing_are_refused(office: Office) -> None:
    for wrong, sentence in (
        ({"state": "QQ"}, "two letters"),
        ({"from_age": "x"}, "whole years"),
        ({"below_age": "12"}, "the higher one"),
        ({"below_age": "30"}, "up to 21"),
        ({"who_signs": ""}, "who signs"),
        ({"data_class": "anything"}, "choose one"),
    ):
        answer = send(office.as_("sam"), "/referrals/minor-rules", **{**RULE, "citation": "A law", **wrong})
        assert (answer.status_code, sentence in answer.text) == (422, True), wrong


def test_the_program_invents_no_law(office: Office) -> None:
    text = office.as_("tess").get("/referrals/minor-rules").text
    assert re.findall(r"<strong>([A-Z]{2})</strong>", text) == ["CA", "CA"]
    assert "124260" in text
