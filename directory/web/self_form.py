"""The form by which a person asks a place to contact them, both ways."""

from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from directory.geo.states import STATES
from directory.phrases import N_
from directory.referrals.person import OWN_PAGE, SelfReferral
from directory.web import wording
from directory.web.client_form import language_names, read_client
from directory.web.house import house
from directory.web.language import gettext, language
from directory.web.work import fresh

WAYS = {
    "phone": N_("Call me"),
    "text": N_("Send me a text message"),
    "email": N_("Write me an e-mail"),
    OWN_PAGE: N_("Do not contact me: I will follow it here"),
}
DETAILS = ("need_text", "safe_message")
FORM_VERSION = "self-2026-11"
"""Of the text on the page: the consent says which one the person saw."""
TRAP = "homepage"
"""A field that no person sees; programs that fill in forms do."""


def offered(document: dict[str, Any]) -> list[str]:
    """The needs that this listing meets, without those that another one implies."""
    return wording.most_exact(house().taxonomy, document["needs"])


def opened_form(document: dict[str, Any]) -> MultiDict[str, str]:
    """The form as it opens: what the listing offers is ticked."""
    return fresh(needs=offered(document), language=language(), contact_preference="phone")


def read_request(form: MultiDict[str, str], document: dict[str, Any]) -> SelfReferral:
    """What was typed; needs that the listing does not have are left out. Raises `QueryInvalid` for a date
    that is none; `person.refer_self` says what else is wrong."""
    way = form.get("contact_preference", "")
    about = read_client(form)
    about = replace(
        about,
        contact_preference=way if way in WAYS else "",
        do_not_contact=way == OWN_PAGE,
        timezone=document["timezone"],
        reach_note="",
    )
    known = offered(document)
    return SelfReferral(
        listing_id=document["id"],
        about=about,
        needs=tuple(each for each in known if each in form.getlist("needs")),
        details={name: text for name in DETAILS if (text := form.get(name, "").strip())},
        signature=form.get("signature", ""),
        language=language(),
        form_version=FORM_VERSION,
    )


def choices(document: dict[str, Any]) -> dict[str, Any]:
    """What the form offers, in the language of the page."""
    codes = offered(document)
    return {
        "offered": list(zip(codes, wording.labels(house().taxonomy, codes), strict=True)),
        "ways": [(code, gettext(text)) for code, text in WAYS.items()],
        "languages": language_names(),
        "us_states": [(each.code, each.name) for each in STATES],
        "trap": TRAP,
    }
