"""What an agency keeps about a client, between the form and the sealed row."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import available_timezones

from directory.accounts.keys import KeyRing
from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.tables_clients import Client

CONTACT_PREFERENCES: Mapping[str, str] = {
    "phone": N_("By phone"),
    "text": N_("By text message"),
    "email": N_("By email"),
    "mail": N_("By letter"),
    "in_person": N_("In person"),
    "through_worker": N_("Through their worker"),
    "own_page": N_("Not at all: they look at their own page here"),
}
SEALED = (
    "name",
    "preferred_name",
    "pronouns",
    "birth_date",
    "phone",
    "email",
    "address",
    "city",
    "postal_code",
    "reach_note",
)
_TIME = re.compile(r"(([01]\d|2[0-3]):[0-5]\d|24:00)\Z")
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFields:
    """What an agency keeps about a client. Empty text is unknown. `birth_date` is a date, `safe_times` rows
    of `(weekday 0 = Sunday, "09:00", "17:00")`."""

    name: str
    preferred_name: str = ""
    pronouns: str = ""
    birth_date: dt.date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    city: str = ""
    postal_code: str = ""
    reach_note: str = ""
    is_adult: bool | None = None
    state: str | None = None
    language: str = "en"
    interpreter: bool = False
    timezone: str | None = None
    contact_preference: str = ""
    safe_times: tuple[tuple[int, str, str], ...] = ()
    do_not_contact: bool = False
    wants_check_ins: bool = False


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client as their own agency sees them. `restrictions`: (id, what was agreed) of limits in force."""

    id: str
    agency_id: str
    version: int
    fields: ClientFields
    restrictions: tuple[tuple[str, str], ...] = ()


_CODED = tuple(
    each.name for each in fields(ClientFields) if each.name not in {*SEALED, "birth_date", "safe_times"}
)


def check(given: ClientFields) -> None:
    """Raises `QueryInvalid` that names every field to mend."""
    wrong: dict[str, list[Phrase | str]] = {}
    if not given.name.strip():
        wrong["name"] = [Phrase(N_("Please give a name, or what the person wants to be called."))]
    for name in SEALED:
        if len(str(getattr(given, name) or "")) > LONGEST:
            wrong[name] = [Phrase(N_("Please use fewer words."))]
    if given.contact_preference and given.contact_preference not in CONTACT_PREFERENCES:
        wrong["contact_preference"] = [Phrase(N_("Please choose one of the ways listed."))]
    if given.timezone is not None and given.timezone not in available_timezones():
        wrong["timezone"] = [Phrase(N_("We do not know this time zone."))]
    if given.state is not None and not re.fullmatch(r"[A-Z]{2}", given.state):
        wrong["state"] = [Phrase(N_("Please give the two letters of a state."))]
    if not all(_is_span(each) for each in given.safe_times):
        wrong["safe_times"] = [Phrase(N_("Please give a day, a begin and an end."))]
    if wrong:
        raise QueryInvalid(Phrase(N_("Please check what you wrote about the person.")), wrong)


def _is_span(span: tuple[int, str, str]) -> bool:
    day, begin, end = span
    return day in range(7) and bool(_TIME.match(begin) and _TIME.match(end)) and begin < end


def plain_phone(text: str) -> str:
    """A North American number as its ten digits, so that two ways to write it are one; others as typed."""
    digits = "".join(each for each in text if each.isdecimal())
    if len(digits) == 11 and digits.startswith("1"):
        return digits[1:]
    return digits if len(digits) == 10 and "+" not in text else text.strip()


def write_fields(ring: KeyRing, row: Client, given: ClientFields) -> None:
    """Writes all fields into a row that has its id and agency; texts sealed, blind indexes in step."""
    for name in _CODED:
        setattr(row, name, getattr(given, name))
    row.safe_times = [list(each) for each in given.safe_times]
    texts = {each: str(getattr(given, each) or "").strip() or None for each in SEALED}
    texts["phone"] = plain_phone(texts["phone"] or "") or None
    ring.put(row, **texts)


def opened(ring: KeyRing, row: Client) -> ClientFields:
    """The fields of a row with the sealed ones opened. Raises `SealBroken`."""
    texts: dict[str, Any] = {each: ring.get(row, each) or "" for each in SEALED}
    born = texts.pop("birth_date")
    return ClientFields(
        **texts,
        birth_date=dt.date.fromisoformat(born) if born else None,
        safe_times=tuple((int(day), str(begin), str(end)) for day, begin, end in row.safe_times),
        **{each: getattr(row, each) for each in _CODED},
    )


def known(ring: KeyRing, row: Client, restrictions: tuple[tuple[str, str], ...] = ()) -> KnownClient:
    """The client as their own agency sees them."""
    return KnownClient(row.id, row.agency_id, row.version, opened(ring, row), restrictions)
