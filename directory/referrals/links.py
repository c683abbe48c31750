"""The secure link of a receiver without an account (R5): one person, one browser, 72 hours, five tries.

The address holds the token in its fragment, which browsers send to no server and no log; where there are no
scripts, a short reference is typed instead. Either needs the access code, which the sender says by telephone.
The first browser that gives the right code claims the link; it gets a secret of its own; no other gets in.

    made = links.make(acting, referral_id, recipient_name="Pat Rivers")   # made.token, .reference, .code
    acting = Acting(session, ring, links.LINK, now, channel="link")
    opened = links.claim(acting, made.token, made.code)                   # cookie: opened.link_id, .secret
    acting = links.enter(acting, link_id, secret)                         # for moves, receiver_view, …
"""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import or_, select, update

from directory.accounts.access import Actor
from directory.accounts.people import digest
from directory.accounts.tables import new_id
from directory.errors import LinkRefused, QueryInvalid, TransitionRefused
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting
from directory.referrals.consents_held import may_open
from directory.referrals.history import add_event, note_event
from directory.referrals.sides import find, part_as
from directory.referrals.states import TERMINAL
from directory.referrals.tables import Referral
from directory.referrals.tables_doors import ReceiverLink

LIFE = dt.timedelta(hours=72)
MOST_WRONG = 5
CODE_DIGITS = 6
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of references: nothing that is read as something else."""
REFERENCE_LENGTH = 12
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
LINK = Actor(role="link")
Standing = Literal["waiting", "claimed", "over", "locked", "taken_back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink:
    """Shown once, kept nowhere. The code is told by voice, never with the link."""

    id: str
    token: str
    reference: str
    code: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the browser keeps that may now open the link."""

    link_id: str
    referral_id: str
    secret: str
    expires_at: dt.datetime


def make(acting: Acting, referral_id: str, *, recipient_name: str) -> MadeLink:
    """A link for one named person; links made before for this referral open no more. Needs `referrals.send`.

    Raises `DisclosureRefused` when the consent does not cover this channel, `TransitionRefused` for a draft
    or what has ended.
    """
    if not recipient_name.strip():
        raise QueryInvalid(Phrase(N_("Please say who it is for.")), {"recipient_name": [N_("is missing")]})
    peeked = find(acting.session, referral_id)
    part_as(acting, peeked, "sender", write=True)
    row = may_open(acting, peeked, channel="link")
    if row.status == "draft" or row.status in TERMINAL:
        raise TransitionRefused("referral_closed", N_("A link needs a referral that is under way."))
    _take_back_all(acting, row.id)
    token, reference = secrets.token_urlsafe(32), new_reference(REFERENCE_LENGTH)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    link = ReceiverLink(
        id=new_id(),
        referral_id=row.id,
        token_hash=digest(token),
        reference_hash=digest(plain_reference(reference)),
        code_hash=_slow_digest(code),
        expires_at=acting.now + LIFE,
        made_by=acting.actor.user_id,
        made_at=acting.now,
    )
    acting.ring.put(link, recipient_name=recipient_name.strip())
    acting.session.add(link)
    acting.session.flush()
    line = add_event(
        acting, row, "link_made", "sender_worker", from_status=row.status, version_before=row.version
    )
    note_event(acting, line)
    return MadeLink(id=link.id, token=token, reference=reference, code=code, expires_at=link.expires_at)


def claim(acting: Acting, token_or_reference: str, code: str) -> Claimed | None:
    """Opens the link for this browser if the code is right and no other has claimed it.

    None for a wrong code: **commit all the same**, since the try has to count. The fifth wrong one locks the
    link. Raises `LinkRefused` for a link that opens no more, or never was; nobody is told which.
    """
    found = digest(token_or_reference.strip()), digest(plain_reference(token_or_reference))
    link = acting.session.scalars(
        select(ReceiverLink)
        .where(or_(ReceiverLink.token_hash == found[0], ReceiverLink.reference_hash == found[1]))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if link is None or not _opens(link, acting.now) or link.claim_hash is not None:
        _slow_digest(code)  # an absent link takes as long as a wrong code
        raise refused()
    if not _is_code(code, link.code_hash):
        link.wrong_codes += 1
        if link.wrong_codes >= MOST_WRONG:
            link.locked_at = acting.now
        acting.session.flush()
        acting.note("link.wrong_code", "receiver_link", [link.id], outcome="refused")
        return None
    secret = secrets.token_urlsafe(32)
    link.claim_hash, link.claimed_at = digest(secret), acting.now
    acting.session.flush()
    acting.note("link.claim", "receiver_link", [link.id, link.referral_id], count=1)
    return Claimed(link_id=link.id, referral_id=link.referral_id, secret=secret, expires_at=link.expires_at)


def enter(acting: Acting, link_id: str, secret: str) -> Acting:
    """Who acts through a claimed link: role `link`, for its one referral. Raises `LinkRefused`.

    Hand the answer to `moves.move`, `receiver_view.open_referral` and `conversation.post_message`.
    """
    link = acting.session.get(ReceiverLink, link_id, populate_existing=True)
    if link is None or link.claim_hash is None or not _opens(link, acting.now):
        raise refused()
    if not hmac.compare_digest(link.claim_hash, digest(secret)):
        raise refused()
    return replace(acting, actor=LINK, channel="link", own_referral_id=link.referral_id)


def take_back(acting: Acting, referral_id: str) -> None:
    """No link of this referral opens any more; without one, nothing happens. Needs a sender's part in it."""
    row = find(acting.session, referral_id, lock=True)
    part_as(acting, row, "sender", write=True)
    if not _take_back_all(acting, row.id):
        return
    line = add_event(
        acting, row, "link_revoked", "sender_worker", from_status=row.status, version_before=row.version
    )
    note_event(acting, line)


def links_of(acting: Acting, row: Referral) -> list[tuple[str, ReceiverLink]]:
    """(recipient's name, link) of a referral, the newest first. Part of a page that is audited."""
    query = select(ReceiverLink).where(ReceiverLink.referral_id == row.id)
    found = acting.session.scalars(query.order_by(ReceiverLink.made_at.desc(), ReceiverLink.id))
    return [(acting.ring.get(each, "recipient_name") or "", each) for each in found]


def read(acting: Acting, link_id: str) -> tuple[str, ReceiverLink]:
    """(recipient's name, link) of one that was entered. Part of a page that is audited."""
    link = acting.session.get_one(ReceiverLink, link_id)
    return acting.ring.get(link, "recipient_name") or "", link


def finish(acting: Acting, link_id: str) -> None:
    """Its holder is done with it: an entered link opens no more, wherever a copy of its secret is."""
    link = acting.session.get_one(ReceiverLink, link_id)
    link.expires_at = acting.now
    acting.session.flush()
    acting.note("link.finish", "receiver_link", [link.id, link.referral_id], count=1)


def standing(link: ReceiverLink, now: dt.datetime) -> Standing:
    """What has become of a link; the gravest of what is true of it."""
    if link.revoked_at is not None:
        return "taken_back"
    if link.locked_at is not None:
        return "locked"
    if link.expires_at <= now:
        return "over"
    return "waiting" if link.claim_hash is None else "claimed"


def refused() -> LinkRefused:
    """Said of every link that does not open."""
    return LinkRefused(Phrase(N_("This link does not open. Please call the sender for a new one.")))


def new_reference(length: int) -> str:
    """So many random letters, four by four, to be written down and typed."""
    letters = [secrets.choice(LETTERS) for _ in range(length)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, length, 4))


def plain_reference(text: str) -> str:
    """A reference as it is compared: capitals without gaps."""
    return "".join(each for each in text.upper() if each.isalnum())


def _opens(link: ReceiverLink, now: dt.datetime) -> bool:
    return link.expires_at > now and link.locked_at is None and link.revoked_at is None


def _take_back_all(acting: Acting, referral_id: str) -> int:
    """How many there were."""
    taken = acting.session.scalars(
        update(ReceiverLink)
        .where(ReceiverLink.referral_id == referral_id, ReceiverLink.revoked_at.is_(None))
        .values(revoked_at=acting.now)
        .returning(ReceiverLink.id)
    )
    return len(taken.all())


def _slow_digest(code: str, salt: bytes | None = None) -> str:
    salt = salt or secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(code.encode(), salt=salt, dklen=32, **SCRYPT).hex()}"


def _is_code(code: str, kept: str) -> bool:
    digits = "".join(each for each in code if each.isdecimal())
    salt = bytes.fromhex(kept.partition(":")[0])
    return hmac.compare_digest(_slow_digest(digits, salt), kept)
