"""What people give with a draft or a move. Views and the API fill these in; nothing else reaches the door."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from directory.referrals.gate import Ground
from directory.referrals.move_facts import GivenFacts

PLAIN = Ground()
DEFAULT_FIELDS = (
    "name",
    "phone",
    "language",
    "contact_preference",
    "safe_times",
    "needs",
    "need_text",
    "priority",
)
"""What a new referral shares unless its sender says otherwise: whom to call, how, and about what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFields:
    """A draft as its form has it. `details` are texts about the person by field (`need_text`, `note`,
    `diagnosis` …); `shared_fields` those fields of `information.CATEGORIES` that the receiver is to see."""

    client_id: str
    listing_id: str | None = None
    needs: tuple[str, ...] = ()
    priority: str = "routine"
    shared_fields: frozenset[str] = frozenset(DEFAULT_FIELDS)
    purpose: str = "referral"
    details: Mapping[str, str] = field(default_factory=dict)
    contact_preference: str = ""
    consent_id: str | None = None
    continues_id: str | None = None
    ground: Ground = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePayload(GivenFacts):
    """All that any move may be given; a move reads what its row in `event_rows.EVENTS` asks for.

    `second_person` is a user's id. `share_fields` are further fields that an answer opens.
    """

    accepting_worker: str = ""
    """Who takes it on; the actor's own name where it is left empty."""
    second_person: str = ""
    share_fields: frozenset[str] = frozenset()
    restriction_reviewed: bool = False
    ground: Ground | None = None
    """A supervisor's override, an emergency or a court order; None: as the draft has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move came to: ids, codes and a moment, so that it can be kept and answered again as it was."""

    referral_id: str
    status: str
    version: int
    event_id: str
    at: str
    """ISO 8601, UTC."""


def canonical(value: Any) -> str:
    """One text per meaning, to tell whether a request is the same again."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(each) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
