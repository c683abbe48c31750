"""How a person is, 30 and 90 days after they were connected: asked only of those who agreed to be asked.

The rows are made when somebody is connected (`effects.plan_check_ins`). An answer is an observation: it never
moves the referral. It comes by the person's own page, or by a worker of the sender who asked them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.effects import plan_check_ins
from directory.referrals.sides import find, not_found, parts_of
from directory.referrals.tables import CheckIn, Referral
from directory.referrals.tables_clients import Client

ANSWERS: Mapping[str, str] = {"yes": N_("Yes"), "no": N_("No"), "skip": N_("I would rather not say")}
QUESTIONS: Mapping[str, str] = {
    "housed": N_("Do you have a safe place to live?"),
    "working": N_("Are you working or learning?"),
    "connected": N_("Are you still in touch with the place you were sent to?"),
    "supported": N_("Do you have people who support you?"),
}
SHOWN = 50


class DueCheckIn(NamedTuple):
    """A check-in that a worker of the sender may ask now."""

    referral_id: str
    service: str
    days: int
    due_on: dt.date


def due_of(acting: Acting, row: Referral) -> tuple[int, ...]:
    """Days (30, 90) of a referral's check-ins that are due, for a person who still agrees. Part of a page
    that is audited."""
    query = _due(acting, select(CheckIn.days)).where(CheckIn.referral_id == row.id)
    return tuple(acting.session.scalars(query.order_by(CheckIn.days)))


def due_here(acting: Acting) -> list[DueCheckIn]:
    """Of the own agency's referrals, the oldest first: tasks. Needs `referrals.send`."""
    actor = need(acting.actor, "referrals.send")
    query = _due(acting, select(CheckIn.referral_id, Referral.snapshot, CheckIn.days, CheckIn.due_on))
    # Few check-ins are due and an agency has many referrals: from the former to the latter, so no index on
    # the agency is to be used.
    query = query.where(func.coalesce(Referral.from_agency_id, "") == actor.agency_id)
    rows = acting.session.execute(query.order_by(CheckIn.due_on, CheckIn.id).limit(SHOWN)).all()
    found = [DueCheckIn(key, str(place.get("name") or ""), days, due) for key, place, days, due in rows]
    acting.note("check_in.list_due", "referral", list(dict.fromkeys(each.referral_id for each in found)))
    return found


def _due(acting: Acting, query: Select[Any]) -> Select[Any]:
    return (
        query.join(Referral, Referral.id == CheckIn.referral_id)
        .join(Client, Client.id == Referral.client_id)
        .where(
            CheckIn.due_on <= acting.now.date(),
            CheckIn.answered_at.is_(None),
            Client.wants_check_ins,
            Referral.status != "entered_in_error",
        )
    )


def answer(acting: Acting, referral_id: str, days: int, answers: Mapping[str, str]) -> None:
    """What the person said; a question without an answer is skipped. A second answer changes nothing.

    Raises `QueryInvalid`, `RecordNotFound` (also for one that is not due, or is no longer agreed to).
    """
    if set(answers) - set(QUESTIONS) or set(answers.values()) - set(ANSWERS):
        raise QueryInvalid(Phrase(N_("Please choose one of the answers listed.")))
    row = find(acting.session, referral_id, lock=True)
    if all(side != "sender" for _, side in parts_of(acting, row, write=True)):
        raise not_found()
    query = select(CheckIn).where(CheckIn.referral_id == row.id, CheckIn.days == days)
    found = acting.session.scalars(query).one_or_none()
    if found is None or (found.answered_at is None and days not in due_of(acting, row)):
        raise not_found()
    if found.answered_at is None:
        found.answered_at = acting.now
        found.answered_through = "client" if acting.actor.role == "client" else "worker"
        for name in QUESTIONS:
            setattr(found, name, answers.get(name, "skip"))
        acting.session.flush()
    acting.note("check_in.answer", "referral", [row.id])


def agree(acting: Acting, row: Referral, client: Client, *, wanted: bool) -> None:
    """The person agrees to be asked, or no longer does; the client's row is locked by the caller."""
    client.wants_check_ins = wanted
    client.changed_at = acting.now
    if wanted:
        plan_check_ins(acting, row)
    acting.session.flush()
    acting.note("check_in.agree" if wanted else "check_in.refuse", "client", [client.id])


def read_answers(given: Mapping[str, Sequence[str] | str]) -> dict[str, str]:
    """The answers in a form; what is not answered is left out."""
    return {name: str(given[name]) for name in QUESTIONS if given.get(name)}
