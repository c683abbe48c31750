"""What a person sees and does about their own referral, once their private link let them in (`own_link.py`).

No staff notes: who is asked, where it is, which visits are set, who received what. Where the person asked by
themself they are the sender, so what the receiver writes is for them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import func, select

from directory.accounts import tables as accounts
from directory.accounts.access import SYSTEM
from directory.referrals import check_ins
from directory.referrals.acting import Acting
from directory.referrals.conversation import post_message
from directory.referrals.gate import recipient_of
from directory.referrals.history import add_event, note_event
from directory.referrals.move_rows import Event
from directory.referrals.moves import move
from directory.referrals.notices import after_quiet, readers_for, tell
from directory.referrals.own_link import link_of
from directory.referrals.payloads import MovePayload
from directory.referrals.revocation import Revoked, take_back
from directory.referrals.rows import visits_of
from directory.referrals.sides import find, not_found, parts_of
from directory.referrals.states import State
from directory.referrals.tables import Message, Referral
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import Consent, Disclosure
from directory.referrals.transitions import Button, buttons


class Received(NamedTuple):
    """Who received which categories, when last, and how often."""

    recipient: str
    categories: tuple[str, ...]
    last: dt.datetime
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A referral in the eyes of the person it is about. Moments are aware.

    `visits`: as `gate.values_of` has them, with moments. `messages`: (when, is it the person's own, text),
    only of what they asked for themself.
    """

    referral_id: str
    state: State
    version: int
    service: Mapping[str, Any]
    receiver: str
    needs: tuple[str, ...]
    is_own_request: bool
    sent_at: dt.datetime | None
    named_contact: str
    review_on: dt.date | None
    visits: tuple[dict[str, Any], ...]
    shared: tuple[Received, ...]
    messages: tuple[tuple[dt.datetime, bool, str], ...]
    consent_id: str | None
    """The consent that it rests on, as long as that can be taken back."""
    do_not_contact: bool
    wants_check_ins: bool
    check_ins: tuple[int, ...]
    """Days (30, 90) of check-ins that are due and not answered."""
    buttons: tuple[Button, ...]
    opens_until: dt.datetime | None
    timezone: str


def follow(acting: Acting) -> PersonView:
    """Where it is, who got what, which visits are set: one line of the audit."""
    row = _own(acting)
    session = acting.session
    client = session.get_one(Client, row.client_id)
    link = link_of(acting, row)
    found = PersonView(
        referral_id=row.id,
        state=row.status,
        version=row.version,
        service=row.snapshot,
        receiver=recipient_of(acting, row).name,
        needs=tuple(row.needs),
        is_own_request=row.self_referral,
        sent_at=row.sent_at,
        named_contact=acting.ring.get(row, "named_contact") or "",
        review_on=row.review_on,
        visits=tuple(each.as_values() for each in visits_of(acting, row)),
        shared=_shared(acting, row),
        messages=_messages(acting, row),
        consent_id=_standing_consent(acting, row),
        do_not_contact=client.do_not_contact,
        wants_check_ins=client.wants_check_ins,
        check_ins=check_ins.due_of(acting, row),
        buttons=buttons(row.status, "client", "sender"),
        opens_until=link.expires_at if link else None,
        timezone=client.timezone or str(row.snapshot.get("timezone") or "America/New_York"),
    )
    acting.note("referral.follow", "referral", [row.id])
    return found


def _shared(acting: Acting, row: Referral) -> tuple[Received, ...]:
    last = func.max(Disclosure.at)
    query = (
        select(Disclosure.recipient_name, Disclosure.categories, last, func.count())
        .where(Disclosure.referral_id == row.id)
        .group_by(Disclosure.recipient_name, Disclosure.categories)
        .order_by(last)
    )
    return tuple(
        Received(name, tuple(categories), at, times)
        for name, categories, at, times in acting.session.execute(query)
    )


def _messages(acting: Acting, row: Referral) -> tuple[tuple[dt.datetime, bool, str], ...]:
    """What agencies write to each other about a person is theirs; notes of a receiver always are."""
    if not row.self_referral:
        return ()
    query = select(Message).where(Message.referral_id == row.id, Message.kind != "note")
    return tuple(
        (each.at, each.side == "sender", acting.ring.get(each, "body") or "")
        for each in acting.session.scalars(query.order_by(Message.position))
    )


def _standing_consent(acting: Acting, row: Referral) -> str | None:
    found = acting.session.get(Consent, row.consent_id) if row.consent_id else None
    return found.id if found is not None and found.revocation is None else None


# --- what they do -----------------------------------------------------------------------------------


def write(acting: Acting, text: str) -> None:
    """A message to the place, or the answer to its question; only where the person asked by themself.

    Raises `RecordNotFound` elsewhere, `QueryInvalid`, `TransitionRefused`, `DisclosureRefused`.
    """
    row = _own(acting)
    if not row.self_referral:
        raise not_found()
    if row.status == "info_requested" and text.strip():
        move(replace(acting, actor=SYSTEM), row.id, "supply_info", MovePayload(text=text))
        acting.note("referral.answer_question", "referral", [row.id])
    else:
        post_message(acting, row.id, text)


def stop(acting: Acting, *, idempotency_key: str = "") -> None:
    """Withdraws it; where the place has taken it on, asks them to stop. Asking again changes nothing.

    Raises `TransitionRefused` where it has ended, or can only be stopped by taking the consent back.
    """
    row = _own(acting)
    if row.status in {"withdrawn", "withdrawal_requested"}:
        return
    offered = buttons(row.status, "client", "sender")
    event: Event = offered[0].event if offered else "withdraw"
    move(acting, row.id, event, idempotency_key=idempotency_key)


def take_consent_back(acting: Acting, reason: str = "") -> Revoked:
    """The person takes back the consent that their referral rests on."""
    row = _own(acting)
    query = select(Consent).where(Consent.id == row.consent_id).with_for_update(key_share=True, of=Consent)
    consent = acting.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if consent is None:
        raise not_found()
    return take_back(acting, consent, by="client", how="link", reason=reason)


def set_contact(acting: Acting, *, wanted: bool) -> None:
    """May the person be contacted? Written into their record and the history; both sides are told by mail
    that something waits. Asking for what is so already changes nothing."""
    row, client = _locked(acting)
    if client.do_not_contact is not wanted:
        return
    client.do_not_contact = not wanted
    client.changed_at = acting.now
    event = "may_contact" if wanted else "do_not_contact"
    line = add_event(acting, row, event, "client", from_status=row.status, version_before=row.version)
    for agency_id, role in ((row.from_agency_id, "sender_worker"), (row.to_agency_id, "receiver_worker")):
        agency = acting.session.get(accounts.Agency, agency_id) if agency_id else None
        if agency is not None:
            readers = readers_for(acting.session, row, role)  # type: ignore[arg-type]
            tell(acting, readers, f"{line.id}:contact", at=after_quiet(agency.timezone, acting.now))
    acting.note(f"client.{event}", "client", [client.id])
    note_event(acting, line)


def set_check_ins(acting: Acting, *, wanted: bool) -> None:
    """May the person be asked after 30 and 90 days how it goes?"""
    row, client = _locked(acting)
    check_ins.agree(acting, row, client, wanted=wanted)


def answer_check_in(acting: Acting, days: int, answers: Mapping[str, str]) -> None:
    """How the person is. Raises what `check_ins.answer` raises."""
    check_ins.answer(acting, _own(acting).id, days, answers)


def _locked(acting: Acting) -> tuple[Referral, Client]:
    """The referral and its client, locked in the order that everybody keeps."""
    query = select(Client).where(Client.id == _own(acting).client_id).with_for_update()
    client = acting.session.scalars(query.execution_options(populate_existing=True)).one()
    return find(acting.session, acting.own_referral_id or "", lock=True), client


def _own(acting: Acting) -> Referral:
    if acting.own_referral_id is None:
        raise not_found()
    row = find(acting.session, acting.own_referral_id)
    parts_of(acting, row)
    return row
