"""Other names by which people call a town: Spanish ones and everyday short ones. One row each.

Only names that no other town of some size has: "San Pablo" stays in California.
"""

from directory.geo.names import squash

_TOWNS = {
    # Spanish
    "Nueva York": "New York, NY",
    "Ciudad de Nueva York": "New York, NY",
    "Filadelfia": "Philadelphia, PA",
    "Nueva Orleans": "New Orleans, LA",
    "Búfalo": "Buffalo, NY",
    "Cayo Hueso": "Key West, FL",
    "San Agustín": "St. Augustine, FL",
    # everyday
    "NYC": "New York, NY",
    "Philly": "Philadelphia, PA",
    "Vegas": "Las Vegas, NV",
    "NOLA": "New Orleans, LA",
    "SF": "San Francisco, CA",
    "San Fran": "San Francisco, CA",
    "KC": "Kansas City, MO",
    "KCMO": "Kansas City, MO",
    "KCK": "Kansas City, KS",
    "ATL": "Atlanta, GA",
    "Indy": "Indianapolis, IN",
    "Cincy": "Cincinnati, OH",
    "Philadelphia City": "Philadelphia, PA",
    "SLC": "Salt Lake City, UT",
    "OKC": "Oklahoma City, OK",
    "ABQ": "Albuquerque, NM",
    "PDX": "Portland, OR",
    "St. Pete": "St. Petersburg, FL",
    "Jax": "Jacksonville, FL",
    "Pgh": "Pittsburgh, PA",
    "Bmore": "Baltimore, MD",
}
_BY_FOLD = {squash(name): label for name, label in _TOWNS.items()}
SHORT_STATES = {"LA": "Los Angeles, CA", "DC": "Washington, DC", "NY": "New York, NY"}
"""What else two letters that are a state may mean."""


def town_called(name: str) -> tuple[str, str] | None:
    """(town, state) that people mean by another name: `("New York", "NY")` for "Nueva York"."""
    label = _BY_FOLD.get(squash(name))
    if label is None:
        return None
    town, _, state = label.rpartition(", ")
    return town, state
