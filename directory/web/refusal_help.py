"""What to do about each refusal of the consent gate: one plain sentence, and where that is done."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from directory.phrases import N_
from directory.referrals.decision import Decision
from directory.web.language import gettext, say

Where = Literal["consent", "client", "draft", "limits", "supervisor", ""]


class Help(NamedTuple):
    """The sentence (message id), and the page that the next step is on."""

    sentence: str
    where: Where = ""


_CONSENT = Help(N_("Talk it over with the person, and write a new consent if they agree."), "consent")
_SHARE_LESS = Help(N_("Share less, or ask the person for a wider consent."), "draft")
_SUPERVISOR = Help(N_("Ask a supervisor of your agency."), "supervisor")
HELP: dict[str, Help] = {
    "consent_missing": _CONSENT,
    "consent_of_another_person": _CONSENT,
    "consent_revoked": Help(
        N_("Do not send it. If the person agrees again, write a new consent."), "consent"
    ),
    "consent_expired": _CONSENT,
    "consent_not_yet_signed": Help(N_("Check the day and time of signing, then write it anew."), "consent"),
    "consent_incomplete": _CONSENT,
    "consent_not_valid_for_part2": _CONSENT,
    "counseling_notes_not_separate": _CONSENT,
    "counseling_notes_need_separate_consent": _SHARE_LESS,
    "proceedings_not_separate": _CONSENT,
    "state_rule_unknown": _SUPERVISOR,
    "age_unknown": Help(N_("Ask, and note it with what you know of the person."), "client"),
    "minor_must_sign": _CONSENT,
    "representative_must_sign": _CONSENT,
    "discloser_not_covered": _CONSENT,
    "recipient_not_covered": _CONSENT,
    "class_needs_confirmation": _SUPERVISOR,
    "scope_exceeded": _SHARE_LESS,
    "field_unknown": _SHARE_LESS,
    "purpose_not_covered": _CONSENT,
    "restriction_needs_review": Help(N_("Read the limits you agreed on with the person, below."), "limits"),
}
OTHERWISE = _SUPERVISOR


class Told(NamedTuple):
    """One refusal as a person reads it."""

    why: str
    what_to_do: str
    where: Where


def told(decision: Decision) -> list[Told]:
    """Every refusal, in the gate's order, each thing to do once."""
    return list(dict.fromkeys(_told(decision)))


def _told(decision: Decision) -> Iterable[Told]:
    for code, sentence in zip(decision.codes, decision.sentences, strict=True):
        found = HELP.get(code.partition(":")[0], OTHERWISE)
        yield Told(say(sentence), gettext(found.sentence), found.where)
