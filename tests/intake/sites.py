"""Makers of sites to compare."""

import dataclasses
from typing import Any

from directory.intake.sites import Site


def make_site(**changes: Any) -> Site:
    """A treatment site in Akron, in one list."""
    site = Site(
        id="1",
        source="directory/default",
        kind="treatment",
        organization="Maple Recovery Inc",
        service="Maple Recovery Inc",
        street="12 North Oak Street",
        city="Akron",
        state="OH",
        postal_code="44305",
        phones=frozenset({"3305550100"}),
        visibility="full",
    )
    return dataclasses.replace(site, **changes)


def make_other(**changes: Any) -> Site:
    """The same site in another list."""
    return make_site(**{"id": "2", "source": "locator/default"} | changes)
