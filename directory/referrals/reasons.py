"""Why a referral ended or was stopped: one row per reason, the person's side and the provider's apart (R4).

HMIS 4.20 (Coordinated Entry Event) knows three results: 1 client accepted, 2 client rejected, 3 provider
rejected. It is read off the side of the reason; a reason of neither side has none.
"""

from dataclasses import dataclass
from typing import Literal

from directory.phrases import N_, Phrase
from directory.referrals.states import AFTER_ACCEPTANCE, STATES, State

Side = Literal["client", "provider", "neither"]
"""On whose side the reason lies. It is no blame: a hospital stay is on the person's side."""
HmisResult = Literal[1, 2, 3]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `label` is a message id. `wants_text`: a few words must say more."""

    code: str
    side: Side
    label: str
    wants_text: bool = False


def _table(*rows: Reason) -> dict[str, Reason]:
    return {each.code: each for each in rows}


DECLINE_REASONS = _table(
    Reason("no_capacity", "provider", N_("We have no room right now")),
    Reason("not_eligible", "provider", N_("The person does not meet our rules")),
    Reason("out_of_area", "provider", N_("The person lives outside our area")),
    Reason("wrong_service", "provider", N_("We do not offer this service")),
    Reason("missing_information", "provider", N_("We did not get what we need to know")),
    Reason("client_conflict", "client", N_("Our place is not a good match for this person")),
    Reason("client_already_served", "client", N_("The person already gets this from us")),
    Reason("safety", "provider", N_("It would not be safe here")),
    Reason("other", "provider", N_("Another reason"), wants_text=True),
)
"""Why a receiver says no before accepting."""

SUCCESS_REASONS = _table(Reason("services_received", "neither", N_("The person got the service")))

CLOSURE_REASONS = _table(
    Reason("client_declined", "client", N_("The person chose not to go on")),
    Reason("unable_to_contact", "client", N_("We could not reach the person")),
    Reason("not_eligible_after_intake", "provider", N_("Intake showed our rules do not fit")),
    Reason("no_capacity", "provider", N_("We have no room after all")),
    Reason("no_show_final", "client", N_("The person did not come, after several tries")),
    Reason("referred_elsewhere", "provider", N_("We sent the person to another place")),
    Reason("moved", "client", N_("The person moved away")),
    Reason("incarcerated", "client", N_("The person is in jail or prison")),
    Reason("hospitalised", "client", N_("The person is in the hospital")),
    Reason("deceased", "client", N_("The person has died")),
    Reason("consent_revoked", "client", N_("The person took back their consent")),
    Reason("duplicate", "neither", N_("There is another referral for the same thing")),
    Reason("other", "neither", N_("Another reason"), wants_text=True),
)
"""Why an accepted referral closes without service."""

WITHDRAW_REASONS = _table(
    Reason("client_changed_mind", "client", N_("The person does not want it any more")),
    Reason("found_other_help", "client", N_("The person found other help")),
    Reason("needs_changed", "client", N_("The person now needs something else")),
    Reason("wrong_receiver", "neither", N_("It went to the wrong place")),
    Reason("no_answer", "provider", N_("They did not answer")),
    Reason("other", "neither", N_("Another reason"), wants_text=True),
)
"""Why the sender, or the person, stops a referral."""

CANCEL_REASONS = _table(
    Reason("person_asked", "client", N_("The person asked to")),
    Reason("worker_unavailable", "provider", N_("The worker cannot be there")),
    Reason("place_closed", "provider", N_("The place is closed that day")),
    Reason("no_ride", "client", N_("There was no ride")),
    Reason("illness", "neither", N_("Someone is ill")),
    Reason("other", "neither", N_("Another reason"), wants_text=True),
)
"""Why a visit is cancelled."""

PAUSE_REASONS = _table(
    Reason("no_opening", "provider", N_("There is no opening right now")),
    Reason("person_away", "client", N_("The person is away for a while")),
    Reason("person_asked", "client", N_("The person asked to")),
    Reason("coverage_pending", "neither", N_("Payment or coverage is not settled yet")),
    Reason("other", "neither", N_("Another reason"), wants_text=True),
)
"""Why a referral goes to the waitlist after a visit was set or service began."""

VOID_REASONS = _table(
    Reason("wrong_person", "neither", N_("It is about the wrong person")),
    Reason("entered_twice", "neither", N_("It was entered twice")),
    Reason("test_entry", "neither", N_("It was only a test")),
    Reason("other", "neither", N_("Another reason"), wants_text=True),
)
"""Why a supervisor marks a referral as entered by mistake."""

_HMIS_OF_SIDE: dict[Side, HmisResult | None] = {"client": 2, "provider": 3, "neither": None}
_ENDINGS: dict[State, dict[str, Reason]] = {
    "declined": DECLINE_REASONS,
    "unsuccessful": CLOSURE_REASONS,
    "withdrawn": {**WITHDRAW_REASONS, "consent_revoked": CLOSURE_REASONS["consent_revoked"]},
}


def side_of(state: State, reason: str | None) -> Side:
    """On whose side a referral in a terminal state ended; `expired` is the provider's: it did not answer."""
    if state == "expired":
        return "provider"
    row = _ENDINGS.get(state, {}).get(reason or "")
    return row.side if row else "neither"


def hmis_result(state: State, reason: str | None) -> HmisResult | None:
    """HMIS 4.20 result of a referral; None while there is none, and where neither side said no."""
    if state in _ENDINGS or state == "expired":
        return _HMIS_OF_SIDE[side_of(state, reason)]
    return 1 if state in AFTER_ACCEPTANCE else None


def business_status(state: State, reason: str | None = None) -> str | None:
    """BSeR status number of a referral: its state's, but 4.0 (declined) where the provider closed it."""
    if state == "unsuccessful" and side_of(state, reason) == "provider":
        return "4.0"
    return STATES[state].business_status


def reason_label(state: State, reason: str) -> Phrase:
    """What a terminal state's reason is called; its code where it is not known."""
    row = {**_ENDINGS.get(state, {}), **(SUCCESS_REASONS if state == "completed" else {})}.get(reason)
    return Phrase(row.label if row else "%(code)s", {} if row else {"code": reason})
