"""A state's rules on who signs for a young person, as an agency's supervisors enter and end them.

A rule names the law that it comes from; none is known here but California's (`minors.KNOWN_RULES`).
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from directory.accounts.tables import User, new_id
from directory.errors import QueryInvalid
from directory.listings.areas import STATES
from directory.phrases import N_, Phrase
from directory.referrals.acting import Acting, need
from directory.referrals.ledger import WHO_SIGNS
from directory.referrals.minors import MinorRule
from directory.referrals.sides import not_found
from directory.referrals.tables_consents import MinorRuleEntered
from directory.referrals.tables_oversight import MinorRuleEnded

RIGHT = "consents.rules"
LATEST = 21
"""No rule on who signs reaches further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredRule:
    """A rule with who entered it and, if it no longer holds, who ended it."""

    id: str
    state: str
    data_class: str
    from_age: int
    below_age: int
    who_signs: str
    citation: str
    entered_by: str
    entered_at: dt.datetime
    ended_by: str
    ended_at: dt.datetime | None


def enter(acting: Acting, rule: MinorRule) -> MinorRuleEntered:
    """Enters a rule for the actor's agency. Needs `consents.rules`. Raises `QueryInvalid` with fields."""
    actor = need(acting.actor, RIGHT)
    wrong: dict[str, list[Phrase | str]] = {}
    if rule.state not in STATES:
        wrong["state"] = [N_("Please give a state by its two letters.")]
    if not 0 <= rule.from_age < rule.below_age:
        wrong["below_age"] = [N_("The second age has to be the higher one.")]
    elif rule.below_age > LATEST:
        wrong["below_age"] = [N_("A rule here can reach up to 21.")]
    if rule.who_signs not in WHO_SIGNS:
        wrong["who_signs"] = [N_("Please choose one of the answers listed.")]
    if not rule.citation.strip():
        wrong["citation"] = [N_("Please name the law.")]
    if wrong:
        raise QueryInvalid(Phrase(N_("Please check what you wrote.")), wrong)
    made = MinorRuleEntered(
        id=new_id(),
        agency_id=actor.agency_id,
        state=rule.state,
        data_class=rule.data_class,
        from_age=rule.from_age,
        below_age=rule.below_age,
        who_signs=rule.who_signs,
        citation=rule.citation.strip(),
        entered_by=actor.user_id,
        entered_at=acting.now,
    )
    acting.session.add(made)
    acting.session.flush()
    acting.note("consent.enter_rule", "minor_rule", [made.id])
    return made


def end(acting: Acting, rule_id: str) -> None:
    """A rule of the own agency no longer holds; a second time changes nothing. Raises `RecordNotFound`."""
    actor = need(acting.actor, RIGHT)
    query = select(MinorRuleEntered).where(
        MinorRuleEntered.id == rule_id, MinorRuleEntered.agency_id == actor.agency_id
    )
    row = acting.session.scalars(query.with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise not_found()
    ended = select(MinorRuleEnded.id).where(MinorRuleEnded.rule_id == row.id)
    if acting.session.scalar(ended) is None:
        made = MinorRuleEnded(id=new_id(), rule_id=row.id, ended_by=actor.user_id, ended_at=acting.now)
        acting.session.add(made)
        acting.session.flush()
    acting.note("consent.end_rule", "minor_rule", [row.id])


def listed(acting: Acting) -> list[EnteredRule]:
    """The own agency's rules: those in force, the newest first, then those that ended."""
    actor = need(acting.actor, RIGHT)
    entered, ended = aliased(User), aliased(User)
    query = (
        select(MinorRuleEntered, MinorRuleEnded.ended_at, entered.name, ended.name)
        .outerjoin(MinorRuleEnded, MinorRuleEnded.rule_id == MinorRuleEntered.id)
        .outerjoin(entered, entered.id == MinorRuleEntered.entered_by)
        .outerjoin(ended, ended.id == MinorRuleEnded.ended_by)
        .where(MinorRuleEntered.agency_id == actor.agency_id)
        .order_by(MinorRuleEntered.entered_at.desc(), MinorRuleEntered.id)
    )
    found = [
        EnteredRule(
            id=row.id,
            state=row.state,
            data_class=row.data_class,
            from_age=row.from_age,
            below_age=row.below_age,
            who_signs=row.who_signs,
            citation=row.citation,
            entered_by=entered_by or "",
            entered_at=row.entered_at,
            ended_by=ended_by or "",
            ended_at=ended_at,
        )
        for row, ended_at, entered_by, ended_by in acting.session.execute(query)
    ]
    acting.note("consent.list_rules", "minor_rule", [each.id for each in found])
    return sorted(found, key=lambda each: each.ended_at is not None)
