"""Addresses of the town's pages that tests go through."""

from directory.listings.identity import listing_id
from tests.web import town


def listing_page(source_id: str) -> str:
    """The page of one of the town's listings."""
    return f"/listings/{listing_id(town.IMPORTER, town.FEED, source_id)}"


RIVER_PAGE = listing_page(town.RIVER)
MEETING_PAGE = listing_page(town.MEETING)
SHELTER_PAGE = listing_page(town.SHELTER)
EXAMPLE_PAGE = listing_page(town.EXAMPLE)
CLOSED_PAGE = listing_page("detox-3")
RESULTS = "/search?q=detox&near=19104"
NOTHING = "/search?q=unicorn+riding&near=19104"
PAGES = [
    "/",
    "/?lang=es",
    RESULTS,
    f"{RESULTS}&page=2&lang=es",
    f"{RESULTS}&filter=spanish&open=now",
    NOTHING,
    "/search?kind=peer_group&near=19104",
    "/needs/detox",
    "/needs/na?lang=es",
    RIVER_PAGE,
    f"{RIVER_PAGE}?lang=es",
    MEETING_PAGE,
    SHELTER_PAGE,
    EXAMPLE_PAGE,
    CLOSED_PAGE,
]
