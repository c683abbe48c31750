"""The tables of what is listed: HSDS 3.1 in its own names, and the listing that is made of them."""

from directory.listings.tables.listing import Listing, ListingChange, ListingDocument, Source
from directory.listings.tables.location import Accessibility, Address, Location
from directory.listings.tables.organization import Funding, Organization, OrganizationIdentifier, Program
from directory.listings.tables.reach import Contact, Language, Phone, Schedule, Url
from directory.listings.tables.service import (
    CostOption,
    RequiredDocument,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Unit,
)
from directory.listings.tables.stewarding import (
    EditConflict,
    FieldEdit,
    KeptApart,
    ListingMerge,
    SourceRecord,
)
from directory.listings.tables.taxonomy import Attribute, Change, MetaTableDescription, Taxonomy, TaxonomyTerm

__all__ = [
    "Accessibility",
    "Address",
    "Attribute",
    "Change",
    "Contact",
    "CostOption",
    "EditConflict",
    "FieldEdit",
    "Funding",
    "KeptApart",
    "Language",
    "Listing",
    "ListingChange",
    "ListingDocument",
    "ListingMerge",
    "Location",
    "MetaTableDescription",
    "Organization",
    "OrganizationIdentifier",
    "Phone",
    "Program",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "Source",
    "SourceRecord",
    "Taxonomy",
    "TaxonomyTerm",
    "Unit",
    "Url",
]
