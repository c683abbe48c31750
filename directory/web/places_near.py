"""Places for one person, found inside the program: where they live stands in no address and no log."""

import datetime as dt
from collections.abc import Iterable, Iterator

from directory.errors import IndexUnavailable, PlaceUnknown
from directory.referrals.client_fields import ClientFields
from directory.referrals.sender_page import SenderPage
from directory.search.answer import Answer
from directory.search.query import SearchQuery
from directory.web.cards import Card, CardMaker
from directory.web.house import house
from directory.web.pages.search import answer_to
from directory.web.results_page import carried_language

ALTERNATIVES = 3
LOOKED_AT = 10
NOT_HELPED = frozenset({"declined", "expired", "unsuccessful"})


def first_search(needs: Iterable[str], client: ClientFields) -> tuple[SearchQuery, Answer]:
    """What a search for these needs near the person finds: by ZIP code, else town, else state, else
    anywhere. Ends the request's writing: nothing may be written after it."""
    known = tuple(sorted(code for code in needs if code in house().taxonomy.needs))
    for near in _areas(client):
        query = SearchQuery(need=known, near=near)
        try:
            return query, answer_here(query)
        except PlaceUnknown:
            continue
    query = SearchQuery(need=known)
    return query, answer_here(query)


def answer_here(query: SearchQuery) -> Answer:
    """The answer to a search for a person: no street address is asked of anybody outside."""
    return answer_to(query, ask_outside=False)


def _areas(client: ClientFields) -> Iterator[str]:
    if client.postal_code:
        yield client.postal_code
    if client.city and client.state:
        yield f"{client.city}, {client.state}"
    if client.state:
        yield client.state


def wants_alternatives(page: SenderPage, now: dt.datetime) -> bool:
    """Did the place not help, or has it let its time to answer pass?"""
    row = page.row
    is_late = row.status == "sent" and row.answer_due_at is not None and row.answer_due_at < now
    return page.came_after is None and (row.status in NOT_HELPED or is_late)


def alternatives(page: SenderPage) -> list[Card]:
    """Three other places with the same help near the person. None while the search is down: the page is there
    without it."""
    try:
        query, answer = first_search(page.row.needs, page.client)
    except IndexUnavailable:
        return []
    maker = CardMaker(house().taxonomy, set(query.need), query.unit, carried_language())
    found = [
        each for each in answer.results[:LOOKED_AT] if each.id != page.row.listing_id and not each.also_only
    ]
    return [maker.card(each) for each in found[:ALTERNATIVES]]
