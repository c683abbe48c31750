"""Agencies, their people and what signing in needs. No table here holds anything about a client.

`user_account` and `passkey` have the column names that Flask-Security works with.
"""

import datetime as dt
import uuid
from typing import Any, ClassVar

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column, relationship

from directory.accounts.sealed import Sealed, SealedText
from directory.database import KEY, Base, JsonText, UtcDateTime

TRI_STATES = ("yes", "no", "unknown")
"""Answers to a question of law; `unknown` is taken as yes (fail closed)."""
IS_REFUSED = "outcome = 'refused'"
"""Of a line of the audit: few are."""


def new_id() -> str:
    """A random id: it says nothing, not even when it was made."""
    return str(uuid.uuid4())


def own_key() -> MappedColumn[str]:
    """A random primary key, known before the row is written."""
    return mapped_column(KEY, primary_key=True, default=new_id)


def reference(table: str) -> MappedColumn[Any]:
    """A foreign key; the row goes with the row that it refers to."""
    return mapped_column(KEY, ForeignKey(f"{table}.id", ondelete="CASCADE"))


def tri_state(name: str) -> CheckConstraint:
    """Only `yes`, `no` or `unknown`."""
    return CheckConstraint(f"{name} IN {TRI_STATES}", name=name)


class Agency(Base):
    """A body that uses the network; `organization_id` is the listed organization that it is, if it is one.

    No foreign key: listings come and go with their sources, agencies do not.
    """

    __tablename__ = "agency"
    __table_args__ = (
        UniqueConstraint("name"),
        Index(None, "organization_id"),
        tri_state("part2_program"),
        tri_state("hipaa_covered"),
        tri_state("federally_assisted"),
    )

    id: Mapped[str] = own_key()
    name: Mapped[str]
    organization_id: Mapped[str | None] = mapped_column(KEY)
    part2_program: Mapped[str] = mapped_column(server_default="unknown", default="unknown")
    """Is it a substance use program under 42 CFR Part 2?"""
    hipaa_covered: Mapped[str] = mapped_column(server_default="unknown", default="unknown")
    federally_assisted: Mapped[str] = mapped_column(server_default="unknown", default="unknown")
    accepts_referrals: Mapped[bool] = mapped_column(server_default=true(), default=True)
    state: Mapped[str | None] = mapped_column(String(2))
    """Two letters: whose law holds, for instance on minors."""
    timezone: Mapped[str]
    """IANA name."""
    response_hours: Mapped[list[list[Any]]] = mapped_column(JsonText, default=list)
    """When it answers referrals: `[weekday, "09:00", "17:00"]`, weekday 0 = Sunday. Empty: nothing stated."""
    closed_dates: Mapped[list[str]] = mapped_column(JsonText, default=list)
    """Further days on which it does not answer, in ISO form."""
    keeps_us_holidays: Mapped[bool] = mapped_column(server_default=true(), default=True)
    response_sla: Mapped[dict[str, int]] = mapped_column(JsonText, server_default="{}", default=dict)
    """`urgent` and `routine`: within how many of its own working hours it answers. What is not there: as for
    everybody (`referrals/clock_rows.py`)."""
    notify_email: Mapped[str | None]
    """Where its intake is told that something waits; such mail holds no client fact."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since then it is no longer on the network: nobody acts for it, nothing is sent to it."""


class User(UserMixin, Base):  # type: ignore[misc]
    """A person who signs in. What they may do hangs on their memberships alone."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("fs_uniquifier"),
        UniqueConstraint("fs_webauthn_user_handle"),
    )

    id: Mapped[str] = own_key()
    email: Mapped[str] = mapped_column(String(255))
    """Folded (`people.folded_email`): one address, one person."""
    name: Mapped[str]
    """How colleagues and partners see the person."""
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(server_default=true(), default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), default=lambda: uuid.uuid4().hex)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64))
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(512))
    """Encrypted under an `AppSecret`."""
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)
    """The newest TOTP step that was used: no code counts twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JsonText()))
    """Encrypted, one use each."""
    language: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    roles: ClassVar[tuple[()]] = ()
    """Flask-Security's own roles are not used."""
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", passive_deletes=True)
    webauthn: Mapped[list["Passkey"]] = relationship(back_populates="user", cascade="all, delete")


class Membership(Base):
    """What a person is for one agency. A person may have several; one is in use at a time."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "agency_id", "role"), Index(None, "agency_id"))

    id: Mapped[str] = own_key()
    user_id: Mapped[str] = reference("user_account")
    agency_id: Mapped[str] = reference("agency")
    role: Mapped[str] = mapped_column(String(32))
    """A key of `access.ROLES`."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="memberships")
    agency: Mapped[Agency] = relationship()


class Invitation(Base):
    """An offer to become a member, taken up once by whoever has the link."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "agency_id"))

    id: Mapped[str] = own_key()
    token_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the token in the link; the token itself is nowhere."""
    email: Mapped[str] = mapped_column(String(255))
    agency_id: Mapped[str] = reference("agency")
    role: Mapped[str] = mapped_column(String(32))
    invited_by: Mapped[str | None] = mapped_column(KEY)
    """The user who did; none from the command line."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship()


class UserSession(Base):
    """One signed-in browser. The cookie holds a random id; here is its digest, and no network address."""

    __tablename__ = "user_session"
    __table_args__ = (Index(None, "user_id"), Index(None, "membership_id"), Index(None, "expires_at"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = reference("user_account")
    membership_id: Mapped[str | None] = mapped_column(KEY, ForeignKey("membership.id", ondelete="SET NULL"))
    """The membership in use."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(32))
    """Family only, such as `Firefox`."""


class Passkey(WebAuthnMixin, Base):  # type: ignore[misc]
    """A WebAuthn credential."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("credential_id"), Index(None, "user_id"))

    id: Mapped[str] = own_key()
    user_id: Mapped[str] = reference("user_account")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer, default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JsonText()))
    backup_state: Mapped[bool] = mapped_column(server_default=false(), default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    lastuse_datetime: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="webauthn")


class SignInAttempt(Base):
    """Tries of one kind in one window. The key is a digest, so that the table names nobody."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "ends_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class KeyCheck(Base):
    """One row per field key in use, sealed under it: shows at the start that the key is the right one."""

    __tablename__ = "key_check"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token: Mapped[str] = mapped_column(String(255))


class AppSecret(Base):
    """A secret of the application itself, sealed: a rotation of the field keys seals it anew."""

    __tablename__ = "app_secret"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """What it is for."""
    secret: Mapped[Sealed] = mapped_column(SealedText)


class AuditEntry(Base):
    """One line of the audit, chained to the one before. Triggers refuse every change of a row."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "agency_id", "at"),
        Index(None, "user_id", "at"),
        Index(
            "ix_audit_entry_refused",
            "agency_id",
            "at",
            sqlite_where=text(IS_REFUSED),
            postgresql_where=text(IS_REFUSED),
        ),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[str | None] = mapped_column(KEY)
    """The person; for role `api` the program (`ApiClient`)."""
    agency_id: Mapped[str | None] = mapped_column(KEY)
    role: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(32))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_ids: Mapped[list[str]] = mapped_column(JsonText)
    count: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    request_id: Mapped[str | None] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
