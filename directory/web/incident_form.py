"""Forms of the incident register, as they were typed."""

from werkzeug.datastructures import MultiDict

from directory.referrals.incident_rules import FACTORS, Assessment, Judged
from directory.referrals.incidents import Report
from directory.web.work import read_day

IS_LOW = {"low": True, "not_low": False}
"""What a factor can be answered to whether that is low."""


def read_report(form: MultiDict[str, str]) -> Report:
    """What happened. Raises `QueryInvalid` for a day that is none."""
    return Report(
        discovered_on=read_day(form.get("discovered_on", ""), "discovered_on"),
        happened_on=read_day(form.get("happened_on", ""), "happened_on"),
        kind=form.get("kind", ""),
        people_count=form.get("people_count", ""),
        description=form.get("description", ""),
    )


def read_assessment(form: MultiDict[str, str]) -> Assessment:
    """The four factors; what was not answered is None."""
    return {
        each.code: Judged(IS_LOW.get(form.get(f"{each.code}_risk", "")), form.get(each.code, ""))
        for each in FACTORS
    }
