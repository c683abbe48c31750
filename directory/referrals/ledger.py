"""The consent ledger: consents are recorded whole or not at all, read, and never edited.

A change is a new consent. Taking one back is `revocation.revoke`, which also stops what rests on it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from directory.accounts import tables as accounts
from directory.accounts.tables import new_id
from directory.errors import ConsentIncomplete, QueryInvalid, RecordNotFound
from directory.phrases import N_, Phrase
from directory.referrals import consent_record as pure
from directory.referrals.acting import Acting, need
from directory.referrals.clients import own_client
from directory.referrals.consent_elements import check_consent
from directory.referrals.decision import refusal_phrase
from directory.referrals.minors import MinorRule, WhoSigns
from directory.referrals.rows import as_consent, as_person
from directory.referrals.tables_clients import Client
from directory.referrals.tables_consents import (
    Consent,
    ConsentExpiryEvent,
    ConsentRecipient,
    MinorRuleEntered,
)
from directory.referrals.tables_oversight import MinorRuleEnded

WHO_SIGNS: tuple[WhoSigns, ...] = ("minor", "representative", "both")


def record(acting: Acting, given: pure.Consent, *, data_class: str = "other") -> Consent:
    """Keeps a consent that the actor's agency took. Needs `consents.write` over the client.

    `id`, `discloser_id`, `discloser_name`, an empty `patient_name` or `timezone` "UTC" are filled in here, as
    nobody else may say them. Raises `ConsentIncomplete` naming all that is missing; then nothing is kept.
    """
    client = own_client(acting, given.client_id, "consents.write", lock=True)
    return keep(acting, client, given, data_class=data_class)


def keep(acting: Acting, client: Client, given: pure.Consent, *, data_class: str) -> Consent:
    """`record` without the question of rights: for self-referrals, where the person signs for themself."""
    agency = acting.session.get_one(accounts.Agency, client.agency_id)
    whole = replace(
        given,
        id=new_id(),
        discloser_id=agency.id,
        discloser_name=agency.name,
        patient_name=given.patient_name.strip() or acting.ring.get(client, "name") or "",
        timezone=(client.timezone or agency.timezone) if given.timezone == "UTC" else given.timezone,
    )
    person = as_person(acting.ring, client, data_class)
    codes = check_consent(whole, person, acting.now, minor_rules(acting.session, agency.id))
    if codes:
        fields = {each.partition(":")[2] or each: [refusal_phrase(each)] for each in codes}
        raise ConsentIncomplete(codes, refusal_phrase(codes[0]), fields)
    made = _row(acting, whole, data_class)
    acting.session.add(made)
    acting.session.flush()
    acting.note("consent.record", "consent", [made.id, client.id])
    return made


def _row(acting: Acting, given: pure.Consent, data_class: str) -> Consent:
    if given.signature is None or given.signed_at is None:
        raise ValueError("only a complete consent is kept")
    made = Consent(
        id=given.id,
        client_id=given.client_id,
        agency_id=given.discloser_id,
        type=given.type,
        rule_version=given.rule_version,
        data_class=data_class,
        discloser_name=given.discloser_name,
        intermediary_named=given.intermediary_named,
        intermediary_participants=list(given.intermediary_participants),
        categories=sorted(given.categories),
        purposes=sorted(given.purposes),
        revocation_statement=given.revocation_statement,
        expires_on=given.expires_on,
        expires_none=given.expires_none,
        timezone=given.timezone,
        signer=given.signer,
        signature_kind=given.signature.kind,
        signed_at=given.signed_at,
        statements_given=sorted(given.statements_given),
        language=given.language,
        form_version=given.form_version,
        document_hash=given.document_hash,
        recorded_by=acting.actor.user_id,
        recorded_at=acting.now,
        recipients=[
            ConsentRecipient(id=new_id(), position=position, recipient_id=each.agency_id, name=each.name)
            for position, each in enumerate(given.recipients, start=1)
        ],
    )
    acting.ring.put(
        made,
        patient_name=given.patient_name,
        recipient_class=given.recipient_class or None,
        description=given.description or None,
        expiry_event=given.expiry_event or None,
        representative_name=given.representative_name or None,
        representative_authority=given.representative_authority or None,
        signature_evidence=given.signature.evidence,
    )
    return made


def record_expiry_event(acting: Acting, consent_id: str, occurred_at: dt.datetime) -> None:
    """Writes down that the event happened by which the consent ends. A second time changes nothing.

    Needs `consents.write`. Raises `QueryInvalid` for a consent that names no event, and for a moment ahead.
    """
    row = own_consent(acting, consent_id, "consents.write", lock=True)
    if not acting.ring.get(row, "expiry_event"):
        raise QueryInvalid(Phrase(N_("This consent does not end by an event.")))
    if occurred_at > acting.now:
        raise QueryInvalid(
            Phrase(N_("What has happened cannot lie ahead.")), {"occurred_at": [N_("lies ahead")]}
        )
    if row.ending is None:
        acting.session.add(
            ConsentExpiryEvent(
                id=new_id(),
                consent_id=row.id,
                occurred_at=occurred_at,
                recorded_by=acting.actor.user_id,
                recorded_at=acting.now,
            )
        )
        acting.session.flush()
    acting.note("consent.expiry_event", "consent", [row.id, row.client_id])


def of_client(acting: Acting, client_id: str) -> list[pure.Consent]:
    """Every consent of a client, the newest first, those taken back or ended too. Needs `consents.read`."""
    client = own_client(acting, client_id, "consents.read")
    rows = consents_of(acting.session, client.id, client.agency_id)
    acting.note("consent.list", "consent", [each.id for each in rows])
    return [as_consent(acting.ring, each) for each in rows]


def read(acting: Acting, consent_id: str) -> pure.Consent:
    """One consent. Needs `consents.read`; raises `RecordNotFound` for another agency's as for none."""
    row = own_consent(acting, consent_id, "consents.read")
    acting.note("consent.read", "consent", [row.id, row.client_id])
    return as_consent(acting.ring, row)


def own_consent(acting: Acting, consent_id: str, right: str, *, lock: bool = False) -> Consent:
    """The row, if the actor has that right over its client. Not audited."""
    query = select(Consent).where(Consent.id == consent_id)
    if lock:
        query = query.with_for_update(key_share=True, of=Consent)
    row = acting.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        need(acting.actor, right)
        raise RecordNotFound(Phrase(N_("There is no such record.")))
    own_client(acting, row.client_id, right)
    return row


def consents_of(
    session: Session, client_id: str, agency_id: str, *, lock: bool = False, share: bool = False
) -> Sequence[Consent]:
    """Rows, the newest first. `lock`: nobody takes one back before this transaction ends (`share`: others may
    lock them like this too). Locks are taken in this order everywhere: client, consents, referral, audit."""
    query = select(Consent).where(Consent.client_id == client_id, Consent.agency_id == agency_id)
    query = query.order_by(Consent.recorded_at.desc(), Consent.id)
    if lock:
        query = query.with_for_update(key_share=not share, read=share, of=Consent)
    return session.scalars(query.execution_options(populate_existing=True)).all()


# --- the law on young people ------------------------------------------------------------------------


def minor_rules(session: Session, agency_id: str) -> tuple[MinorRule, ...]:
    """Rules that an agency's supervisors entered and that still hold, the newest first: the newest counts."""
    ended = exists().where(MinorRuleEnded.rule_id == MinorRuleEntered.id)
    query = select(MinorRuleEntered).where(MinorRuleEntered.agency_id == agency_id, ~ended)
    return tuple(
        MinorRule(
            state=each.state,
            data_class=each.data_class,
            from_age=each.from_age,
            below_age=each.below_age,
            who_signs=next(known for known in WHO_SIGNS if known == each.who_signs),
            citation=each.citation,
            entered_by=each.entered_by,
        )
        for each in session.scalars(query.order_by(MinorRuleEntered.entered_at.desc()))
    )
