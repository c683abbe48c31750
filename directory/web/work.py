"""What pages of people at work share: who acts, in which time zone, what a form was given.

A page of client data writes into the audit, so its transaction is a writer's: views commit before they
render, and nothing that was read is forgotten by the commit.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, abort, g
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter

from directory.accounts.access import Actor, may
from directory.accounts.tables import Membership, new_id
from directory.database import db
from directory.errors import DirectoryError, QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.consent_record import PURPOSES
from directory.referrals.decision import BASES
from directory.referrals.information import categories_of, categories_phrase
from directory.referrals.reasons import reason_label
from directory.referrals.states import PRIORITIES, STATES, State
from directory.web import guard
from directory.web.house import house
from directory.web.language import date_text, gettext, moment_text, say, time_text

Problems = Mapping[str, Sequence[Phrase]]
Typed = TypeVar("Typed", bound=dt.date)
YEARS = range(1900, 2201)
"""Years that anybody here means. At the edges of the calendar a moment has no other time zones."""


class KeyConverter(BaseConverter):
    """An id in an address: a UUID with dashes, in small letters. What is none is no address of ours (404)."""

    regex = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def acting() -> Acting:
    """Who acts in this request, with its session. The caller commits."""
    entered: Acting | None = g.get("entered")
    return entered or acting_as(guard.acting())


def acting_as(actor: Actor, channel: str = "web") -> Acting:
    """The same for an actor who is not the one signed in: whoever holds a link."""
    session, parts = db.session(), house()
    session.expire_on_commit = False
    address = parts.settings.public_url
    return Acting(
        session,
        parts.keys,
        actor,
        parts.now(),
        channel,
        request_id=g.get("request_id"),
        sign_in_url=f"{address.rstrip('/')}/account" if address else "",
    )


def come_in(entered: Acting, clock: ZoneInfo) -> Acting:
    """From here on in this request it is whoever came in by a link who acts, by that clock. Answers
    `entered`."""
    g.entered, g.clock = entered, clock
    return entered


def membership() -> Membership:
    """The membership in use. Raises what `guard.acting` raises."""
    guard.acting()
    found = guard.signed_in_person()
    if found is None or found.membership is None:
        abort(403)
    return found.membership


def zone() -> ZoneInfo:
    """Where the agency works: times are shown and typed so."""
    clock: ZoneInfo | None = g.get("clock")
    return clock or ZoneInfo(membership().agency.timezone)


def here(moment: dt.datetime | None) -> str:
    """A moment as the agency's clock has it."""
    return moment_text(moment.astimezone(zone())) if moment else ""


def dated(moment: dt.datetime | None) -> str:
    """The same with its year, for lists that go back far: Nov 21, 2026 1:45 AM."""
    local = moment.astimezone(zone()) if moment else None
    return f"{date_text(local)} {time_text(local)}" if local else ""


def as_key(text: str) -> str | None:
    """An id as the database has it; None for what is none, which PostgreSQL would refuse to look for."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def key_of(text: str | None) -> str | None:
    """An id from a form or a query; None for none. What is no id leads nowhere (404)."""
    if not text:
        return None
    return as_key(text) or abort(404)


# --- forms ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it is shown: what stands in it, and what is to be mended. `message` is said first."""

    given: MultiDict[str, str]
    message: str = ""
    problems: Problems = field(default_factory=dict)

    @classmethod
    def wrong(cls, given: MultiDict[str, str], error: DirectoryError) -> "Filled":
        """The form again, with what was typed and why it was not taken."""
        return cls(given, say(error.phrase), error.fields)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.given.get(name, "")

    def all(self, name: str) -> list[str]:
        """What is ticked of several."""
        return self.given.getlist(name)

    def told(self, *names: str) -> list[str]:
        """What is wrong with a field."""
        return [say(each) for name in names for each in self.problems.get(name, ())]

    def listed(self) -> list[str]:
        """Everything that is to be mended, once each, but for what `message` says."""
        found = dict.fromkeys(say(each) for problems in self.problems.values() for each in problems)
        return [each for each in found if each != self.message]


def fresh(**values: str | list[str]) -> MultiDict[str, str]:
    """What stands in a form that is opened."""
    return MultiDict(values)


def read_day(text: str, name: str) -> dt.date | None:
    """A day that was typed; None for nothing. Raises `QueryInvalid`."""
    return _read(dt.date.fromisoformat, text, unread(name, N_("Please give a day.")))


def read_moment(text: str, name: str) -> dt.datetime | None:
    """A moment of the agency's clock; None for nothing. Raises `QueryInvalid`."""
    found = _read(dt.datetime.fromisoformat, text, unread(name, N_("Please give a day and a time.")))
    return found.replace(tzinfo=zone()) if found and found.tzinfo is None else found


def _read(parse: Callable[[str], Typed], text: str, wrong: QueryInvalid) -> Typed | None:
    """What was typed, in one of `YEARS`; None for nothing. Raises `wrong`."""
    if not text.strip():
        return None
    try:
        found = parse(text.strip())
    except ValueError:
        raise wrong from None
    if found.year not in YEARS:
        raise wrong
    return found


def unread(name: str, sentence: str) -> QueryInvalid:
    """That a field could not be read."""
    return QueryInvalid(Phrase(N_("Please check what you wrote.")), {name: [sentence]})


def typed_moment(moment: dt.datetime) -> str:
    """As an input of a day and a time has it."""
    return moment.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")


# --- templates --------------------------------------------------------------------------------------


def can(right: str) -> bool:
    """May whoever is signed in do that in the role in use?"""
    found = guard.signed_in_person()
    return may(found.actor if found else None, right)


def category_words(codes: Iterable[str]) -> str:
    """Kinds of information, in plain words."""
    return say(categories_phrase(codes))


def why(state: State, reason: str) -> str:
    """Why a referral ended, in plain words."""
    return say(reason_label(state, reason))


def purpose_words(purposes: Iterable[str]) -> str:
    """What something is shared for."""
    return ", ".join(gettext(label) for code, label in PURPOSES.items() if code in set(purposes))


def init_work(app: Flask) -> None:
    """Ids in addresses, and what templates of these pages use."""
    app.url_map.converters["key"] = KeyConverter
    tools: dict[str, Any] = {
        "here": here,
        "dated": dated,
        "can": can,
        "new_key": new_id,
        "states": STATES,
        "priorities": PRIORITIES,
        "bases": BASES,
        "category_words": category_words,
        "shared_words": lambda fields: category_words(categories_of(fields)),
        "purpose_words": purpose_words,
        "why": why,
    }
    app.jinja_env.globals.update(tools)
