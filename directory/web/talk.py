"""Forms that stand on a page of their own: done, or the page again with what was typed and why it was not.

That something was refused is written into the audit, whichever door it came through. Both sides of a referral
write messages and tries to reach the person on such a form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from directory.errors import (
    ConsentIncomplete,
    DirectoryError,
    DisclosureRefused,
    QueryInvalid,
    RequestDiffers,
    TransitionRefused,
    VersionConflict,
)
from directory.phrases import N_
from directory.referrals.acting import Acting, note_refusal
from directory.referrals.conversation import log_attempt, post_message
from directory.web.errors import status_of
from directory.web.work import Filled, read_moment

NOT_DONE = (
    ConsentIncomplete,
    DisclosureRefused,
    QueryInvalid,
    RequestDiffers,
    TransitionRefused,
    VersionConflict,
)
"""What a use case answers to somebody who may ask, but not for this, so, or now."""
OUTDATED: Mapping[type[DirectoryError], tuple[str, ...]] = {
    VersionConflict: ("version", "seen"),
    RequestDiffers: ("idempotency_key",),
}
"""Refusal to the hidden fields that would be refused again: a page puts what is good now in its place."""

Answer = AnyResponse | str | tuple[str, int]
Page = Callable[[Filled], str]
"""The page that a form stands on, as it was filled in."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody sets out to do, as the audit names it: by codes and ids only."""

    action: str
    kind: str
    ids: tuple[str, ...] = ()


def refused(work: Acting, tried: Tried, problem: DirectoryError) -> None:
    """Takes back what was begun; that it was refused is kept."""
    work.session.rollback()
    codes = problem.codes if isinstance(problem, DisclosureRefused) else ()
    note_refusal(work, tried.action, tried.kind, tried.ids, codes)
    work.session.commit()


def as_typed(problem: DirectoryError) -> Filled:
    """The form that was sent, with why it was not taken, and without what is good no more."""
    given = request.form.copy()
    for name in OUTDATED.get(type(problem), ()):
        given.pop(name, None)
    return Filled.wrong(given, problem)


def answer_form(
    work: Acting,
    tried: Tried,
    deed: Callable[[], Made],
    page: Page,
    *,
    then: str | Callable[[Made], Answer],
    done: str = "",
) -> Answer:
    """Does it, keeps it, says what is `done` and leads on to `then`, or answers what `then` makes of it; or
    shows `page` again."""
    try:
        made = deed()
    except NOT_DONE as problem:
        refused(work, tried, problem)
        return page(as_typed(problem)), status_of(problem)
    work.session.commit()
    if done:
        flash(done, "info")
    return redirect(then) if isinstance(then, str) else then(made)


def answer_message(work: Acting, referral_id: str, page: Page, there: str) -> Answer:
    """A message to the other side; `there`: the address of the page."""
    return answer_form(
        work,
        Tried("referral.message", "referral", (referral_id,)),
        lambda: post_message(work, referral_id, request.form.get("text", "")),
        page,
        then=f"{there}#messages",
        done=N_("The message is sent."),
    )


def answer_attempt(work: Acting, referral_id: str, page: Page, there: str) -> Answer:
    """A try to reach the person."""
    given = request.form

    def deed() -> None:
        log_attempt(
            work,
            referral_id,
            method=given.get("method", ""),
            outcome=given.get("outcome", ""),
            at=read_moment(given.get("at", ""), "at"),
            note=given.get("note", "")[:500],
        )

    return answer_form(
        work,
        Tried("referral.attempt", "referral", (referral_id,)),
        deed,
        page,
        then=f"{there}#tries",
        done=N_("The try is written down."),
    )
