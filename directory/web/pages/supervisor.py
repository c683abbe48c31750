"""A supervisor's page: the whole agency's work."""

from flask import Blueprint, render_template

from directory.referrals.break_glass import unseen
from directory.referrals.decision import REFUSALS, refusal_phrase
from directory.referrals.team import team_of
from directory.web.access import needs
from directory.web.language import say
from directory.web.work import acting

blueprint = Blueprint("supervisor", __name__, url_prefix="/referrals")


@blueprint.get("/team")
@needs("reports.agency")
def team() -> str:
    """Both sides of the agency: what is late, who carries how much, what was refused."""
    work = acting()
    found, looks = team_of(work), unseen(work)
    work.session.commit()
    return render_template("referrals/team.html", team=found, looks=looks, refusal_words=refusal_words)


def refusal_words(code: str) -> str:
    """A refusal of the gate as the audit has it: without what it was about."""
    return say(refusal_phrase(code, "…")) if code in REFUSALS else code
