"""Referrals of the own agency as their sender: the board, one referral, its moves, messages and tries."""

from functools import partial
from typing import get_args

from flask import Blueprint, render_template, request, url_for

from directory.referrals import clients
from directory.referrals.before_sending import before_sending
from directory.referrals.boards import PAGE, Cursor, Turn, referrals_of_agency
from directory.referrals.chains import CONTINUABLE
from directory.referrals.check_ins import due_here
from directory.referrals.handoff_store import due_follow_ups
from directory.referrals.names import names_in
from directory.referrals.sender_page import SenderPage, sender_page
from directory.web.access import needs
from directory.web.moving import make_move, move_form
from directory.web.pages.drafts import capacity_now
from directory.web.places_near import alternatives, wants_alternatives
from directory.web.referral_words import links_shown, talk_choices
from directory.web.refusal_help import told
from directory.web.talk import Answer, answer_attempt, answer_message
from directory.web.work import Filled, acting, can, fresh

blueprint = Blueprint("referrals", __name__, url_prefix="/referrals")
TURNS: tuple[Turn, ...] = get_args(Turn)


@blueprint.get("")
@needs("referrals.read_sent")
def board() -> str:
    """What the agency sent: first what waits for it."""
    work, asked = acting(), request.args
    turn: Turn = next((each for each in TURNS if each == asked.get("turn")), "own")
    mine = asked.get("mine") == "1"
    text = asked.get("before", "")
    found = referrals_of_agency(
        work, "sender", turn=turn, mine=mine, before=Cursor.parse(text) if text else None
    )
    first = turn == "own" and not text
    due = due_follow_ups(work) if first else []
    check_ins_due = due_here(work) if first and can("referrals.send") else []
    work.session.commit()
    older = str(found[-1].cursor) if len(found) == PAGE else ""
    return render_template(
        "referrals/board.html",
        found=found,
        turn=turn,
        mine=mine,
        older=older,
        due=due,
        check_ins_due=check_ins_due,
    )


@blueprint.get("/<key:referral_id>")
@needs("referrals.read_sent")
def show(referral_id: str) -> str:
    """One referral: where it is, what comes next, what was said and done, who saw what."""
    return referral_page(referral_id, Filled(fresh()))


def referral_page(referral_id: str, form: Filled) -> str:
    """The page of a referral, with a form of it as it was filled in; commits."""
    work = acting()
    page = sender_page(work, referral_id)
    if page.row.status == "draft":
        return _draft_page(page)
    names = names_in(work.session, page)
    made = links_shown(work, page.row)
    work.session.commit()
    return render_template(
        "referrals/referral.html",
        page=page,
        row=page.row,
        names=names,
        links=made,
        continuable=CONTINUABLE,
        others=alternatives(page) if wants_alternatives(page, work.now) else [],
        form=form,
        **talk_choices(),
    )


def _draft_page(page: SenderPage) -> str:
    work = acting()
    ready = before_sending(work, page.row.id)
    known = clients.read(work, page.row.client_id)
    capacity = capacity_now(work, page.row.listing_id)
    work.session.commit()
    return render_template(
        "referrals/draft.html",
        page=page,
        row=page.row,
        client=known,
        ready=ready,
        refusals=told(ready.decision),
        capacity=capacity,
        form=Filled(fresh()),
    )


@blueprint.get("/<key:referral_id>/moves/<event>")
@needs("referrals.send")
def ask(referral_id: str, event: str) -> str:
    """The form of a move."""
    return move_form(referral_id, event, "sender")


@blueprint.post("/<key:referral_id>/moves/<event>")
@needs("referrals.send")
def make(referral_id: str, event: str) -> Answer:
    """Makes a move."""
    return make_move(referral_id, event, "sender")


@blueprint.post("/<key:referral_id>/messages")
@needs("referrals.send")
def write(referral_id: str) -> Answer:
    """A message to the receiver, if the consent covers it."""
    return answer_message(
        acting(),
        referral_id,
        partial(referral_page, referral_id),
        url_for("referrals.show", referral_id=referral_id),
    )


@blueprint.post("/<key:referral_id>/attempts")
@needs("referrals.send")
def add_attempt(referral_id: str) -> Answer:
    """A try to reach the person."""
    return answer_attempt(
        acting(),
        referral_id,
        partial(referral_page, referral_id),
        url_for("referrals.show", referral_id=referral_id),
    )
