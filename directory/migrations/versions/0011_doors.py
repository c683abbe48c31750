"""A person's private link has a key to type, and says in which browser it is open."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
DIGESTS = ("reference_hash", "visit_hash")


def upgrade() -> None:
    with op.batch_alter_table("person_link") as table:
        for name in DIGESTS:
            table.add_column(sa.Column(name, sa.String(64)))
        table.add_column(sa.Column("visit_until", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("made_by", KEY))
        for name in DIGESTS:
            table.create_unique_constraint(op.f(f"uq_person_link_{name}"), [name])


def downgrade() -> None:
    with op.batch_alter_table("person_link") as table:
        for name in DIGESTS:
            table.drop_constraint(op.f(f"uq_person_link_{name}"), type_="unique")
        for name in (*DIGESTS, "visit_until", "made_by"):
            table.drop_column(name)
