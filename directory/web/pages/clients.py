"""Clients of the own agency: found by exact match, added, read, changed. No client fact is in an address."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import QueryInvalid, VersionConflict
from directory.phrases import N_
from directory.referrals import clients, ledger
from directory.referrals.boards import Cursor, referrals_of_agency
from directory.referrals.client_fields import CONTACT_PREFERENCES, ClientFields, KnownClient
from directory.referrals.tables_clients import Client
from directory.web.access import needs
from directory.web.client_form import ZONES, choices, language_names, read_client, written_client
from directory.web.consent_words import status_of
from directory.web.work import Filled, acting, fresh, read_day

blueprint = Blueprint("clients", __name__, url_prefix="/referrals/clients")


@blueprint.get("")
@needs("clients.read")
def overview() -> str:
    """The newest clients, and the form to find one."""
    work = acting()
    text = request.args.get("before", "")
    found = clients.newest(work, before=Cursor.parse(text) if text else None)
    last = work.session.get(Client, found[-1].id) if len(found) == clients.PAGE else None
    older = str(Cursor(last.created_at, last.id)) if last else ""
    work.session.commit()
    return render_template(
        "referrals/clients.html", found=found, older=older, form=Filled(fresh()), asked=False
    )


@blueprint.post("/find")
@needs("clients.read")
def find() -> str | tuple[str, int]:
    """Clients of exactly this name and date of birth, or of this number."""
    work = acting()
    try:
        found = clients.find(
            work,
            name=request.form.get("name", ""),
            birth_date=read_day(request.form.get("birth_date", ""), "birth_date"),
            phone=request.form.get("phone", ""),
        )
    except QueryInvalid as problem:
        form = Filled.wrong(request.form, problem)
        return render_template("referrals/clients.html", found=[], older="", form=form, asked=True), 422
    work.session.commit()
    return render_template(
        "referrals/clients.html", found=found, older="", form=Filled(request.form), asked=True
    )


# --- adding and changing ----------------------------------------------------------------------------


@blueprint.get("/new")
@needs("clients.write")
def new() -> str:
    """An empty form."""
    return _form_page(Filled(fresh(language="en")), None)


@blueprint.post("/new")
@needs("clients.write")
def add() -> AnyResponse | tuple[str, int]:
    """Adds a client; where there may be one already, asks first."""
    work = acting()
    try:
        given = read_client(request.form)
        known = () if request.form.get("sure") else _known(given.name, given)
        if not known:
            made = clients.add(work, given)
            work.session.commit()
            return redirect(url_for("clients.show", client_id=made.id))
    except QueryInvalid as problem:
        work.session.rollback()
        return _form_page(Filled.wrong(request.form, problem), None), 422
    work.session.commit()
    return _form_page(Filled(request.form), None, known=known), 409


def _known(name: str, given: ClientFields) -> tuple[KnownClient, ...]:
    if not given.phone and not (name and given.birth_date):
        return ()
    return clients.find(acting(), name=name, birth_date=given.birth_date, phone=given.phone)


@blueprint.get("/<key:client_id>/edit")
@needs("clients.write")
def edit(client_id: str) -> str:
    """The form as it stands."""
    work = acting()
    known = clients.read(work, client_id)
    work.session.commit()
    given = written_client(known.fields)
    given["version"] = str(known.version)
    return _form_page(Filled(given), client_id)


@blueprint.post("/<key:client_id>/edit")
@needs("clients.write")
def change(client_id: str) -> AnyResponse | tuple[str, int]:
    """Writes all fields anew. Where somebody else was quicker, what was typed stays on the page."""
    work = acting()
    try:
        version = request.form.get("version", 0, type=int)
        clients.change(work, client_id, read_client(request.form), expected_version=version)
    except VersionConflict as problem:
        work.session.rollback()
        now = clients.read(work, client_id)
        work.session.commit()
        given = request.form.copy()
        given["version"] = str(now.version)
        return _form_page(Filled.wrong(given, problem), client_id), 409
    except QueryInvalid as problem:
        work.session.rollback()
        return _form_page(Filled.wrong(request.form, problem), client_id), 422
    work.session.commit()
    flash(N_("It is saved."), "info")
    return redirect(url_for("clients.show", client_id=client_id))


def _form_page(form: Filled, client_id: str | None, known: tuple[KnownClient, ...] = ()) -> str:
    return render_template(
        "referrals/client_form.html", form=form, client_id=client_id, known=known, **choices()
    )


# --- one client -------------------------------------------------------------------------------------


@blueprint.get("/<key:client_id>")
@needs("clients.read")
def show(client_id: str) -> str:
    """One client: how to reach them, consents, referrals."""
    return _client_page(client_id, Filled(fresh()))


def _client_page(client_id: str, form: Filled) -> str:
    work = acting()
    known = clients.read(work, client_id)
    consents = ledger.of_client(work, client_id)
    sent = referrals_of_agency(work, "sender", client_id=client_id)
    work.session.commit()
    return render_template(
        "referrals/client.html",
        client=known,
        about=known.fields,
        consents=[(each, status_of(each, work.now)) for each in consents],
        sent=sent,
        languages=dict(language_names()),
        preferences=CONTACT_PREFERENCES,
        zones=ZONES,
        form=form,
    )


@blueprint.post("/<key:client_id>/contact")
@needs("clients.write")
def set_contact(client_id: str) -> AnyResponse:
    """Do not contact, or contact again."""
    work = acting()
    clients.set_do_not_contact(work, client_id, wanted=request.form.get("stop") == "1")
    work.session.commit()
    return redirect(url_for("clients.show", client_id=client_id))


@blueprint.post("/<key:client_id>/limits")
@needs("clients.write")
def add_limit(client_id: str) -> AnyResponse | tuple[str, int]:
    """Writes down a limit on sharing."""
    work = acting()
    try:
        clients.restrict(work, client_id, request.form.get("agreed", ""))
    except QueryInvalid as problem:
        work.session.rollback()
        return _client_page(client_id, Filled.wrong(request.form, problem)), 422
    work.session.commit()
    return redirect(url_for("clients.show", client_id=client_id))


@blueprint.post("/<key:client_id>/limits/<key:limit_id>/end")
@needs("clients.write")
def end_limit(client_id: str, limit_id: str) -> AnyResponse:
    """The limit no longer holds."""
    work = acting()
    clients.end_restriction(work, client_id, limit_id)
    work.session.commit()
    return redirect(url_for("clients.show", client_id=client_id))
