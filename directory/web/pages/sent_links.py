"""Secure links for a receiver without an account, on their sender's side: made, shown once, taken back."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.phrases import N_
from directory.referrals import links
from directory.web.access import needs
from directory.web.pages.referrals import referral_page
from directory.web.receiver_door import PATH
from directory.web.sign_in import own_address
from directory.web.talk import Answer, Tried, answer_form
from directory.web.work import acting

blueprint = Blueprint("sent_links", __name__, url_prefix="/referrals")
LONGEST_NAME = 200


@blueprint.post("/<key:referral_id>/links")
@needs("referrals.send")
def make(referral_id: str) -> Answer:
    """A new link, shown in this answer and never again: nothing of it is kept that could be shown."""
    work, door = acting(), own_address() + PATH
    name = request.form.get("recipient_name", "").strip()[:LONGEST_NAME]
    shown = partial(
        render_template, "referrals/link_made.html", name=name, door=door, referral_id=referral_id
    )
    return answer_form(
        work,
        Tried("link.make", "referral", (referral_id,)),
        lambda: links.make(work, referral_id, recipient_name=name),
        partial(referral_page, referral_id),
        then=lambda made: shown(made=made),
    )


@blueprint.post("/<key:referral_id>/links/close")
@needs("referrals.send")
def close(referral_id: str) -> AnyResponse:
    """Takes them back: none opens any more."""
    work = acting()
    links.take_back(work, referral_id)
    work.session.commit()
    flash(N_("The link opens no more."), "info")
    return redirect(url_for("referrals.show", referral_id=referral_id) + "#links")
