"""The states and territories of the United States by every name that people use for them.

Codes are those of the Postal Service; ISO 3166-2 writes them with `US-` in front, which HSDS service areas
use.
"""

from dataclasses import dataclass

from directory.geo.names import plain_words


@dataclass(frozen=True, slots=True)
class State:
    """One state: postal code, English name, and other ways to write it (Spanish, old abbreviations)."""

    code: str
    name: str
    others: tuple[str, ...] = ()

    @property
    def iso(self) -> str:
        """ISO 3166-2: `US-PA`."""
        return f"US-{self.code}"


STATES: tuple[State, ...] = (
    State("AK", "Alaska", ("Alas",)),
    State("AL", "Alabama", ("Ala",)),
    State("AR", "Arkansas", ("Ark",)),
    State("AS", "American Samoa", ("Samoa Americana",)),
    State("AZ", "Arizona", ("Ariz",)),
    State("CA", "California", ("Calif", "Cal")),
    State("CO", "Colorado", ("Colo",)),
    State("CT", "Connecticut", ("Conn",)),
    State("DC", "District of Columbia", ("Distrito de Columbia", "D.C.")),
    State("DE", "Delaware", ("Del",)),
    State("FL", "Florida", ("Fla",)),
    State("GA", "Georgia"),
    State("GU", "Guam"),
    State("HI", "Hawaii", ("Hawaiian Islands",)),
    State("IA", "Iowa"),
    State("ID", "Idaho"),
    State("IL", "Illinois", ("Ill", "Ilinois")),
    State("IN", "Indiana", ("Ind",)),
    State("KS", "Kansas", ("Kans", "Kan")),
    State("KY", "Kentucky", ("Kent",)),
    State("LA", "Louisiana", ("Luisiana",)),
    State("MA", "Massachusetts", ("Mass", "Masachusetts", "Massachussetts", "Massachusets")),
    State("MD", "Maryland", ("Mary Land",)),
    State("ME", "Maine"),
    State("MI", "Michigan", ("Mich",)),
    State("MN", "Minnesota", ("Minn", "Minesota")),
    State("MO", "Missouri", ("Misuri",)),
    State(
        "MP",
        "Northern Mariana Islands",
        ("Islas Marianas del Norte", "Northern Marianas", "CNMI", "N Mariana Islands"),
    ),
    State("MS", "Mississippi", ("Miss", "Misisipi", "Mississipi", "Misisippi")),
    State("MT", "Montana", ("Mont",)),
    State("NC", "North Carolina", ("Carolina del Norte", "N Carolina", "No Carolina")),
    State("ND", "North Dakota", ("Dakota del Norte", "N Dakota", "N Dak", "No Dakota")),
    State("NE", "Nebraska", ("Nebr", "Neb")),
    State("NH", "New Hampshire", ("Nuevo Hampshire", "Nueva Hampshire", "N Hampshire")),
    State("NJ", "New Jersey", ("Nueva Jersey", "N Jersey")),
    State("NM", "New Mexico", ("Nuevo Mexico", "N Mexico", "N Mex")),
    State("NV", "Nevada", ("Nev",)),
    State("NY", "New York", ("Nueva York", "N York")),
    State("OH", "Ohio"),
    State("OK", "Oklahoma", ("Okla",)),
    State("OR", "Oregon", ("Ore", "Oreg")),
    State("PA", "Pennsylvania", ("Penn", "Penna", "Pensilvania", "Pennsilvania", "Pensylvania")),
    State("PR", "Puerto Rico"),
    State("RI", "Rhode Island"),
    State("SC", "South Carolina", ("Carolina del Sur", "S Carolina", "So Carolina")),
    State("SD", "South Dakota", ("Dakota del Sur", "S Dakota", "S Dak", "So Dakota")),
    State("TN", "Tennessee", ("Tenn", "Tenesi", "Tennesee", "Tennessee")),
    State("TX", "Texas", ("Tex", "Tejas")),
    State("UT", "Utah"),
    State("VA", "Virginia", ("Virg",)),
    State(
        "VI",
        "U.S. Virgin Islands",
        (
            "Virgin Islands",
            "US Virgin Islands",
            "USVI",
            "Islas Virgenes",
            "Islas Virgenes de los Estados Unidos",
        ),
    ),
    State("VT", "Vermont"),
    State("WA", "Washington", ("Wash",)),
    State("WI", "Wisconsin", ("Wis", "Wisc")),
    State("WV", "West Virginia", ("Virginia Occidental", "W Virginia", "W Va")),
    State("WY", "Wyoming", ("Wyo",)),
)
CODES: tuple[str, ...] = tuple(each.code for each in STATES)
"""In this order; the gazetteer's tables name a state by its position here."""

_BY_CODE = {each.code: each for each in STATES}
_BY_NAME = {
    "".join(plain_words(written)): each.code
    for each in STATES
    for written in (each.code, each.name, *each.others)
}
LONGEST_NAME_WORDS = max(len(plain_words(name)) for each in STATES for name in (each.name, *each.others))


def state(code: str) -> State:
    """The state of a postal code ("PA"). Raises `KeyError` for any other text."""
    return _BY_CODE[code]


def is_code(text: str) -> bool:
    """True for a postal code in capitals ("PA")."""
    return text in _BY_CODE


def state_code(text: str) -> str | None:
    """The postal code of a state written in any known way ("pa", "Penn.", "Nueva Jersey", "US-PA")."""
    words = plain_words(text)
    if len(words) == 2 and words[0] == "us" and words[1].upper() in _BY_CODE:
        return words[1].upper()
    return _BY_NAME.get("".join(words))
