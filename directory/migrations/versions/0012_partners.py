"""Partners, their keys, and how often their visitors searched."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LISTS = ("origins", "own_organizations", "needs", "states", "presets", "locked")


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in LISTS),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("paused_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_partner_agency_id_agency"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("agency_id", "name", name=op.f("uq_partner_agency_id_name")),
    )
    op.create_table(
        "partner_key",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("works_until", MOMENT),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_partner_key")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_key_partner_id_partner"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_partner_key_partner_id"), "partner_key", ["partner_id"])
    op.create_table(
        "partner_use",
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("need", sa.String(64), nullable=False),
        sa.Column("zip3", sa.String(3), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "day", "need", "zip3", name=op.f("pk_partner_use")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_use_partner_id_partner"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("partner_use")
    op.drop_table("partner_key")
    op.drop_table("partner")
