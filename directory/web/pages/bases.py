"""Grounds of a draft other than consent, and a state's rules on who signs for young people."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import grounds, minor_rules
from directory.referrals.acting import Acting
from directory.referrals.drafts import still_draft
from directory.referrals.information import SHAREABLE
from directory.referrals.minors import KNOWN_RULES
from directory.referrals.tables import Referral
from directory.web import guard
from directory.web.access import needs
from directory.web.bases_form import SIGNS, read_emergency, read_order, read_rule
from directory.web.consent_form import CARE
from directory.web.language import gettext
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, fresh, typed_moment

blueprint = Blueprint("bases", __name__, url_prefix="/referrals")
DECIDED = N_("It is saved. See below if it may be sent now.")


@blueprint.get("/<key:referral_id>/ground")
@needs("referrals.read_sent")
def show(referral_id: str) -> str:
    """What a referral rests on; for a draft that may not go, what else it could rest on."""
    work = acting()
    found = grounds.grounds_of(work, referral_id)
    work.session.commit()
    return render_template("referrals/ground.html", found=found, row=found.row, ground=found.ground)


@blueprint.post("/<key:referral_id>/ground")
@needs("referrals.send")
def to_consent(referral_id: str) -> AnyResponse:
    """Back to the person's consent."""
    work = acting()
    grounds.back_to_consent(work, referral_id, version=_version())
    work.session.commit()
    flash(DECIDED, "info")
    return redirect(_there(referral_id))


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _there(referral_id: str) -> str:
    return url_for("referrals.show", referral_id=referral_id)


def _page(kind: str, referral_id: str, form: Filled) -> str:
    work = acting()
    found = grounds.grounds_of(work, referral_id)
    still_draft(found.row)
    person = guard.signed_in_person()
    work.session.commit()
    form.given.setdefault("version", str(found.row.version))
    if kind == "emergency" and not form.message:
        form.given.setdefault("discloser", person.user.name if person else "")
        form.given.setdefault("at", typed_moment(work.now))
    choices = [(code, gettext(each.label)) for code, each in SHAREABLE.items()]
    return render_template(
        "referrals/ground_form.html", kind=kind, found=found, row=found.row, form=form, choices=choices
    )


def _take(kind: str, referral_id: str, decide: Callable[[Acting], Referral]) -> Answer:
    """Decides; or shows the form again with what was typed."""
    work = acting()
    return answer_form(
        work,
        Tried(f"referral.ground_{kind}", "referral", (referral_id,)),
        lambda: decide(work),
        partial(_page, kind, referral_id),
        then=_there(referral_id),
        done=DECIDED,
    )


@blueprint.get("/<key:referral_id>/ground/override")
@needs("referrals.override")
def override(referral_id: str) -> str:
    """The form of a supervisor's decision, with what it can set aside."""
    return _page("override", referral_id, Filled(fresh()))


@blueprint.post("/<key:referral_id>/ground/override")
@needs("referrals.override")
def decide(referral_id: str) -> Answer:
    """The supervisor decides, in writing."""
    reason = request.form.get("reason", "")
    return _take(
        "override",
        referral_id,
        lambda work: grounds.decide_as_supervisor(work, referral_id, reason, version=_version()),
    )


@blueprint.get("/<key:referral_id>/ground/emergency")
@needs("referrals.send")
def emergency(referral_id: str) -> str:
    """The form of an emergency record."""
    return _page("emergency", referral_id, Filled(fresh()))


@blueprint.post("/<key:referral_id>/ground/emergency")
@needs("referrals.send")
def record_emergency(referral_id: str) -> Answer:
    """Keeps the record."""
    return _take(
        "emergency",
        referral_id,
        lambda work: grounds.record_emergency(
            work,
            referral_id,
            read_emergency(request.form),
            request.form.get("reason", ""),
            version=_version(),
        ),
    )


@blueprint.get("/<key:referral_id>/ground/court-order")
@needs("referrals.override")
def court_order(referral_id: str) -> str:
    """The form of a court order."""
    return _page("court_order", referral_id, Filled(fresh()))


@blueprint.post("/<key:referral_id>/ground/court-order")
@needs("referrals.override")
def record_court_order(referral_id: str) -> Answer:
    """Keeps the order."""
    return _take(
        "court_order",
        referral_id,
        lambda work: grounds.record_court_order(
            work, referral_id, read_order(request.form), version=_version()
        ),
    )


# --- who signs for young people ---------------------------------------------------------------------


@blueprint.get("/minor-rules")
@needs("consents.rules")
def rules() -> str:
    """The rules in force, the own ones first, and the form of another."""
    return _rules_page(Filled(fresh(from_age="12", below_age="18")))


@blueprint.post("/minor-rules")
@needs("consents.rules")
def add_rule() -> Answer:
    """Enters a rule with its citation; the gate keeps to it from now on."""
    work = acting()
    return answer_form(
        work,
        Tried("consent.enter_rule", "minor_rule"),
        lambda: minor_rules.enter(work, read_rule(request.form)),
        _rules_page,
        then=url_for("bases.rules"),
        done=N_("The rule is saved and holds from now on."),
    )


@blueprint.post("/minor-rules/<key:rule_id>/end")
@needs("consents.rules")
def end_rule(rule_id: str) -> AnyResponse:
    """The rule no longer holds."""
    work = acting()
    minor_rules.end(work, rule_id)
    work.session.commit()
    flash(N_("The rule no longer holds."), "info")
    return redirect(url_for("bases.rules"))


def _rules_page(form: Filled) -> str:
    work = acting()
    found = minor_rules.listed(work)
    work.session.commit()
    return render_template(
        "referrals/minor_rules.html",
        found=found,
        known=KNOWN_RULES,
        form=form,
        cares=[(code, gettext(text)) for code, text in CARE.items()],
        signs=[(code, gettext(text)) for code, text in SIGNS.items()],
        care_words=CARE,
        sign_words=SIGNS,
    )
