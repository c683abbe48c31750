"""Which site a key stands for, and whether the page that asks may use it."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.accounts.tables import Agency
from directory.errors import PartnerRefused
from directory.partners.site import Site, allows
from directory.partners.tables import Partner, PartnerKey
from directory.phrases import N_, Phrase

Reason = Literal["key_unknown", "key_retired", "origin_refused", "paused"]
LONGEST_SHOWN = 100
SENTENCES: Mapping[Reason, str] = {
    "key_unknown": N_("This search box has a key that is not known here. The site’s owner can copy it anew."),
    "key_retired": N_("This search box has a key that was replaced. The site’s owner can copy the new one."),
    "origin_refused": N_("The key of this search box is not for pages of %(origin)s."),
    "paused": N_("This search box is switched off for now."),
}
"""What the page that asked is told."""


def admit(session: Session, key: str, origin: str | None, now: dt.datetime) -> Site:
    """The site of the key, when a page of `origin` may use it at that moment.

    `origin` is the request's `Origin` header. None passes: a browser leaves it out only where page and server
    are the same site (our own `/embed`), and programs can write what they like. Raises `PartnerRefused`.
    """
    query = (
        select(PartnerKey)
        .join(Partner, Partner.id == PartnerKey.partner_id)
        .join(Agency, Agency.id == Partner.agency_id)
        .options(joinedload(PartnerKey.partner))
        .where(PartnerKey.key == key, Agency.left_at.is_(None))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise refusal("key_unknown")
    if found.works_until is not None and found.works_until <= now:
        raise refusal("key_retired")
    if found.partner.paused_at is not None:
        raise refusal("paused")
    if origin is not None and not allows(tuple(found.partner.origins), origin):
        raise refusal("origin_refused", origin)
    return site_of(found.partner)


def refusal(reason: Reason, origin: str = "") -> PartnerRefused:
    """The error of that reason. The sentence repeats the origin, because its owner has to add just that."""
    values = {"origin": origin[:LONGEST_SHOWN]} if reason == "origin_refused" else {}
    return PartnerRefused(reason, Phrase(SENTENCES[reason], values))


def site_of(row: Partner) -> Site:
    """What its keys stand for."""
    return Site(
        partner_id=row.id,
        name=row.name,
        origins=tuple(row.origins),
        own=frozenset(row.own_organizations),
        needs=tuple(row.needs),
        states=tuple(row.states),
        presets={
            name: tuple(value) if isinstance(value, list) else value for name, value in row.presets.items()
        },
        locked=frozenset(row.locked),
        per_minute=row.per_minute,
    )
