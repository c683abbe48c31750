"""Who somebody is to one referral: seen by query and by role, denied by default (OWASP ASVS 8.2.2).

Another agency's referral is not there. A draft is not there for its receiver.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.tables import Membership, User
from directory.errors import AccessRefused, RecordNotFound, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, may
from directory.referrals.actors import ReferralSide, Role, may_use, roles_for
from directory.referrals.move_rows import Actor, Event
from directory.referrals.tables import Referral
from directory.referrals.transitions import allowed_moves

Part = tuple[Role, ReferralSide]
READ = {"sender": "referrals.read_sent", "receiver": "referrals.read_received"}
WRITE = {"sender": "referrals.send", "receiver": "referrals.answer"}
_STAFF: dict[str, Role] = {
    "caseworker": "caseworker",
    "provider_staff": "provider_staff",
    "supervisor": "supervisor",
}
_PROGRAM: dict[ReferralSide, Role] = {"sender": "caseworker", "receiver": "provider_staff"}
"""A program of an agency does what its workers do on that side."""


def not_found() -> RecordNotFound:
    """Said of what is not there and of what is another's, word for word the same."""
    return RecordNotFound(Phrase(N_("There is no such record.")))


def find(session: Session, referral_id: str, *, lock: bool = False) -> Referral:
    """The row as it is now in the database. Raises `RecordNotFound`. `parts_of` is to be asked next."""
    query = select(Referral).where(Referral.id == referral_id)
    if lock:
        query = query.with_for_update(key_share=True)
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise not_found()
    return row


def parts_of(acting: Acting, row: Referral, *, write: bool = False) -> tuple[Part, ...]:
    """The actor's parts in this referral, at least one. Raises `RecordNotFound`, or `AccessRefused` when the
    role in the own agency has no right to it."""
    role = acting.actor.role
    if role in {"link", "client"}:
        if acting.own_referral_id != row.id or row.sent_at is None:
            raise not_found()
        return (("receiver_link", "receiver"),) if role == "link" else (("client", "sender"),)
    if role == "system":
        return (("platform", "sender"),)
    own = _own_sides(acting, row)
    if not own:
        raise not_found()
    rights = WRITE if write else READ
    allowed = tuple(side for side in own if may(acting.actor, rights[side]))
    if not allowed:
        raise AccessRefused(Phrase(N_("Your role does not allow that.")))
    return tuple((_PROGRAM[side] if role == "api" else _STAFF[role], side) for side in allowed)


def part_as(acting: Acting, row: Referral, side: ReferralSide, *, write: bool = False) -> Part:
    """The actor's part on that side. Raises `RecordNotFound` for whoever has only another, and as
    `parts_of`."""
    found = next((each for each in parts_of(acting, row, write=write) if each[1] == side), None)
    if found is None:
        raise not_found()
    return found


def own_sent(
    acting: Acting, referral_id: str, *, client_id: str | None = None, write: bool = False
) -> Referral:
    """The row, for whoever has a part on the sender's side of it. Raises `RecordNotFound`, also where it is
    about somebody else than `client_id`, and as `parts_of`."""
    row = find(acting.session, referral_id)
    part_as(acting, row, "sender", write=write)
    if client_id is not None and row.client_id != client_id:
        raise not_found()
    return row


def _own_sides(acting: Acting, row: Referral) -> list[ReferralSide]:
    agency = acting.actor.agency_id
    sides: list[ReferralSide] = []
    if agency and agency == row.from_agency_id:
        sides.append("sender")
    if agency and agency == row.to_agency_id and row.sent_at is not None:
        sides.append("receiver")
    return sides


def actor_for(row: Referral, event: Event, parts: tuple[Part, ...]) -> tuple[Actor, Part]:
    """As what somebody makes this move. Where they may not, an actor whom `decide_move` will refuse."""
    usable = [part for part in parts if may_use(part[0], event)]
    if not usable:
        raise TransitionRefused("not_your_move", N_("Someone else has to do that."))
    for part in usable:
        actors = roles_for([part]) - (
            frozenset() if row.self_referral else _ONLY_FOR_SELF.get(part[0], frozenset())
        )
        for found in allowed_moves(row.status, *sorted(actors)):
            if found.event == event:
                return next(each for each in found.actors if each in actors), part
    return _any_of(usable[0]), usable[0]


_ONLY_FOR_SELF: dict[Role, frozenset[Actor]] = {"platform": frozenset({"sender_worker"})}
"""The program sends only what a person wrote themself."""


def _any_of(part: Part) -> Actor:
    return min(roles_for([part]))


def second_people(session: Session, row: Referral) -> dict[str, str]:
    """Id to name of whoever works for the sender's agency: one of them agrees that it was a mistake."""
    query = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.agency_id == row.from_agency_id, User.active)
        .order_by(User.name, User.id)
    )
    return {each.id: each.name for each in session.execute(query)}


def second_person(session: Session, row: Referral, user_id: str) -> str:
    """The user, if they are one of `second_people`; else nobody, which the rule then refuses."""
    return user_id if user_id in second_people(session, row) else ""
