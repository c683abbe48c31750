"""Keys of partners: made, found, changed for new ones. Callers commit."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.errors import QueryInvalid
from directory.partners.tables import Partner, PartnerKey
from directory.phrases import N_, Phrase

PREFIX = "pk_"
KEY_LETTERS = 20
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike: keys are also read out and copied by hand."""
LONGEST_OVERLAP = dt.timedelta(days=30)


def give_key(session: Session, partner: Partner, now: dt.datetime) -> PartnerKey:
    """A new key of the partner."""
    key = PREFIX + "".join(secrets.choice(LETTERS) for _ in range(KEY_LETTERS))
    made = PartnerKey(key=key, partner_id=partner.id, created_at=now, works_until=None)
    session.add(made)
    session.flush()
    return made


def keys_of(session: Session, partner: Partner) -> Sequence[PartnerKey]:
    """All keys that the partner ever had, the current one first, then the newest."""
    query = select(PartnerKey).where(PartnerKey.partner_id == partner.id)
    rows = session.scalars(query.order_by(PartnerKey.created_at.desc(), PartnerKey.key))
    return sorted(rows, key=lambda each: each.works_until is not None)


def current_key(session: Session, partner: Partner) -> str:
    """The key to put into a page."""
    return keys_of(session, partner)[0].key


def change_key(session: Session, partner: Partner, until: dt.datetime, now: dt.datetime) -> PartnerKey:
    """A new key; the one before works until then, so that pages can be changed meanwhile.

    Keys that were replaced earlier keep the end that they were given, unless this one comes first. Raises
    `QueryInvalid` for an end that is past or more than thirty days away.
    """
    if not now <= until <= now + LONGEST_OVERLAP:
        sentence = Phrase(N_("Choose a day from today to 30 days from now."))
        raise QueryInvalid(sentence, {"until": [sentence]})
    for each in keys_of(session, partner):
        if each.works_until is None or each.works_until > until:
            each.works_until = until
    return give_key(session, partner, now)
