"""The form of a draft, both ways. What is shared is chosen in groups; what is written further down is shared.

A group opens fields of `information.CATEGORIES`, so the gate can hold each of them against the consent.
"""

from collections.abc import Collection, Iterable, Mapping

from werkzeug.datastructures import MultiDict

from directory.phrases import N_
from directory.referrals.payloads import DraftFields
from directory.web.language import gettext
from directory.web.work import key_of

GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "contact": (
        N_("Name, phone, language, and how and when to reach them"),
        (
            "name",
            "preferred_name",
            "pronouns",
            "phone",
            "language",
            "interpreter",
            "contact_preference",
            "safe_times",
            "do_not_contact",
        ),
    ),
    "email": (N_("E-mail address"), ("email",)),
    "address": (N_("Street address, city and ZIP code"), ("address", "city", "state", "postal_code")),
    "birth_date": (N_("Date of birth"), ("birth_date",)),
    "need": (N_("What help is needed"), ("needs", "need_text", "priority")),
    "talk": (N_("Messages between you and the receiver"), ("messages",)),
    "visits": (N_("Visits"), ("appointments",)),
}
CHOSEN_FIRST = ("contact", "need", "talk")
MORE: Mapping[str, str] = {
    "note": N_("What else the receiver should know"),
    "accessibility_needs": N_("What the person needs to get in and around"),
    "transport": N_("How the person gets there"),
    "insurance": N_("Insurance"),
    "housing": N_("Where the person lives now"),
    "medication": N_("Medicines"),
    "treatment_history": N_("Earlier treatment"),
    "diagnosis": N_("Diagnosis"),
    "work": N_("Work"),
    "income": N_("Money"),
    "legal": N_("Court or police matters"),
    "family": N_("Family"),
    "documents": N_("Papers the person has"),
}


def fields_of_groups(groups: Iterable[str]) -> frozenset[str]:
    """The fields of the groups that were ticked; what is no group opens nothing."""
    return frozenset(field for group in groups for field in GROUPS.get(group, ("", ()))[1])


def read_draft(form: MultiDict[str, str], client_id: str, listing_id: str | None) -> DraftFields:
    """What was chosen and written. `drafts.create_draft` says what is wrong with it."""
    details = {name: text for name in ("need_text", *MORE) if (text := form.get(name, "").strip())}
    shared = fields_of_groups(form.getlist("shared"))
    return DraftFields(
        client_id=client_id,
        listing_id=listing_id,
        needs=tuple(form.getlist("needs")),
        priority=form.get("priority", "routine"),
        shared_fields=shared | (details.keys() - {"need_text"}),
        details=details,
        contact_preference=form.get("contact_preference", ""),
        continues_id=key_of(form.get("continues")),
    )


def written_draft(
    needs: Collection[str], priority: str, shared: Collection[str], details: Mapping[str, str], prefers: str
) -> MultiDict[str, str]:
    """The form as it stands for a known draft."""
    given: MultiDict[str, str] = MultiDict(details)
    given.setlist("needs", list(needs))
    given.setlist("shared", [name for name, (_, fields) in GROUPS.items() if set(fields) & set(shared)])
    given["priority"], given["contact_preference"] = priority, prefers
    return given


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the form offers, in the language of the page."""
    return {
        "groups": [(code, gettext(label)) for code, (label, _) in GROUPS.items()],
        "more": [(name, gettext(label)) for name, label in MORE.items()],
    }
