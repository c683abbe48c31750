"""Edits and merges of listings, and pairs kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _edits()
    _merges()


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")


def _index_live(name: str, table: str, columns: list[str], ended: str, *, unique: bool = False) -> None:
    live = sa.text(f"{ended} IS NULL")
    op.create_index(name, table, columns, unique=unique, sqlite_where=live, postgresql_where=live)


def _index(table: str, *columns: str) -> None:
    for each in columns:
        op.create_index(op.f(f"ix_{table}_{each}"), table, [each])


def _edits() -> None:
    op.create_table(
        "field_edit",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("source_value", sa.Text()),
        sa.Column("note", sa.String()),
        sa.Column("edited_by", sa.String(), nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_why", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_edit")),
        _refers("field_edit", "listing_id", "listing"),
        _refers("field_edit", "source_id", "source"),
    )
    _index_live("ix_field_edit_live", "field_edit", ["listing_id", "field"], "ended_at", unique=True)
    _index_live("ix_field_edit_live_subject", "field_edit", ["subject_id"], "ended_at")
    _index("field_edit", "listing_id", "source_id")
    op.create_table(
        "edit_conflict",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("edit_id", COUNTER, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("incoming_value", sa.Text()),
        sa.Column("run_id", KEY),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT),
        sa.Column("resolution", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_conflict")),
        _refers("edit_conflict", "edit_id", "field_edit"),
        _refers("edit_conflict", "listing_id", "listing"),
    )
    _index("edit_conflict", "edit_id", "listing_id")
    op.create_table(
        "source_record",
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_source_record")),
        _refers("source_record", "listing_id", "listing"),
    )


def _merges() -> None:
    op.create_table(
        "listing_merge",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("merged_id", KEY, nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("merged_by", sa.String(), nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_merge")),
        _refers("listing_merge", "kept_id", "listing"),
        _refers("listing_merge", "merged_id", "listing"),
    )
    _index_live("ix_listing_merge_live", "listing_merge", ["merged_id"], "undone_at", unique=True)
    _index("listing_merge", "kept_id", "merged_id")
    op.create_table(
        "kept_apart",
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_kept_apart")),
        _refers("kept_apart", "first_id", "listing"),
        _refers("kept_apart", "second_id", "listing"),
    )
    _index("kept_apart", "second_id")


def downgrade() -> None:
    for table in ("kept_apart", "listing_merge", "source_record", "edit_conflict", "field_edit"):
        op.drop_table(table)
