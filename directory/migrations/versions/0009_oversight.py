"""Break-glass looks, rules for young people that ended, and indexes of a supervisor's view."""

import sqlalchemy as sa
from alembic import op

from directory.migrations.append_only import drop_append_only_function, make_append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REFUSED = sa.text("outcome = 'refused'")
NOT_FOLLOWED_UP = sa.text("follow_up_at IS NULL")
LIVE = (
    "status IN ('accepted', 'appt_cancelled', 'in_service', 'info_requested', 'no_show', 'scheduled', "
    "'sent', 'waitlisted', 'withdrawal_requested')"
)
INDEXES = {
    "ix_referral_sender_due": (["from_agency_id", "answer_due_at"], "status = 'sent'"),
    "ix_referral_receiver_due": (["to_agency_id", "answer_due_at"], "status = 'sent'"),
    "ix_referral_next_step": (["to_agency_id", "next_step_due"], "status = 'accepted'"),
    "ix_referral_review": (["to_agency_id", "review_on"], "status = 'waitlisted'"),
    "ix_referral_sender_load": (["from_agency_id", "from_user_id", "changed_at", "status"], LIVE),
    "ix_referral_receiver_load": (["to_agency_id", "accepted_by", "changed_at", "status"], LIVE),
}
"""Of referrals: name to columns, and which rows."""


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "minor_rule_end",
        sa.Column("id", KEY, nullable=False),
        sa.Column("rule_id", KEY, nullable=False),
        sa.Column("ended_by", KEY, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minor_rule_end")),
        refers("minor_rule_end", "rule_id", "minor_rule"),
        sa.UniqueConstraint("rule_id", name=op.f("uq_minor_rule_end_rule_id")),
    )
    make_append_only("minor_rule_end")
    op.create_table(
        "break_glass",
        sa.Column("id", KEY, nullable=False),
        sa.Column("referral_id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("first_opened_at", MOMENT),
        sa.Column("acknowledged_by", KEY),
        sa.Column("acknowledged_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
        refers("break_glass", "referral_id", "referral"),
        refers("break_glass", "agency_id", "agency"),
    )
    for first in ("agency_id", "user_id"):
        label = f"ix_break_glass_{first}_break_glass_asked_at"
        op.create_index(op.f(label), "break_glass", [first, "asked_at"])
    op.create_index(op.f("ix_break_glass_referral_id"), "break_glass", ["referral_id"])
    for name, (columns, which) in INDEXES.items():
        where = sa.text(which)
        op.create_index(name, "referral", columns, sqlite_where=where, postgresql_where=where)
    op.create_index(
        "ix_audit_entry_refused",
        "audit_entry",
        ["agency_id", "at"],
        sqlite_where=REFUSED,
        postgresql_where=REFUSED,
    )
    op.create_index(
        "ix_handoff_to_follow_up",
        "handoff",
        ["from_agency_id", "follow_up_due"],
        sqlite_where=NOT_FOLLOWED_UP,
        postgresql_where=NOT_FOLLOWED_UP,
    )


def downgrade() -> None:
    op.drop_index("ix_handoff_to_follow_up", "handoff")
    op.drop_index("ix_audit_entry_refused", "audit_entry")
    for name in INDEXES:
        op.drop_index(name, "referral")
    op.drop_table("break_glass")
    op.drop_table("minor_rule_end")
    drop_append_only_function("minor_rule_end")
