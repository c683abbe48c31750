"""`/r`: a receiver without an account opens one referral by a secure link and a spoken code, and answers it.

The token is in the fragment of the address, which no server sees; a script puts it into the form. Without
scripts the reference is typed. Behind this door is that one referral as its receiver may see it, and no more.
"""

from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import LinkRefused
from directory.phrases import N_
from directory.referrals import links
from directory.web import receiver_door
from directory.web.access import by_link
from directory.web.errors import status_of
from directory.web.language import gettext
from directory.web.moving import make_move, move_form
from directory.web.received_page import received_page, received_sheet
from directory.web.receiver_door import Entered, come_in
from directory.web.talk import Answer, answer_message
from directory.web.work import Filled, acting_as, fresh

blueprint = Blueprint("link", __name__, url_prefix=receiver_door.PATH)
NOT_OPENED = N_(
    "This did not open. Please check the code, and the reference if you typed one. "
    "After five wrong codes the link locks. Then please call the sender for a new one."
)
"""Said alike of a wrong code and of a link that is none, has ended or is another's."""
LONGEST = 100


@blueprint.get("")
@by_link
def door() -> str:
    """Where a link leads: the reference, if there is no script that knows it, and the code."""
    return _door(Filled(fresh()))


def _door(form: Filled) -> str:
    return render_template("referrals/link_door.html", form=form, is_open=receiver_door.is_open())


@blueprint.post("")
@by_link
def claim() -> AnyResponse | tuple[str, int]:
    """Opens the link in this browser and no other. A wrong code counts."""
    work, given = acting_as(links.LINK, "link"), request.form
    known = given.get("token") or given.get("reference", "")
    try:
        claimed = links.claim(work, known[:LONGEST], given.get("code", "")[:LONGEST])
    except LinkRefused:
        work.session.rollback()
        claimed = None
    else:
        work.session.commit()
    if claimed is None:
        again = fresh(token=given.get("token", ""), reference=given.get("reference", ""))
        return _door(Filled(again, gettext(NOT_OPENED))), 422
    response = make_response(redirect(url_for("link.show")))
    receiver_door.keep(response, claimed)
    return response


@blueprint.get("/referral")
@by_link
def show() -> str:
    """The referral as its receiver may see it now. Each opening is a disclosure."""
    return _page(come_in(), Filled(fresh()))


def _page(here: Entered, form: Filled) -> str:
    _, link = links.read(here.work, here.link_id)
    return received_page(
        here.work, here.referral_id, form, "link", may_answer=True, good_until=link.expires_at
    )


@blueprint.get("/referral/print")
@by_link
def sheet() -> str:
    """The same on paper. Each printing is a disclosure."""
    here = come_in()
    return received_sheet(here.work, here.referral_id, "link")


@blueprint.get("/referral/moves/<event>")
@by_link
def ask(event: str) -> str:
    """The form of a move."""
    here = come_in()
    name, _ = links.read(here.work, here.link_id)
    return move_form(here.referral_id, event, "receiver", accepting_worker=name)


@blueprint.post("/referral/moves/<event>")
@by_link
def make(event: str) -> Answer:
    """Makes a move."""
    return make_move(come_in().referral_id, event, "receiver")


@blueprint.post("/referral/messages")
@by_link
def write() -> Answer:
    """A message to the sender."""
    here = come_in()
    return answer_message(here.work, here.referral_id, partial(_page, here), url_for("link.show"))


@blueprint.post("/finish")
@by_link
def finish() -> AnyResponse:
    """Its holder is done: the link opens no more, here or anywhere."""
    here = come_in()
    links.finish(here.work, here.link_id)
    here.work.session.commit()
    response = make_response(redirect(url_for("link.door")))
    receiver_door.forget(response)
    flash(N_("You are done here. The link opens no more."), "info")
    return response


@blueprint.errorhandler(LinkRefused)
def closed(problem: LinkRefused) -> AnyResponse:
    """The link opens no more, or no link was claimed in this browser: a calm page, and no cookie."""
    page = make_response(render_template("referrals/link_closed.html"), status_of(problem))
    if receiver_door.held() is not None:
        receiver_door.forget(page)
    return page
