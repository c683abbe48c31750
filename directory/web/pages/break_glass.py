"""Looks at one referral from outside its agency: asked for, opened, seen by the agency's supervisors."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import break_glass
from directory.web.access import needs
from directory.web.draft_form import MORE
from directory.web.referral_words import CHANNEL_WORDS, VISIT_WORDS, event_words
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, as_key, fresh

blueprint = Blueprint("break_glass", __name__, url_prefix="/referrals")


@blueprint.get("/break-glass")
@needs("break_glass.read")
def form() -> str:
    """The form to ask for a look, and one's own looks."""
    return _form_page(Filled(fresh(referral=request.args.get("referral", ""))))


def _form_page(given: Filled) -> str:
    work = acting()
    found = break_glass.own_looks(work)
    work.session.commit()
    return render_template("referrals/break_glass.html", form=given, found=found)


@blueprint.post("/break-glass")
@needs("break_glass.read")
def ask() -> Answer:
    """Begins a look; the agency's supervisors are told."""
    work, given = acting(), request.form
    key = _typed_id(given.get("referral", ""))
    return answer_form(
        work,
        Tried("break_glass.ask", "referral", (key,) if key else ()),
        lambda: break_glass.ask(work, key, given.get("reason", "")[:2000]),
        _form_page,
        then=lambda made: redirect(url_for("break_glass.look", look_id=made.id)),
    )


def _typed_id(text: str) -> str:
    """An id as it was typed or pasted, also as the end of an address; empty for what is none."""
    return as_key(text.strip().rstrip("/").rpartition("/")[2]) or ""


@blueprint.get("/break-glass/<key:look_id>")
@needs("break_glass.read")
def look(look_id: str) -> str:
    """The referral, to be read only."""
    work = acting()
    found, page = break_glass.open_look(work, look_id)
    work.session.commit()
    return render_template(
        "referrals/break_glass_look.html",
        look=found,
        page=page,
        row=page.row,
        event_words=event_words,
        visit_words=VISIT_WORDS,
        channel_words=CHANNEL_WORDS,
        more=MORE,
    )


@blueprint.get("/looks")
@needs("break_glass.acknowledge")
def looks() -> str:
    """Looks that administrators of the network took at the own agency's referrals."""
    work = acting()
    found = break_glass.looks_at_agency(work)
    work.session.commit()
    return render_template("referrals/looks.html", found=found, is_officer=False)


@blueprint.post("/looks/<key:look_id>/acknowledge")
@needs("break_glass.acknowledge")
def acknowledge(look_id: str) -> AnyResponse:
    """A supervisor has seen it."""
    work = acting()
    break_glass.acknowledge(work, look_id)
    work.session.commit()
    flash(N_("It is written down that you saw it."), "info")
    return redirect(url_for("break_glass.looks"))


@blueprint.get("/privacy/looks")
@needs("audit.read")
def without_reasons() -> str:
    """The same for a privacy officer, without the written reasons."""
    work = acting()
    found = break_glass.looks_without_reasons(work)
    work.session.commit()
    return render_template("referrals/looks.html", found=found, is_officer=True)
