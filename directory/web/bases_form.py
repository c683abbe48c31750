"""Forms of an emergency record, a court order and a rule on who signs, as they were typed."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from directory.phrases import N_
from directory.referrals.bases import CourtOrder, Emergency
from directory.referrals.minors import MinorRule, WhoSigns
from directory.web.consent_form import CARE
from directory.web.work import read_day, read_moment, unread

LONGEST = 1000
SIGNS: Mapping[WhoSigns, str] = {
    "minor": N_("The young person alone"),
    "representative": N_("A parent or guardian"),
    "both": N_("Both of them"),
}


def _text(form: MultiDict[str, str], name: str) -> str:
    return form.get(name, "").strip()[:LONGEST]


def read_emergency(form: MultiDict[str, str]) -> Emergency:
    """The record of 42 CFR 2.51. Raises `QueryInvalid` for a moment that is none."""
    return Emergency(
        recipient=_text(form, "recipient"),
        affiliation=_text(form, "affiliation"),
        recipient_is_medical=form.get("is_medical") == "1",
        discloser=_text(form, "discloser"),
        at=read_moment(form.get("at", ""), "time"),
        nature=_text(form, "nature"),
    )


def read_order(form: MultiDict[str, str]) -> CourtOrder:
    """A court order; its recipient is the draft's. Raises `QueryInvalid` for a day that is none."""
    return CourtOrder(
        court=_text(form, "court"),
        reference=_text(form, "reference"),
        issued_on=read_day(form.get("issued_on", ""), "issued_on"),
        recipient_id="",
        categories=frozenset(form.getlist("categories")),
        ends_on=read_day(form.get("ends_on", ""), "ends_on"),
    )


def read_rule(form: MultiDict[str, str]) -> MinorRule:
    """A state's rule. Raises `QueryInvalid` for an age that is no number, or a choice not offered."""
    signs = next((each for each in SIGNS if each == form.get("who_signs")), None)
    if signs is None:
        raise unread("who_signs", N_("Please say who signs."))
    if form.get("data_class") not in CARE:
        raise unread("data_class", N_("Please choose one."))
    return MinorRule(
        state=_text(form, "state").upper(),
        data_class=form["data_class"],
        from_age=_age(form, "from_age"),
        below_age=_age(form, "below_age"),
        who_signs=signs,
        citation=_text(form, "citation"),
    )


def _age(form: MultiDict[str, str], name: str) -> int:
    found = form.get(name, "").strip()
    if not (found.isascii() and found.isdigit() and len(found) < 4):
        raise unread(name, N_("Please give an age in whole years."))
    return int(found)
