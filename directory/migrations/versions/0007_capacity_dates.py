"""A capacity may be dated by its source's file: then it has no date of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("service_capacity") as table:
        table.alter_column("updated", existing_type=sa.DateTime(timezone=True), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM service_capacity WHERE updated IS NULL")
    with op.batch_alter_table("service_capacity") as table:
        table.alter_column("updated", existing_type=sa.DateTime(timezone=True), nullable=False)
