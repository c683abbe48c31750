"""The guide for people who write programs, as a table: sections of calls and what they are for.

The page shows their curl lines; a test runs every one of them.
"""

from directory.phrases import N_
from directory.web.curl import Call, Pairs, Section

_TOKEN: Pairs = (("Authorization", "Bearer $TOKEN"),)

SEARCH = Section(
    "search",
    N_("Searching"),
    (
        N_("The same search as the page, without a key. All names are in the description."),
        N_("Nothing of a search is kept. With POST its words are in no address either."),
    ),
    (
        Call(
            name="search",
            says=N_("Detox places near a ZIP code that take Medicaid:"),
            path="/api/v1/search",
            query=(("need", "detox"), ("near", "19104"), ("filter", "medicaid"), ("per_page", "5")),
        ),
        Call(
            name="search_words",
            says=N_("In a person’s own words; `understood` says what was made of them:"),
            path="/api/v1/search",
            query=(("q", "detox in Spanish near 19104"), ("lang", "en")),
            keeps={"LISTING": ("results", 0, "id")},
        ),
        Call(
            name="search_privately",
            says=N_("The same, with nothing in the address:"),
            path="/api/v1/search",
            json='{"need": ["na"], "near": "19104", "day": 4}',
            keeps={"MEETING": ("results", 0, "id")},
        ),
        Call(
            name="suggest",
            says=N_("Completions while somebody types:"),
            path="/api/v1/suggest",
            query=(("q", "deto"), ("near", "phila")),
        ),
        Call(
            name="calendar",
            says=N_("The meetings of a listing as a calendar file:"),
            path="/listings/$MEETING.ics",
        ),
        Call(
            name="wrong",
            says=N_("What is wrong is said in one shape: a status, a sentence, and the fields at fault."),
            path="/api/v1/search",
            query=(("near", "19104"), ("radius", "far")),
            status=422,
        ),
    ),
)

LISTINGS = Section(
    "listings",
    N_("Listings as open data (HSDS 3.1)"),
    (
        N_("Read only, open to every site, no key. `/hsds/profile/` declares what we add to the standard."),
        N_("Answers carry an ETag: send it back as If-None-Match, and nothing is sent when nothing changed."),
    ),
    (
        Call(
            name="hsds_page",
            says=N_("A page of services:"),
            path="/hsds/services",
            query=(("page", "1"), ("per_page", "2")),
            keeps={"SERVICE": ("contents", 0, "id")},
        ),
        Call(
            name="hsds_after",
            says=N_(
                "Paging that nothing shifts: the `Link` header leads to the page behind the last one seen."
            ),
            path="/hsds/services",
            query=(("minimal", "true"), ("per_page", "100")),
            shows_headers=True,
        ),
        Call(name="hsds_one", says=N_("One service, whole:"), path="/hsds/services/$SERVICE"),
        Call(
            name="hsds_near",
            says=N_("Open now, at most 10 km from a ZIP code:"),
            path="/hsds/services",
            query=(("postcode", "19104"), ("proximity", "10000"), ("open", "now")),
        ),
        Call(
            name="hsds_since",
            says=N_("What was changed since a day:"),
            path="/hsds/services",
            query=(("modified_after", "2026-01-01T00:00:00Z"), ("minimal", "true")),
        ),
        Call(
            name="hsds_lines",
            says=N_("Everything, one object in a line (NDJSON):"),
            path="/hsds/organizations",
            query=(("format", "ndjson"),),
        ),
        Call(
            name="hsds_changes",
            says=N_("Changes in order, with deletions. Ask again with `next` as `since`:"),
            path="/hsds/changes",
            query=(("since", "0"), ("per_page", "100")),
            keeps={"NEXT": ("next",)},
        ),
        Call(
            name="hsds_changes_next",
            says=N_("The following changes:"),
            path="/hsds/changes",
            query=(("since", "$NEXT"),),
        ),
        Call(
            name="hsds_package_note",
            says=N_("The daily data package: its size and digest."),
            path="/hsds/package.json",
        ),
        Call(
            name="hsds_package",
            says=N_("The package. The same line goes on where a download broke off:"),
            path="/hsds/package.zip",
            saves="hsds.zip",
        ),
    ),
)

REFERRALS = Section(
    "referrals",
    N_("Referrals, for programs of agencies"),
    (
        N_("Your agency gets an id and a secret for its program. Each call needs a token of half an hour."),
        N_(
            "The same consent rules hold as on the pages. What a receiver reads is a disclosure and is noted."
        ),
        N_("Each POST that does something has a key of its own. Sent again it does nothing."),
    ),
    (
        Call(
            name="token",
            says=N_("A token:"),
            path="/api/v1/oauth/token",
            signs_in=True,
            form=(("grant_type", "client_credentials"),),
            keeps={"TOKEN": ("access_token",)},
        ),
        Call(
            name="client",
            says=N_("Add a person of your agency:"),
            path="/api/v1/clients",
            headers=(*_TOKEN, ("Idempotency-Key", "client-1001")),
            json='{"name": "Alex Quillfeather", "is_adult": true, "contact_preference": "through_worker"}',
            status=201,
            keeps={"CLIENT": ("id",)},
        ),
        Call(
            name="draft",
            says=N_("Write a draft. Nothing leaves before it is sent:"),
            path="/api/v1/referrals",
            headers=(*_TOKEN, ("Idempotency-Key", "draft-1001")),
            json='{"client_id": "$CLIENT", "listing_id": "$LISTING", "needs": ["outpatient"]}',
            status=201,
            keeps={"REFERRAL": ("id",), "VERSION": ("version",)},
        ),
        Call(
            name="send_without_consent",
            says=N_("Send it. Without a consent that names the receiver it is refused; `reasons` say why:"),
            path="/api/v1/referrals/$REFERRAL/moves/send",
            headers=(*_TOKEN, ("Idempotency-Key", "send-1001")),
            json='{"version": $VERSION}',
            status=409,
        ),
        Call(
            name="read",
            says=N_("Read a referral. `ETag` is the version that a change names:"),
            path="/api/v1/referrals/$REFERRAL",
            headers=_TOKEN,
            shows_headers=True,
        ),
        Call(
            name="list",
            says=N_("Those that your agency received and has to answer, the last changed first:"),
            path="/api/v1/referrals",
            query=(("side", "received"), ("turn", "own")),
            headers=_TOKEN,
        ),
    ),
)

WIDGET = Section(
    "widget",
    N_("The search on your own site"),
    (
        N_("Your site gets a key. One element shows the search; its children show until the script runs."),
        N_("The key is no secret: it works on the pages of your site only."),
    ),
    (
        Call(name="widget_script", says=N_("The script:"), path="/widget/v1/widget.js"),
        Call(
            name="widget_search",
            says=N_("What the element asks, one request without a preflight:"),
            path="/widget/v1/search",
            query=(("key", "$KEY"), ("need", "detox"), ("near", "19104")),
        ),
    ),
)

SECTIONS = (SEARCH, LISTINGS, REFERRALS, WIDGET)
SNIPPET = """<script src="{site}/widget/v1/widget.js" async></script>
<recovery-search key="pk_…" need="detox" near="19104">
  <a href="tel:988">988</a> <a href="{site}/search">{name}</a>
</recovery-search>"""
"""What a partner puts into a page."""

ERRORS: tuple[tuple[int, str], ...] = (
    (400, N_("It could not be read.")),
    (401, N_("There is no token, or it is over.")),
    (403, N_("The program was not given this, or the key is not for this site.")),
    (404, N_("There is no such thing, or it is not yours to see.")),
    (409, N_("Somebody was quicker, or a rule does not allow it now; `reasons` say which.")),
    (410, N_("It was there and is not offered now.")),
    (413, N_("More than 64 kB were sent.")),
    (422, N_("A value means nothing; `fields` say which.")),
    (429, N_("Too often; `Retry-After` says in how many seconds to ask again.")),
    (503, N_("The search is resting for a moment; `Retry-After` says when to ask again.")),
)
"""Statuses, and what they mean to a program."""
