"""A person asks a place to contact them, by themself: no account, no worker (R8).

A self-referral belongs to an agency that stands for this program itself; nobody is a member of it.

    acting = Acting(session, ring, own_link.PERSON, now)
    submitted = person.refer_self(acting, SelfReferral(…), idempotency_key=key)   # show submitted.link once

What they see and do afterwards is in `own_page.py`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts import tables as accounts
from directory.accounts.access import SYSTEM
from directory.accounts.agencies import PLATFORM_ID, PLATFORM_NAME
from directory.accounts.tables import new_id
from directory.errors import QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals import replays
from directory.referrals.acting import Acting
from directory.referrals.client_fields import ClientFields, check
from directory.referrals.clients import new_client
from directory.referrals.consent_record import Consent as SignedConsent
from directory.referrals.consent_record import ConsentRecipient, Signature
from directory.referrals.drafts import new_draft
from directory.referrals.information import categories_of, categories_phrase
from directory.referrals.ledger import keep
from directory.referrals.minors import MENTAL_HEALTH, SUBSTANCE_USE
from directory.referrals.moves import move
from directory.referrals.own_link import LIFE, OwnLink, close_all, new_link
from directory.referrals.payloads import DEFAULT_FIELDS, DraftFields, canonical
from directory.referrals.tables import Referral

SHARED = frozenset({*DEFAULT_FIELDS, "email", "interpreter", "do_not_contact", "safe_message", "messages"})
"""What a person's own request carries, and what they write to the place later."""
SHOWN_AGAIN = dt.timedelta(minutes=15)
"""So long the same form sent twice gets a link twice; the first one then opens no more."""
CARE = {
    "outpatient": SUBSTANCE_USE,
    "intensive_outpatient": SUBSTANCE_USE,
    "mental_health": MENTAL_HEALTH,
}
"""Needs that are a kind of care of the rules on young people (`minors.py`); every other is none of them."""
REACHED_BY = {"phone": "phone", "text": "phone", "email": "email"}
"""Way to be reached to the field that it needs."""
OWN_PAGE = "own_page"
"""The way of those who are not to be contacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReferral:
    """What a person sends from the public page. `fields`: what they agree to share; the typed name signs."""

    listing_id: str
    about: ClientFields
    needs: tuple[str, ...]
    details: Mapping[str, str] = field(default_factory=dict)
    fields: frozenset[str] = SHARED
    signature: str = ""
    language: str = "en"
    form_version: str = "self-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """`link` is shown once and kept nowhere; None: this was sent before, and its link was shown then."""

    referral_id: str
    link: OwnLink | None


def refer_self(acting: Acting, given: SelfReferral, *, idempotency_key: str = "") -> Submitted:
    """Sends a person's own words to one provider on the network. Raises `QueryInvalid` with fields,
    `ConsentIncomplete`, `ListingNotFound`, `TransitionRefused` (`receiver_not_here`: give the telephone),
    `RequestDiffers` for the same key with other words. The same key with the same words sends once."""
    _check(given)
    platform = platform_agency(acting.session, acting.now)
    request = canonical(given)
    if (before := replays.answered(acting, idempotency_key, request)) is not None:
        return _sent_before(acting, before["referral_id"])
    row = _send(acting, platform, given, idempotency_key)
    replays.keep(acting, idempotency_key, request, {"referral_id": row.id})
    return Submitted(referral_id=row.id, link=new_link(acting, row.id))


def _check(given: SelfReferral) -> None:
    wrong: dict[str, list[Phrase | str]] = {}
    try:
        check(given.about)
    except QueryInvalid as problem:
        wrong.update({name: list(said) for name, said in problem.fields.items()})
    name = REACHED_BY.get(given.about.contact_preference)
    if not given.about.do_not_contact:
        if name is None:
            wrong["contact_preference"] = [Phrase(N_("Please choose one of the ways listed."))]
        elif not getattr(given.about, name).strip():
            wrong[name] = [Phrase(_NO_WAY[name])]
    if not given.needs and not given.details.get("need_text", "").strip():
        wrong["needs"] = [Phrase(N_("Please tick what you need, or say it in your own words."))]
    if given.about.is_adult is None and given.about.birth_date is None:
        wrong["is_adult"] = [Phrase(N_("Please say if you are 18 or older."))]
    if not given.signature.strip():
        wrong["signature"] = [Phrase(N_("Please type your name to sign."))]
    if wrong:
        raise QueryInvalid(Phrase(N_("Nothing was sent yet. Please check these.")), wrong)


_NO_WAY = {
    "phone": N_("Please give a phone number, or choose another way."),
    "email": N_("Please give an e-mail address, or choose another way."),
}


def _send(acting: Acting, platform: accounts.Agency, given: SelfReferral, idempotency_key: str) -> Referral:
    client = new_client(acting, given.about, platform.id)
    preference = OWN_PAGE if given.about.do_not_contact else given.about.contact_preference
    draft = DraftFields(
        client_id=client.id,
        listing_id=given.listing_id,
        needs=given.needs,
        details=given.details,
        shared_fields=given.fields,
        contact_preference=preference,
        purpose="own_request",
    )
    row = new_draft(acting, client, draft)
    row.self_referral = True
    if row.to_agency_id is None:
        raise TransitionRefused(
            "receiver_not_here", N_("This place takes no requests here. Please call them.")
        )
    keep(acting, client, _own_consent(acting, row, given), data_class=kind_of_care(given.needs))
    acting.session.flush()
    move(replace(acting, actor=SYSTEM), row.id, "send", idempotency_key=idempotency_key or new_id())
    return row


def kind_of_care(needs: Iterable[str]) -> str:
    """The kind of care that all these needs are; `other` when they are not all of one known kind."""
    kinds = {CARE.get(each, "other") for each in needs}
    return kinds.pop() if len(kinds) == 1 else "other"


def _sent_before(acting: Acting, referral_id: str) -> Submitted:
    """A second click has a link too; whoever comes back to the form much later has not."""
    row = acting.session.get_one(Referral, referral_id)
    if row.sent_at is None or acting.now - row.sent_at > SHOWN_AGAIN:
        return Submitted(referral_id=row.id, link=None)
    close_all(acting, row.id)
    acting.note("person_link.again", "referral", [row.id])
    return Submitted(referral_id=row.id, link=new_link(acting, row.id))


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
    """The agency that stands for this program; made once. Its row is locked: requests wait for each other,
    so that the same one sent twice at the same moment is seen."""
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    made = insert(accounts.Agency).values(
        id=PLATFORM_ID,
        name=PLATFORM_NAME,
        part2_program="no",
        accepts_referrals=False,
        timezone="America/New_York",
        created_at=now,
    )
    session.execute(made.on_conflict_do_nothing(index_elements=["id"]))
    query = select(accounts.Agency).where(accounts.Agency.id == PLATFORM_ID)
    return session.scalars(query.with_for_update(key_share=True)).one()
