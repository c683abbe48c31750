"""Consents in words for the pages of their agency."""

import datetime as dt
from zoneinfo import ZoneInfo

from directory.phrases import N_
from directory.referrals.consent_record import Consent

STATUSES = {"live": N_("In force"), "ended": N_("Ended"), "revoked": N_("Taken back")}
TYPES = {
    "part2_named": N_("For the places named here"),
    "part2_tpo": N_("For treatment, payment and running the program"),
    "part2_counseling_notes": N_("For notes from counseling"),
    "part2_proceedings": N_("For use in court"),
    "hipaa_authorization": N_("Authorization under HIPAA"),
    "general_release": N_("General release"),
    "self_request": N_("The person's own request"),
}
SIGNERS = {
    "client": N_("The person"),
    "representative": N_("Someone who may sign for the person"),
    "both": N_("Both of them"),
}
SIGNATURES = {
    "typed": N_("Typed by the person, here with me"),
    "paper_scan": N_("On paper; the scan is in our files"),
    "witnessed_paper": N_("On paper, with a witness"),
    "drawn": N_("Drawn on a screen"),
}
REVOKERS = {
    "client": N_("The person"),
    "representative": N_("Someone who may sign for the person"),
    "agency": N_("Our agency"),
}
REVOKED_HOW = {
    "written": N_("In writing"),
    "oral": N_("By word of mouth"),
    "link": N_("By their private link"),
}


def status_of(consent: Consent, now: dt.datetime) -> str:
    """A key of `STATUSES`. A day on which a consent ends is included, in the zone it was signed for."""
    if consent.revoked_at is not None:
        return "revoked"
    today = now.astimezone(ZoneInfo(consent.timezone)).date()
    over = consent.expires_on is not None and consent.expires_on < today
    happened = consent.expiry_event_at is not None and consent.expiry_event_at <= now
    return "ended" if over or happened else "live"
