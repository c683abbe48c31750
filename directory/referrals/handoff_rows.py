"""A handoff between its sealed row and its rules."""

import datetime as dt
import json
from dataclasses import asdict
from typing import Any, get_args

from directory.accounts.keys import KeyRing
from directory.referrals import handoffs as pure
from directory.referrals.handoffs import Worker, warmth
from directory.referrals.rows import texts_of
from directory.referrals.tables_handoffs import Handoff

PLAIN = (
    "method",
    "planned_for",
    "started_at",
    "ended_at",
    "client_present",
    "client_spoke",
    "client_met_receiving_contact",
    "interpreter",
    "location_type",
    "transport_arranged",
    "appointment_id",
    "failure_reason",
    "follow_up_due",
)
SEALED = ("understanding", "next_step")


def as_handoff(ring: KeyRing, row: Handoff) -> pure.Handoff:
    """The handoff as its rules see it."""
    values: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    values["location_type"] = row.location_type or ""
    values.update((name, ring.get(row, name) or "") for name in SEALED)
    return pure.Handoff(
        id=row.id,
        referral_id=row.referral_id,
        state=next(each for each in get_args(pure.HandoffState) if each == row.status),
        initiated_by=row.initiated_by or "",
        introduced_by=_worker(ring, row, "introduced_by"),
        received_by=_worker(ring, row, "received_by"),
        shared=frozenset(row.shared),
        follow_up_at=row.follow_up_at,
        follow_up_result=ring.get(row, "follow_up_result") or "",
        **values,
    )


def _worker(ring: KeyRing, row: Handoff, name: str) -> Worker | None:
    found = texts_of(ring, row, name)
    return Worker(found["name"], found.get("role", ""), getattr(row, f"{name}_user")) if found else None


def write_handoff(ring: KeyRing, row: Handoff, found: pure.Handoff, now: dt.datetime) -> None:
    """Writes it into its row; texts sealed, warmth derived."""
    row.status, row.shared = found.state, sorted(found.shared)
    for name in PLAIN:
        setattr(row, name, getattr(found, name))
    row.location_type = found.location_type or None
    texts = {name: getattr(found, name).strip() or None for name in SEALED}
    for name in ("introduced_by", "received_by"):
        worker: Worker | None = getattr(found, name)
        told = {key: text for key, text in asdict(worker).items() if key != "user_id"} if worker else None
        texts[name] = json.dumps(told, ensure_ascii=False) if told else None
        setattr(row, f"{name}_user", worker.user_id if worker else None)
    ring.put(row, **texts)
    row.warmth = warmth(found)
    row.changed_at = now
