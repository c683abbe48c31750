"""Two agencies, their people, a listing and a client: what tests of the storage half begin with."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM, Actor
from directory.accounts.key_files import new_key
from directory.accounts.keys import KeyRing
from directory.accounts.tables import Agency, Membership, User, new_id
from directory.database import read_only
from directory.listings.identity import part_id
from directory.referrals import clients, drafts, ledger, own_link
from directory.referrals.acting import Acting
from directory.referrals.client_fields import ClientFields
from directory.referrals.consent_record import Consent, ConsentRecipient, Signature
from directory.referrals.move_facts import Appointment as Visit
from directory.referrals.move_rows import Event
from directory.referrals.moves import move
from directory.referrals.payloads import DraftFields, Moved, MovePayload
from directory.referrals.tables import Referral
from tests.builders import NOW, SOURCE, make_record
from tests.listings.storing import many, store_records

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
ORGANIZATION = str(part_id(SOURCE.importer, SOURCE.feed, "organization", "organization-0"))
"""The listed organization that the receiving agency is."""
PEOPLE = {
    "casey": ("sender", "caseworker"),
    "cleo": ("sender", "caseworker"),
    "sam": ("sender", "supervisor"),
    "sue": ("sender", "supervisor"),
    "pat": ("receiver", "provider_staff"),
    "piet": ("receiver", "provider_staff"),
    "bo": ("receiver", "supervisor"),
    "otto": ("other", "caseworker"),
    "ida": ("other", "provider_staff"),
    "stew": ("sender", "steward"),
    "priv": ("sender", "privacy_officer"),
}
"""Name to agency and role."""
ALEX = ClientFields(
    name="Alex Quillfeather",
    birth_date=dt.date(1990, 5, 17),
    phone="(215) 555-0143",
    email="alex.quillfeather@mail.example",
    address="77 Larkspur Alley",
    reach_note="Ask for Zorblat at the desk",
    state="PA",
    timezone="America/New_York",
    contact_preference="phone",
)
DETAILS = {"need_text": "Needs a quiet brambleberry place", "note": "Likes the word quixotropic"}
CANARIES = (
    "Quillfeather",
    "1990-05-17",
    "5550143",
    "555-0143",
    "Larkspur",
    "Zorblat",
    "brambleberry",
    "quixotropic",
)
"""Client facts that may stand nowhere in plain text."""


@dataclass
class World:
    """Everything a test begins with. The first of `listings` is the receiver's; the others are of
    organizations that are on no network."""

    sessions: sessionmaker[Session]
    ring: KeyRing
    agencies: Mapping[str, str]
    people: Mapping[str, Actor]
    listings: list[str]
    now: dt.datetime = NOW
    made: dict[str, Any] = field(default_factory=dict)

    def acting(self, session: Session, who: str = "casey", **given: Any) -> Acting:
        """That person, now, on the web."""
        actor = SYSTEM if who == "system" else self.people[who]
        acting = Acting(session, self.ring, actor, self.now, sign_in_url="https://directory.example/account")
        return replace(acting, **given)

    @contextmanager
    def as_(self, who: str = "casey", **given: Any) -> Iterator[Acting]:
        """A committed transaction of that person."""
        with self.sessions.begin() as session:
            yield self.acting(session, who, **given)

    def client(self, given: ClientFields = ALEX, who: str = "casey") -> str:
        """A client of that person's agency."""
        with self.as_(who) as acting:
            return clients.add(acting, given).id

    def consent_for(self, client_id: str, **given: Any) -> Consent:
        """A complete consent that names the receiving agency."""
        whole: dict[str, Any] = {
            "id": "",
            "client_id": client_id,
            "patient_name": "",
            "discloser_id": "",
            "discloser_name": "",
            "recipients": (ConsentRecipient(self.agencies["receiver"], "River Recovery"),),
            "categories": frozenset({"contact", "need", "note", "visits"}),
            "description": "Name, contact, need and notes",
            "revocation_statement": True,
            "expires_on": self.now.date() + 90 * DAY,
            "signature": Signature("typed", "Alex Quillfeather"),
            "signed_at": self.now - HOUR,
        }
        return Consent(**{**whole, **given})

    def consent(self, client_id: str, **given: Any) -> str:
        """Records it; answers its id."""
        with self.as_("casey") as acting:
            return ledger.record(acting, self.consent_for(client_id, **given)).id

    def draft_fields(self, client_id: str, **given: Any) -> DraftFields:
        """A draft for the receiver's first listing that shares contact, need and note."""
        whole: dict[str, Any] = {
            "client_id": client_id,
            "listing_id": self.listings[0],
            "needs": ("outpatient",),
            "details": DETAILS,
            "shared_fields": frozenset({"name", "phone", "needs", "need_text", "note", "messages"}),
        }
        return DraftFields(**{**whole, **given})

    def draft(self, client_id: str, who: str = "casey", **given: Any) -> str:
        """Makes it; answers its id."""
        with self.as_(who) as acting:
            return drafts.create_draft(acting, self.draft_fields(client_id, **given)).id

    def move(
        self,
        referral_id: str,
        event: Event,
        payload: MovePayload | None = None,
        who: str = "casey",
        **given: Any,
    ) -> Moved:
        """Makes a move, committed. A send gets a key."""
        if event == "send":
            given.setdefault("idempotency_key", new_id())
        with self.as_(who) as acting:
            return move(acting, referral_id, event, payload or self.payload(event), **given)

    def payload(self, event: Event) -> MovePayload:
        """What that event wants, in order."""
        now = self.now
        visit = Visit(
            starts_at=now + 2 * DAY,
            timezone="America/New_York",
            modality="in_person",
            place="4040 Market Street",
            contact="Pat",
            client_told="phone",
        )
        given: dict[str, dict[str, Any]] = {
            "request_info": {"text": "Is a ride needed?"},
            "supply_info": {"text": "Yes, a ride is needed"},
            "accept": {"named_contact": "Pat", "next_step_due": now + DAY},
            "decline": {"reason": "no_capacity"},
            "withdraw": {"reason": "found_other_help"},
            "waitlist": {"expected": "unknown", "review_on": now.date() + 7 * DAY},
            "schedule": {"appointment": visit},
            "reschedule": {"appointment": replace(visit, starts_at=now + 3 * DAY)},
            "schedule_next": {"appointment": visit},
            "record_no_show": {"recovery_due": now + DAY},
            "cancel_appointment": {"cancelled_by": "receiver", "reason": "worker_unavailable"},
            "record_connected": {"connected_at": now, "modality": "in_person", "service_started": True},
            "progress_note": {"text": "Came twice"},
            "pause": {"reason": "no_opening", "review_on": now.date() + 7 * DAY},
            "close_successful": {
                "reason": "services_received",
                "outcome_on": now.date(),
                "connected_at": now,
            },
            "close_unsuccessful": {"reason": "moved"},
            "request_withdrawal": {"reason": "needs_changed"},
            "void": {"reason": "entered_twice", "second_person": self.people["sue"].user_id},
        }
        return MovePayload(**given.get(event, {}))

    def sent(self, **given: Any) -> str:
        """A referral that was sent on a consent of its own client; answers its id."""
        client_id = self.client()
        self.consent(client_id)
        referral_id = self.draft(client_id, **given)
        self.move(referral_id, "send")
        return referral_id

    def accepted(self, **given: Any) -> str:
        """One that the receiver took on."""
        referral_id = self.sent(**given)
        self.move(referral_id, "accept", who="pat")
        return referral_id

    def row(self, referral_id: str) -> Referral:
        """As it stands in the database."""
        with self.sessions() as session:
            read_only(session)
            return session.scalars(select(Referral).where(Referral.id == referral_id)).one()


def make_world(sessions: sessionmaker[Session]) -> World:
    """Three agencies with their people; the receiver's two listings, and two of organizations elsewhere."""
    listings = store_records(sessions, *many(4, make_record()))
    agencies, people = {}, {}
    with sessions.begin() as session:
        for name in ("sender", "receiver", "other"):
            row = Agency(
                id=new_id(),
                name={"sender": "Maple House", "receiver": "River Recovery", "other": "Third Door"}[name],
                organization_id=ORGANIZATION if name == "receiver" else None,
                timezone="America/New_York",
                response_hours=[],
                closed_dates=[],
                notify_email=f"intake@{name}.example",
                created_at=NOW,
            )
            session.add(row)
            agencies[name] = row.id
        session.flush()
        for name, (agency, role) in PEOPLE.items():
            user = User(
                id=new_id(), email=f"{name}@{agency}.example", name=f"{name.title()} Worker", created_at=NOW
            )
            session.add(user)
            session.flush()
            session.add(Membership(user_id=user.id, agency_id=agencies[agency], role=role, created_at=NOW))
            people[name] = Actor(role=role, user_id=user.id, agency_id=agencies[agency])
    return World(sessions, KeyRing([new_key()]), agencies, people, listings)


def entered(acting: Acting, typed: str) -> Acting:
    """The person in whose browser the link with that token or key was just opened."""
    return own_link.resume(acting, own_link.open_visit(acting, typed).secret)


def forget_the_disk(world: World) -> None:
    """SQLite waits for the disk no more: for tests that are about locks, not about power cuts."""
    engine = world.sessions.kw["bind"]
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        engine.dispose()
