"""Referrals that the own agency received: the inbox, one of them, its moves, messages and tries.

What is shown of the person comes from `receiver_view` alone, each time through the consent gate.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import QueryInvalid
from directory.phrases import N_
from directory.referrals.boards import PAGE, Cursor, Turn, referrals_of_agency
from directory.referrals.conversation import log_attempt, post_message
from directory.referrals.own_work import own_work
from directory.referrals.receiver_view import open_referral
from directory.web.access import needs
from directory.web.errors import status_of
from directory.web.moving import REFUSALS, make_move, move_form
from directory.web.referral_words import shown, talk_choices
from directory.web.work import Filled, acting, fresh, read_moment

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
TURNS: tuple[Turn, ...] = get_args(Turn)


class Words(NamedTuple):
    """A message as a page shows it."""

    side: str
    at: dt.datetime


@blueprint.get("")
@needs("referrals.read_received")
def received() -> str:
    """What came in: first what waits for an answer. No client is named here."""
    work, asked = acting(), request.args
    turn: Turn = next((each for each in TURNS if each == asked.get("turn")), "own")
    mine = asked.get("mine") == "1"
    text = asked.get("before", "")
    found = referrals_of_agency(
        work, "receiver", turn=turn, mine=mine, before=Cursor.parse(text) if text else None
    )
    work.session.commit()
    older = str(found[-1].cursor) if len(found) == PAGE else ""
    return render_template("referrals/inbox.html", found=found, turn=turn, mine=mine, older=older)


@blueprint.get("/<key:referral_id>")
@needs("referrals.read_received")
def show(referral_id: str) -> str:
    """One referral as its receiver may see it now. Each opening is a disclosure."""
    return _page(referral_id, Filled(fresh()))


def _page(referral_id: str, form: Filled) -> str:
    work = acting()
    view = open_referral(work, referral_id)
    own = own_work(work, referral_id)
    work.session.commit()
    told: Mapping[str, Any] = view.payload.information if view.payload else {}
    messages = [(Words(each["side"], _moment(each["at"])), each["text"]) for each in told.get("messages", ())]
    return render_template(
        "referrals/received.html",
        view=view,
        facts=shown(told),
        messages=messages,
        own=own,
        form=form,
        **talk_choices(),
    )


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@blueprint.get("/<key:referral_id>/moves/<event>")
@needs("referrals.answer")
def ask(referral_id: str, event: str) -> str | tuple[str, int]:
    """The form of a move."""
    return move_form(referral_id, event, "receiver")


@blueprint.post("/<key:referral_id>/moves/<event>")
@needs("referrals.answer")
def make(referral_id: str, event: str) -> AnyResponse | tuple[str, int]:
    """Makes a move."""
    return make_move(referral_id, event, "receiver")


@blueprint.post("/<key:referral_id>/messages")
@needs("referrals.answer")
def write(referral_id: str) -> AnyResponse | tuple[str, int]:
    """A message to the sender."""
    work = acting()
    try:
        post_message(work, referral_id, request.form.get("text", ""))
    except REFUSALS as problem:
        work.session.rollback()
        return _page(referral_id, Filled.wrong(request.form, problem)), status_of(problem)
    work.session.commit()
    flash(N_("The message is sent."), "info")
    return redirect(url_for("inbox.show", referral_id=referral_id) + "#messages")


@blueprint.post("/<key:referral_id>/attempts")
@needs("referrals.answer")
def add_attempt(referral_id: str) -> AnyResponse | tuple[str, int]:
    """A try to reach the person."""
    work, given = acting(), request.form
    try:
        log_attempt(
            work,
            referral_id,
            method=given.get("method", ""),
            outcome=given.get("outcome", ""),
            at=read_moment(given.get("at", ""), "at"),
            note=given.get("note", "")[:500],
        )
    except (QueryInvalid, *REFUSALS) as problem:
        work.session.rollback()
        return _page(referral_id, Filled.wrong(given, problem)), status_of(problem)
    work.session.commit()
    flash(N_("The try is written down."), "info")
    return redirect(url_for("inbox.show", referral_id=referral_id) + "#tries")
