"""Data partners ask for what has changed since a day, and for places that are not shown whole."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WITHHELD = sa.text("visibility <> 'full'")


def upgrade() -> None:
    op.create_index(op.f("ix_listing_changed_at"), "listing", ["changed_at"])
    op.create_index(
        op.f("ix_location_visibility"),
        "location",
        ["visibility"],
        sqlite_where=WITHHELD,
        postgresql_where=WITHHELD,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_location_visibility"), table_name="location")
    op.drop_index(op.f("ix_listing_changed_at"), table_name="listing")
