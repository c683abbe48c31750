"""Who signs for a person under 18: a table by state and kind of care. What is not in it is refused.

42 CFR 2.14 follows state law: where a minor may get the care alone, only the minor consents to disclosure.
Only California's rule is known here (12 and older, outpatient mental health and substance use counselling).
Every other state, age or kind of care is refused until a supervisor enters a rule with its citation. This
is no legal advice.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from directory.referrals.consent_record import Consent, Person, Signer

MAJORITY = 18
WhoSigns = Literal["minor", "representative", "both"]
SUBSTANCE_USE = "outpatient_substance_use"
MENTAL_HEALTH = "outpatient_mental_health"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorRule:
    """From `from_age` up to, and not with, `below_age`, in this state and for this kind of care: who signs.

    `citation` names the law it comes from; `entered_by` the supervisor who entered it ("": it came with the
    program). A rule without a citation is no rule.
    """

    state: str
    data_class: str
    from_age: int
    below_age: int = MAJORITY
    who_signs: WhoSigns
    citation: str
    entered_by: str = ""


KNOWN_RULES = (
    MinorRule(
        state="CA",
        data_class=MENTAL_HEALTH,
        from_age=12,
        who_signs="minor",
        citation="Cal. Health & Safety Code 124260; 42 CFR 2.14",
    ),
    MinorRule(
        state="CA",
        data_class=SUBSTANCE_USE,
        from_age=12,
        who_signs="minor",
        citation="Cal. Family Code 6929(b); 42 CFR 2.14",
    ),
)
_ENOUGH: dict[WhoSigns, tuple[Signer, ...]] = {
    "minor": ("client",),
    "representative": ("representative", "both"),
    "both": ("both",),
}


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Whole years; somebody born on 29 February has their birthday on 1 March of other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def rule_for(person: Person, age: int, entered: Iterable[MinorRule] = ()) -> MinorRule | None:
    """The rule for a person of that age; rules entered here go before those that came with the program."""
    for rule in (*entered, *KNOWN_RULES):
        if (
            rule.citation.strip()
            and rule.state == person.state.upper()
            and rule.data_class == person.data_class
            and rule.from_age <= age < rule.below_age
        ):
            return rule
    return None


def signer_codes(
    consent: Consent, person: Person, today: dt.date, entered: Iterable[MinorRule] = ()
) -> tuple[str, ...]:
    """What is wrong with who signed, by the age at signing; empty if nothing is.

    `age_unknown`, `state_rule_unknown`, `minor_must_sign`, `representative_must_sign`.
    """
    if person.birth_date is None:
        return () if person.adult_confirmed else ("age_unknown",)
    signed_on = today
    if consent.signed_at is not None:
        signed_on = min(consent.signed_at.astimezone(ZoneInfo(consent.timezone)).date(), today)
    age = age_on(person.birth_date, signed_on)
    if age < MAJORITY <= age_on(person.birth_date, today) and consent.signer == "representative":
        # a parent or guardian signed; the person is grown up now and speaks for themselves
        return ("minor_must_sign",)
    rule = rule_for(person, age, entered)
    if rule is None:
        if age < MAJORITY:
            return ("state_rule_unknown",)
        return ()
    if consent.signer in _ENOUGH[rule.who_signs]:
        return ()
    return ("minor_must_sign",) if consent.signer == "representative" else ("representative_must_sign",)
