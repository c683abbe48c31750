"""A privacy officer's pages: the audit, who received what of one person, consents without their words.

A caseworker or supervisor sees who received what of their own agency's client, from the client's page.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request

from directory.accounts.anchor import Anchor, verify_anchored
from directory.accounts.tables import User
from directory.errors import QueryInvalid
from directory.referrals.accounting import YEARS_BACK
from directory.referrals.accounting_people import FoundPerson, consent_facts, find_person
from directory.referrals.audit_reading import PAGE, people_of_agency, read_file, read_page
from directory.referrals.boards import Cursor
from directory.referrals.disclosure_lists import accounting_of, intermediary_list_of
from directory.referrals.names import names_of
from directory.web.access import needs
from directory.web.client_form import read_person
from directory.web.consent_words import REVOKERS, SIGNATURES, SIGNERS, TYPES
from directory.web.house import house
from directory.web.privacy_form import (
    FILTERS,
    accounting_file,
    as_file,
    audit_file,
    read_audit_query,
    requested_at,
)
from directory.web.reading import apart
from directory.web.referral_words import CHANNEL_WORDS
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import Filled, acting, fresh

blueprint = Blueprint("privacy", __name__, url_prefix="/referrals")


# --- the audit --------------------------------------------------------------------------------------


@blueprint.get("/privacy")
@needs("audit.read")
def audit() -> str | tuple[str, int]:
    """The own agency's audit, the newest first."""
    work, given = acting(), request.args
    text = given.get("before", "")
    with apart() as reading:
        people = people_of_agency(work, reading)
        try:
            asked = read_audit_query(given, work.now)
            found = read_page(
                work, asked, reading, before=Cursor.parse(text, numbered=True) if text else None
            )
        except QueryInvalid as problem:
            return _audit_page(Filled.wrong(given, problem), people, [], {}, ""), 422
        names = names_of(reading, User, (each.user_id for each in found))
    work.session.commit()
    shown = fresh(**{name: given.get(name, "") for name in FILTERS})
    shown["since"] = asked.since.date().isoformat()
    shown["until"] = given.get("until") or work.now.astimezone(asked.until.tzinfo).date().isoformat()
    older = str(found[-1].cursor) if len(found) == PAGE else ""
    return _audit_page(Filled(shown), people, found, names, older)


def _audit_page(form: Filled, people: Any, found: Any, names: Any, older: str) -> str:
    return render_template(
        "referrals/audit.html",
        form=form,
        people=list(people.items()),
        found=found,
        names=names,
        older=older,
        filters={name: form.text(name) for name in FILTERS if form.text(name)},
    )


@blueprint.get("/privacy/audit.csv")
@needs("audit.read")
def audit_csv() -> Response:
    """The same lines as a file."""
    work = replace(acting(), channel="csv")
    with apart() as reading:
        lines = read_file(work, read_audit_query(request.args, work.now), reading)
    work.session.commit()
    return as_file("audit", audit_file(lines))


@blueprint.get("/privacy/chain")
@needs("audit.read")
def chain() -> str:
    """Goes through the whole chain, without keeping any writer waiting meanwhile."""
    with apart() as reading:
        verdict = verify_anchored(reading, Anchor.of(house().settings))
    work = acting()
    outcome = "done" if verdict.whole else "failed"
    work.note("audit.verify", "audit", [], count=verdict.entries, outcome=outcome)
    work.session.commit()
    return render_template("referrals/audit_chain.html", verdict=verdict)


# --- who received what ------------------------------------------------------------------------------


@blueprint.get("/privacy/people")
@needs("accounting.read")
def people() -> str:
    """The form to find the person who asks."""
    return _people_page(Filled(fresh()), asked=False)


def _people_page(form: Filled, found: Sequence[FoundPerson] = (), *, asked: bool = True) -> str:
    return render_template("referrals/privacy_people.html", form=form, found=found, asked=asked)


@blueprint.post("/privacy/people")
@needs("accounting.read")
def find() -> Answer:
    """Records of exactly this name and birthday, or of this number."""
    work = acting()
    return answer_form(
        work,
        Tried("accounting.find", "client"),
        lambda: find_person(work, **read_person(request.form)),
        _people_page,
        then=lambda found: _people_page(Filled(request.form), found),
    )


@blueprint.get("/privacy/people/<key:client_id>")
@needs("accounting.read")
def person(client_id: str) -> str | tuple[str, int]:
    """Who received what of one person, and their consents without their words."""
    return _accounting_page(client_id, is_officer=True)


@blueprint.get("/clients/<key:client_id>/disclosures")
@needs("clients.read")
def of_client(client_id: str) -> str | tuple[str, int]:
    """The same for the person's own agency, from their page."""
    return _accounting_page(client_id, is_officer=False)


def _accounting_page(client_id: str, *, is_officer: bool) -> str | tuple[str, int]:
    work, given, form = acting(), request.args, Filled(request.args)
    whole, status = given.get("all") == "1", 200
    try:
        when = requested_at(given, work.now)
    except QueryInvalid as problem:
        form, when, status = Filled.wrong(given, problem), requested_at(fresh(), work.now), 422
    found = accounting_of(work, client_id, only_consent=not whole)
    passed_on = intermediary_list_of(work, client_id, requested_at=when)
    consents = consent_facts(work, client_id) if is_officer else []
    work.session.commit()
    page = render_template(
        "referrals/accounting.html",
        client_id=client_id,
        is_officer=is_officer,
        whole=whole,
        form=form,
        found=found,
        passed_on=passed_on,
        asked_on=when.date(),
        consents=consents,
        years=YEARS_BACK,
        here_page="privacy.person" if is_officer else "privacy.of_client",
        file_page="privacy.person_csv" if is_officer else "privacy.of_client_csv",
        channel_words=CHANNEL_WORDS,
        types=TYPES,
        signers=SIGNERS,
        signatures=SIGNATURES,
        revokers=REVOKERS,
    )
    return (page, status) if status != 200 else page


@blueprint.get("/privacy/people/<key:client_id>/disclosures.csv")
@needs("accounting.read")
def person_csv(client_id: str) -> Response:
    """Who received what, as a file."""
    return _accounting_file(client_id)


@blueprint.get("/clients/<key:client_id>/disclosures.csv")
@needs("clients.read")
def of_client_csv(client_id: str) -> Response:
    """The same for the person's own agency."""
    return _accounting_file(client_id)


def _accounting_file(client_id: str) -> Response:
    work = replace(acting(), channel="csv")
    found = accounting_of(work, client_id, only_consent=request.args.get("all") != "1")
    work.session.commit()
    return as_file("disclosures", accounting_file(found))
