"""Drafts: nothing has left yet, so they are written and thrown away freely by the sender's agency."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.accounts import tables as accounts
from directory.accounts.tables import new_id
from directory.errors import ListingNotFound, QueryInvalid, TransitionRefused
from directory.listings.needs import taxonomy
from directory.listings.store import load_documents
from directory.phrases import N_, Phrase
from directory.referrals import replays
from directory.referrals.acting import Acting, need
from directory.referrals.chains import to_continue
from directory.referrals.client_fields import CONTACT_PREFERENCES
from directory.referrals.clients import conflict, own_client
from directory.referrals.consent_record import PURPOSES
from directory.referrals.decision import BASES
from directory.referrals.gate import Ground
from directory.referrals.information import CATEGORY_OF_FIELD
from directory.referrals.ledger import own_consent
from directory.referrals.moves import decided_by
from directory.referrals.payloads import PLAIN, DraftFields, canonical
from directory.referrals.rows import as_text, as_view
from directory.referrals.sides import actor_for, find, parts_of
from directory.referrals.tables import Referral
from directory.referrals.tables_clients import Client
from directory.referrals.transitions import decide_deletion, read_priority

SNAPSHOT = (
    "name",
    "organization",
    "program",
    "address",
    "location_name",
    "phone",
    "phones",
    "website",
    "timezone",
    "capacity",
    "kind",
)
"""What a referral keeps of a listing's public view."""
LONGEST = 4000
WRITTEN = frozenset(CATEGORY_OF_FIELD) - {"messages", "appointments", "needs", "priority"}
"""Fields that may be written with a referral; the others are kept elsewhere."""


def create_draft(acting: Acting, given: DraftFields, *, idempotency_key: str = "") -> Referral:
    """A new draft about a client of the actor's agency. Needs `referrals.send`.

    Raises `QueryInvalid` with fields, `ListingNotFound`, `RecordNotFound`, `TransitionRefused`
    (`crisis_is_not_a_referral`). The same key with the same fields gives the same draft.
    """
    need(acting.actor, "referrals.send")
    client = own_client(acting, given.client_id, "referrals.send", lock=True)
    request = canonical(["draft", given])
    if (before := replays.answered(acting, idempotency_key, request)) is not None:
        return find(acting.session, before["referral_id"])
    row = new_draft(acting, client, given)
    replays.keep(acting, idempotency_key, request, {"referral_id": row.id})
    acting.note("referral.draft", "referral", [row.id, client.id], count=1)
    return row


def new_draft(acting: Acting, client: Client, given: DraftFields) -> Referral:
    """The row alone: rights, keys and audit are the caller's, and the lock on the client's row."""
    row = Referral(
        id=new_id(),
        client_id=client.id,
        from_agency_id=client.agency_id,
        from_user_id=acting.actor.user_id,
        continues_id=to_continue(acting, given.continues_id, client.id) if given.continues_id else None,
        status="draft",
        version=1,
        created_at=acting.now,
        changed_at=acting.now,
    )
    _write(acting, row, client, given)
    acting.session.add(row)
    acting.session.flush()
    return row


def change_draft(acting: Acting, referral_id: str, given: DraftFields, *, expected_version: int) -> Referral:
    """Writes a draft anew; its client stays, and what it continues. Raises `VersionConflict`,
    `TransitionRefused` if it was sent."""
    row = own_draft(acting, referral_id, expected_version)
    _write(acting, row, acting.session.get_one(Client, row.client_id), given)
    return changed(acting, row, "referral.change_draft")


def choose_place(acting: Acting, referral_id: str, listing_id: str, *, expected_version: int) -> Referral:
    """Another place for a draft; what was written stays, and it rests on consent again.

    Raises `ListingNotFound`, and as `change_draft`.
    """
    row = own_draft(acting, referral_id, expected_version)
    _choose(acting, row, listing_id)
    return changed(acting, row, "referral.change_draft")


def delete_draft(acting: Acting, referral_id: str) -> None:
    """Removes a draft for good. Raises `TransitionRefused` (`only_drafts_are_deleted`)."""
    row = find(acting.session, referral_id, lock=True)
    parts = parts_of(acting, row, write=True)
    decide_deletion(as_view(row), actor_for(row, "send", parts)[0])
    acting.session.execute(delete(Referral).where(Referral.id == row.id, Referral.status == "draft"))
    acting.session.expunge(row)
    acting.note("referral.delete_draft", "referral", [referral_id])


def own_draft(acting: Acting, referral_id: str, expected_version: int) -> Referral:
    """The row, locked, for writing. Raises `RecordNotFound`, `TransitionRefused` if it was sent,
    `VersionConflict` where somebody else was quicker."""
    row = find(acting.session, referral_id, lock=True)
    parts_of(acting, row, write=True)
    if still_draft(row).version != expected_version:
        raise conflict()
    return row


def still_draft(row: Referral) -> Referral:
    """The row. Raises `TransitionRefused` if it was sent."""
    if row.status != "draft":
        raise TransitionRefused("not_a_draft", N_("This was sent already, so it cannot be written anew."))
    return row


def changed(acting: Acting, row: Referral, action: str) -> Referral:
    """The draft's next version, with its line in the audit."""
    row.version += 1
    row.changed_at = acting.now
    acting.session.flush()
    acting.note(action, "referral", [row.id, row.client_id], count=1)
    return row


def rest_on(acting: Acting, row: Referral, ground: Ground) -> None:
    """What the draft rests on from now on, as this actor decides it."""
    decided = decided_by(acting, ground)
    row.basis = decided.basis
    acting.ring.put(row, basis_facts=as_text(decided.as_values()))


def _write(acting: Acting, row: Referral, client: Client, given: DraftFields) -> None:
    _check(given)
    if (
        given.consent_id is not None
        and own_consent(acting, given.consent_id, "consents.read").client_id != client.id
    ):
        raise QueryInvalid(Phrase(N_("This consent is for another person.")))
    _choose(acting, row, given.listing_id)
    row.needs = list(dict.fromkeys(given.needs))
    row.priority = read_priority(given.priority)
    row.shared_fields = sorted(given.shared_fields)
    row.purpose = given.purpose
    row.contact_preference = given.contact_preference or client.contact_preference
    row.consent_id = given.consent_id
    rest_on(acting, row, given.ground)
    texts = {name: text.strip() for name, text in given.details.items() if text.strip()}
    acting.ring.put(row, details=as_text(texts))


def _check(given: DraftFields) -> None:
    wrong: dict[str, list[Phrase | str]] = {}
    unknown = (given.shared_fields - set(CATEGORY_OF_FIELD)) | (set(given.details) - WRITTEN)
    if unknown:
        wrong["shared_fields"] = [
            Phrase(N_("This can never be shared: %(names)s"), {"names": ", ".join(sorted(unknown))})
        ]
    if set(given.needs) - taxonomy().needs.keys():
        wrong["needs"] = [Phrase(N_("Please choose from the needs listed."))]
    if given.contact_preference and given.contact_preference not in CONTACT_PREFERENCES:
        wrong["contact_preference"] = [Phrase(N_("Please choose one of the ways listed."))]
    if given.purpose not in PURPOSES:
        wrong["purpose"] = [Phrase(N_("Please choose one of the purposes listed."))]
    if given.ground.basis not in BASES:
        wrong["basis"] = [Phrase(N_("A referral cannot rest on that."))]
    for name, text in given.details.items():
        if len(text) > LONGEST:
            wrong[name] = [Phrase(N_("Please use fewer words."))]
    if wrong:
        raise QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)


def _choose(acting: Acting, row: Referral, listing_id: str | None) -> None:
    """Takes the listing's names as they are now, and finds its receiver: the agency that it belongs to, if
    that takes referrals here; else the listed organization, by secure link or telephone.

    What was decided beside the consent was decided for the place before, so it goes.
    """
    if listing_id == row.listing_id:
        return
    rest_on(acting, row, PLAIN)
    if listing_id is None:
        row.listing_id = row.service_id = row.to_agency_id = row.to_organization_id = row.area = None
        row.snapshot = {}
        return
    document: dict[str, Any] | None = load_documents(acting.session, [listing_id]).get(listing_id)
    if document is None:
        raise ListingNotFound(Phrase(N_("There is no such listing.")))
    receiver = receiver_here(acting.session, document["organization_id"])
    row.listing_id, row.service_id = listing_id, document["service_id"]
    row.to_agency_id = receiver.id if receiver else None
    row.to_organization_id = document["organization_id"]
    row.area = document["county"]
    row.snapshot = {name: document.get(name) for name in SNAPSHOT}


def receiver_here(session: Session, organization_id: str | None) -> accounts.Agency | None:
    """The agency on the network that takes referrals for a listed organization; None: call them."""
    return session.scalars(
        select(accounts.Agency)
        .where(
            accounts.Agency.organization_id == organization_id,
            accounts.Agency.accepts_referrals,
            accounts.Agency.left_at.is_(None),
        )
        .order_by(accounts.Agency.created_at)
        .limit(1)
    ).one_or_none()
