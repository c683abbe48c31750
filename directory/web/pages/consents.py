"""Consents of a client: written down whole, read, taken back. None is ever edited."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import clients, ledger
from directory.referrals.acting import Acting
from directory.referrals.consent_places import places
from directory.referrals.gate import recipient_of
from directory.referrals.information import categories_of
from directory.referrals.revocation import Revoked, revoke
from directory.referrals.sides import own_sent
from directory.referrals.tables import Referral
from directory.referrals.tables_consents import Consent
from directory.web.access import needs
from directory.web.client_form import language_names
from directory.web.consent_form import choices, read_consent
from directory.web.consent_words import REVOKED_HOW, REVOKERS, SIGNATURES, SIGNERS, STATUSES, TYPES, status_of
from directory.web.language import gettext
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, category_words, fresh, key_of, typed_moment

blueprint = Blueprint("consents", __name__, url_prefix="/referrals")


@blueprint.get("/clients/<key:client_id>/consents/new")
@needs("consents.write")
def new(client_id: str) -> str:
    """An empty form; for a draft (`referral`), with its receiver and what it is to share."""
    work = acting()
    draft = _draft(work, client_id, request.args.get("referral"))
    given = fresh(
        type="part2_named",
        purposes=["referral"],
        signer="client",
        signature_kind="typed",
        end="day",
        signed_at=typed_moment(work.now),
        language="en",
        care="other",
    )
    if draft is not None:
        shared = sorted(categories_of(draft.shared_fields) | {"note"})
        given.setlist("recipients", [recipient_of(work, draft).id])
        given.setlist("categories", shared)
        given["description"] = category_words(shared)
    return _form_page(work, client_id, Filled(given), draft)


@blueprint.post("/clients/<key:client_id>/consents/new")
@needs("consents.write")
def record(client_id: str) -> Answer:
    """Keeps the consent if nothing is missing; else tells all that is."""
    work = acting()
    draft = _draft(work, client_id, request.form.get("referral"))

    def deed() -> Consent:
        given, care = read_consent(request.form, client_id, places(work, draft).items())
        return ledger.record(work, given, data_class=care)

    def then(made: Consent) -> AnyResponse:
        if draft is not None:
            return redirect(url_for("referrals.show", referral_id=draft.id))
        return redirect(url_for("consents.show", consent_id=made.id))

    def page(form: Filled) -> str:
        return _form_page(work, client_id, form, _draft(work, client_id, request.form.get("referral")))

    tried = Tried("consent.record", "client", (client_id,))
    return answer_form(work, tried, deed, page, then=then, done=N_("The consent is kept."))


def _draft(work: Acting, client_id: str, text: str | None) -> Referral | None:
    """The referral of that person which the own agency sends and the consent is for, if it is for one."""
    key = key_of(text)
    return own_sent(work, key, client_id=client_id, write=True) if key else None


def _form_page(work: Acting, client_id: str, form: Filled, draft: Referral | None) -> str:
    known = clients.read(work, client_id)
    offered = places(work, draft)
    work.session.commit()
    return render_template(
        "referrals/consent_form.html",
        client=known,
        form=form,
        places=list(offered.items()),
        draft_id=draft.id if draft else "",
        **choices(),
    )


# --- one consent ------------------------------------------------------------------------------------


@blueprint.get("/consents/<key:consent_id>")
@needs("consents.read")
def show(consent_id: str) -> str:
    """The consent, element by element."""
    return _consent_page("referrals/consent.html", consent_id, Filled(fresh()))


@blueprint.get("/consents/<key:consent_id>/revoke")
@needs("consents.write")
def ask_to_revoke(consent_id: str) -> str:
    """What follows from taking it back, before it is done."""
    form = Filled(MultiDict({"by": "client", "how": "oral"}))
    return _consent_page("referrals/consent_revoke.html", consent_id, form)


@blueprint.post("/consents/<key:consent_id>/revoke")
@needs("consents.write")
def take_back(consent_id: str) -> Answer:
    """Takes it back; what rests on it stops with it."""
    work, given = acting(), request.form

    def deed() -> Revoked:
        by, how, reason = (given.get(name, "") for name in ("by", "how", "reason"))
        return revoke(work, consent_id, by=by, how=how, reason=reason[:500])

    def then(made: Revoked) -> AnyResponse:
        told = N_("The consent is taken back. What rested on it has stopped.")
        flash(told if made.stopped else N_("The consent is taken back."), "info")
        return redirect(url_for("consents.show", consent_id=consent_id))

    return answer_form(
        work,
        Tried("consent.revoke", "consent", (consent_id,)),
        deed,
        partial(_consent_page, "referrals/consent_revoke.html", consent_id),
        then=then,
    )


@blueprint.post("/consents/<key:consent_id>/end")
@needs("consents.write")
def end(consent_id: str) -> Answer:
    """What the consent names as its end has happened."""
    work = acting()
    return answer_form(
        work,
        Tried("consent.expiry_event", "consent", (consent_id,)),
        lambda: ledger.record_expiry_event(work, consent_id, work.now),
        partial(_consent_page, "referrals/consent.html", consent_id),
        then=url_for("consents.show", consent_id=consent_id),
        done=N_("The consent has ended. Nothing more is shared on it."),
    )


def _consent_page(template: str, consent_id: str, form: Filled) -> str:
    work = acting()
    found = ledger.read(work, consent_id)
    work.session.commit()
    words = {
        "status": gettext(STATUSES[status_of(found, work.now)]),
        "type": gettext(TYPES[found.type]),
        "signer": gettext(SIGNERS[found.signer]),
        "signature": gettext(SIGNATURES[found.signature.kind]) if found.signature else "",
        "language": dict(language_names()).get(found.language, found.language),
        "revoked_by": gettext(REVOKERS[found.revoked_by]) if found.revoked_by else "",
        "revoked_how": gettext(REVOKED_HOW[found.revoked_how]) if found.revoked_how else "",
    }
    return render_template(
        template,
        consent=found,
        words=words,
        is_live=status_of(found, work.now) == "live",
        form=form,
        revokers=[(code, gettext(text)) for code, text in REVOKERS.items()],
        ways=[(code, gettext(text)) for code, text in REVOKED_HOW.items() if code != "link"],
    )
