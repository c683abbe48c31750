"""Clients of the own agency: found by exact match, added, read, changed. No client fact is in an address."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import clients, ledger
from directory.referrals.boards import PAGE, Cursor, referrals_of_agency
from directory.referrals.client_fields import CONTACT_PREFERENCES, ClientFields, KnownClient
from directory.referrals.tables_clients import Client
from directory.web.access import needs
from directory.web.client_form import choices, language_names, read_client, read_person, written_client
from directory.web.consent_words import STATUSES, status_of
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, fresh

blueprint = Blueprint("clients", __name__, url_prefix="/referrals/clients")


@blueprint.get("")
@needs("clients.read")
def overview() -> str:
    """The newest clients, and the form to find one."""
    work = acting()
    text = request.args.get("before", "")
    found = clients.newest(work, before=Cursor.parse(text) if text else None)
    last = clients.before_these(work, found)
    older = str(Cursor(*last)) if last else ""
    work.session.commit()
    return render_template(
        "referrals/clients.html", found=found, older=older, form=Filled(fresh()), asked=False
    )


@blueprint.post("/find")
@needs("clients.read")
def find() -> Answer:
    """Clients of exactly this name and date of birth, or of this number."""
    work = acting()

    def page(form: Filled, found: tuple[KnownClient, ...] = ()) -> str:
        return render_template("referrals/clients.html", found=found, older="", form=form, asked=True)

    return answer_form(
        work,
        Tried("client.find", "client"),
        lambda: clients.find(work, **read_person(request.form)),
        page,
        then=lambda found: page(Filled(request.form), found),
    )


# --- adding and changing ----------------------------------------------------------------------------


@blueprint.get("/new")
@needs("clients.write")
def new() -> str:
    """An empty form."""
    return _form_page(Filled(fresh(language="en")), None)


@blueprint.post("/new")
@needs("clients.write")
def add() -> Answer:
    """Adds a client; where there may be one already, asks first."""
    work = acting()

    def deed() -> Client | tuple[KnownClient, ...]:
        given = read_client(request.form)
        return (() if request.form.get("sure") else _known(given)) or clients.add(work, given)

    def then(made: Client | tuple[KnownClient, ...]) -> Answer:
        if isinstance(made, tuple):
            return _form_page(Filled(request.form), None, known=made), 409
        return redirect(url_for("clients.show", client_id=made.id))

    return answer_form(
        work, Tried("client.add", "client"), deed, lambda form: _form_page(form, None), then=then
    )


def _known(given: ClientFields) -> tuple[KnownClient, ...]:
    if not given.phone and not (given.name and given.birth_date):
        return ()
    return clients.find(acting(), name=given.name, birth_date=given.birth_date, phone=given.phone)


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
def change(client_id: str) -> Answer:
    """Writes all fields anew. Where somebody else was quicker, what was typed stays on the page."""
    work, version = acting(), request.form.get("version", 0, type=int)

    def page(form: Filled) -> str:
        if not form.text("version"):
            form.given["version"] = str(clients.read(work, client_id).version)
            work.session.commit()
        return _form_page(form, client_id)

    return answer_form(
        work,
        Tried("client.change", "client", (client_id,)),
        lambda: clients.change(work, client_id, read_client(request.form), expected_version=version),
        page,
        then=url_for("clients.show", client_id=client_id),
        done=N_("It is saved."),
    )


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
    work, text = acting(), request.args.get("before", "")
    known = clients.read(work, client_id)
    consents = ledger.of_client(work, client_id)
    before = Cursor.parse(text) if text else None
    sent = referrals_of_agency(work, "sender", client_id=client_id, before=before)
    work.session.commit()
    return render_template(
        "referrals/client.html",
        client=known,
        about=known.fields,
        consents=[(each, status_of(each, work.now)) for each in consents],
        consent_statuses=STATUSES,
        sent=sent,
        older=str(sent[-1].cursor) if len(sent) == PAGE else "",
        languages=dict(language_names()),
        preferences=CONTACT_PREFERENCES,
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
def add_limit(client_id: str) -> Answer:
    """Writes down a limit on sharing."""
    work = acting()
    return answer_form(
        work,
        Tried("client.restrict", "client", (client_id,)),
        lambda: clients.restrict(work, client_id, request.form.get("agreed", "")),
        partial(_client_page, client_id),
        then=url_for("clients.show", client_id=client_id),
    )


@blueprint.post("/<key:client_id>/limits/<key:limit_id>/end")
@needs("clients.write")
def end_limit(client_id: str, limit_id: str) -> AnyResponse:
    """The limit no longer holds."""
    work = acting()
    clients.end_restriction(work, client_id, limit_id)
    work.session.commit()
    return redirect(url_for("clients.show", client_id=client_id))
