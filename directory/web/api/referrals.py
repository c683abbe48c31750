"""`/api/v1/referrals`: the same referrals, moves and consent gate as the pages, for programs of agencies."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from directory.errors import QueryInvalid
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.boards import Cursor, referrals_of_agency
from directory.referrals.conversation import log_attempt, post_message
from directory.referrals.drafts import change_draft, create_draft, delete_draft
from directory.referrals.moves import move
from directory.referrals.receiver_view import open_referral
from directory.referrals.sender_page import sender_page
from directory.referrals.sides import find, own_sent, parts_of
from directory.web.api.asking import (
    CHECK,
    acting,
    answer,
    body,
    deed,
    expected_version,
    key,
    once,
    query,
    route,
)
from directory.web.api.client_schemas import Made
from directory.web.api.client_shapes import moment_of
from directory.web.api.move_schemas import MOVE_ROUTES, MoveRoute, payload_of
from directory.web.api.referral_answers import DraftMade, Gone, Moved, ReferralLines, ReferralSchema
from directory.web.api.referral_schemas import (
    AttemptMade,
    Draft,
    DraftChange,
    MessageText,
    ReferralsAsked,
    SideAsked,
)
from directory.web.api.referral_shapes import SIDE_OF, draft_of, line_shape, received_shape, sent_shape
from directory.web.bearer import program

blueprint = Blueprint(
    "api_referrals", __name__, url_prefix="/api/v1", description="Referrals that the agency sent or received."
)
READ = ("referrals.read_sent", "referrals.read_received")
WRITE = ("referrals.send", "referrals.answer")


@route(
    blueprint,
    "GET",
    "/referrals",
    *READ,
    answers=ReferralLines,
    query=ReferralsAsked,
    summary="List referrals, the last changed first",
)
def list_referrals() -> Response:
    """A page at a time: `next` leads on, however many there are."""
    asked, work = query(ReferralsAsked), acting()
    if "client_id" in asked and asked["side"] != "sent":
        raise QueryInvalid(Phrase(CHECK), {"client_id": [N_("Only your own referrals can be asked for so.")]})
    found = referrals_of_agency(
        work,
        SIDE_OF[asked["side"]],
        turn=asked.get("turn"),
        states=[asked["status"]] if "status" in asked else (),
        client_id=asked.get("client_id"),
        changed_since=asked.get("updated_since"),
        before=Cursor.parse(asked["before"]) if "before" in asked else None,
        limit=asked["limit"],
    )
    work.session.commit()
    more = len(found) == asked["limit"]
    lines = [line_shape(each, asked["side"]) for each in found]
    return answer({"referrals": lines, "next": str(found[-1].cursor) if more else None})


@route(
    blueprint,
    "GET",
    "/referrals/<key:referral_id>",
    *READ,
    answers=ReferralSchema,
    query=SideAsked,
    summary="Read a referral",
)
def read_referral(referral_id: str) -> Response:
    """Its sender sees all of it; its receiver what the consent opens, and each reading is a disclosure."""
    asked, work = query(SideAsked), acting()
    sides = {side for _, side in parts_of(work, find(work.session, referral_id))}
    wanted = SIDE_OF[asked["side"]] if "side" in asked else "sender" if "sender" in sides else "receiver"
    found = (
        sent_shape(sender_page(work, referral_id))
        if wanted == "sender"
        else received_shape(open_referral(work, referral_id, channel="api"))
    )
    work.session.commit()
    return answer(found)


# --- drafts -----------------------------------------------------------------------------------------


@route(
    blueprint,
    "POST",
    "/referrals",
    "referrals.send",
    answers=DraftMade,
    takes=Draft,
    status=201,
    keyed=True,
    summary="Write a draft",
)
def add_draft() -> Response:
    """Nothing leaves before `send`."""
    given = body(Draft)
    with deed("referral.draft", "client", given["client_id"]) as work:
        made = once(work, given, lambda: _drafted(work, given))
    return answer(made, 201)


def _drafted(work: Acting, given: dict[str, Any]) -> dict[str, Any]:
    row = create_draft(work, draft_of(given, given["client_id"]))
    return {"id": row.id, "status": row.status, "version": row.version, "at": moment_of(work.now)}


@route(
    blueprint,
    "PUT",
    "/referrals/<key:referral_id>",
    "referrals.send",
    answers=DraftMade,
    takes=DraftChange,
    versioned=True,
    summary="Write a draft anew",
)
def rewrite_draft(referral_id: str) -> Response:
    """All of it but its client and the referral that it continues."""
    given = body(DraftChange)
    version = expected_version(given)
    with deed("referral.change_draft", "referral", referral_id) as work:
        fields = draft_of(given, own_sent(work, referral_id, write=True).client_id)
        row = change_draft(work, referral_id, fields, expected_version=version)
    found = {"id": row.id, "status": row.status, "version": row.version, "at": moment_of(work.now)}
    return answer(found)


@route(
    blueprint,
    "DELETE",
    "/referrals/<key:referral_id>",
    "referrals.send",
    answers=Gone,
    summary="Throw a draft away",
)
def drop_draft(referral_id: str) -> Response:
    """For good; what was sent stays."""
    with deed("referral.delete_draft", "referral", referral_id) as work:
        delete_draft(work, referral_id)
    return answer({"id": referral_id})


# --- moves ------------------------------------------------------------------------------------------


def _mover(found: MoveRoute) -> Callable[[str], Response]:
    def make(referral_id: str) -> Response:
        given = body(found.schema)
        version, own = expected_version(given), key()
        payload = payload_of(found, given, program().timezone)
        with deed(f"referral.{found.event}", "referral", referral_id) as work:
            moved = move(
                work, referral_id, found.event, payload, expected_version=version, idempotency_key=own
            )
        done = asdict(moved)
        return answer({"id": done.pop("referral_id"), **done})

    make.__doc__ = found.rule.done + "."
    return make


for each in MOVE_ROUTES:
    route(
        blueprint,
        "POST",
        f"/referrals/<key:referral_id>/moves/{each.event}",
        *each.scopes,
        answers=Moved,
        takes=each.schema,
        keyed=True,
        versioned=True,
        summary=each.rule.label,
        endpoint=f"move_{each.event}",
    )(_mover(each))


# --- words and tries --------------------------------------------------------------------------------


@route(
    blueprint,
    "POST",
    "/referrals/<key:referral_id>/messages",
    *WRITE,
    answers=Made,
    takes=MessageText,
    status=201,
    keyed=True,
    summary="Write to the other side",
)
def add_message(referral_id: str) -> Response:
    """The sender's message is a disclosure."""
    given = body(MessageText)
    with deed("referral.message", "referral", referral_id) as work:
        made = once(work, given, lambda: _written(work, referral_id, given["text"]))
    return answer(made, 201)


def _written(work: Acting, referral_id: str, text: str) -> dict[str, Any]:
    made = post_message(work, referral_id, text)
    return {"id": made.id, "at": moment_of(made.at)}


@route(
    blueprint,
    "POST",
    "/referrals/<key:referral_id>/attempts",
    *WRITE,
    answers=Made,
    takes=AttemptMade,
    status=201,
    keyed=True,
    summary="Log a try to reach the person",
)
def add_attempt(referral_id: str) -> Response:
    """Closing with `unable_to_contact` wants three tries on two days."""
    given = body(AttemptMade)
    with deed("referral.attempt", "referral", referral_id) as work:
        made = once(work, given, lambda: _tried(work, referral_id, given))
    return answer(made, 201)


def _tried(work: Acting, referral_id: str, given: dict[str, Any]) -> dict[str, Any]:
    made = log_attempt(
        work,
        referral_id,
        method=given["method"],
        outcome=given["outcome"],
        at=given.get("at"),
        note=given.get("note", ""),
    )
    return {"id": made.id, "at": moment_of(made.at)}
