"""Who ended an edit, resolved a conflict or let a pair be merged; mail that failed loses its text."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN, LIVE = sa.text("resolved_at IS NULL"), sa.text("ended_at IS NULL")
KEEP_PAIRS = """
CREATE TEMPORARY TABLE kept_apart_before AS
SELECT first_id, second_id, reason, decided_by, decided_at FROM kept_apart
"""
FILL_AGAIN = """
INSERT INTO kept_apart (first_id, second_id, reason, decided_by, decided_at)
SELECT first_id, second_id, reason, decided_by, decided_at FROM kept_apart_before
"""


def upgrade() -> None:
    op.add_column("field_edit", sa.Column("ended_by", sa.String()))
    op.add_column("edit_conflict", sa.Column("resolved_by", sa.String()))
    op.create_index(
        "ix_edit_conflict_open", "edit_conflict", ["id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.execute(KEEP_PAIRS)
    op.drop_table("kept_apart")
    op.create_table(
        "kept_apart",
        sa.Column("id", COUNTER, nullable=False),
        *_decision(),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_apart")),
    )
    pair = ["first_id", "second_id"]
    op.create_index(
        "ix_kept_apart_live", "kept_apart", pair, unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(op.f("ix_kept_apart_first_id"), "kept_apart", ["first_id"])
    _fill_again()
    op.execute("UPDATE outbox SET body = '' WHERE state = 'failed'")


def downgrade() -> None:
    op.execute("DELETE FROM kept_apart WHERE ended_at IS NOT NULL")
    op.execute(KEEP_PAIRS)
    op.drop_table("kept_apart")
    op.create_table(
        "kept_apart",
        *_decision(),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_kept_apart")),
    )
    _fill_again()
    op.drop_index("ix_edit_conflict_open", "edit_conflict")
    op.drop_column("edit_conflict", "resolved_by")
    op.drop_column("field_edit", "ended_by")


def _decision() -> tuple[sa.Column[object] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [each], ["listing.id"], name=op.f(f"fk_kept_apart_{each}_listing"), ondelete="CASCADE"
            )
            for each in ("first_id", "second_id")
        ),
    )


def _fill_again() -> None:
    op.create_index(op.f("ix_kept_apart_second_id"), "kept_apart", ["second_id"])
    op.execute(FILL_AGAIN)
    op.execute("DROP TABLE kept_apart_before")
