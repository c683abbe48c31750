"""A referral before it is sent: written, changed, thrown away."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import QueryInvalid, RecordNotFound
from directory.listings.freshness import capacities_now
from directory.listings.store import load_documents
from directory.phrases import N_
from directory.referrals import clients, drafts
from directory.referrals.acting import Acting
from directory.referrals.client_fields import CONTACT_PREFERENCES, KnownClient
from directory.referrals.drafts import still_draft
from directory.referrals.sender_page import SenderPage, sender_page
from directory.referrals.sides import own_sent
from directory.referrals.states import PRIORITIES
from directory.referrals.tables import Referral
from directory.web import wording
from directory.web.access import needs
from directory.web.draft_form import CHOSEN_FIRST, choices, read_draft, written_draft
from directory.web.house import house
from directory.web.language import date_text, gettext
from directory.web.session_cookie import FOR_CLIENT
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, fresh, key_of

blueprint = Blueprint("drafts", __name__, url_prefix="/referrals")
WHO_MISSING = N_("Please say whom it is about.")
CHOICE = 20
"""How many of the newest clients the form offers."""


def capacity_now(work: Acting, listing_id: str | None) -> list[str]:
    """How much room the place says it has, now."""
    document = load_documents(work.session, [listing_id]).get(listing_id) if listing_id else None
    if document is None:
        return []
    return _room(work, document)


def _room(work: Acting, document: Mapping[str, Any]) -> list[str]:
    told = (wording.capacity_text(each) for each in capacities_now(document["capacity"], work.now))
    return [f"{room} ({said})" for room, said in told]


@blueprint.get("/new")
@needs("referrals.send")
def new() -> str:
    """The form for a listing; about the client whom the search was for, or one to choose."""
    work = acting()
    listing_id = key_of(request.args.get("listing"))
    document = _document(work, listing_id)
    offered = wording.most_exact(house().taxonomy, document["needs"])
    wanted = [each for each in request.args.getlist("need") if each in document["needs"]]
    given = fresh(
        needs=wanted or (offered if len(offered) == 1 else []),
        shared=list(CHOSEN_FIRST),
        priority="routine",
        client_id="" if request.args.get("who") == "else" else _searched_for(work),
        listing=listing_id or "",
    )
    return _new_page(work, Filled(given), document)


def _searched_for(work: Acting) -> str:
    """Whom the search was for; nobody, where they are no client of the agency that is acted for now."""
    chosen: str = session.get(FOR_CLIENT, "")
    try:
        return clients.own_client(work, chosen, "referrals.send").id if chosen else ""
    except RecordNotFound:
        session.pop(FOR_CLIENT)
        return ""


@blueprint.post("/new")
@needs("referrals.send")
def create() -> Answer:
    """Keeps the draft, and goes on to its page, which says what is still missing."""
    work = acting()
    listing_id = key_of(request.form.get("listing"))

    def deed() -> Referral:
        given = read_draft(request.form, _chosen_client(), listing_id)
        return drafts.create_draft(work, given, idempotency_key=request.form.get("idempotency_key", ""))

    def then(made: Referral) -> AnyResponse:
        session.pop(FOR_CLIENT, None)
        return redirect(url_for("referrals.show", referral_id=made.id))

    return answer_form(
        work,
        Tried("referral.draft", "referral"),
        deed,
        lambda form: _new_page(work, form, _document(work, listing_id)),
        then=then,
    )


def _chosen_client() -> str:
    found = key_of(request.form.get("client_id"))
    if found is None:
        raise QueryInvalid(WHO_MISSING, {"client_id": [WHO_MISSING]})
    return found


def _document(work: Acting, listing_id: str | None) -> dict[str, Any]:
    found = load_documents(work.session, [listing_id]) if listing_id else {}
    if listing_id is None or listing_id not in found:
        abort(404)
    return found[listing_id]


def _new_page(work: Acting, form: Filled, document: dict[str, Any]) -> str:
    chosen = key_of(form.text("client_id"))
    known = clients.read(work, chosen) if chosen else None
    others = () if known else clients.newest(work, limit=CHOICE)
    work.session.commit()
    return _form_page(
        form,
        client=known,
        others=[(each.id, _told_apart(each)) for each in others],
        service=document,
        offered=document["needs"],
        capacity=_room(work, document),
        action=url_for("drafts.create"),
        for_others=url_for("drafts.new", listing=document["id"], need=form.all("needs"), who="else"),
        back=url_for("finding.find"),
    )


def _told_apart(known: KnownClient) -> str:
    """A name, with what tells people of the same name apart."""
    more = date_text(known.fields.birth_date) or known.fields.phone[-4:]
    return f"{known.fields.name} ({more})" if more else known.fields.name


def _form_page(form: Filled, *, offered: list[str], **values: Any) -> str:
    exact = wording.most_exact(house().taxonomy, [*offered, *form.all("needs")], form.all("needs"))
    return render_template(
        "referrals/draft_form.html",
        form=form,
        offered=[(code, wording.labels(house().taxonomy, [code])[0]) for code in dict.fromkeys(exact)],
        urgency=[(code, gettext(name)) for code, name in PRIORITIES.items()],
        preferences=[(code, gettext(name)) for code, name in CONTACT_PREFERENCES.items()],
        **choices(),
        **values,
    )


# --- changing ---------------------------------------------------------------------------------------


@blueprint.get("/<key:referral_id>/edit")
@needs("referrals.send")
def edit(referral_id: str) -> str:
    """The draft as it stands."""
    work = acting()
    page = sender_page(work, referral_id)
    row = still_draft(page.row)
    given = written_draft(row.needs, row.priority, row.shared_fields, page.details, row.contact_preference)
    return _edit_page(work, page, Filled(given))


@blueprint.post("/<key:referral_id>/edit")
@needs("referrals.send")
def change(referral_id: str) -> Answer:
    """Writes the draft anew; its client and place stay."""
    work = acting()
    row = still_draft(own_sent(work, referral_id, write=True))

    def deed() -> None:
        given = read_draft(request.form, row.client_id, row.listing_id)
        version = request.form.get("version", 0, type=int)
        drafts.change_draft(work, referral_id, given, expected_version=version)

    return answer_form(
        work,
        Tried("referral.change_draft", "referral", (referral_id,)),
        deed,
        lambda form: _edit_page(work, sender_page(work, referral_id), form),
        then=url_for("referrals.show", referral_id=referral_id),
    )


def _edit_page(work: Acting, page: SenderPage, form: Filled) -> str:
    row = page.row
    form.given.setdefault("version", str(row.version))
    document = load_documents(work.session, [row.listing_id]).get(row.listing_id) if row.listing_id else None
    known = clients.read(work, row.client_id)
    capacity = _room(work, document) if document else []
    work.session.commit()
    return _form_page(
        form,
        client=known,
        others=[],
        service=row.snapshot,
        offered=document["needs"] if document else list(row.needs),
        capacity=capacity,
        action=url_for("drafts.change", referral_id=row.id),
        back=url_for("referrals.show", referral_id=row.id),
    )


@blueprint.post("/<key:referral_id>/delete")
@needs("referrals.send")
def delete(referral_id: str) -> AnyResponse:
    """Throws the draft away for good."""
    work = acting()
    drafts.delete_draft(work, referral_id)
    work.session.commit()
    flash(N_("The draft is gone."), "info")
    return redirect(url_for("referrals.board"))
