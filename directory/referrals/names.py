"""Names for pages: of the people and agencies that a referral's history or the audit speaks of."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.tables import Agency, User
from directory.referrals.sender_page import SenderPage

KEY_LENGTH = 36


def names_of(session: Session, kind: type[User] | type[Agency], ids: Iterable[str | None]) -> dict[str, str]:
    """Id to name; one statement. What is no id of somebody's (a program, a link) has none."""
    wanted = sorted({each for each in ids if each and len(each) == KEY_LENGTH})
    query = select(kind.id, kind.name).where(kind.id.in_(wanted))
    return {each.id: each.name for each in session.execute(query)}


def names_in(session: Session, page: SenderPage) -> Mapping[str, str]:
    """Of the users and agencies in a referral's history; two statements."""
    users = [*(each.user_id for each, _ in page.events), *(each.by for each in page.disclosures.records)]
    agencies = [each.agency_id for each, _ in page.events]
    return names_of(session, User, users) | names_of(session, Agency, agencies)
