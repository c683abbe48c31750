"""The incident register: incidents, how they were judged, who was told."""

import sqlalchemy as sa
from alembic import op

from directory.migrations.append_only import drop_append_only_function, make_append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FACTORS = ("nature", "recipient", "acquired", "mitigated")
APPEND_ONLY = {"incident_assessment": FACTORS, "incident_notice": ()}
"""Table to its sealed columns."""


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("discovered_on", sa.Date(), nullable=False),
        sa.Column("happened_on", sa.Date()),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("people_count", sa.Integer()),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reported_by", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        refers("incident", "agency_id", "agency"),
    )
    op.create_index(
        op.f("ix_incident_agency_id_incident_discovered_on"), "incident", ["agency_id", "discovered_on"]
    )
    judged = [
        column
        for each in FACTORS
        for column in (
            sa.Column(f"{each}_is_low", sa.Boolean(), nullable=False),
            sa.Column(each, sa.Text(), nullable=False),
        )
    ]
    op.create_table(
        "incident_assessment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("incident_id", KEY, nullable=False),
        *judged,
        sa.Column("people_count", sa.Integer()),
        sa.Column("assessed_by", KEY, nullable=False),
        sa.Column("assessed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_assessment")),
        refers("incident_assessment", "incident_id", "incident"),
    )
    op.create_index(
        op.f("ix_incident_assessment_incident_id_incident_assessment_assessed_at"),
        "incident_assessment",
        ["incident_id", "assessed_at"],
    )
    op.create_table(
        "incident_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("incident_id", KEY, nullable=False),
        sa.Column("recipient", sa.String(16), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("noted_by", KEY, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_notice")),
        refers("incident_notice", "incident_id", "incident"),
    )
    op.create_index(op.f("ix_incident_notice_incident_id"), "incident_notice", ["incident_id"])
    for table, sealed in APPEND_ONLY.items():
        make_append_only(table, may_change=sealed)


def downgrade() -> None:
    for table in ("incident_notice", "incident_assessment"):
        op.drop_table(table)
        drop_append_only_function(table)
    op.drop_table("incident")
