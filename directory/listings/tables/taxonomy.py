"""HSDS tables that speak about other rows: terms, attributes, the log of changed fields."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from directory.database import KEY, Base, UtcDateTime
from directory.listings.tables.columns import Id, indexes, owner_indexes, reference


class Taxonomy(Base):
    """HSDS `taxonomy`."""

    __tablename__ = "taxonomy"

    id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str]
    uri: Mapped[str | None]
    version: Mapped[str | None]


class TaxonomyTerm(Base):
    """HSDS `taxonomy_term`."""

    __tablename__ = "taxonomy_term"
    __table_args__ = owner_indexes("taxonomy_id", "parent_id")

    id: Mapped[Id]
    code: Mapped[str | None]
    name: Mapped[str]
    description: Mapped[str]
    parent_id: Mapped[str | None] = reference("taxonomy_term")
    taxonomy: Mapped[str | None]
    language: Mapped[str | None]
    taxonomy_id: Mapped[str | None] = reference("taxonomy")
    term_uri: Mapped[str | None]


class Attribute(Base):
    """HSDS `attribute`: a term said of any row. Those that follow from a service's codes are not stored."""

    __tablename__ = "attribute"
    __table_args__ = indexes("link_id", "taxonomy_term_id")

    id: Mapped[Id]
    link_id: Mapped[str] = mapped_column(KEY)
    taxonomy_term_id: Mapped[str] = reference("taxonomy_term")
    link_type: Mapped[str | None]
    link_entity: Mapped[str]
    value: Mapped[str | None]
    label: Mapped[str | None]


class MetaTableDescription(Base):
    """HSDS `meta_table_description`."""

    __tablename__ = "meta_table_description"

    id: Mapped[Id]
    name: Mapped[str | None]
    language: Mapped[str | None]
    character_set: Mapped[str | None]


class Change(Base):
    """HSDS `metadata`: one field changed by somebody (the name `metadata` is SQLAlchemy's own)."""

    __tablename__ = "change"
    __table_args__ = indexes("resource_id")

    id: Mapped[Id]
    resource_id: Mapped[str] = mapped_column(KEY)
    resource_type: Mapped[str]
    last_action_date: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_action_type: Mapped[str]
    field_name: Mapped[str]
    previous_value: Mapped[str]
    replacement_value: Mapped[str]
    updated_by: Mapped[str]
