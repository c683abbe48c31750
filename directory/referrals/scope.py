"""What a recipient is told beside the information: the consent's scope, and whether they may share it
further.

42 CFR 2.32 wants, with each disclosure, the notice and a copy of the consent or a clear explanation of its
scope; 2.33(b) says what a recipient may do with it.
"""

import datetime as dt
from collections.abc import Iterable

from directory.phrases import N_, Phrase
from directory.referrals.consent_record import PURPOSES, Agency, Consent
from directory.referrals.information import categories_of, categories_phrase, listed

_WHOLE = N_("%(who)s may share %(what)s with %(whom)s, for %(why)s. %(until)s")
_NO_CONSENT = {
    "medical_emergency": N_("Shared in a medical emergency: %(what)s, with %(whom)s only."),
    "court_order": N_("Shared under a court order: %(what)s, with %(whom)s only."),
}


def scope_sentence(consent: Consent | None, basis: str, fields: Iterable[str], recipient_name: str) -> Phrase:
    """The clear explanation of scope (2.32): who, what, with whom, what for, until when."""
    if consent is None:
        what = categories_phrase(categories_of(fields))
        return Phrase(_NO_CONSENT[basis], {"what": what, "whom": recipient_name})
    return Phrase(
        _WHOLE,
        {
            "who": consent.discloser_name or consent.patient_name,
            "what": categories_phrase(consent.categories),
            "whom": recipient_name if basis == "supervisor_override" else ", ".join(consent.recipient_names),
            "why": listed(Phrase(label) for code, label in PURPOSES.items() if code in consent.purposes),
            "until": _until(consent),
        },
    )


def _until(consent: Consent) -> Phrase:
    if consent.expires_on is not None:
        return Phrase(N_("It ends on %(day)s."), {"day": _day(consent.expires_on)})
    if consent.expiry_event:
        return Phrase(N_("It ends when: %(event)s."), {"event": consent.expiry_event})
    return Phrase(N_("It has no set end. The person can take it back."))


def _day(day: dt.date) -> str:
    # the same in every language, for a text that may be read far from here
    return day.isoformat()


def redisclosure_rule(consent: Consent | None, recipient: Agency, *, part2: bool) -> Phrase | None:
    """What the recipient may do with it further on (2.33(b)); None when the records are not under part 2."""
    if not part2:
        return None
    tpo = consent is not None and consent.type == "part2_tpo"
    if tpo and recipient.hipaa_covered == "yes":
        return Phrase(
            N_("You may share this further only as HIPAA allows, and never in court against the person.")
        )
    return Phrase(N_("Do not share this further unless the person's consent names that place."))
