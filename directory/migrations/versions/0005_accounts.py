"""Agencies, their people, sign-in, keys and the audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from directory.migrations.append_only import drop_append_only_function, make_append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TRI_STATES = "('yes', 'no', 'unknown')"


def given(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    """Columns that every row has."""
    return [sa.Column(name, kind, nullable=False) for name in names]


def optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind) for name in names]


def flag(name: str, default: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), server_default=default, nullable=False)


def has_key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def refers(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)


def only_one(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def index(table: str, *columns: str) -> None:
    label = "_".join(f"{table}_{each}" for each in columns)
    op.create_index(op.f(f"ix_{label}"), table, list(columns))


def upgrade() -> None:
    create_agencies_and_people()
    create_sign_in()
    create_audit()


def create_agencies_and_people() -> None:
    questions = ("part2_program", "hipaa_covered", "federally_assisted")
    op.create_table(
        "agency",
        *given(KEY, "id"),
        *given(sa.String(), "name"),
        *optional(KEY, "organization_id"),
        *(sa.Column(name, sa.String(), server_default="unknown", nullable=False) for name in questions),
        flag("accepts_referrals", sa.true()),
        *optional(sa.String(2), "state"),
        *given(sa.String(), "timezone"),
        *given(sa.Text(), "response_hours", "closed_dates"),
        flag("keeps_us_holidays", sa.true()),
        *optional(sa.String(), "notify_email"),
        *given(MOMENT, "created_at"),
        *optional(MOMENT, "left_at"),
        has_key("agency"),
        only_one("agency", "name"),
        *(
            sa.CheckConstraint(f"{name} IN {TRI_STATES}", name=op.f(f"ck_agency_{name}"))
            for name in questions
        ),
    )
    index("agency", "organization_id")
    op.create_table(
        "user_account",
        *given(KEY, "id"),
        *given(sa.String(255), "email"),
        *given(sa.String(), "name"),
        *optional(sa.String(255), "password"),
        flag("active", sa.true()),
        *given(sa.String(64), "fs_uniquifier"),
        *optional(sa.String(64), "fs_webauthn_user_handle", "tf_primary_method"),
        *optional(sa.String(512), "tf_totp_secret"),
        *optional(sa.BigInteger(), "tf_last_counter"),
        *optional(sa.Text(), "mf_recovery_codes"),
        *optional(sa.String(8), "language"),
        *given(MOMENT, "created_at"),
        has_key("user_account"),
        only_one("user_account", "email"),
        only_one("user_account", "fs_uniquifier"),
        only_one("user_account", "fs_webauthn_user_handle"),
    )
    op.create_table(
        "membership",
        *given(KEY, "id", "user_id", "agency_id"),
        *given(sa.String(32), "role"),
        *given(MOMENT, "created_at"),
        has_key("membership"),
        refers("membership", "user_id", "user_account"),
        refers("membership", "agency_id", "agency"),
        only_one("membership", "user_id", "agency_id", "role"),
    )
    index("membership", "agency_id")
    op.create_table(
        "invitation",
        *given(KEY, "id"),
        *given(sa.String(64), "token_hash"),
        *given(sa.String(255), "email"),
        *given(KEY, "agency_id"),
        *given(sa.String(32), "role"),
        *optional(KEY, "invited_by"),
        *given(MOMENT, "created_at", "expires_at"),
        *optional(MOMENT, "used_at"),
        has_key("invitation"),
        refers("invitation", "agency_id", "agency"),
        only_one("invitation", "token_hash"),
    )
    index("invitation", "agency_id")


def create_sign_in() -> None:
    op.create_table(
        "user_session",
        *given(sa.String(64), "id"),
        *given(KEY, "user_id"),
        *optional(KEY, "membership_id"),
        *given(MOMENT, "created_at", "last_seen_at", "expires_at"),
        *given(sa.String(32), "browser"),
        has_key("user_session"),
        refers("user_session", "user_id", "user_account"),
        refers("user_session", "membership_id", "membership", "SET NULL"),
    )
    index("user_session", "user_id")
    index("user_session", "membership_id")
    index("user_session", "expires_at")
    op.create_table(
        "passkey",
        *given(KEY, "id", "user_id"),
        *given(sa.LargeBinary(1024), "credential_id"),
        *given(sa.LargeBinary(), "public_key"),
        *given(sa.Integer(), "sign_count"),
        *optional(sa.Text(), "transports"),
        flag("backup_state", sa.false()),
        *given(sa.String(64), "device_type"),
        *optional(sa.String(255), "extensions"),
        *given(sa.String(64), "name", "usage"),
        *given(MOMENT, "lastuse_datetime"),
        has_key("passkey"),
        refers("passkey", "user_id", "user_account"),
        only_one("passkey", "credential_id"),
    )
    index("passkey", "user_id")
    op.create_table(
        "sign_in_attempt",
        *given(sa.String(64), "key"),
        *given(sa.Integer(), "tries"),
        *given(MOMENT, "ends_at"),
        has_key("sign_in_attempt", "key"),
    )
    index("sign_in_attempt", "ends_at")
    op.create_table(
        "key_check",
        *given(sa.String(32), "id"),
        *given(sa.String(255), "token"),
        has_key("key_check"),
    )
    op.create_table(
        "app_secret",
        *given(sa.String(32), "id"),
        *given(sa.Text(), "secret"),
        has_key("app_secret"),
    )


def create_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", COUNTER, autoincrement=False, nullable=False),
        *given(MOMENT, "at"),
        *optional(KEY, "user_id", "agency_id"),
        *given(sa.String(32), "role"),
        *given(sa.String(64), "action"),
        *given(sa.String(32), "outcome", "object_kind"),
        *given(sa.Text(), "object_ids"),
        *given(sa.Integer(), "count"),
        *given(sa.String(16), "channel"),
        *optional(sa.String(64), "request_id"),
        *given(sa.String(64), "prev_hash", "hash"),
        has_key("audit_entry", "seq"),
    )
    index("audit_entry", "at")
    index("audit_entry", "agency_id", "at")
    index("audit_entry", "user_id", "at")
    make_append_only("audit_entry", key="seq")


TABLES = (
    "audit_entry",
    "app_secret",
    "key_check",
    "sign_in_attempt",
    "passkey",
    "user_session",
    "invitation",
    "membership",
    "user_account",
    "agency",
)
"""Children before their parents."""


def downgrade() -> None:
    for each in TABLES:
        op.drop_table(each)
    drop_append_only_function("audit_entry")
