"""Referrals in words: who did what, how people were reached, what a receiver is shown."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from directory.phrases import N_
from directory.referrals import check_in_rows, links
from directory.referrals.acting import Acting
from directory.referrals.client_fields import CONTACT_PREFERENCES
from directory.referrals.decision import BASES
from directory.referrals.event_rows import EVENTS
from directory.referrals.handoffs import HANDOFF_LABELS, METHODS, WARMTHS, warmth
from directory.referrals.states import PRIORITIES
from directory.referrals.tables import Referral
from directory.referrals.tables_doors import ReceiverLink
from directory.web.client_form import language_names
from directory.web.draft_form import MORE
from directory.web.house import house
from directory.web.language import gettext, weekday_text
from directory.web.move_form import MODALITIES
from directory.web.wording import labels

EVENT_WORDS: Mapping[str, str] = {
    **{event: row.done for event, row in EVENTS.items()},
    "viewed": N_("First opened by the receiver"),
    "message": N_("Message"),
    "attempt": N_("Tried to reach the person"),
    "link_made": N_("Secure link made"),
    "link_revoked": N_("Secure link closed"),
    "own_link_made": N_("Private link made for the person"),
    "own_link_closed": N_("The person’s private link closed"),
    "do_not_contact": N_("The person asked not to be contacted"),
    "may_contact": N_("The person may be contacted again"),
    "handoff_planned": N_("Handoff planned"),
    "handoff_attempted": N_("Handoff begun"),
    "handoff_completed": N_("Handoff done"),
    "handoff_failed": N_("Handoff did not work"),
    "handoff_cancelled": N_("Handoff cancelled"),
}
"""What a line of the history says happened."""
METHOD_WORDS = {
    "phone": N_("By phone"),
    "text": N_("By text message"),
    "email": N_("By email"),
    "mail": N_("By letter"),
    "in_person": N_("In person"),
    "video": N_("By video"),
}
OUTCOME_WORDS = {
    "reached": N_("Reached the person"),
    "no_answer": N_("Nobody answered"),
    "left_message": N_("Left a message"),
    "wrong_number": N_("Wrong number"),
    "refused": N_("The person did not want to talk"),
}
VISIT_WORDS = {
    "set": N_("Set"),
    "moved": N_("Moved"),
    "missed": N_("Missed"),
    "cancelled": N_("Cancelled"),
    "kept": N_("Kept"),
}
CHANNEL_WORDS = {
    "web": N_("on a page here"),
    "link": N_("by secure link"),
    "api": N_("by a program"),
    "csv": N_("in a file"),
    "print": N_("on paper"),
    "voice": N_("by voice"),
    "fhir": N_("by a program"),
}
LINK_WORDS: Mapping[links.Standing, str] = {
    "waiting": N_("Not opened yet"),
    "claimed": N_("Opened"),
    "over": N_("Ended"),
    "locked": N_("Locked after five wrong codes"),
    "taken_back": N_("Taken back"),
}
OPEN_LINKS = frozenset({"waiting", "claimed"})
FIELD_WORDS: Mapping[str, str] = {
    "name": N_("Name"),
    "preferred_name": N_("Name they go by"),
    "pronouns": N_("Pronouns"),
    "birth_date": N_("Date of birth"),
    "phone": N_("Phone number"),
    "email": N_("E-mail address"),
    "address": N_("Street address"),
    "city": N_("City"),
    "state": N_("State"),
    "postal_code": N_("ZIP code"),
    "language": N_("Language"),
    "interpreter": N_("Needs an interpreter"),
    "contact_preference": N_("Best way to reach them"),
    "safe_times": N_("Safe times to call"),
    "safe_message": N_("How to leave a message safely"),
    "do_not_contact": N_("Do not contact"),
    "needs": N_("What help is needed"),
    "need_text": N_("In the person's words"),
    "priority": N_("How soon"),
    "next_step": N_("Next step"),
    "emergency_contact": N_("In an emergency"),
    **MORE,
}


def event_words(event: str) -> str:
    """A line of the history."""
    return gettext(EVENT_WORDS[event]) if event in EVENT_WORDS else event


class ShownLink(NamedTuple):
    """A secure link as the sender's page lists it."""

    name: str
    link: ReceiverLink
    standing: str
    is_open: bool


def links_shown(work: Acting, row: Referral) -> list[ShownLink]:
    """The secure links of a referral, the newest first."""
    found = []
    for name, link in links.links_of(work, row):
        standing = links.standing(link, work.now)
        found.append(ShownLink(name, link, gettext(LINK_WORDS[standing]), standing in OPEN_LINKS))
    return found


def talk_choices() -> dict[str, Any]:
    """What the small forms of a referral's page offer, and words for its lists."""

    def said(words: Mapping[Any, str]) -> list[tuple[str, str]]:
        return [(code, gettext(text)) for code, text in words.items()]

    return {
        "methods": said(METHOD_WORDS),
        "outcomes": said(OUTCOME_WORDS),
        "method_words": METHOD_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "visit_words": VISIT_WORDS,
        "modality_words": MODALITIES,
        "channel_words": CHANNEL_WORDS,
        "basis_words": BASES,
        "event_words": event_words,
        "handoff_words": HANDOFF_LABELS,
        "handoff_methods": said(METHODS),
        "check_in_questions": check_in_rows.QUESTIONS,
        "check_in_answers": said(check_in_rows.ANSWERS),
        "warmth_of": lambda each: WARMTHS[warmth(each)],
    }


def shown(information: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of what a receiver sees about the person, in the order of the form."""
    known = [name for name in FIELD_WORDS if name in information]
    return [(gettext(FIELD_WORDS[name]), _text(name, information[name])) for name in known]


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext(N_("Yes")) if value else gettext(N_("No"))
    if name == "needs":
        return ", ".join(labels(house().taxonomy, value))
    if name == "safe_times":
        return "; ".join(f"{weekday_text(int(day))} {begin}–{end}" for day, begin, end in value)
    tables: dict[str, Mapping[Any, str]] = {"contact_preference": CONTACT_PREFERENCES, "priority": PRIORITIES}
    if name in tables and value in tables[name]:
        return gettext(tables[name][value])
    if name == "language":
        return dict(language_names()).get(str(value), str(value))
    return (
        ", ".join(map(str, value))
        if isinstance(value, Iterable) and not isinstance(value, str)
        else str(value)
    )
