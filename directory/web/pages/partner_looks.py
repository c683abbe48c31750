"""A partner's search tried out on an example page of ours, and how often it is used."""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from directory.partners.figures import LAST_DAYS, Use, uses
from directory.partners.keys import current_key
from directory.partners.presets import ROWS, THEMES
from directory.partners.register import NETWORK, OWN, partner_to_manage
from directory.partners.tables import Partner
from directory.reports.cells import ReportTable
from directory.web.access import needs
from directory.web.guard import acting
from directory.web.headers import CONTENT_POLICY
from directory.web.house import house
from directory.web.language import gettext
from directory.web.partner_form import need_choices
from directory.web.partner_snippets import USUAL_ROWS, element, snippets, usual
from directory.web.partner_use import ALL, days_asked, everything, tables
from directory.web.privacy_form import as_file
from directory.web.reading import reading
from directory.web.report_page import as_csv, shown
from directory.web.widget_files import address
from directory.web.work import Filled

blueprint = Blueprint("partner_looks", __name__, url_prefix="/partners")
TRIED = ("theme", "need", "near", "rows")
"""What is tried out: attributes of the element, as a page would write them."""
LONGEST = 100
"""Letters of what is tried out."""
WIDTHS = ("240", "320", "480", "768")
"""Of the column that the example stands in, in pixels."""


@blueprint.get("/<key:partner_id>/preview")
@needs(OWN, NETWORK)
def preview(partner_id: str) -> Response:
    """The search as the site's pages show it, to be tried out; with what to copy for just that."""
    row = partner_to_manage(reading(), acting(), partner_id)
    tried = _tried(row)
    width = request.args.get("width", "")
    example_page = url_for("partner_looks.example", partner_id=row.id)
    page = render_template(
        "partners/preview.html",
        partner=row,
        form=Filled(request.args),
        snippet=snippets(usual(row, current_key(reading(), row), tried))[0],
        address=f"{example_page}?{urlencode(tried)}" if tried else example_page,
        width=width if width in WIDTHS else "480",
        widths=[(each, gettext("%(number)s pixels", number=each)) for each in WIDTHS],
        needs=need_choices(""),
        themes=[(code, gettext(name)) for code, name in THEMES.items()],
        rows=[(str(each), str(each)) for each in ROWS],
        usual_rows=USUAL_ROWS,
        open_to=[name for name in TRIED if name not in row.locked],
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return response


@blueprint.get("/<key:partner_id>/example")
@needs(OWN, NETWORK)
def example(partner_id: str) -> str:
    """A page like one of the site's own, with nothing on it but the search."""
    row = partner_to_manage(reading(), acting(), partner_id)
    return render_template(
        "partners/example.html",
        partner=row,
        script=address(),
        element=element(usual(row, current_key(reading(), row), _tried(row)), room=False),
    )


def _tried(row: Partner) -> list[tuple[str, str]]:
    """What was chosen to be tried out, without what the site has locked."""
    given = [(name, request.args.get(name, "").strip()[:LONGEST]) for name in TRIED if name not in row.locked]
    return [(name, value) for name, value in given if value]


# --- usage ------------------------------------------------------------------------------------------


@blueprint.get("/<key:partner_id>/use")
@needs(OWN, NETWORK)
def use(partner_id: str) -> str:
    """How often its visitors searched."""
    row = partner_to_manage(reading(), acting(), partner_id)
    days, first, last = days_asked(request.args.get("days"), house().now().date())
    found = uses(reading(), row, first, last)
    return render_template(
        "partners/use.html",
        partner=row,
        days=days,
        choices=LAST_DAYS,
        first=first,
        last=last,
        total=sum(each.searches for each in found),
        shown=shown(tables(found, first, last)),
    )


@blueprint.get("/<key:partner_id>/use/<code>.csv")
@needs(OWN, NETWORK)
def use_file(partner_id: str, code: str) -> Response:
    """One table of it as a file, or everything that is stored."""
    row = partner_to_manage(reading(), acting(), partner_id)
    _, first, last = days_asked(request.args.get("days"), house().now().date())
    found = uses(reading(), row, first, last)
    name = f"searches-{code}-{first.isoformat()}-{last.isoformat()}"
    return as_file(name, _as_text(found, code, tables(found, first, last)))


def _as_text(found: list[Use], code: str, known: list[ReportTable]) -> str:
    if code == ALL:
        return everything(found)
    table = next((each for each in known if each.code == code), None)
    return as_csv(table) if table else abort(404)
