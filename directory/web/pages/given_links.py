"""What a worker does for the person's own page: gives them a private link, closes it, asks how they are."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import check_ins, own_link
from directory.referrals.sender_page import sender_page
from directory.web.access import needs
from directory.web.errors import status_of
from directory.web.moving import REFUSALS
from directory.web.own_door import site_address
from directory.web.pages.referrals import referral_page
from directory.web.work import Filled, acting

blueprint = Blueprint("given_links", __name__, url_prefix="/referrals")


@blueprint.post("/<key:referral_id>/own-link")
@needs("referrals.send")
def make(referral_id: str) -> str | tuple[str, int]:
    """A new private link, shown in this answer and never again; with `sheet`, on the sheet to carry."""
    work = acting()
    try:
        made = own_link.make(work, referral_id)
    except REFUSALS as problem:
        work.session.rollback()
        return referral_page(referral_id, Filled.wrong(request.form, problem)), status_of(problem)
    page = sender_page(work, referral_id)
    work.session.commit()
    template = "referrals/sheet.html" if request.form.get("sheet") == "1" else "referrals/own_link_made.html"
    return render_template(
        template, link=made, site=site_address(), page=page, row=page.row, place=page.row.snapshot
    )


@blueprint.post("/<key:referral_id>/own-link/close")
@needs("referrals.send")
def close(referral_id: str) -> AnyResponse:
    """The person's link opens no more."""
    work = acting()
    own_link.take_back(work, referral_id)
    work.session.commit()
    flash(N_("The private link opens no more."), "info")
    return redirect(url_for("referrals.show", referral_id=referral_id) + "#own-page")


@blueprint.post("/<key:referral_id>/check-ins/<int:days>")
@needs("referrals.send")
def check_in(referral_id: str, days: int) -> AnyResponse | tuple[str, int]:
    """What the person said when a worker asked how they are."""
    work = acting()
    try:
        check_ins.answer(work, referral_id, days, check_ins.read_answers(request.form))
    except REFUSALS as problem:
        work.session.rollback()
        return referral_page(referral_id, Filled.wrong(request.form, problem)), status_of(problem)
    work.session.commit()
    flash(N_("It is saved."), "info")
    return redirect(url_for("referrals.show", referral_id=referral_id) + "#own-page")
