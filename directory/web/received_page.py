"""A referral as its receiver sees it, on a page and on paper: the same with an account and by a link.

What is shown of the person comes from `receiver_view` alone, each time through the consent gate.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import render_template

from directory.referrals.acting import Acting
from directory.referrals.own_work import own_work
from directory.referrals.receiver_view import ReceiverView, open_referral
from directory.web.moving import FRAMES
from directory.web.referral_words import shown, talk_choices
from directory.web.work import Filled


class Words(NamedTuple):
    """A message as a page shows it."""

    side: str
    at: dt.datetime


def received_page(
    work: Acting, referral_id: str, form: Filled, folder: str, *, may_answer: bool, **more: Any
) -> str:
    """Opens and shows it; commits. `folder`: the blueprint whose page it is; `more`: for the template."""
    view = open_referral(work, referral_id)
    return _shown("referrals/received.html", work, view, folder, form=form, may_answer=may_answer, **more)


def received_sheet(work: Acting, referral_id: str, folder: str) -> str:
    """The same for a printer: by the channel `print`, with the notice and the scope; commits."""
    view = open_referral(work, referral_id, channel="print")
    return _shown("referrals/received_sheet.html", work, view, folder)


def _shown(template: str, work: Acting, view: ReceiverView, folder: str, **more: Any) -> str:
    own = own_work(work, view.referral_id)
    work.session.commit()
    told: Mapping[str, Any] = view.payload.information if view.payload else {}
    messages = [
        (Words(each["side"], dt.datetime.fromisoformat(each["at"])), each["text"])
        for each in told.get("messages", ())
    ]
    return render_template(
        template,
        view=view,
        facts=shown(told),
        messages=messages,
        own=own,
        folder=folder,
        frame=FRAMES.get(folder),
        at={} if folder in FRAMES else {"referral_id": view.referral_id},
        **talk_choices(),
        **more,
    )
