"""Programs of agencies: registered, given tokens for their secret, looked up by token, ended. Callers commit.

OAuth 2.0 client credentials (RFC 6749 section 4.4) with opaque tokens (RFC 6750): what a token may do is read
from its program at every use, so whatever is taken back is gone at once.
"""

import datetime as dt
import hmac
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from directory.accounts.access import SCOPES, Actor
from directory.accounts.api_tables import ApiClient, ApiToken
from directory.accounts.audit import Deed, append
from directory.accounts.people import digest
from directory.accounts.tables import Agency, new_id
from directory.errors import QueryInvalid, RecordNotFound
from directory.phrases import N_, Phrase

TOKEN_LASTS = dt.timedelta(minutes=30)
OLDER_LASTS = dt.timedelta(days=7)
"""How long the secret before goes on working after a rotation, unless it is ended at once."""
SECRET_MARK, TOKEN_MARK = "rds_", "rdt_"
"""What secrets and tokens begin with, so that a leaked one is recognized for what it is."""
RANDOM_BYTES = 32
LONGEST_NAME = 100
NO_SECRET = digest("")
"""Compared with where no program has that id, so that it takes as long as for one that is there."""

TokenError = Literal["invalid_client", "invalid_scope"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A program, and its new secret: shown once, stored nowhere."""

    client: ApiClient
    secret: str


@dataclass(frozen=True, slots=True)
class Granted:
    """A new token."""

    token: str
    scopes: tuple[str, ...]
    expires_in: int
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Program:
    """The program that a token is of, with what that token may do now."""

    actor: Actor
    timezone: str
    """Of its agency."""


def register(
    session: Session,
    *,
    agency: Agency,
    name: str,
    scopes: Collection[str],
    actor: Actor,
    now: dt.datetime,
    channel: str = "command",
) -> Registered:
    """A new program of an agency with the given scopes. Raises `QueryInvalid` naming what is wrong."""
    name = " ".join(name.split())
    wrong: dict[str, list[Phrase | str]] = {}
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = [Phrase(N_("A name has 1 to 100 letters."))]
    if not scopes or not set(scopes) <= set(SCOPES):
        wrong["scope"] = [Phrase(N_("There are these scopes: %(names)s."), {"names": ", ".join(SCOPES)})]
    if wrong:
        raise QueryInvalid(Phrase(N_("The program was not added.")), wrong)
    secret = SECRET_MARK + secrets.token_urlsafe(RANDOM_BYTES)
    made = ApiClient(
        id=new_id(),
        agency=agency,
        name=name,
        scopes=sorted(set(scopes)),
        secret_hash=digest(secret),
        made_by=actor.user_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    append(session, _deed(actor, "program.add", made, channel), now)
    return Registered(made, secret)


def programs(session: Session, agency: Agency | None = None) -> Sequence[ApiClient]:
    """Every program, or an agency's, by agency and name; revoked ones too."""
    query = select(ApiClient).join(Agency).options(joinedload(ApiClient.agency))
    if agency is not None:
        query = query.where(ApiClient.agency_id == agency.id)
    return session.scalars(query.order_by(Agency.name, ApiClient.name, ApiClient.made_at)).all()


def find_program(session: Session, client_id: str) -> ApiClient:
    """The program with that id. Raises `RecordNotFound`."""
    found = session.get(ApiClient, client_id) if _is_id(client_id) else None
    if found is None:
        raise RecordNotFound(Phrase(N_("There is no program %(id)s."), {"id": client_id}))
    return found


def rotate(
    session: Session,
    client: ApiClient,
    *,
    actor: Actor,
    now: dt.datetime,
    at_once: bool = False,
    channel: str = "command",
) -> Registered:
    """A second secret beside the first, which goes on working for a week. `at_once`: the first ends now, with
    every token. Raises `QueryInvalid` for a revoked program."""
    if client.revoked_at is not None:
        raise QueryInvalid(Phrase(N_("This program was revoked. Please add a new one.")))
    secret = SECRET_MARK + secrets.token_urlsafe(RANDOM_BYTES)
    client.older_hash = None if at_once else client.secret_hash
    client.older_until = None if at_once else now + OLDER_LASTS
    client.secret_hash, client.rotated_at = digest(secret), now
    if at_once:
        _end_tokens(session, client)
    session.flush()
    append(session, _deed(actor, "program.rotate", client, channel), now)
    return Registered(client, secret)


def revoke(
    session: Session, client: ApiClient, *, actor: Actor, now: dt.datetime, channel: str = "command"
) -> None:
    """Ends a program with all its secrets and tokens. A second time changes nothing."""
    if client.revoked_at is None:
        client.revoked_at = now
        client.older_hash = client.older_until = None
        _end_tokens(session, client)
        session.flush()
        append(session, _deed(actor, "program.revoke", client, channel), now)


def grant(
    session: Session, client_id: str, secret: str, wanted: Collection[str] | None, now: dt.datetime
) -> Granted | TokenError:
    """A token for the program's secret, or the error code of RFC 6749 section 5.2.

    `wanted`: the scopes asked for (None: all it was given). The answer is the same, and takes as long, for an
    unknown program, a revoked one and a wrong secret.
    """
    query = select(ApiClient).where(ApiClient.id == client_id).options(joinedload(ApiClient.agency))
    client = session.scalars(query).one_or_none() if _is_id(client_id) else None
    if not _knows(client, secret, now) or client is None:
        return "invalid_client"
    given = [each for each in client.scopes if each in SCOPES]
    scopes = sorted(given if wanted is None else set(wanted))
    if not scopes or not set(scopes) <= set(given):
        return "invalid_scope"
    session.execute(delete(ApiToken).where(ApiToken.client_id == client.id, ApiToken.expires_at <= now))
    token = TOKEN_MARK + secrets.token_urlsafe(RANDOM_BYTES)
    row = ApiToken(
        id=digest(token), client_id=client.id, scopes=scopes, made_at=now, expires_at=now + TOKEN_LASTS
    )
    session.add(row)
    client.last_used_at = now
    session.flush()
    actor = Actor(role="api", agency_id=client.agency_id, program_id=client.id)
    append(session, _deed(actor, "program.token", client, "api"), now)
    return Granted(token, tuple(scopes), int(TOKEN_LASTS.total_seconds()))


def program_of(session: Session, token: str, now: dt.datetime) -> Program | None:
    """Whose token it is; None for one that is unknown, over, or of a program or agency that has ended."""
    if not token.startswith(TOKEN_MARK):
        return None
    query = select(ApiToken).where(ApiToken.id == digest(token), ApiToken.expires_at > now)
    whole = joinedload(ApiToken.client).joinedload(ApiClient.agency)
    found = session.scalars(query.options(whole)).one_or_none()
    if found is None or not _is_live(found.client):
        return None
    scopes = frozenset(found.scopes) & frozenset(found.client.scopes) & frozenset(SCOPES)
    client = found.client
    actor = Actor(role="api", agency_id=client.agency_id, program_id=client.id, scopes=scopes)
    return Program(actor, client.agency.timezone)


def _is_live(client: ApiClient) -> bool:
    return client.revoked_at is None and client.agency.left_at is None


def _knows(client: ApiClient | None, secret: str, now: dt.datetime) -> bool:
    """Is it one of the program's live secrets? Always two comparisons in constant time."""
    given = digest(secret)
    newer = client.secret_hash if client else NO_SECRET
    rotating = client is not None and client.older_until is not None and client.older_until > now
    older = client.older_hash if client and rotating else None
    fits = hmac.compare_digest(given, newer) | hmac.compare_digest(given, older or NO_SECRET)
    return fits and bool(secret) and client is not None and _is_live(client)


def _end_tokens(session: Session, client: ApiClient) -> None:
    session.execute(delete(ApiToken).where(ApiToken.client_id == client.id))


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _deed(actor: Actor, action: str, client: ApiClient, channel: str) -> Deed:
    return Deed(actor=actor, action=action, object_kind="program", object_ids=[client.id], channel=channel)
