"""Referrals of the own agency as their sender: the board, one referral, its moves, messages and tries."""

from typing import get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import QueryInvalid
from directory.phrases import N_
from directory.referrals import clients
from directory.referrals.before_sending import before_sending
from directory.referrals.boards import PAGE, Cursor, Turn, referrals_of_agency
from directory.referrals.check_ins import due_here
from directory.referrals.continuing import CONTINUABLE
from directory.referrals.conversation import log_attempt, post_message
from directory.referrals.handoff_store import due_follow_ups
from directory.referrals.sender_page import SenderPage, sender_page
from directory.web.access import needs
from directory.web.errors import status_of
from directory.web.moving import REFUSALS, make_move, move_form
from directory.web.pages.drafts import capacity_now
from directory.web.places_near import alternatives, wants_alternatives
from directory.web.referral_words import links_shown, people_of, talk_choices
from directory.web.refusal_help import told
from directory.web.work import Filled, acting, can, fresh, read_moment

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
    names = people_of(work, page)
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
def ask(referral_id: str, event: str) -> str | tuple[str, int]:
    """The form of a move."""
    return move_form(referral_id, event, "sender")


@blueprint.post("/<key:referral_id>/moves/<event>")
@needs("referrals.send")
def make(referral_id: str, event: str) -> AnyResponse | tuple[str, int]:
    """Makes a move."""
    return make_move(referral_id, event, "sender")


@blueprint.post("/<key:referral_id>/messages")
@needs("referrals.send")
def write(referral_id: str) -> AnyResponse | tuple[str, int]:
    """A message to the receiver, if the consent covers it."""
    work = acting()
    try:
        post_message(work, referral_id, request.form.get("text", ""))
    except REFUSALS as problem:
        work.session.rollback()
        return referral_page(referral_id, Filled.wrong(request.form, problem)), status_of(problem)
    work.session.commit()
    flash(N_("The message is sent."), "info")
    return redirect(url_for("referrals.show", referral_id=referral_id) + "#messages")


@blueprint.post("/<key:referral_id>/attempts")
@needs("referrals.send")
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
        return referral_page(referral_id, Filled.wrong(given, problem)), status_of(problem)
    work.session.commit()
    flash(N_("The try is written down."), "info")
    return redirect(url_for("referrals.show", referral_id=referral_id) + "#tries")
