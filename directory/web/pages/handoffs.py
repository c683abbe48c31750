"""A warm handoff: planned or begun at once; one screen for the call, saved as one goes; its end."""

from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.tables import new_id
from directory.phrases import N_
from directory.referrals import handoff_plans, handoff_store
from directory.referrals.handoff_screen import handoff_screen, sent_referral
from directory.referrals.handoffs import HANDOFF_LABELS, WARMTHS, HandoffEvent, HandoffState, Method, warmth
from directory.referrals.sender_page import sender_page
from directory.web import guard
from directory.web.access import needs
from directory.web.errors import status_of
from directory.web.handoff_form import choices, read_cancellation, read_handoff, read_plan, written_handoff
from directory.web.language import say
from directory.web.talk import NOT_DONE, Answer, Tried, answer_form, refused
from directory.web.work import Filled, acting, category_words, fresh

blueprint = Blueprint("handoffs", __name__, url_prefix="/referrals")
TEMPLATES: Mapping[HandoffState, str] = {
    "planned": "referrals/handoff_planned.html",
    "attempted": "referrals/handoff.html",
    **dict.fromkeys(handoff_store.ENDED, "referrals/handoff_ended.html"),
}


@blueprint.get("/<key:referral_id>/sheet")
@needs("referrals.read_sent")
def sheet(referral_id: str) -> str:
    """A sheet of paper for the person to carry: where, when, whom to ask for. It does not name the person."""
    work = acting()
    page = sender_page(work, referral_id)
    work.session.commit()
    return render_template("referrals/sheet.html", page=page, row=page.row, place=page.row.snapshot)


@blueprint.post("/<key:referral_id>/handoffs")
@needs("handoffs.record")
def begin(referral_id: str) -> AnyResponse:
    """Begins a handoff now, and opens its screen."""
    work = acting()
    row, wanted = sent_referral(work, referral_id), request.form.get("method")
    method: Method = next((each for each in get_args(Method) if each == wanted), "phone_three_way")
    made = handoff_store.plan(work, row.id, method)
    handoff_store.finish(work, made.id, "attempt", save_id=new_id(), step=1)
    work.session.commit()
    return redirect(_there(referral_id, made.id))


@blueprint.get("/<key:referral_id>/handoffs/plan")
@needs("handoffs.record")
def ask_plan(referral_id: str) -> str:
    """The form of a handoff that lies ahead."""
    person = guard.signed_in_person()
    given = fresh(method="phone_three_way", introduced_by=person.user.name if person else "")
    return _plan_page(referral_id, Filled(given))


def _plan_page(referral_id: str, form: Filled) -> str:
    work = acting()
    row = sent_referral(work, referral_id)
    work.session.commit()
    return render_template("referrals/handoff_plan.html", row=row, form=form, **choices())


@blueprint.post("/<key:referral_id>/handoffs/plan")
@needs("handoffs.record")
def make_plan(referral_id: str) -> Answer:
    """Plans it; both sides see it."""
    work = acting()
    sent_referral(work, referral_id)
    return answer_form(
        work,
        Tried("handoff.plan", "referral", (referral_id,)),
        lambda: handoff_plans.plan_ahead(work, referral_id, **read_plan(request.form)),
        partial(_plan_page, referral_id),
        then=url_for("referrals.show", referral_id=referral_id) + "#handoffs",
        done=N_("The handoff is planned. They see it too."),
    )


@blueprint.post("/<key:referral_id>/handoffs/<key:handoff_id>/begin")
@needs("handoffs.record")
def begin_planned(referral_id: str, handoff_id: str) -> Answer:
    """Begins what was planned, and opens its screen."""
    return _finish(referral_id, handoff_id, "attempt", {})


@blueprint.post("/<key:referral_id>/handoffs/<key:handoff_id>/cancel")
@needs("handoffs.record")
def cancel(referral_id: str, handoff_id: str) -> Answer:
    """Cancels what was planned, with a reason."""
    return _finish(referral_id, handoff_id, "cancel", {"failure_reason": read_cancellation(request.form)})


def _finish(referral_id: str, handoff_id: str, event: HandoffEvent, changes: Mapping[str, Any]) -> Answer:
    work = acting()
    view = handoff_screen(work, referral_id, handoff_id)
    return answer_form(
        work,
        Tried(f"handoff.{event}", "handoff", (handoff_id, referral_id)),
        lambda: handoff_store.finish(work, handoff_id, event, changes, save_id=new_id(), step=view.step),
        partial(_page, referral_id, handoff_id),
        then=_there(referral_id, handoff_id),
    )


def _there(referral_id: str, handoff_id: str) -> str:
    return url_for("handoffs.show", referral_id=referral_id, handoff_id=handoff_id)


@blueprint.get("/<key:referral_id>/handoffs/<key:handoff_id>")
@needs("handoffs.record")
def show(referral_id: str, handoff_id: str) -> str:
    """The screen; or, once the handoff has ended, what came of it."""
    return _page(referral_id, handoff_id)


def _page(referral_id: str, handoff_id: str, form: Filled | None = None) -> str:
    work = acting()
    view = handoff_screen(work, referral_id, handoff_id)
    work.session.commit()
    person = guard.signed_in_person()
    given = written_handoff(view.handoff, person.user.name if person else "")
    return render_template(
        TEMPLATES[view.handoff.state],
        view=view,
        known=view.handoff,
        form=form or Filled(given),
        warmth=WARMTHS[warmth(view.handoff)],
        handoff_state=HANDOFF_LABELS[view.handoff.state],
        may_say=[(code, category_words([code])) for code in sorted(view.may_say)],
        **choices(),
    )


@blueprint.post("/<key:referral_id>/handoffs/<key:handoff_id>")
@needs("handoffs.record")
def save(referral_id: str, handoff_id: str) -> Answer | tuple[Response, int]:
    """Keeps what was entered (`do` empty), or ends the handoff: `complete`, `fail`, `cancel`.

    The screen saves by itself where there are scripts; it then wants JSON.
    """
    work, form = acting(), request.form
    handoff_screen(work, referral_id, handoff_id)
    wants_json = request.accept_mimetypes.best == "application/json"
    event = next((each for each in get_args(HandoffEvent) if each == form.get("do")), None)
    save_id, step = form.get("save_id", ""), form.get("step", 1, type=int)
    tried = Tried(f"handoff.{event or 'save'}", "handoff", (handoff_id, referral_id))

    def deed() -> None:
        changes = read_handoff(form)
        if event is None:
            handoff_store.save(work, handoff_id, changes, save_id=save_id, step=step)
        else:
            handoff_store.finish(work, handoff_id, event, changes, save_id=save_id, step=step)

    if not wants_json:
        page, then = partial(_page, referral_id, handoff_id), _there(referral_id, handoff_id)
        return answer_form(work, tried, deed, page, then=then, done=N_("It is saved."))
    try:
        deed()
    except NOT_DONE as problem:
        refused(work, tried, problem)
        return jsonify(message=say(problem.phrase)), status_of(problem)
    work.session.commit()
    return jsonify(step=step)


@blueprint.post("/<key:referral_id>/handoffs/<key:handoff_id>/follow-up")
@needs("handoffs.record")
def follow_up(referral_id: str, handoff_id: str) -> Answer:
    """Whether the person connected, asked a day or so later."""
    work = acting()
    handoff_screen(work, referral_id, handoff_id)
    return answer_form(
        work,
        Tried("handoff.follow_up", "handoff", (handoff_id, referral_id)),
        lambda: handoff_store.follow_up(work, handoff_id, request.form.get("result", "")[:4000]),
        partial(_page, referral_id, handoff_id),
        then=_there(referral_id, handoff_id),
        done=N_("It is saved."),
    )
