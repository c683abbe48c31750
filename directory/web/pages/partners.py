"""Partner sites of one's agency (of all, for whoever runs the network): what they show, and their keys."""

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import agencies as network
from directory.accounts.access import Actor
from directory.accounts.tables import Agency
from directory.database import db
from directory.errors import QueryInvalid, RecordNotFound
from directory.partners.keys import LONGEST_OVERLAP, keys_of
from directory.partners.origins import read_origin
from directory.partners.register import (
    NETWORK,
    OWN,
    add_partner,
    as_set,
    partner_to_manage,
    partners,
    pause,
    rotate_key,
    sees_all,
    set_partner,
)
from directory.partners.site import allows
from directory.partners.tables import Partner
from directory.partners.wishes import NewPartner
from directory.phrases import N_, Phrase
from directory.web.access import needs
from directory.web.guard import acting
from directory.web.house import house
from directory.web.language import say
from directory.web.partner_form import (
    choices,
    find_organizations,
    organization_names,
    read_partner,
    written_partner,
)
from directory.web.partner_snippets import snippets, usual
from directory.web.reading import reading
from directory.web.work import Filled, fresh, key_of, read_day, zone

blueprint = Blueprint("partners", __name__, url_prefix="/partners")
USUAL_DAYS = 14
"""For how long an old key works, unless another day is chosen."""
FIND = "find"
"""Step of the form that looks for organizations and saves nothing."""


@blueprint.get("")
@needs(OWN, NETWORK)
def overview() -> str:
    """All sites that one sees to."""
    found = partners(reading(), acting())
    return render_template("partners/overview.html", partners=found, all=sees_all(acting()))


@blueprint.get("/<key:partner_id>")
@needs(OWN, NETWORK)
def show(partner_id: str) -> str:
    """One site: its key, what to copy into its pages, whether a page may show the search."""
    row = partner_to_manage(reading(), acting(), partner_id)
    return _site_page(row, Filled(_usual_end()))


# --- adding and changing ----------------------------------------------------------------------------


@blueprint.get("/new")
@needs(OWN, NETWORK)
def new() -> str:
    """The form to add one."""
    given = written_partner(NewPartner(name="", origins=()))
    given["agency"] = acting().agency_id or ""
    return _form_page(None, Filled(given))


@blueprint.post("/new")
@needs(OWN, NETWORK)
def add() -> str | AnyResponse:
    """Adds it."""
    form, actor = request.form, acting()
    if form.get("step") == FIND:
        return _form_page(None, *_found(form))
    work = db.session()
    try:
        place = _agency(work, actor, form)
        wanted = read_partner(form, work)
        made, _ = add_partner(work, actor, place, wanted, house().taxonomy, house().now())
    except QueryInvalid as problem:
        work.rollback()
        return _form_page(None, Filled.wrong(form, problem))
    found = made.id
    work.commit()
    flash(N_("The site is added. Copy its text into your page."), "info")
    return redirect(url_for("partners.show", partner_id=found))


def _agency(work: Session, actor: Actor, form: MultiDict[str, str]) -> Agency:
    """Whose site it is to be: the own agency's, or the one that whoever runs the network chose."""
    chosen = key_of(form.get("agency")) if sees_all(actor) else None
    place = work.get(Agency, chosen or actor.agency_id or "")
    if place is None or place.left_at:
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    return place


@blueprint.get("/<key:partner_id>/edit")
@needs(OWN, NETWORK)
def edit(partner_id: str) -> str:
    """The form to change it."""
    row = partner_to_manage(reading(), acting(), partner_id)
    return _form_page(row, Filled(written_partner(as_set(row))))


@blueprint.post("/<key:partner_id>/edit")
@needs(OWN, NETWORK)
def change(partner_id: str) -> str | AnyResponse:
    """Changes it."""
    form, actor, work = request.form, acting(), db.session()
    if form.get("step") == FIND:
        return _form_page(partner_to_manage(reading(), actor, partner_id), *_found(form))
    partner_to_manage(work, actor, partner_id)
    try:
        set_partner(work, actor, partner_id, read_partner(form, work), house().taxonomy, house().now())
    except QueryInvalid as problem:
        work.rollback()
        return _form_page(partner_to_manage(work, actor, partner_id), Filled.wrong(form, problem))
    work.commit()
    flash(N_("It is saved. Pages show it at their next visit; nothing needs to be copied anew."), "info")
    return redirect(url_for("partners.show", partner_id=partner_id))


def _found(form: MultiDict[str, str]) -> tuple[Filled, list[tuple[str, str]] | None]:
    """The form again as it was typed, with the organizations that were looked for."""
    try:
        return Filled(form), find_organizations(reading(), form.get("find", ""))
    except QueryInvalid as problem:
        return Filled.wrong(form, problem), None


def _form_page(row: Partner | None, form: Filled, found: list[tuple[str, str]] | None = None) -> str:
    actor, session = acting(), db.session()
    own = organization_names(session, form.all("own"))
    return render_template(
        "partners/form.html",
        partner=row,
        form=form,
        own=list(own.items()),
        found=None if found is None else [each for each in found if each[0] not in own],
        sets_all=sees_all(actor),
        agencies=[(each.id, each.name) for each in network.agencies(session)] if sees_all(actor) else [],
        **choices(form.given),
    )


# --- keys and pausing -------------------------------------------------------------------------------


@blueprint.post("/<key:partner_id>/key")
@needs(OWN, NETWORK)
def change_key(partner_id: str) -> str | AnyResponse:
    """Gives it a new key."""
    work, form, now = db.session(), request.form, house().now()
    try:
        rotate_key(work, acting(), partner_id, _end_of(form, now), now)
    except QueryInvalid as problem:
        work.rollback()
        return _site_page(partner_to_manage(work, acting(), partner_id), Filled.wrong(form, problem))
    work.commit()
    flash(N_("There is a new key. Copy the text into your page again."), "info")
    return redirect(url_for("partners.show", partner_id=partner_id))


@blueprint.post("/<key:partner_id>/pause")
@needs(OWN, NETWORK)
def switch(partner_id: str) -> AnyResponse:
    """Switches its search off, or on again."""
    paused = request.form.get("paused") == "1"
    work = db.session()
    pause(work, acting(), partner_id, paused, house().now())
    work.commit()
    flash(N_("The search is switched off on that site.") if paused else N_("The search is on again."), "info")
    return redirect(url_for("partners.show", partner_id=partner_id))


def _end_of(form: MultiDict[str, str], now: dt.datetime) -> dt.datetime:
    """When the old key ends: at once, or when the day that was chosen is over where the agency works."""
    if form.get("when") == "now":
        return now
    day = read_day(form.get("until", ""), "until")
    if day is None:
        sentence = Phrase(N_("Please give a day."))
        raise QueryInvalid(sentence, {"until": [sentence]})
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone())


def _usual_end() -> MultiDict[str, str]:
    last = _today() + dt.timedelta(days=USUAL_DAYS)
    return fresh(when="later", until=last.isoformat())


def _today() -> dt.date:
    return house().now().astimezone(zone()).date()


def _site_page(row: Partner, form: Filled) -> str:
    session, now = db.session(), house().now()
    keys = keys_of(session, row)
    said, checked = _checked(row, request.args.get("page", ""))
    return render_template(
        "partners/site.html",
        partner=row,
        form=form,
        key=keys[0].key,
        older=[each for each in keys[1:] if each.works_until and each.works_until > now],
        own=list(organization_names(session, row.own_organizations).values()),
        snippets=snippets(usual(row, keys[0].key)),
        first_day=_today().isoformat(),
        last_day=(_today() + LONGEST_OVERLAP - dt.timedelta(days=1)).isoformat(),
        typed=request.args.get("page", "")[:200],
        said=said,
        checked=checked,
        labels=choices(fresh()),
    )


def _checked(row: Partner, typed: str) -> tuple[str, bool]:
    """Whether a page may show the search, in words and as it is."""
    if not typed.strip():
        return "", False
    try:
        origin = read_origin(typed)
    except QueryInvalid as problem:
        return say(problem.phrase), False
    if allows(tuple(row.origins), origin):
        return say(Phrase(N_("Yes: pages of %(origin)s show the search."), {"origin": origin})), True
    sentence = N_("No: pages of %(origin)s are refused. Add that site under “Where it may be shown”.")
    return say(Phrase(sentence, {"origin": origin})), False
