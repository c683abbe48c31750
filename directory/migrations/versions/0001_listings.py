"""The tables of what is listed (HSDS 3.1), of listings and their changes, and of the run log."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def given(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    """Columns that every row has."""
    return [sa.Column(name, kind, nullable=False) for name in names]


def optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind) for name in names]


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    """A foreign key whose rows go with the row that they refer to."""
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")


def has_key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def index(table: str, *columns: str, unique: bool = False) -> None:
    label = "_".join(f"{table}_{each}" for each in columns)
    op.create_index(op.f(f"ix_{label}"), table, list(columns), unique=unique)


def index_owners(table: str, *columns: str) -> None:
    """One index per owner column, of the rows that have that owner."""
    for each in columns:
        has_it = sa.text(f"{each} IS NOT NULL")
        op.create_index(
            op.f(f"ix_{table}_{each}"), table, [each], sqlite_where=has_it, postgresql_where=has_it
        )


def upgrade() -> None:
    create_what_is_listed()
    create_details()
    create_terms_and_log()


def create_what_is_listed() -> None:
    op.create_table(
        "listing_change",
        *given(COUNTER, "id"),
        *given(KEY, "listing_id"),
        *given(sa.String(), "kind"),
        sa.Column("at", MOMENT, server_default=sa.func.now(), nullable=False),
        has_key("listing_change"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "source",
        *given(KEY, "id"),
        *given(sa.String(), "importer", "feed", "kind", "name", "publisher", "licence"),
        *optional(sa.String(), "url"),
        has_key("source"),
    )
    index("source", "importer", "feed", unique=True)
    op.create_table(
        "unit",
        *given(KEY, "id"),
        *given(sa.String(), "name"),
        *optional(sa.String(), "scheme", "identifier", "uri"),
        has_key("unit"),
    )
    op.create_table(
        "organization",
        *given(KEY, "id"),
        *optional(KEY, "source_id"),
        *given(sa.String(), "source_key"),
        *optional(KEY, "parent_organization_id"),
        *given(sa.String(), "name"),
        *optional(sa.String(), "alternate_name"),
        *given(sa.String(), "description"),
        *optional(sa.String(), "email", "website", "tax_status", "tax_id"),
        *optional(sa.Integer(), "year_incorporated"),
        *optional(sa.String(), "legal_status", "logo", "uri"),
        has_key("organization"),
        refers("organization", "source_id", "source"),
    )
    index_owners("organization", "source_id")
    op.create_table(
        "location",
        *given(KEY, "id"),
        *optional(KEY, "source_id"),
        *given(sa.String(), "source_key"),
        *optional(KEY, "organization_id"),
        *given(sa.String(), "location_type"),
        *optional(sa.String(), "url", "name", "alternate_name", "description", "transportation"),
        *optional(sa.Double(), "latitude", "longitude"),
        *optional(sa.String(), "precision"),
        *given(sa.String(), "visibility"),
        *optional(sa.String(), "external_identifier", "external_identifier_type"),
        has_key("location"),
        refers("location", "source_id", "source"),
        refers("location", "organization_id", "organization"),
    )
    index_owners("location", "source_id", "organization_id")
    op.create_table(
        "program",
        *given(KEY, "id", "organization_id"),
        *given(sa.String(), "name"),
        *optional(sa.String(), "alternate_name"),
        *given(sa.String(), "description"),
        has_key("program"),
        refers("program", "organization_id", "organization"),
    )
    index("program", "organization_id")
    op.create_table(
        "service",
        *given(KEY, "id", "organization_id"),
        *optional(KEY, "program_id"),
        *given(sa.String(), "name"),
        *optional(sa.String(), "alternate_name", "description", "url", "email"),
        *given(sa.String(), "status"),
        *optional(
            sa.String(),
            "interpretation_services",
            "application_process",
            "fees_description",
            "wait_time",
            "fees",
            "accreditations",
            "eligibility_description",
        ),
        *optional(sa.Integer(), "minimum_age", "maximum_age"),
        *optional(sa.Date(), "assured_date"),
        *optional(sa.String(), "assurer_email", "licenses", "alert"),
        *optional(MOMENT, "last_modified"),
        *given(sa.Text(), "codes"),
        *optional(sa.Text(), "extra"),
        has_key("service"),
        refers("service", "organization_id", "organization"),
        refers("service", "program_id", "program"),
    )
    index_owners("service", "program_id")
    index("service", "organization_id")
    op.create_table(
        "listing",
        *given(KEY, "id", "source_id"),
        *given(sa.String(), "part", "source_key"),
        *given(KEY, "service_id"),
        *given(sa.String(), "kind"),
        *optional(sa.String(), "attendance"),
        sa.Column("is_example", sa.Boolean(), server_default=sa.false(), nullable=False),
        *given(sa.String(), "status", "content_hash"),
        *optional(sa.Double(), "latitude", "longitude"),
        *optional(sa.String(), "county"),
        *optional(sa.Date(), "visible_from", "visible_to", "as_of", "indexed_as_of"),
        *given(MOMENT, "changed_at", "last_seen_at"),
        *given(KEY, "last_run_id"),
        has_key("listing"),
        refers("listing", "source_id", "source"),
        refers("listing", "service_id", "service"),
    )
    index("listing", "service_id")
    index("listing", "source_id", "part")
    op.create_table(
        "service_at_location",
        *given(KEY, "id", "service_id", "location_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "description"),
        has_key("service_at_location"),
        refers("service_at_location", "service_id", "service"),
        refers("service_at_location", "location_id", "location"),
    )
    index("service_at_location", "location_id")
    index("service_at_location", "service_id")
    op.create_table(
        "listing_document",
        *given(KEY, "listing_id"),
        *given(sa.String(), "document"),
        has_key("listing_document", "listing_id"),
        refers("listing_document", "listing_id", "listing"),
    )


def create_details() -> None:
    op.create_table(
        "organization_identifier",
        *given(KEY, "id", "organization_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "identifier_scheme"),
        *given(sa.String(), "identifier_type", "identifier"),
        has_key("organization_identifier"),
        refers("organization_identifier", "organization_id", "organization"),
    )
    index("organization_identifier", "organization_id")
    op.create_table(
        "accessibility",
        *given(KEY, "id"),
        *optional(KEY, "location_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "description", "details", "url"),
        has_key("accessibility"),
        refers("accessibility", "location_id", "location"),
    )
    index_owners("accessibility", "location_id")
    op.create_table(
        "address",
        *given(KEY, "id"),
        *optional(KEY, "location_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "attention"),
        *given(sa.String(), "address_1"),
        *optional(sa.String(), "address_2"),
        *given(sa.String(), "city"),
        *optional(sa.String(), "region"),
        *given(sa.String(), "state_province", "postal_code", "country", "address_type"),
        has_key("address"),
        refers("address", "location_id", "location"),
    )
    index_owners("address", "location_id")
    op.create_table(
        "cost_option",
        *given(KEY, "id", "service_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.Date(), "valid_from", "valid_to"),
        *optional(sa.String(), "option", "currency"),
        *optional(sa.Double(), "amount"),
        *optional(sa.String(), "amount_description"),
        has_key("cost_option"),
        refers("cost_option", "service_id", "service"),
    )
    index("cost_option", "service_id")
    op.create_table(
        "funding",
        *given(KEY, "id"),
        *optional(KEY, "organization_id", "service_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "source"),
        has_key("funding"),
        refers("funding", "organization_id", "organization"),
        refers("funding", "service_id", "service"),
    )
    index_owners("funding", "organization_id", "service_id")
    op.create_table(
        "required_document",
        *given(KEY, "id", "service_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "document", "uri"),
        has_key("required_document"),
        refers("required_document", "service_id", "service"),
    )
    index("required_document", "service_id")
    op.create_table(
        "service_capacity",
        *given(KEY, "id", "service_id", "unit_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.Integer(), "available", "maximum"),
        *given(sa.String(), "status"),
        *optional(sa.String(), "description"),
        *given(MOMENT, "updated"),
        has_key("service_capacity"),
        refers("service_capacity", "service_id", "service"),
        refers("service_capacity", "unit_id", "unit"),
    )
    index("service_capacity", "service_id")
    index("service_capacity", "unit_id")
    op.create_table(
        "url",
        *given(KEY, "id"),
        *optional(KEY, "organization_id", "service_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "label"),
        *given(sa.String(), "url"),
        has_key("url"),
        refers("url", "organization_id", "organization"),
        refers("url", "service_id", "service"),
    )
    index_owners("url", "organization_id", "service_id")
    op.create_table(
        "contact",
        *given(KEY, "id"),
        *optional(KEY, "organization_id", "service_id", "service_at_location_id", "location_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "name", "title", "department", "email"),
        has_key("contact"),
        refers("contact", "organization_id", "organization"),
        refers("contact", "service_id", "service"),
        refers("contact", "service_at_location_id", "service_at_location"),
        refers("contact", "location_id", "location"),
    )
    index_owners("contact", "organization_id", "service_id", "service_at_location_id", "location_id")
    op.create_table(
        "schedule",
        *given(KEY, "id"),
        *optional(KEY, "service_id", "location_id", "service_at_location_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.Date(), "valid_from", "valid_to", "dtstart"),
        *optional(sa.String(), "iana_timezone"),
        *optional(sa.Date(), "until"),
        *optional(sa.Integer(), "count"),
        *optional(sa.String(), "wkst", "freq"),
        *given(sa.Integer(), "interval"),
        *optional(sa.String(), "byday", "byweekno", "bymonthday", "byyearday", "description"),
        *optional(sa.Time(), "opens_at", "closes_at"),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        *optional(sa.String(), "schedule_link", "attending_type", "notes"),
        has_key("schedule"),
        refers("schedule", "service_id", "service"),
        refers("schedule", "location_id", "location"),
        refers("schedule", "service_at_location_id", "service_at_location"),
    )
    index_owners("schedule", "service_id", "location_id", "service_at_location_id")
    op.create_table(
        "service_area",
        *given(KEY, "id"),
        *optional(KEY, "service_id", "service_at_location_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "name", "description", "extent", "extent_type", "uri"),
        has_key("service_area"),
        refers("service_area", "service_id", "service"),
        refers("service_area", "service_at_location_id", "service_at_location"),
    )
    index_owners("service_area", "service_id", "service_at_location_id")
    op.create_table(
        "phone",
        *given(KEY, "id"),
        *optional(
            KEY, "location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"
        ),
        *given(sa.Integer(), "position"),
        *given(sa.String(), "number"),
        *optional(sa.Integer(), "extension"),
        *optional(sa.String(), "type", "description"),
        has_key("phone"),
        refers("phone", "location_id", "location"),
        refers("phone", "service_id", "service"),
        refers("phone", "organization_id", "organization"),
        refers("phone", "contact_id", "contact"),
        refers("phone", "service_at_location_id", "service_at_location"),
    )
    index_owners(
        "phone", "location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"
    )
    op.create_table(
        "language",
        *given(KEY, "id"),
        *optional(KEY, "service_id", "location_id", "phone_id"),
        *given(sa.Integer(), "position"),
        *optional(sa.String(), "name", "code", "note"),
        has_key("language"),
        refers("language", "service_id", "service"),
        refers("language", "location_id", "location"),
        refers("language", "phone_id", "phone"),
    )
    index_owners("language", "service_id", "location_id", "phone_id")


def create_terms_and_log() -> None:
    op.create_table(
        "change",
        *given(KEY, "id", "resource_id"),
        *given(sa.String(), "resource_type"),
        *given(MOMENT, "last_action_date"),
        *given(
            sa.String(), "last_action_type", "field_name", "previous_value", "replacement_value", "updated_by"
        ),
        has_key("change"),
    )
    index("change", "resource_id")
    op.create_table(
        "meta_table_description",
        *given(KEY, "id"),
        *optional(sa.String(), "name", "language", "character_set"),
        has_key("meta_table_description"),
    )
    op.create_table(
        "taxonomy",
        *given(KEY, "id"),
        *given(sa.String(), "name", "description"),
        *optional(sa.String(), "uri", "version"),
        has_key("taxonomy"),
    )
    op.create_table(
        "import_run",
        *given(KEY, "id", "source_id"),
        *given(sa.String(), "part", "status"),
        *given(MOMENT, "started_at"),
        *given(sa.Double(), "seconds"),
        *optional(sa.Date(), "as_of"),
        sa.Column("is_limited", sa.Boolean(), server_default=sa.false(), nullable=False),
        *given(
            sa.Integer(), "rows_read", "inserted", "updated", "unchanged", "rejected", "withdrawn", "listed"
        ),
        *given(sa.Text(), "warnings"),
        has_key("import_run"),
        refers("import_run", "source_id", "source"),
    )
    index("import_run", "source_id", "part", "started_at")
    index("import_run", "started_at")
    op.create_table(
        "taxonomy_term",
        *given(KEY, "id"),
        *optional(sa.String(), "code"),
        *given(sa.String(), "name", "description"),
        *optional(KEY, "parent_id"),
        *optional(sa.String(), "taxonomy", "language"),
        *optional(KEY, "taxonomy_id"),
        *optional(sa.String(), "term_uri"),
        has_key("taxonomy_term"),
        refers("taxonomy_term", "parent_id", "taxonomy_term"),
        refers("taxonomy_term", "taxonomy_id", "taxonomy"),
    )
    index_owners("taxonomy_term", "parent_id", "taxonomy_id")
    op.create_table(
        "attribute",
        *given(KEY, "id", "link_id", "taxonomy_term_id"),
        *optional(sa.String(), "link_type"),
        *given(sa.String(), "link_entity"),
        *optional(sa.String(), "value", "label"),
        has_key("attribute"),
        refers("attribute", "taxonomy_term_id", "taxonomy_term"),
    )
    index("attribute", "link_id")
    index("attribute", "taxonomy_term_id")
    op.create_table(
        "rejection",
        *given(COUNTER, "id"),
        *given(KEY, "run_id"),
        *given(sa.Integer(), "row"),
        *given(sa.String(), "reason"),
        *given(sa.Text(), "values"),
        has_key("rejection"),
        refers("rejection", "run_id", "import_run"),
    )
    index("rejection", "run_id")


TABLES = (
    "language",
    "phone",
    "service_area",
    "schedule",
    "listing_document",
    "contact",
    "url",
    "service_capacity",
    "service_at_location",
    "required_document",
    "listing",
    "funding",
    "cost_option",
    "service",
    "address",
    "accessibility",
    "rejection",
    "program",
    "organization_identifier",
    "location",
    "attribute",
    "taxonomy_term",
    "organization",
    "import_run",
    "unit",
    "taxonomy",
    "source",
    "meta_table_description",
    "listing_change",
    "change",
)
"""Children before their parents."""


def downgrade() -> None:
    for each in TABLES:
        op.drop_table(each)
