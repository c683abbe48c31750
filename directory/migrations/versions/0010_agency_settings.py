"""How fast an agency answers, and when a person signed in last."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agency", sa.Column("response_sla", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("user_account", sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("user_account", "last_sign_in_at")
    op.drop_column("agency", "response_sla")
