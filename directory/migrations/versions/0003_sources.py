"""Sources on a schedule, and the mail outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("import_run", sa.Column("changes", sa.Text()))
    _source_setting()
    _run_request()
    _outbox()


def _source_setting() -> None:
    op.create_table(
        "source_setting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("timezone", sa.String()),
        sa.Column("fellowship", sa.String()),
        sa.Column("as_of", sa.String()),
        sa.Column("every_hours", sa.Integer()),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("next_due_at", MOMENT),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("notify_to", sa.String()),
        sa.Column("began_at", MOMENT),
        sa.Column("last_attempt_at", MOMENT),
        sa.Column("last_good_at", MOMENT),
        sa.Column("last_status", sa.String()),
        sa.Column("last_message", sa.String()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_setting")),
        sa.ForeignKeyConstraint(
            ["id"], ["source.id"], name=op.f("fk_source_setting_id_source"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_source_setting_next_due_at"), "source_setting", ["next_due_at"])


def _run_request() -> None:
    op.create_table(
        "run_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("requested_by", sa.String()),
        sa.Column("taken_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("outcome", sa.String()),
        sa.Column("runs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_request")),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source_setting.id"],
            name=op.f("fk_run_request_source_id_source_setting"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_run_request_source_id"), "run_request", ["source_id"])
    op.create_index(op.f("ix_run_request_finished_at"), "run_request", ["finished_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_dedupe_key"), "outbox", ["dedupe_key"], unique=True)
    op.create_index(op.f("ix_outbox_state_outbox_next_attempt_at"), "outbox", ["state", "next_attempt_at"])


def downgrade() -> None:
    for each in ("outbox", "run_request", "source_setting"):
        op.drop_table(each)
    with op.batch_alter_table("import_run") as batch:
        batch.drop_column("changes")
