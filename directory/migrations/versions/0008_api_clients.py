"""Programs of agencies, with their secrets and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("older_hash", sa.String(64)),
        sa.Column("older_until", MOMENT),
        sa.Column("made_by", KEY),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("rotated_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_api_client_agency_id_agency"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_api_client_agency_id"), "api_client", ["agency_id"])
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("client_id", KEY, nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_client.id"],
            name=op.f("fk_api_token_client_id_api_client"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_api_token_client_id"), "api_token", ["client_id"])


def downgrade() -> None:
    op.drop_table("api_token")
    op.drop_table("api_client")
