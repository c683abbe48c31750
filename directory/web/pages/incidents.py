"""The incident register: supervisors write it, privacy officers read it."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for

from directory.phrases import N_
from directory.referrals import incident_register, incidents
from directory.referrals.incident_rules import DEEDS, FACTORS, KINDS, RECIPIENTS
from directory.web.access import needs
from directory.web.incident_form import read_assessment, read_report
from directory.web.language import gettext
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, fresh, read_day

blueprint = Blueprint("incidents", __name__, url_prefix="/referrals/incidents")
KIND = "incident"


def _options(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(text)) for code, text in labels.items()]


@blueprint.get("")
@needs("incidents.read")
def register() -> str:
    """The own agency's incidents, the late ones first."""
    work = acting()
    found = incident_register.register(work)
    work.session.commit()
    return render_template("referrals/incidents.html", found=found, kinds=KINDS, deeds=DEEDS)


@blueprint.get("/new")
@needs("incidents.write")
def form() -> str:
    """The form to write one down."""
    return _form_page(Filled(fresh()))


def _form_page(given: Filled) -> str:
    return render_template("referrals/incident_form.html", form=given, kinds=_options(KINDS))


@blueprint.post("/new")
@needs("incidents.write")
def report() -> Answer:
    """Writes it down."""
    work = acting()
    return answer_form(
        work,
        Tried("incident.report", KIND),
        lambda: incidents.report(work, read_report(request.form)).id,
        _form_page,
        then=lambda made: redirect(url_for("incidents.show", incident_id=made)),
        done=N_("The incident is written down."),
    )


@blueprint.get("/<key:incident_id>")
@needs("incidents.read")
def show(incident_id: str) -> str:
    """One of them: what is due, how it was judged, who was told."""
    return _page(incident_id, Filled(fresh()))


def _page(incident_id: str, given: Filled) -> str:
    work = acting()
    found = incident_register.read(work, incident_id)
    work.session.commit()
    if found.line.row.people_count is not None:
        given.given.setdefault("people_count", str(found.line.row.people_count))
    return render_template(
        "referrals/incident.html",
        page=found,
        row=found.line.row,
        form=given,
        kinds=KINDS,
        deeds=DEEDS,
        factors=FACTORS,
        recipients=RECIPIENTS,
        to_tell=_options(RECIPIENTS),
    )


@blueprint.post("/<key:incident_id>/assessment")
@needs("incidents.write")
def assess(incident_id: str) -> Answer:
    """The four factors, judged."""
    work, given = acting(), request.form
    return answer_form(
        work,
        Tried("incident.assess", KIND, (incident_id,)),
        lambda: incidents.assess(work, incident_id, read_assessment(given), given.get("people_count", "")),
        partial(_page, incident_id),
        then=url_for("incidents.show", incident_id=incident_id),
        done=N_("The assessment is saved."),
    )


@blueprint.post("/<key:incident_id>/notices")
@needs("incidents.write")
def note_notice(incident_id: str) -> Answer:
    """Somebody was told."""
    work, given = acting(), request.form
    return answer_form(
        work,
        Tried("incident.note_notice", KIND, (incident_id,)),
        lambda: incidents.note_notice(
            work, incident_id, given.get("told", ""), read_day(given.get("told_on", ""), "told_on")
        ),
        partial(_page, incident_id),
        then=url_for("incidents.show", incident_id=incident_id),
        done=N_("The notice is written down."),
    )


@blueprint.post("/<key:incident_id>/close")
@needs("incidents.write")
def close(incident_id: str) -> Answer:
    """Nothing more is to be done."""
    work = acting()
    return answer_form(
        work,
        Tried("incident.close", KIND, (incident_id,)),
        lambda: incidents.close(work, incident_id),
        partial(_page, incident_id),
        then=url_for("incidents.register"),
        done=N_("The incident is closed."),
    )
