"""Finding help for a client: the public search inside the signed-in area, with a way on to a referral.

Whom it is for stays in the cookie and stands in no address, so that no address ties a search to a person.
"""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.referrals.clients import own_client
from directory.search.query import SearchQuery
from directory.web.access import needs
from directory.web.cards import CardMaker
from directory.web.house import house
from directory.web.pages.search import answer_to
from directory.web.results_page import ResultsPage, asked_codes, carried_language
from directory.web.session_cookie import FOR_CLIENT
from directory.web.work import acting

blueprint = Blueprint("finding", __name__, url_prefix="/referrals")


@blueprint.post("/clients/<key:client_id>/find")
@needs("referrals.send")
def begin(client_id: str) -> AnyResponse:
    """From a client's page to the search; the next draft will be about them."""
    own_client(acting(), client_id, "referrals.send")
    session[FOR_CLIENT] = client_id
    return redirect(url_for("finding.find"))


@blueprint.get("/find")
@needs("referrals.send")
def find() -> str:
    """The results, each with "Refer"."""
    asked = request.args.to_dict(flat=False)
    query = SearchQuery.parse(asked, house().taxonomy)
    answer = answer_to(query)
    codes = asked_codes(query, answer)
    maker = CardMaker(house().taxonomy, codes, query.unit, carried_language())
    view = ResultsPage(query, answer, house().taxonomy, maker, private=False)
    wanted = sorted(code for code in codes if code in house().taxonomy.needs)[:3]
    return render_template(
        "referrals/find.html",
        view=view,
        asked=bool(query.parameters()),
        wanted=wanted,
        here_url=lambda found: found.url("/referrals/find"),
    )
