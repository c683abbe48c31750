"""What a worker does for the person's own page: gives them a private link, closes it, asks how they are."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import check_ins, own_link
from directory.referrals.own_link import OwnLink
from directory.referrals.sender_page import SenderPage, sender_page
from directory.web.access import needs
from directory.web.own_door import site_address
from directory.web.pages.referrals import referral_page
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import acting

blueprint = Blueprint("given_links", __name__, url_prefix="/referrals")


@blueprint.post("/<key:referral_id>/own-link")
@needs("referrals.send")
def make(referral_id: str) -> Answer:
    """A new private link, shown in this answer and never again; with `sheet`, on the sheet to carry."""
    work = acting()
    template = "referrals/sheet.html" if request.form.get("sheet") == "1" else "referrals/own_link_made.html"

    def deed() -> tuple[OwnLink, SenderPage]:
        return own_link.make(work, referral_id), sender_page(work, referral_id)

    def shown(made: tuple[OwnLink, SenderPage]) -> str:
        link, page = made
        return render_template(
            template, link=link, site=site_address(), page=page, row=page.row, place=page.row.snapshot
        )

    return answer_form(
        work,
        Tried("person_link.make", "referral", (referral_id,)),
        deed,
        partial(referral_page, referral_id),
        then=shown,
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
def check_in(referral_id: str, days: int) -> Answer:
    """What the person said when a worker asked how they are."""
    work = acting()
    return answer_form(
        work,
        Tried("check_in.answer", "referral", (referral_id,)),
        lambda: check_ins.answer(work, referral_id, days, check_ins.read_answers(request.form)),
        partial(referral_page, referral_id),
        then=url_for("referrals.show", referral_id=referral_id) + "#own-page",
        done=N_("It is saved."),
    )
