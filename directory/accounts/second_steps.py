"""The second step of signing in: an app for codes or a passkey. Who has an account always has one of them,
until it is taken away by a command; then the next sign-in asks for a new one. Callers commit.
"""

import datetime as dt
import uuid

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from directory.accounts import sign_ins
from directory.accounts.access import SYSTEM, Actor
from directory.accounts.audit import Deed, append
from directory.accounts.people import folded_email, user_of
from directory.accounts.tables import Passkey, User
from directory.errors import QueryInvalid, RecordNotFound
from directory.mail.message import Mail
from directory.mail.outbox import put
from directory.phrases import N_, Phrase

ONLY_ONE = N_("This is your only second step. Please set up another one first.")
TAKEN_AWAY = (
    "The second step of signing in was taken away from your account at {site}.\n\n"
    "The next time you sign in with your password, you will be asked to set up a new one. "
    "You are signed out everywhere.\n\n"
    "If you did not ask for this, tell whoever runs the site for your network at once.\n"
)


def held_user(session: Session, user_id: str) -> User:
    """The person, held until the commit: nobody else takes the last but one second step away meanwhile."""
    query = select(User).where(User.id == user_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def is_only_one(session: Session, user: User) -> bool:
    """Has the person no other second step than one of these?"""
    keys = session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id)) or 0
    return keys + bool(user.tf_primary_method) <= 1


def remove_app(session: Session, user_id: str, now: dt.datetime, *, kept_session: str) -> None:
    """Takes the app for codes away from a person who has a passkey, and ends their other sessions.

    Raises `QueryInvalid` for somebody who has none.
    """
    user = held_user(session, user_id)
    if not user.tf_primary_method or is_only_one(session, user):
        raise QueryInvalid(Phrase(ONLY_ONE))
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    sign_ins.end_all(session, user.id, but=kept_session)
    _write_down(session, SYSTEM, "sign_in.secrets_changed", user, now, "web")


def reset_second_step(
    session: Session, email: str, actor: Actor, now: dt.datetime, *, site: str, channel: str = "command"
) -> User:
    """Takes app, passkeys and recovery codes away from a person who lost them, signs them out everywhere, and
    tells them. Their next sign-in asks for the password, then to set up a new second step.

    Raises `RecordNotFound` when nobody has that address.
    """
    user = user_of(session, folded_email(email))
    if user is None:
        raise RecordNotFound(Phrase(N_("There is no account with this address.")))
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
    # Whoever is half-way through signing in, or holds a link for a new password, begins anew.
    user.fs_uniquifier = uuid.uuid4().hex
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    sign_ins.end_all(session, user.id)
    mail = Mail(
        to=user.email,
        subject="Your second step was taken away",
        body=TAKEN_AWAY.format(site=site),
        kind="account",
        dedupe_key=f"second_step:{user.id}:{now.isoformat()}",
    )
    put(session, mail, now)
    _write_down(session, actor, "second_step.reset", user, now, channel)
    return user


def _write_down(  # noqa: PLR0917  what a line of the audit has
    session: Session, actor: Actor, action: str, user: User, now: dt.datetime, channel: str
) -> None:
    deed = Deed(actor=actor, action=action, object_kind="user", object_ids=[user.id], channel=channel)
    append(session, deed, now)
