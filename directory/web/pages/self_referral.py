"""A person asks a place on the network to contact them: no account, no cookie (R8).

Public pages have no session, so no form of theirs has a token: a form of another site is known by what the
browser says of its origin. How often it is sent is counted per listing and over all, never per address.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.tables import new_id
from directory.database import db
from directory.errors import (
    ConsentIncomplete,
    DirectoryError,
    DisclosureRefused,
    QueryInvalid,
    RequestDiffers,
    TransitionRefused,
)
from directory.phrases import N_, Phrase
from directory.referrals import person
from directory.referrals.drafts import receiver_here
from directory.referrals.own_link import LIFE, PERSON
from directory.web import own_door
from directory.web.access import open_form, public
from directory.web.errors import status_of
from directory.web.house import house
from directory.web.language import say
from directory.web.reading import document
from directory.web.self_form import TRAP, choices, opened_form, read_request
from directory.web.work import Filled, acting_as

blueprint = Blueprint("self_referral", __name__, url_prefix="/listings")
NOT_SENT = (QueryInvalid, ConsentIncomplete, RequestDiffers, DisclosureRefused)
YOUNG = frozenset({"age_unknown", "state_rule_unknown", "representative_must_sign", "minor_must_sign"})
"""Refusals of the rules on young people (whoever is grown up has said so): there is something else to do."""
BY_HAND = N_("We could not tell that a person sent this. If you are one, please press Send again.")
SENT_BEFORE = N_("You sent this before, with other words. Press Send again only if they should get both.")


@blueprint.get("/<uuid:listing_id>/ask")
@public
def ask(listing_id: UUID) -> str:
    """The form; for a place that takes no requests here, how to call them."""
    found = document(str(listing_id))
    receiver = receiver_name(found)
    if not receiver:
        return _call(found)
    return _form(found, receiver, Filled(opened_form(found)))


def receiver_name(found: dict[str, Any]) -> str:
    """The agency that takes requests for a listing here; empty for none."""
    agency = receiver_here(db.session(), found["organization_id"])
    return agency.name if agency else ""


@blueprint.post("/<uuid:listing_id>/ask")
@open_form
def send(listing_id: UUID) -> str | AnyResponse | tuple[str, int]:
    """Sends it, once however often the button is pressed, and shows the private link; or shows the form with
    what was typed and what is missing."""
    found = document(str(listing_id))
    receiver = receiver_name(found)
    db.session.remove()  # it was for reading; what follows is written
    if not receiver:
        return _call(found), 409
    form: MultiDict[str, str] = request.form.copy()
    if form.pop(TRAP, ""):
        return _form(found, receiver, Filled(form, say(Phrase(BY_HAND)))), 422
    work = acting_as(PERSON)
    try:
        sent = person.refer_self(
            work, read_request(form, found), idempotency_key=form.get("idempotency_key", "")
        )
    except TransitionRefused as problem:
        work.session.rollback()
        if problem.code == "receiver_not_here":
            return _call(found), 409
        raise
    except NOT_SENT as problem:
        work.session.rollback()
        return _refused(found, receiver, form, problem)
    work.session.commit()
    return render_template(
        "mine/sent.html", link=sent.link, place=found, receiver=receiver, site=own_door.site_address()
    )


def _refused(
    found: dict[str, Any], receiver: str, form: MultiDict[str, str], problem: DirectoryError
) -> tuple[str, int]:
    codes: tuple[str, ...] = getattr(problem, "codes", ())
    if YOUNG & set(codes):
        return _form(found, receiver, Filled(form), is_young=True), 422
    if isinstance(problem, RequestDiffers):
        form["idempotency_key"] = new_id()
        problem = QueryInvalid(Phrase(SENT_BEFORE))
    return _form(found, receiver, Filled.wrong(form, problem)), status_of(problem)


def _form(found: dict[str, Any], receiver: str, form: Filled, *, is_young: bool = False) -> str:
    return render_template(
        "mine/ask.html",
        place=found,
        receiver=receiver,
        form=form,
        is_young=is_young,
        ends=(house().now() + LIFE).date(),
        **choices(found),
    )


def _call(found: dict[str, Any]) -> str:
    return render_template("mine/call.html", place=found)
