"""Agencies on the network: what an agency sets about itself, and all of them for whoever runs the network."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from directory.accounts import agencies as network
from directory.accounts.agencies import NewAgency
from directory.accounts.agency_settings import (
    NETWORK,
    OWN,
    agency_to_set,
    as_set,
    set_agency,
    sets_all,
)
from directory.accounts.tables import Agency
from directory.database import db
from directory.errors import QueryInvalid, VersionConflict
from directory.listings.tables import Organization
from directory.phrases import N_
from directory.referrals.clients import conflict
from directory.web.access import needs
from directory.web.agency_form import SEEN, choices, mark_of, read_agency, read_organization, written_agency
from directory.web.errors import status_of
from directory.web.fresh import confirmed
from directory.web.guard import acting, forget_person
from directory.web.house import house
from directory.web.reading import reading
from directory.web.talk import Answer, as_typed
from directory.web.work import Filled

blueprint = Blueprint("agencies", __name__, url_prefix="/account")
EMPTY = NewAgency(name="", timezone="America/New_York")


@blueprint.get("/agency")
@needs(OWN)
@confirmed("agencies.own")
def own() -> str:
    """What one's agency has set about itself."""
    return _form_page(agency_to_set(reading(), acting(), acting().agency_id))


@blueprint.post("/agency")
@needs(OWN)
@confirmed("agencies.own")
def set_own() -> Answer:
    """Sets it."""
    return _set(acting().agency_id, url_for("agencies.own"))


@blueprint.get("/agencies")
@needs(NETWORK)
def overview() -> str:
    """All agencies on the network."""
    return render_template("account/agencies.html", agencies=network.agencies(reading()))


@blueprint.get("/agencies/new")
@needs(NETWORK)
@confirmed("agencies.new")
def new() -> str:
    """The form to add one."""
    return _form_page(None)


@blueprint.post("/agencies/new")
@needs(NETWORK)
@confirmed("agencies.new")
def add() -> Answer:
    """Adds it."""
    work, form = db.session(), request.form
    try:
        wanted = read_agency(form, EMPTY, read_organization(reading(), form.get("organization", "")))
        _begin_writing()
        network.add_agency(work, wanted, acting(), house().now(), channel="web")
    except QueryInvalid as problem:
        work.rollback()
        return _form_page(None, as_typed(problem)), 422
    work.commit()
    flash(N_("The agency is on the network. Now invite its supervisor."), "info")
    return redirect(url_for("agencies.overview"))


@blueprint.get("/agencies/<key:agency_id>")
@needs(NETWORK)
@confirmed("agencies.show")
def show(agency_id: str) -> str:
    """What is set of one of them."""
    return _form_page(agency_to_set(reading(), acting(), agency_id))


@blueprint.post("/agencies/<key:agency_id>")
@needs(NETWORK)
@confirmed("agencies.show")
def change(agency_id: str) -> Answer:
    """Sets it."""
    return _set(agency_id, url_for("agencies.overview"))


def _begin_writing() -> None:
    """What was read before was read without waiting for anybody; from here on it is written."""
    db.session.rollback()


def _set(agency_id: str | None, then: str) -> Answer:
    actor, work, form = acting(), db.session(), request.form
    row = agency_to_set(reading(), actor, agency_id)
    before, found = as_set(row), row.id
    try:
        organization = before.organization_id
        if sets_all(actor) and form.get("organization", "") != (organization or ""):
            organization = read_organization(work, form.get("organization", ""))
        wanted = read_agency(form, before, organization)
        _begin_writing()
        if mark_of(as_set(agency_to_set(work, actor, found, lock=True))) != form.get(SEEN):
            raise conflict()
        set_agency(work, actor, found, wanted, house().now())
    except (QueryInvalid, VersionConflict) as problem:
        work.rollback()
        page = _form_page(agency_to_set(work, actor, found), as_typed(problem))
        return page, status_of(problem)
    work.commit()
    forget_person()
    flash(N_("It is saved."), "info")
    return redirect(then)


def _form_page(row: Agency | None, form: Filled | None = None) -> str:
    actor = acting()
    known = as_set(row) if row else EMPTY
    filled = form or Filled(written_agency(known))
    filled.given.setdefault(SEEN, mark_of(known))
    listed = reading().get(Organization, row.organization_id) if row and row.organization_id else None
    return render_template(
        "account/agency.html",
        agency=row,
        form=filled,
        sets_all=sets_all(actor),
        listed=listed.name if listed else "",
        **choices(filled.given),
    )
