"""`/mine`: the page of a person who holds a private link: where it is, who saw what, stop, take consent back.

The token is in the fragment of the address, which no server sees; a script puts it into the form. Without
scripts the key is typed. Behind this door is the one referral that is about the person, and no staff notes.
"""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import LinkRefused
from directory.phrases import N_
from directory.referrals import check_in_rows, check_ins, own_link, own_page
from directory.referrals.acting import Acting
from directory.referrals.own_link import PERSON
from directory.web import own_door, own_words
from directory.web.access import by_link, open_form
from directory.web.errors import status_of
from directory.web.language import gettext, say
from directory.web.move_form import MODALITIES
from directory.web.own_door import come_in, forget, held, keep
from directory.web.referral_words import VISIT_WORDS
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting_as, fresh

blueprint = Blueprint("mine", __name__, url_prefix=own_door.PATH)
LONGEST_KEY = 100
CLOSED = N_("Your page was closed, because nobody used it for half an hour. Please open it again.")


@blueprint.get("")
@by_link
def show() -> str | AnyResponse:
    """The page, where the link is open in this browser; else where to type the key."""
    if not held():
        return _door(Filled(fresh()))
    try:
        work = come_in()
    except LinkRefused:
        return _closed()
    return _page(work, Filled(fresh()))


@blueprint.post("")
@open_form
def enter() -> AnyResponse | tuple[str, int]:
    """Opens the link in this browser. Sent by the door, and by the page that first showed the link, which
    has no cookie: who holds the key needs no token."""
    work, typed = acting_as(PERSON, "link"), request.form.get("key", "")[:LONGEST_KEY]
    try:
        visit = own_link.open_visit(work, typed)
    except LinkRefused as problem:
        work.session.rollback()
        return _door(Filled(fresh(key=typed), say(problem.phrase))), status_of(problem)
    work.session.commit()
    response = make_response(redirect(url_for("mine.show")))
    keep(response, visit)
    return response


@blueprint.post("/close")
@by_link
def close() -> AnyResponse:
    """Closes the page: the link can be opened again, this browser no longer knows it."""
    work = acting_as(PERSON, "link")
    own_link.close_visit(work, held())
    work.session.commit()
    response = make_response(redirect(url_for("search.home")))
    forget(response)
    return response


def _door(form: Filled, lost: str = "") -> str:
    return render_template("mine/door.html", form=form, lost=lost)


def _closed() -> AnyResponse:
    """The door, with what was written in the meantime, so that it can be copied."""
    lost = request.form.get("text", "")
    response = make_response(_door(Filled(fresh(), gettext(CLOSED)), lost), 401 if request.form else 200)
    forget(response)
    return response


def _page(work: Acting, form: Filled) -> str:
    view = own_page.follow(work)
    work.session.commit()
    now, then = own_words.where(view)
    return render_template(
        "mine/page.html",
        view=view,
        form=form,
        now=now,
        then=then,
        told_to=own_words.told(view),
        visit_moment=own_words.visit_moment,
        visit_words=VISIT_WORDS,
        modality_words=MODALITIES,
        again=view.state in own_words.AGAIN,
        questions=check_in_rows.QUESTIONS,
        answers=[(code, gettext(text)) for code, text in check_in_rows.ANSWERS.items()],
    )


# --- what the person does ---------------------------------------------------------------------------


def _do(action: str, deed: Callable[[Acting], object], done: str) -> Answer:
    """Does it and shows the page; or shows it with what was typed, and why it was not done."""
    try:
        work = come_in()
    except LinkRefused:
        return _closed()
    return answer_form(
        work,
        Tried(action, "referral", (work.own_referral_id or "",)),
        lambda: deed(work),
        partial(_page, work),
        then=url_for("mine.show"),
        done=done,
    )


@blueprint.post("/stop")
@by_link
def stop() -> Answer:
    """Withdraws it, or asks the place to stop where it has taken it on already."""
    key = request.form.get("idempotency_key", "")
    return _do(
        "referral.stop", lambda work: own_page.stop(work, idempotency_key=key), N_("They are told to stop.")
    )


@blueprint.post("/consent")
@by_link
def take_back() -> Answer:
    """Takes the consent back; what rests on it stops."""
    return _do("consent.revoke", own_page.take_consent_back, N_("Your consent is taken back."))


@blueprint.post("/contact")
@by_link
def contact() -> Answer:
    """May the person be contacted?"""
    wanted = request.form.get("wanted") == "1"
    done = N_("They may contact you again.") if wanted else N_("They are asked not to contact you.")
    return _do("client.set_contact", lambda work: own_page.set_contact(work, wanted=wanted), done)


@blueprint.post("/messages")
@by_link
def write() -> Answer:
    """A message to the place, or the answer to its question."""
    text = request.form.get("text", "")
    return _do("referral.message", lambda work: own_page.write(work, text), N_("The message is sent."))


@blueprint.post("/check-ins")
@by_link
def agree() -> Answer:
    """May the person be asked after 30 and 90 days how it goes?"""
    wanted = request.form.get("wanted") == "1"
    done = N_("We will ask you here.") if wanted else N_("We will not ask you.")
    return _do("check_in.agree", lambda work: own_page.set_check_ins(work, wanted=wanted), done)


@blueprint.post("/check-ins/<int:days>")
@by_link
def check_in(days: int) -> Answer:
    """How the person is."""
    answers = check_ins.read_answers(request.form)
    return _do(
        "check_in.answer",
        lambda work: own_page.answer_check_in(work, days, answers),
        N_("Thank you. It is saved."),
    )
