"""Asking the gate about a referral: what is about to leave, with the consents locked until the commit.

The rule itself is `consent.may_disclose`. Whatever goes wrong while reading is a refusal (`gate_failed`).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import fields as dataclass_fields
from typing import Any, Literal

from sqlalchemy import select

from directory.accounts import tables as accounts
from directory.accounts.tables import new_id
from directory.referrals import consent_record as pure
from directory.referrals.accounting import record_of
from directory.referrals.acting import Acting
from directory.referrals.bases import CourtOrder, Emergency
from directory.referrals.client_fields import ClientFields, opened
from directory.referrals.consent import decide_reading, may_disclose
from directory.referrals.decision import Decision
from directory.referrals.disclosing import DisclosureRequest
from directory.referrals.information import CATEGORIES
from directory.referrals.ledger import minor_rules
from directory.referrals.rows import as_consent, as_party, as_person, as_text, texts_of, visits_of
from directory.referrals.tables import Message, Referral
from directory.referrals.tables_clients import Client, ClientRestriction
from directory.referrals.tables_consents import Consent, Disclosure

ActorRole = Literal["worker", "supervisor", "client", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a disclosure rests on beside, or instead of, a consent. Kept sealed on the referral.

    `decided_by` is the role of who decided it, when they did: later openings rest on that decision.
    """

    basis: str = "consent"
    decided_by: ActorRole = "worker"
    justification: str = ""
    emergency: Emergency | None = None
    court_order: CourtOrder | None = None
    class_confirmed: bool = False

    def as_values(self) -> dict[str, Any]:
        """For JSON; empty for a plain consent."""
        if self == Ground(decided_by=self.decided_by):
            return {}
        found = asdict(self)
        if self.emergency is not None and self.emergency.at is not None:
            found["emergency"]["at"] = self.emergency.at.isoformat()
        if self.court_order is not None:
            found["court_order"]["categories"] = sorted(self.court_order.categories)
            for name in ("issued_on", "ends_on"):
                day = getattr(self.court_order, name)
                found["court_order"][name] = day.isoformat() if day else None
        return found

    @classmethod
    def of_values(cls, basis: str, values: Mapping[str, Any]) -> "Ground":
        """Back from JSON."""
        emergency, order = values.get("emergency"), values.get("court_order")
        return cls(
            basis=basis,
            decided_by=values.get("decided_by", "worker"),
            justification=values.get("justification", ""),
            emergency=Emergency(**{**emergency, "at": _moment(emergency["at"])}) if emergency else None,
            court_order=CourtOrder(
                **{
                    **order,
                    "categories": frozenset(order["categories"]),
                    "issued_on": _day(order["issued_on"]),
                    "ends_on": _day(order["ends_on"]),
                }
            )
            if order
            else None,
            class_confirmed=values.get("class_confirmed", False),
        )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def ground_of(acting: Acting, row: Referral) -> Ground:
    """What the referral rests on."""
    return Ground.of_values(row.basis, texts_of(acting.ring, row, "basis_facts"))


def ask(
    acting: Acting,
    row: Referral,
    consents: Sequence[Consent],
    *,
    fields: Iterable[str],
    ground: Ground,
    channel: str | None = None,
    restriction_reviewed: bool = False,
) -> Decision:
    """May these fields of the referral's client go to its receiver now? Never raises.

    `consents` are the client's (`ledger.consents_of`, locked), the newest first. The one the referral rests
    on is asked first; where it does not allow, another that does; where none does, the nearest refusal is
    told.
    """

    def read() -> tuple[DisclosureRequest, pure.Consent | None]:
        asked = _request(
            acting,
            row,
            fields=frozenset(fields),
            ground=ground,
            channel=channel or acting.channel,
            restriction_reviewed=restriction_reviewed,
        )
        ordered = sorted(consents, key=lambda each: each.id != row.consent_id)
        client = acting.session.get_one(Client, row.client_id)
        tries = []
        for each in ordered:
            person = as_person(acting.ring, client, each.data_class)
            found = replace(asked, person=person)
            consent = as_consent(acting.ring, each)
            decision = may_disclose(found, consent, acting.now)
            if decision.allow:
                return found, consent
            tries.append((len(decision.codes), found, consent))
        if not tries:
            return asked, None
        _, found, consent = min(tries, key=lambda each: each[0])
        return found, consent

    return decide_reading(read, acting.now)


def _request(
    acting: Acting,
    row: Referral,
    *,
    fields: frozenset[str],
    ground: Ground,
    channel: str,
    restriction_reviewed: bool,
) -> DisclosureRequest:
    session = acting.session
    client = session.get_one(Client, row.client_id)
    return DisclosureRequest(
        person=as_person(acting.ring, client),
        discloser=as_party(session.get_one(accounts.Agency, row.from_agency_id)),
        recipient=recipient_of(acting, row),
        fields=fields,
        purpose=row.purpose or "referral",  # type: ignore[arg-type]
        channel=channel,
        at=acting.now,
        basis=ground.basis,
        actor_role=ground.decided_by,
        justification=ground.justification,
        emergency=ground.emergency,
        court_order=ground.court_order,
        class_confirmed=ground.class_confirmed and ground.decided_by == "supervisor",
        restriction=_restriction(acting, row, reviewed_now=restriction_reviewed),
        minor_rules=minor_rules(session, row.from_agency_id),
    )


def recipient_of(acting: Acting, row: Referral) -> pure.Agency:
    """The receiver as the gate sees it; one that is not on the network is the listed organization."""
    if row.to_agency_id is not None:
        return as_party(acting.session.get_one(accounts.Agency, row.to_agency_id))
    return pure.Agency(id=row.to_organization_id or "", name=str(row.snapshot.get("organization") or ""))


def _restriction(
    acting: Acting, row: Referral, *, reviewed_now: bool
) -> Literal["none", "unreviewed", "reviewed"]:
    """A limit agreed on after the last review has to be reviewed again."""
    since = acting.now if reviewed_now else row.restriction_reviewed_at
    limits = select(ClientRestriction.recorded_at).where(
        ClientRestriction.client_id == row.client_id, ClientRestriction.ended_at.is_(None)
    )
    recorded = acting.session.scalars(limits).all()
    if not recorded:
        return "none"
    return "reviewed" if since is not None and max(recorded) <= since else "unreviewed"


def values_of(acting: Acting, row: Referral) -> dict[str, Any]:
    """Every shareable field of a referral that has a value: for `consent.disclosable_view`, nothing else."""
    client = opened(acting.ring, acting.session.get_one(Client, row.client_id))
    kept = {each.name for each in dataclass_fields(ClientFields)}
    found: dict[str, Any] = {
        name: getattr(client, name) or None for name in CATEGORIES["contact"].fields if name in kept
    }
    found["birth_date"] = client.birth_date.isoformat() if client.birth_date else None
    found["contact_preference"] = row.contact_preference or client.contact_preference or None
    found["safe_times"] = [list(each) for each in client.safe_times] or None
    found["do_not_contact"] = client.do_not_contact
    found["needs"], found["priority"] = list(row.needs), row.priority
    found.update(texts_of(acting.ring, row, "details"))
    found["messages"] = _messages(acting, row) or None
    found["appointments"] = _appointments(acting, row) or None
    return found


def _messages(acting: Acting, row: Referral) -> list[dict[str, Any]]:
    query = select(Message).where(Message.referral_id == row.id).order_by(Message.position)
    return [
        {
            "side": each.side,
            "kind": each.kind,
            "at": each.at.isoformat(),
            "text": acting.ring.get(each, "body"),
        }
        for each in acting.session.scalars(query)
    ]


def _appointments(acting: Acting, row: Referral) -> list[dict[str, Any]]:
    return [
        {"id": each.row.id, **each.as_values(), "starts_at": each.row.starts_at.isoformat()}
        for each in visits_of(acting, row)
    ]


def keep_disclosure(acting: Acting, row: Referral, decision: Decision, ground: Ground) -> Disclosure:
    """The row that 2.24, 2.25 and 2.51 want of an allowed disclosure; raises for another."""
    told = record_of(
        decision,
        referral_id=row.id,
        client_id=row.client_id,
        recipient_name=recipient_of(acting, row).name,
        by=acting.actor.user_id or acting.actor.role,
    )
    made = Disclosure(
        id=new_id(),
        client_id=told.client_id,
        referral_id=told.referral_id,
        consent_id=told.consent_id,
        agency_id=told.discloser_id,
        basis=told.basis,
        recipient_id=told.recipient_id,
        recipient_name=told.recipient_name,
        fields=list(told.fields),
        categories=list(told.categories),
        purpose=told.purpose,
        channel=told.channel,
        part2=decision.part2,
        notice_version=told.notice_version,
        user_id=acting.actor.user_id,
        at=told.at,
    )
    acting.ring.put(made, basis_facts=as_text(ground.as_values()))
    acting.session.add(made)
    return made
