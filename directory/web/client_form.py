"""The form about a client, both ways: what was typed to `ClientFields`, and back."""

from typing import Any

from babel import Locale
from werkzeug.datastructures import MultiDict

from directory.geo.states import STATES
from directory.phrases import N_
from directory.referrals.client_fields import CONTACT_PREFERENCES, ClientFields
from directory.web.language import gettext, locale
from directory.web.work import read_day

TEXTS = (
    "name",
    "preferred_name",
    "pronouns",
    "phone",
    "email",
    "address",
    "city",
    "postal_code",
    "reach_note",
    "contact_preference",
)
TICKS = ("interpreter", "do_not_contact", "wants_check_ins")
LANGUAGE_CODES = ("en", "es", "ar", "fr", "ht", "hi", "ko", "pt", "ru", "so", "tl", "uk", "vi", "zh")
ZONES = {
    "America/New_York": N_("Eastern time"),
    "America/Chicago": N_("Central time"),
    "America/Denver": N_("Mountain time"),
    "America/Phoenix": N_("Arizona time"),
    "America/Los_Angeles": N_("Pacific time"),
    "America/Anchorage": N_("Alaska time"),
    "Pacific/Honolulu": N_("Hawaii time"),
    "America/Puerto_Rico": N_("Puerto Rico time"),
}
ADULT = {"yes": True, "no": False, "": None}


def read_client(form: MultiDict[str, str]) -> ClientFields:
    """What was typed. Raises `QueryInvalid` for a date that is none; `client_fields.check` sees the rest."""
    texts: dict[str, Any] = {name: form.get(name, "").strip() for name in TEXTS}
    ticks: dict[str, Any] = {name: form.get(name) == "1" for name in TICKS}
    spans = [(day, form.get(f"from_{day}", ""), form.get(f"to_{day}", "")) for day in range(7)]
    return ClientFields(
        **texts,
        **ticks,
        birth_date=read_day(form.get("birth_date", ""), "birth_date"),
        is_adult=ADULT.get(form.get("is_adult", "")),
        state=form.get("state") or None,
        language=next((each for each in LANGUAGE_CODES if each == form.get("language")), "en"),
        timezone=form.get("timezone") or None,
        safe_times=tuple((day, begin[:5], end[:5]) for day, begin, end in spans if begin or end),
    )


def read_person(form: MultiDict[str, str]) -> dict[str, Any]:
    """By what a person is looked for, as `clients.find` takes it. Raises `QueryInvalid` as `read_client`."""
    return {
        "name": form.get("name", ""),
        "birth_date": read_day(form.get("birth_date", ""), "birth_date"),
        "phone": form.get("phone", ""),
    }


def written_client(known: ClientFields) -> MultiDict[str, str]:
    """The form as it stands for a known client."""
    given = MultiDict({name: getattr(known, name) for name in TEXTS})
    given.update({name: "1" for name in TICKS if getattr(known, name)})
    given["birth_date"] = known.birth_date.isoformat() if known.birth_date else ""
    given["is_adult"] = next(word for word, value in ADULT.items() if value is known.is_adult)
    given["state"], given["timezone"] = known.state or "", known.timezone or ""
    given["language"] = known.language
    for day, begin, end in known.safe_times:
        given[f"from_{day}"], given[f"to_{day}"] = begin, end
    return given


def language_names() -> list[tuple[str, str]]:
    """Languages to choose from, by their names in the language of the page."""
    names = Locale.parse(locale()).languages
    return [(code, str(names[code]).capitalize()) for code in LANGUAGE_CODES]


def choices() -> dict[str, object]:
    """What the form offers."""
    return {
        "languages": language_names(),
        "zones_said": [(code, gettext(name)) for code, name in ZONES.items()],
        "preferences_said": [(code, gettext(name)) for code, name in CONTACT_PREFERENCES.items()],
        "us_states": [(each.code, each.name) for each in STATES],
    }
