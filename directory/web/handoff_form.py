"""The screen of a handoff, both ways: what was entered so far, and the handoff as its form."""

from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from directory.phrases import N_
from directory.referrals.handoffs import (
    CANCELLATIONS,
    FAILURES,
    METHODS,
    FailureReason,
    Handoff,
    Worker,
)
from directory.referrals.information import CATEGORIES
from directory.web.language import gettext
from directory.web.work import key_of, read_moment, typed_moment

ANSWERS = {"yes": True, "no": False}
QUESTIONS = {
    "client_present": N_("Is the person here, or on the line?"),
    "client_spoke": N_("Did the person speak for themself?"),
    "client_met_receiving_contact": N_("Did the person meet who will help them?"),
    "interpreter": N_("Is an interpreter helping?"),
    "transport_arranged": N_("Is the way there arranged?"),
}


def read_handoff(form: MultiDict[str, str]) -> dict[str, Any]:
    """All that the screen holds, as `handoff_store.save` takes it. Raises `QueryInvalid`."""
    reason = form.get("failure_reason", "")
    return {
        **{name: ANSWERS.get(form.get(name, "")) for name in QUESTIONS},
        "introduced_by": _worker(form, "introduced_by"),
        "received_by": _worker(form, "received_by"),
        "shared": frozenset(form.getlist("shared")) & set(CATEGORIES),
        "understanding": form.get("understanding", "")[:4000],
        "next_step": form.get("next_step", "")[:4000],
        "appointment_id": key_of(form.get("appointment_id")),
        "follow_up_due": read_moment(form.get("follow_up_due", ""), "follow_up_due"),
        "failure_reason": reason if reason in get_args(FailureReason) else None,
    }


def read_plan(form: MultiDict[str, str]) -> dict[str, Any]:
    """What a plan holds, as `handoff_plans.plan_ahead` takes it. Raises `QueryInvalid`."""
    return {
        "method": form.get("method", ""),
        "planned_for": read_moment(form.get("planned_for", ""), "planned_for"),
        "introduced_by": _worker(form, "introduced_by"),
        "received_by": _worker(form, "received_by"),
    }


def read_cancellation(form: MultiDict[str, str]) -> str | None:
    """Why it is cancelled; None for none of the reasons."""
    return next((code for code in CANCELLATIONS if code == form.get("failure_reason")), None)


def _worker(form: MultiDict[str, str], name: str) -> Worker | None:
    given = form.get(name, "").strip()
    return Worker(given[:200], form.get(f"{name}_role", "").strip()[:200]) if given else None


def written_handoff(known: Handoff, own_name: str) -> MultiDict[str, str]:
    """The form as it stands; whoever has it open introduces the person unless somebody else is named."""
    given: MultiDict[str, str] = MultiDict()
    for name in QUESTIONS:
        answer = getattr(known, name)
        given[name] = next((word for word, value in ANSWERS.items() if value is answer), "")
    given["introduced_by"] = known.introduced_by.name if known.introduced_by else own_name
    if known.received_by:
        given["received_by"], given["received_by_role"] = known.received_by.name, known.received_by.role
    given.setlist("shared", sorted(known.shared))
    given["understanding"], given["next_step"] = known.understanding, known.next_step
    given["appointment_id"] = known.appointment_id or ""
    given["follow_up_due"] = typed_moment(known.follow_up_due) if known.follow_up_due else ""
    given["failure_reason"] = known.failure_reason or ""
    return given


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the screen offers, in the language of the page."""
    return {
        "ways": [(code, gettext(text)) for code, text in METHODS.items()],
        "failures": [(code, gettext(text)) for code, text in FAILURES.items()],
        "cancellations": [(code, gettext(text)) for code, text in CANCELLATIONS.items()],
        "questions": [(name, gettext(text)) for name, text in QUESTIONS.items()],
        "yes_no": [("yes", gettext(N_("Yes"))), ("no", gettext(N_("No")))],
    }
