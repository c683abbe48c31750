"""What programs are told that find and search sites: robots.txt, site maps, OpenSearch.

Site maps (sitemaps.org 0.9) are an index and parts. A part is written as it is sent, a thousand listings at
a time, each read in a transaction of its own: no reader holds the database or the memory.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request

from directory.database import db, session_factory
from directory.listings.store_addresses import Changed, changed, last_changes
from directory.web.access import public
from directory.web.headers import FOR_AN_HOUR
from directory.web.house import house
from directory.web.indexing import site_address
from directory.web.language import LANGUAGES, gettext
from directory.web.reading import reading

blueprint = Blueprint("crawlers", __name__)

PART = 50_000
"""Addresses in one part: the most that the protocol allows."""
AT_ONCE = 1_000
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
BEGIN = '<?xml version="1.0" encoding="UTF-8"?>\n'
FIXED_PAGES = ("/", "/api/guide")
UNWANTED = (
    "/search",
    "/api/v1/",
    "/hsds/",
    "/widget/",
    "/embed",
    "/exit",
    "/listings/*/ask",
    "/referrals",
    "/inbox",
    "/account",
    "/partners",
    "/mine",
    "/r$",
    "/r/",
)
"""What crawlers leave alone: searches are private and endless, the rest is for people who sign in."""
OPENSEARCH = "application/opensearchdescription+xml"
LONGEST_SHORT_NAME = 16
"""Characters that OpenSearch 1.1 allows in a short name."""


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """What crawlers leave alone, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {each}" for each in UNWANTED)]
    return _kept("\n".join([*lines, "", f"Sitemap: {site_address()}/sitemap.xml", ""]), "text/plain")


@blueprint.get("/opensearch.xml")
@public
def opensearch() -> Response:
    """How a browser searches here (OpenSearch 1.1)."""
    address, name = escape(site_address()), house().settings.site_name
    told = escape(gettext("Treatment, meetings, housing, work and more for people in recovery, near you."))
    pieces = [
        BEGIN,
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n',
        f"<ShortName>{escape(short_name(name))}</ShortName>\n",
        f"<LongName>{escape(name[:48])}</LongName>\n",
        f"<Description>{told}</Description>\n",
        "<InputEncoding>UTF-8</InputEncoding>\n",
        *(f"<Language>{code}</Language>\n" for code in LANGUAGES),
        f'<Url type="text/html" template="{address}/search?q={{searchTerms}}"/>\n',
        f'<Url type="{OPENSEARCH}" rel="self" template="{address}/opensearch.xml"/>\n',
        "</OpenSearchDescription>\n",
    ]
    return _kept("".join(pieces), OPENSEARCH)


def short_name(name: str) -> str:
    """As many whole words of a name as fit; of one long word its begin."""
    found = ""
    for word in name.split():
        longer = f"{found} {word}".strip()
        if len(longer) > LONGEST_SHORT_NAME:
            break
        found = longer
    return found or name[:LONGEST_SHORT_NAME]


# --- site maps --------------------------------------------------------------------------------------


@blueprint.get("/sitemap.xml")
@public
def index() -> Response:
    """The parts: of fixed pages, and of listings."""
    address = escape(site_address())
    latest = last_changes(reading(), PART, today=house().now().date())
    parts = [f"<sitemap><loc>{address}/sitemaps/pages.xml</loc></sitemap>\n"]
    parts += [
        f"<sitemap><loc>{address}/sitemaps/listings-{number}.xml</loc>"
        f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod></sitemap>\n"
        for number, at in enumerate(latest, start=1)
    ]
    return _kept(
        f'{BEGIN}<sitemapindex xmlns="{SPACE}">\n{"".join(parts)}</sitemapindex>\n', "application/xml"
    )


@blueprint.get("/sitemaps/pages.xml")
@public
def pages() -> Response:
    """The start page, the guide for programs, and the page of each need."""
    paths = [*FIXED_PAGES, *(f"/needs/{code}" for code in house().taxonomy.needs)]
    address = escape(site_address())
    return _streamed(_address_set(f"<url><loc>{address}{each}</loc></url>\n" for each in paths))


@blueprint.get("/sitemaps/listings-<int(min=1, max=9999):number>.xml")
@public
def listings(number: int) -> Response:
    """One part of the listings; 404 when there are not so many."""
    sessions, today = session_factory(db.engine, read_only=True), house().now().date()

    def read(limit: int, offset: int = 0, after: str | None = None) -> list[Changed]:
        with sessions() as session:
            return changed(session, limit, today=today, offset=offset, after=after)

    first = read(AT_ONCE, offset=(number - 1) * PART)
    if not first:
        abort(404)
    address = escape(site_address())

    def lines() -> Iterator[str]:
        found, left = first, PART
        while found:
            left -= len(found)
            for each in found:
                lastmod = each.at.isoformat(timespec="seconds")
                place = f"{address}/listings/{each.listing_id}"
                yield f"<url><loc>{place}</loc><lastmod>{lastmod}</lastmod></url>\n"
            found = read(min(AT_ONCE, left), after=found[-1].listing_id) if left else []

    return _streamed(_address_set(lines()))


def _address_set(lines: Iterable[str]) -> Iterator[str]:
    return chain([f'{BEGIN}<urlset xmlns="{SPACE}">\n'], lines, ["</urlset>\n"])


def _streamed(pieces: Iterable[str]) -> Response:
    """Sent as it is written; squeezed for whoever takes gzip."""
    whole: Iterable[bytes] = (each.encode() for each in pieces)
    takes_it = request.accept_encodings["gzip"] > 0
    response = Response(squeezed(whole) if takes_it else whole, mimetype="application/xml")
    if takes_it:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response


def squeezed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as one gzip stream."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    for each in pieces:
        if packed := packer.compress(each):
            yield packed
    yield packer.flush()


def _kept(text: str, mimetype: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response
