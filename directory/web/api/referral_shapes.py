"""Referrals between the JSON of programs and the use cases. A receiver's comes from `receiver_view` alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from directory.referrals import handoffs as pure
from directory.referrals.actors import ReferralSide
from directory.referrals.boards import BoardRow
from directory.referrals.handoffs import Handoff, Worker, warmth
from directory.referrals.payloads import DEFAULT_FIELDS, DraftFields
from directory.referrals.receiver_view import ReceiverView
from directory.referrals.sender_page import SenderPage
from directory.referrals.transitions import Button
from directory.web.api.client_shapes import day_of, moment_of
from directory.web.api.referral_schemas import SIDES, HandoffContent
from directory.web.language import say

SIDE_OF: Mapping[str, ReferralSide] = {"sent": "sender", "received": "receiver"}
HANDOFF_FIELDS = tuple(HandoffContent().fields)
_WORKERS = ("introduced_by", "received_by")


def draft_of(given: Mapping[str, Any], client_id: str) -> DraftFields:
    """What was sent, as `drafts` takes it."""
    return DraftFields(
        client_id=client_id,
        listing_id=given.get("listing_id"),
        needs=tuple(given.get("needs", ())),
        priority=given["priority"],
        shared_fields=frozenset(given.get("shared_fields", DEFAULT_FIELDS)),
        purpose=given["purpose"],
        details=given.get("details", {}),
        contact_preference=given.get("contact_preference", ""),
        continues_id=given.get("continues_id"),
    )


def line_shape(row: BoardRow, side: str) -> dict[str, Any]:
    """As `ReferralLine`."""
    moments = ("sent_at", "first_viewed_at", "answer_due_at", "next_step_due", "changed_at")
    return {
        "id": row.id,
        "side": side,
        "status": row.state,
        "version": row.version,
        "priority": row.priority,
        "client_id": row.client_id or None,
        "service": row.service,
        "other_agency": row.other_agency,
        **{name: moment_of(getattr(row, name)) for name in moments},
        "review_on": day_of(row.review_on),
        "is_late": row.is_late,
    }


def _moves(buttons: Iterable[Button]) -> list[str]:
    return [each.event for each in buttons]


def received_shape(view: ReceiverView) -> dict[str, Any]:
    """As `ReferralSchema`, for the receiver: what was opened, with what has to travel along."""
    told = view.payload
    found: dict[str, Any] = {
        "id": view.referral_id,
        "side": SIDES[1],
        "status": view.state,
        "version": view.version,
        "closed_at": moment_of(view.closed_at),
        "moves": _moves(view.buttons),
        "tombstone": view.tombstone,
        "kept": view.kept,
        "refusals": [say(each) for each in view.refusals],
    }
    if told is None:
        return found
    return {
        **found,
        "sent_at": moment_of(view.sent_at),
        "answer_due_at": moment_of(view.answer_due_at),
        "service": dict(view.service) if view.service else None,
        "sender": view.sender_agency,
        "sender_worker": view.sender_worker,
        "receiver": view.receiver_agency,
        "information": dict(told.information),
        "notice": told.notice,
        "notice_version": told.notice_version,
        "scope": say(told.scope) if told.scope else None,
        "redisclosure": say(told.redisclosure) if told.redisclosure else None,
    }


def sent_shape(page: SenderPage) -> dict[str, Any]:
    """As `ReferralSchema`, for the agency that wrote it."""
    row = page.row
    as_is = (
        "id",
        "status",
        "version",
        "client_id",
        "listing_id",
        "consent_id",
        "continues_id",
        "priority",
        "needs",
        "shared_fields",
        "purpose",
        "contact_preference",
        "reason",
    )
    moments = ("closed_at", "sent_at", "answer_due_at", "next_step_due", "connected_at", "created_at")
    return {
        **{name: getattr(row, name) for name in as_is},
        **{name: moment_of(getattr(row, name)) for name in (*moments, "changed_at")},
        "side": SIDES[0],
        "moves": _moves(page.buttons),
        "service": dict(row.snapshot) or None,
        "receiver": page.receiver,
        "details": dict(page.details),
        "accepting_worker": page.accepting_worker,
        "named_contact": page.named_contact,
        "review_on": day_of(row.review_on),
        **_history(page),
        "handoffs": [handoff_shape(each) for each in page.handoffs],
        "disclosures": [
            {
                "at": moment_of(each.at),
                "recipient": each.recipient_name,
                "categories": sorted(each.categories),
                "purpose": each.purpose,
                "basis": each.basis,
                "channel": each.channel,
                "consent_id": each.consent_id,
            }
            for each in page.disclosures.records
        ],
    }


def _history(page: SenderPage) -> dict[str, Any]:
    return {
        "events": [
            {
                "id": each.id,
                "event": each.event,
                "from_status": each.from_status,
                "to_status": each.to_status,
                "at": moment_of(each.at),
                "reason": each.reason,
                "text": text,
                "version": each.version_after,
            }
            for each, text in page.events
        ],
        "messages": [
            {"side": each.side, "kind": each.kind, "at": moment_of(each.at), "text": text}
            for each, text in page.messages
        ],
        "appointments": [
            {
                "id": each.id,
                "starts_at": moment_of(each.starts_at),
                "timezone": each.timezone,
                "modality": each.modality,
                "status": each.status,
                "place": place,
                "contact": contact,
            }
            for each, place, contact in page.visits
        ],
        "attempts": [
            {
                "id": each.id,
                "at": moment_of(each.at),
                "method": each.method,
                "outcome": each.outcome,
                "note": note,
            }
            for each, note in page.attempts
        ],
    }


# --- handoffs ---------------------------------------------------------------------------------------


def handoff_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, as `handoff_store.save` takes it: only what was sent changes."""
    found = {name: given[name] for name in HANDOFF_FIELDS if name in given}
    for name in _WORKERS:
        if name in found:
            found[name] = Worker(found[name]["name"].strip(), found[name].get("role", "").strip())
    if "shared" in found:
        found["shared"] = frozenset(found["shared"])
    return found


def handoff_shape(known: Handoff) -> dict[str, Any]:
    """As `HandoffSchema`; what is not known is left out."""
    found: dict[str, Any] = {name: getattr(known, name) for name in HANDOFF_FIELDS}
    for name in ("started_at", "ended_at", "follow_up_due"):
        found[name] = moment_of(found[name])
    for name in _WORKERS:
        worker: pure.Worker | None = found[name]
        found[name] = {"name": worker.name, "role": worker.role} if worker else None
    found["shared"] = sorted(known.shared)
    return {
        **{name: value for name, value in found.items() if value is not None},
        "id": known.id,
        "state": known.state,
        "method": known.method,
        "warmth": warmth(known),
        "follow_up_at": moment_of(known.follow_up_at),
        "follow_up_result": known.follow_up_result,
    }
