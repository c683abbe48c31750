"""Referring again, and choosing the place of a draft.

The search for a place is for one person, so what it asks for is posted: the address says which draft, never
what the person needs or where they live.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.referrals import drafts
from directory.referrals.continuing import refer_again
from directory.referrals.sender_page import SenderPage, sender_page
from directory.search.answer import Answer
from directory.search.query import SearchQuery
from directory.web.access import needs
from directory.web.cards import CardMaker
from directory.web.house import house
from directory.web.places_near import answer_here, first_search
from directory.web.results_page import ResultsPage, asked_codes, carried_language
from directory.web.work import acting, key_of

blueprint = Blueprint("continuing", __name__, url_prefix="/referrals")


@blueprint.post("/<key:referral_id>/again")
@needs("referrals.send")
def again(referral_id: str) -> AnyResponse:
    """Starts a draft from a referral that did not work out, and goes on to what it still lacks."""
    work = acting()
    made = refer_again(work, referral_id, listing_id=key_of(request.form.get("listing")))
    work.session.commit()
    lacks_place = made.status == "draft" and made.listing_id is None
    return redirect(url_for("continuing.place" if lacks_place else "referrals.show", referral_id=made.id))


@blueprint.get("/<key:referral_id>/place")
@needs("referrals.send")
def place(referral_id: str) -> str:
    """Places for a draft: what the person needs, near where they live."""
    page = _draft(referral_id)
    query, answer = first_search(page.row.needs, page.client)
    return _results(page, query, answer)


@blueprint.post("/<key:referral_id>/place")
@needs("referrals.send")
def search(referral_id: str) -> str:
    """Another search for the same draft."""
    page = _draft(referral_id)
    asked = {name: given for name, given in request.form.to_dict(flat=False).items() if name != "csrf_token"}
    query = SearchQuery.parse(asked, house().taxonomy)
    return _results(page, query, answer_here(query))


@blueprint.post("/<key:referral_id>/place/choose")
@needs("referrals.send")
def choose(referral_id: str) -> AnyResponse:
    """Takes a place for the draft; its page says what is still missing."""
    work = acting()
    listing_id = key_of(request.form.get("listing")) or ""
    version = request.form.get("version", 0, type=int)
    drafts.choose_place(work, referral_id, listing_id, expected_version=version)
    work.session.commit()
    return redirect(url_for("referrals.show", referral_id=referral_id))


def _draft(referral_id: str) -> SenderPage:
    """The draft; the request's writing has ended."""
    work = acting()
    page = sender_page(work, referral_id)
    drafts.still_draft(page.row)
    work.session.commit()
    return page


def _results(page: SenderPage, query: SearchQuery, answer: Answer) -> str:
    maker = CardMaker(house().taxonomy, asked_codes(query, answer), query.unit, carried_language())
    view = ResultsPage(query, answer, house().taxonomy, maker, private=True)
    return render_template(
        "referrals/find.html",
        view=view,
        asked=True,
        draft=page.row,
    )
