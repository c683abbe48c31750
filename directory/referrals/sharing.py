"""What more could be shared on a referral with the consent as it is now: for the eyes of whoever answers a
question. `moves.move` asks the gate again, with the consents locked."""

from collections.abc import Collection, Mapping

from directory.referrals.acting import Acting
from directory.referrals.gate import ask, ground_of
from directory.referrals.ledger import consents_of
from directory.referrals.tables import Referral


def open_groups(acting: Acting, row: Referral, groups: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Of named groups of fields, those that hold something not shared yet and that the gate would let out
    beside what is shared. The caller has made sure that it is the sender. Not audited: part of a page that
    is."""
    shared = frozenset(row.shared_fields) | {"messages"}
    consents = consents_of(acting.session, row.client_id, row.from_agency_id)
    ground = ground_of(acting, row)
    return tuple(
        name
        for name, fields in groups.items()
        if not shared.issuperset(fields)
        and ask(acting, row, consents, fields=shared | set(fields), ground=ground).allow
    )
