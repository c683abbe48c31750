"""A person's own page in plain words: where it is, what comes next, who received what."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.phrases import N_
from directory.referrals.own_page import PersonView
from directory.referrals.states import State
from directory.web.language import gettext, moment_text
from directory.web.work import category_words

_TRY_ELSEWHERE = N_("That says nothing about you. Other places may have room: you can search again.")
WHERE: Mapping[State, tuple[str, str]] = {
    "draft": (N_("It is being written."), ""),
    "sent": (
        N_("Your request is with them."),
        N_("They read it and answer. Most places take two to four work days. You can also call them."),
    ),
    "info_requested": (N_("They asked a question."), N_("They go on when it is answered.")),
    "accepted": (N_("They said yes."), N_("Next they set up a first visit with you.")),
    "waitlisted": (
        N_("They said yes, but they have no opening yet."),
        N_("You are on their list. You can look for another place in the meantime."),
    ),
    "scheduled": (N_("A visit is set."), N_("When and where is below. If you cannot come, call them.")),
    "no_show": (
        N_("The visit did not happen."),
        N_("That is all right. They can set a new one. You can also call them."),
    ),
    "appt_cancelled": (
        N_("There is no visit set right now."),
        N_("They can set a new one. You can also call them."),
    ),
    "in_service": (N_("You are connected with them."), N_("From here on you and they plan together.")),
    "withdrawal_requested": (
        N_("They were asked to stop."),
        N_("They confirm it. You can leave it there."),
    ),
    "completed": (N_("It is done."), N_("You can look for more help here at any time.")),
    "unsuccessful": (N_("It ended without the help that was asked for."), _TRY_ELSEWHERE),
    "declined": (N_("They could not take this on."), _TRY_ELSEWHERE),
    "withdrawn": (N_("It was stopped."), N_("They no longer act on it. You can ask again at any time.")),
    "expired": (N_("No answer came in time."), _TRY_ELSEWHERE),
    "entered_in_error": (N_("It was a mistake and no longer counts."), ""),
}
"""State to where it is now, and what comes next."""
AGAIN = frozenset({"waitlisted", "unsuccessful", "declined", "withdrawn", "expired"})
"""States in which looking elsewhere is a next step."""


class Told(NamedTuple):
    """Somebody who received something: the kinds of information, and when they last saw it."""

    name: str
    what: str
    last: dt.datetime
    times: int


def told(view: PersonView) -> list[Told]:
    """Who received what, each once: looking at it again is not told as another line."""
    return [
        Told(each.recipient, _kinds(view, each.categories), each.last, each.times) for each in view.shared
    ]


def _kinds(view: PersonView, categories: tuple[str, ...]) -> str:
    """What was received; where the person asked by themself, there is no worker who writes notes."""
    if not view.is_own_request:
        return category_words(categories)
    words = [category_words(each for each in categories if each != "note")]
    if "note" in categories:
        words.append(gettext(N_("what you write to them here")))
    return ", ".join(filter(None, words))


def visit_moment(visit: Mapping[str, object]) -> str:
    """When a visit is, by the clock of the place."""
    starts, zone = visit["starts_at"], str(visit["timezone"])
    return moment_text(starts.astimezone(ZoneInfo(zone))) if isinstance(starts, dt.datetime) else ""


def where(view: PersonView) -> tuple[str, str]:
    """Where it is, and what comes next."""
    now, then = WHERE[view.state]
    if view.state == "sent" and view.do_not_contact:
        then = N_("They do not call or write to you. Please look here again in a few days.")
    if view.state == "info_requested" and view.is_own_request:
        then = N_("Please answer it below. They go on when it is answered.")
    return gettext(now), gettext(then) if then else ""
