"""The person's own way: refer themself, follow it by a private link, stop it, take consent back.

A self-referral belongs to an agency that stands for this program itself; nobody is a member of it.

    acting = Acting(session, ring, person.PERSON, now, channel="link")
    submitted = person.refer_self(acting, SelfReferral(…))          # show submitted.token once
    acting = person.enter(acting, token)                            # then follow(acting), moves.move(…)
"""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts import tables as accounts
from directory.accounts.access import SYSTEM, Actor
from directory.accounts.tables import new_id
from directory.errors import LinkRefused, QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.client_fields import ClientFields, check
from directory.referrals.clients import new_client
from directory.referrals.consent_record import Consent as SignedConsent
from directory.referrals.consent_record import ConsentRecipient, Signature
from directory.referrals.drafts import new_draft
from directory.referrals.information import categories_of, categories_phrase
from directory.referrals.ledger import keep
from directory.referrals.moves import move
from directory.referrals.payloads import DEFAULT_FIELDS, DraftFields
from directory.referrals.revocation import Revoked, take_back
from directory.referrals.sides import find, not_found, parts_of
from directory.referrals.states import State
from directory.referrals.tables import Appointment, CheckIn, Referral
from directory.referrals.tables_consents import Consent, Disclosure
from directory.referrals.tables_doors import PersonLink
from directory.referrals.transitions import Button, buttons

PERSON = Actor(role="client")
PLATFORM_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "recovery-directory:self-referrals"))
PLATFORM_NAME = "Self-referrals"
LIFE = dt.timedelta(days=180)
ANSWERS = ("yes", "no", "skip")
QUESTIONS = ("housed", "working", "connected", "supported")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReferral:
    """What a person sends from the public page. `fields`: what they agree to share; the typed name signs."""

    listing_id: str
    about: ClientFields
    needs: tuple[str, ...]
    details: Mapping[str, str] = field(default_factory=dict)
    fields: frozenset[str] = frozenset({*DEFAULT_FIELDS, "do_not_contact"})
    signature: str = ""
    language: str = "en"
    form_version: str = "self-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """Shown once: `token` is the private link's, kept nowhere."""

    referral_id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A referral in the eyes of the person it is about: no staff notes. `shared`: (when, with whom, what)."""

    referral_id: str
    state: State
    version: int
    service: Mapping[str, Any]
    sent_at: dt.datetime | None
    visits: tuple[dict[str, Any], ...]
    shared: tuple[tuple[dt.datetime, str, tuple[str, ...]], ...]
    consent_id: str | None
    check_ins: tuple[int, ...]
    """Days (30, 90) of check-ins that are due and not answered."""
    buttons: tuple[Button, ...]


def refer_self(acting: Acting, given: SelfReferral, *, idempotency_key: str = "") -> Submitted:
    """Sends a person's own words to one provider on the network. Raises `QueryInvalid` with fields,
    `ConsentIncomplete`, `ListingNotFound`, `TransitionRefused` (`receiver_not_here`: give the telephone)."""
    check(given.about)
    if not given.signature.strip():
        raise QueryInvalid(Phrase(N_("Please type your name.")), {"signature": [N_("is missing")]})
    platform = platform_agency(acting.session, acting.now)
    client = new_client(acting, given.about, platform.id)
    draft = DraftFields(
        client_id=client.id,
        listing_id=given.listing_id,
        needs=given.needs,
        details=given.details,
        shared_fields=given.fields,
        contact_preference=given.about.contact_preference or "phone",
        purpose="own_request",
    )
    row = new_draft(acting, client, draft)
    row.self_referral = True
    if row.to_agency_id is None:
        raise TransitionRefused(
            "receiver_not_here", N_("This place takes no requests here. Please call them.")
        )
    keep(acting, client, _own_consent(acting, row, given), data_class="other")
    acting.session.flush()
    move(replace(acting, actor=SYSTEM), row.id, "send", idempotency_key=idempotency_key or new_id())
    return Submitted(referral_id=row.id, token=_new_link(acting, row.id))


def _own_consent(acting: Acting, row: Referral, given: SelfReferral) -> SignedConsent:
    receiver = acting.session.get_one(accounts.Agency, row.to_agency_id)
    categories = categories_of(given.fields)
    return SignedConsent(
        id="",
        client_id=row.client_id,
        type="self_request",
        patient_name=given.about.name,
        discloser_id="",
        discloser_name="",
        recipients=(ConsentRecipient(receiver.id, receiver.name),),
        categories=categories,
        description=str(categories_phrase(categories)),
        purposes=frozenset({"own_request"}),
        revocation_statement=True,
        expires_on=(acting.now + LIFE).date(),
        signature=Signature("typed", given.signature.strip()),
        signed_at=acting.now,
        language=given.language,
        form_version=given.form_version,
    )


def platform_agency(session: Session, now: dt.datetime) -> accounts.Agency:
    """The agency that stands for this program; made once."""
    found = session.get(accounts.Agency, PLATFORM_ID)
    if found is None:
        found = accounts.Agency(
            id=PLATFORM_ID,
            name=PLATFORM_NAME,
            part2_program="no",
            accepts_referrals=False,
            timezone="America/New_York",
            response_hours=[],
            closed_dates=[],
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found


# --- the private link -------------------------------------------------------------------------------


def make_link(acting: Acting, referral_id: str) -> str:
    """A private link for the client of a referral that was sent; answers its token, which is kept nowhere."""
    row = find(acting.session, referral_id, lock=True)
    if all(side != "sender" for _, side in parts_of(acting, row, write=True)) or row.sent_at is None:
        raise not_found()
    token = _new_link(acting, row.id)
    acting.note("person_link.make", "referral", [row.id])
    return token


def _new_link(acting: Acting, referral_id: str) -> str:
    token = secrets.token_urlsafe(32)
    acting.session.add(
        PersonLink(
            id=new_id(),
            referral_id=referral_id,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            made_at=acting.now,
            expires_at=acting.now + LIFE,
        )
    )
    acting.session.flush()
    return token


def enter(acting: Acting, token: str) -> Acting:
    """The person with that link: role `client`, for its one referral. Raises `LinkRefused`."""
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    link = acting.session.scalars(select(PersonLink).where(PersonLink.token_hash == digest)).one_or_none()
    if link is None or link.revoked_at is not None or link.expires_at <= acting.now:
        raise LinkRefused(Phrase(N_("This link does not open.")))
    return replace(acting, actor=PERSON, own_referral_id=link.referral_id)


def follow(acting: Acting) -> PersonView:
    """Where it is, who got what, which visits are set. For an `Acting` of `enter`."""
    row = _own(acting)
    session = acting.session
    visits = session.scalars(
        select(Appointment).where(Appointment.referral_id == row.id).order_by(Appointment.starts_at)
    ).all()
    told = session.scalars(
        select(Disclosure).where(Disclosure.referral_id == row.id).order_by(Disclosure.at)
    ).all()
    due = select(CheckIn.days).where(
        CheckIn.referral_id == row.id, CheckIn.due_on <= acting.now.date(), CheckIn.answered_at.is_(None)
    )
    acting.note("referral.follow", "referral", [row.id])
    return PersonView(
        referral_id=row.id,
        state=row.status,
        version=row.version,
        service=row.snapshot,
        sent_at=row.sent_at,
        visits=tuple(
            {
                "starts_at": each.starts_at,
                "timezone": each.timezone,
                "modality": each.modality,
                "status": each.status,
                "place": acting.ring.get(each, "place"),
                "contact": acting.ring.get(each, "contact"),
            }
            for each in visits
        ),
        shared=tuple((each.at, each.recipient_name, tuple(each.categories)) for each in told),
        consent_id=row.consent_id,
        check_ins=tuple(session.scalars(due.order_by(CheckIn.days))),
        buttons=buttons(row.status, "client", "sender"),
    )


def take_consent_back(acting: Acting, reason: str = "") -> Revoked:
    """The person takes back the consent that their referral rests on."""
    row = _own(acting)
    query = select(Consent).where(Consent.id == row.consent_id).with_for_update(key_share=True, of=Consent)
    consent = acting.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if consent is None:
        raise not_found()
    return take_back(acting, consent, by="client", how="link", reason=reason)


def answer_check_in(
    acting: Acting, referral_id: str, days: int, answers: Mapping[str, Literal["yes", "no", "skip"]]
) -> None:
    """How the person is, 30 or 90 days on: by their link, or by a worker of the sender who asked them.

    An observation: it never moves the referral. A second answer changes nothing.
    """
    if set(answers) - set(QUESTIONS) or set(answers.values()) - set(ANSWERS):
        raise QueryInvalid(Phrase(N_("Please choose one of the answers listed.")))
    row = find(acting.session, referral_id, lock=True)
    if all(side != "sender" for _, side in parts_of(acting, row)):
        raise not_found()
    query = select(CheckIn).where(CheckIn.referral_id == row.id, CheckIn.days == days)
    found = acting.session.scalars(query).one_or_none()
    if found is None:
        raise not_found()
    if found.answered_at is None:
        found.answered_at = acting.now
        found.answered_through = "client" if acting.actor.role == "client" else "worker"
        for name in QUESTIONS:
            setattr(found, name, answers.get(name, "skip"))
        acting.session.flush()
    acting.note("check_in.answer", "referral", [row.id])


def _own(acting: Acting) -> Referral:
    if acting.own_referral_id is None:
        raise not_found()
    row = find(acting.session, acting.own_referral_id)
    parts_of(acting, row)
    return row
