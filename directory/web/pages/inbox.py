"""Referrals that the own agency received: the inbox, one of them, its moves, messages and tries.

What is shown of the person comes from `receiver_view` alone, each time through the consent gate.
"""

from functools import partial
from typing import get_args

from flask import Blueprint, render_template, request, url_for

from directory.phrases import N_
from directory.referrals import handoff_plans
from directory.referrals.boards import PAGE, Cursor, Turn, referrals_of_agency
from directory.web.access import needs
from directory.web.moving import make_move, move_form
from directory.web.received_page import received_page, received_sheet
from directory.web.talk import Answer, Tried, answer_attempt, answer_form, answer_message
from directory.web.work import Filled, acting, can, fresh

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
TURNS: tuple[Turn, ...] = get_args(Turn)


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
    return received_page(acting(), referral_id, form, "inbox", may_answer=can("referrals.answer"))


@blueprint.get("/<key:referral_id>/print")
@needs("referrals.read_received")
def sheet(referral_id: str) -> str:
    """The referral on paper, for whoever works without a screen. Each printing is a disclosure."""
    return received_sheet(acting(), referral_id, "inbox")


@blueprint.get("/<key:referral_id>/moves/<event>")
@needs("referrals.answer")
def ask(referral_id: str, event: str) -> str:
    """The form of a move."""
    return move_form(referral_id, event, "receiver")


@blueprint.post("/<key:referral_id>/moves/<event>")
@needs("referrals.answer")
def make(referral_id: str, event: str) -> Answer:
    """Makes a move."""
    return make_move(referral_id, event, "receiver")


@blueprint.post("/<key:referral_id>/messages")
@needs("referrals.answer")
def write(referral_id: str) -> Answer:
    """A message to the sender."""
    return answer_message(
        acting(),
        referral_id,
        partial(_page, referral_id),
        url_for("inbox.show", referral_id=referral_id),
    )


@blueprint.post("/<key:referral_id>/attempts")
@needs("referrals.answer")
def add_attempt(referral_id: str) -> Answer:
    """A try to reach the person."""
    return answer_attempt(
        acting(),
        referral_id,
        partial(_page, referral_id),
        url_for("inbox.show", referral_id=referral_id),
    )


@blueprint.post("/<key:referral_id>/handoffs/<key:handoff_id>/received")
@needs("referrals.answer")
def say_received(referral_id: str, handoff_id: str) -> Answer:
    """Names who of us receives the person."""
    work, given = acting(), request.form
    name, role = given.get("received_by", ""), given.get("received_by_role", "")
    return answer_form(
        work,
        Tried("handoff.received", "handoff", (handoff_id, referral_id)),
        lambda: handoff_plans.say_received(work, referral_id, handoff_id, name, role),
        partial(_page, referral_id),
        then=url_for("inbox.show", referral_id=referral_id) + "#handoffs",
        done=N_("It is saved."),
    )
