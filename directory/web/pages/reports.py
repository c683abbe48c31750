"""Reports on referrals: the own agency's for its supervisor, the network's for its administrator, files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Blueprint, Response, abort, render_template, request

from directory.csv_cells import csv_text
from directory.errors import QueryInvalid
from directory.phrases import Phrase
from directory.referrals.acting import Acting
from directory.reports.extract import EXTRACTS, extract, note_extract
from directory.reports.period import LAST_DAYS
from directory.reports.report import Asked, Report, agency_report, network_report, note_report
from directory.web.access import needs
from directory.web.language import say
from directory.web.privacy_form import as_file
from directory.web.reading import apart
from directory.web.report_page import (
    USUAL_DAYS,
    as_csv,
    choices,
    in_address,
    quarter_choices,
    read_asked,
    read_quarter,
    shown,
)
from directory.web.work import Filled, acting, fresh, zone

blueprint = Blueprint("reports", __name__, url_prefix="/referrals/reports")


@contextmanager
def reading(work: Acting) -> Iterator[Acting]:
    """The same person in a transaction that only reads: a large report takes seconds, and holds nobody up."""
    with apart() as session:
        yield replace(work, session=session)


@blueprint.get("")
@needs("reports.agency")
def own() -> str | tuple[str, int]:
    """The own agency's report, with every count."""
    work = acting()
    try:
        asked = read_asked(request.args, work.now, zone())
        form = Filled(fresh(**in_address(asked)))
    except QueryInvalid as problem:
        form = Filled.wrong(request.args, problem)
        asked = read_asked(fresh(days=str(USUAL_DAYS)), work.now, zone())
    with reading(work) as reads:
        report = agency_report(reads, asked)
    note_report(work, "report.read", report)
    work.session.commit()
    page = render_template(
        "referrals/reports.html",
        report=report,
        shown=shown(report.tables),
        form=form,
        days=LAST_DAYS,
        again=in_address(asked),
        extracts=EXTRACTS,
        **choices(asked),
    )
    return (page, 422) if form.message else page


@blueprint.get("/files/<code>")
@needs("reports.agency")
def file(code: str) -> Response:
    """One table of it as a file: guarded, since files travel."""
    work = acting()
    asked = read_asked(request.args, work.now, zone())
    with reading(work) as reads:
        report = agency_report(reads, asked, file=code)
    return _table_file(work, report, code, "report.export")


@blueprint.get("/network")
@needs("reports.network")
def network() -> str:
    """The report on all agencies, guarded."""
    work = acting()
    quarter, asked = read_quarter(request.args, work.now, zone())
    with reading(work) as reads:
        report = network_report(reads, asked)
    note_report(work, "report.network", report)
    work.session.commit()
    return render_template(
        "referrals/reports_network.html",
        report=report,
        shown=shown(report.tables),
        form=Filled(fresh(quarter=str(quarter), by=asked.group, figure=asked.figure_code)),
        quarter=quarter,
        quarters=quarter_choices(work.now, zone()),
        **choices(asked),
    )


@blueprint.get("/network/files/<code>")
@needs("reports.network")
def network_file(code: str) -> Response:
    """One table of the network's report as a file."""
    work = acting()
    _, asked = read_quarter(request.args, work.now, zone())
    with reading(work) as reads:
        report = network_report(reads, asked, file=code)
    return _table_file(work, report, code, "report.network_export")


@blueprint.get("/extracts/<code>")
@needs("exports.deidentified")
def extracted(code: str) -> Response:
    """The own agency's referrals line by line, in the shape of an outside form, without who a person is."""
    work, form = acting(), EXTRACTS.get(code)
    if form is None:
        abort(404)
    asked = read_asked(request.args, work.now, zone())
    with reading(work) as reads:
        lines = extract(reads, form, asked)
    note_extract(replace(work, channel="csv"), code, len(lines))
    work.session.commit()
    text = csv_text(form.columns, [[_said(each) for each in line] for line in lines])
    return as_file(f"{code}-{_days(asked)}", text)


def _said(cell: str | Phrase) -> str:
    # codes of the form stay as they are; a reason is in the reader's language
    return say(cell) if isinstance(cell, Phrase) else cell


def _table_file(work: Acting, report: Report, code: str, action: str) -> Response:
    table = report.table(code)
    if table is None:
        abort(404)
    note_report(replace(work, channel="csv"), action, report)
    work.session.commit()
    return as_file(f"referrals-{code}-{_days(report.asked)}", as_csv(table))


def _days(asked: Asked) -> str:
    return f"{asked.period.first.isoformat()}-{asked.period.last.isoformat()}"
