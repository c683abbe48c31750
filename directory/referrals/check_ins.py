"""How a person is, 30 and 90 days after they were connected: asked only of those who agreed to be asked.

The rows are made when somebody is connected (`effects.plan_check_ins`), what is asked is a table
(`check_in_rows.py`). An answer is an observation: it never
moves the referral. It comes by the person's own page, or by a worker of the sender who asked them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from directory.accounts.tables import Agency
from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.business_time import date_in
from directory.referrals.check_in_rows import ANSWERS, DAYS, QUESTIONS
from directory.referrals.effects import plan_check_ins
from directory.referrals.sides import find, not_found, part_as
from directory.referrals.tables import CheckIn, Referral
from directory.referrals.tables_clients import Client

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
    query = _due(acting, row.from_agency_id, select(CheckIn.days)).where(CheckIn.referral_id == row.id)
    return tuple(acting.session.scalars(query.order_by(CheckIn.days)))


def due_here(acting: Acting) -> list[DueCheckIn]:
    """Of the own agency's referrals, the oldest first: tasks. Needs `referrals.send`."""
    actor = need(acting.actor, "referrals.send")
    columns = select(CheckIn.referral_id, Referral.snapshot, CheckIn.days, CheckIn.due_on)
    query = _due(acting, actor.agency_id or "", columns)
    rows = acting.session.execute(query.order_by(CheckIn.due_on, CheckIn.id).limit(SHOWN)).all()
    found = [DueCheckIn(key, str(place.get("name") or ""), days, due) for key, place, days, due in rows]
    acting.note("check_in.list_due", "referral", list(dict.fromkeys(each.referral_id for each in found)))
    return found


def _due(acting: Acting, agency_id: str, query: Select[Any]) -> Select[Any]:
    """Of that agency, by its calendar."""
    agency = acting.session.get_one(Agency, agency_id)
    return (
        query.join(Referral, Referral.id == CheckIn.referral_id)
        .join(Client, Client.id == Referral.client_id)
        .where(
            CheckIn.from_agency_id == agency_id,
            CheckIn.due_on <= date_in(agency.timezone, acting.now),
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
    if days not in DAYS:
        raise not_found()
    row = find(acting.session, referral_id, lock=True)
    part_as(acting, row, "sender", write=True)
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
