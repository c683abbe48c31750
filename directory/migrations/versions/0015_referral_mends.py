"""Check-ins know whose they are; indexes for clocks and reports; columns that nothing reads go."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
NOT_HERE = sa.text("to_agency_id IS NULL")
ASKED = "ix_check_in_to_ask"
LISTED = "ix_referral_to_listed"


def upgrade() -> None:
    op.add_column("check_in", sa.Column("from_agency_id", KEY))
    op.execute(
        "UPDATE check_in SET from_agency_id ="
        " (SELECT referral.from_agency_id FROM referral WHERE referral.id = check_in.referral_id)"
    )
    op.drop_index(op.f("ix_check_in_due_on"), table_name="check_in")
    with op.batch_alter_table("check_in") as table:
        table.alter_column("from_agency_id", existing_type=KEY, nullable=False)
        table.create_foreign_key(
            op.f("fk_check_in_from_agency_id_agency"), "agency", ["from_agency_id"], ["id"]
        )
    op.create_index(ASKED, "check_in", ["from_agency_id", "answered_at", "due_on"])
    op.create_index(
        LISTED,
        "referral",
        ["to_organization_id", "created_at"],
        sqlite_where=NOT_HERE,
        postgresql_where=NOT_HERE,
    )
    op.create_index(op.f("ix_referral_changed_at"), "referral", ["changed_at"])
    op.drop_column("referral", "status_label")
    op.drop_column("appointment", "handoff_id")


def downgrade() -> None:
    op.add_column("appointment", sa.Column("handoff_id", KEY))
    op.add_column("referral", sa.Column("status_label", sa.String(80)))
    op.drop_index(op.f("ix_referral_changed_at"), table_name="referral")
    op.drop_index(LISTED, table_name="referral")
    op.drop_index(ASKED, table_name="check_in")
    with op.batch_alter_table("check_in") as table:
        table.drop_constraint(op.f("fk_check_in_from_agency_id_agency"), type_="foreignkey")
        table.drop_column("from_agency_id")
    op.create_index(op.f("ix_check_in_due_on"), "check_in", ["due_on"])
