"""What may be shared, in the words of a consent: each category opens a fixed list of fields, and no others.

42 CFR 2.31(a)(3) asks for a specific and meaningful description of the information; 2.13(a) allows only
what the purpose needs. A field that stands in no category cannot leave at all. `counseling_notes` opens
nothing: such notes are never kept here (2.31(b) would want a consent of their own).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from directory.phrases import N_, Phrase


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of information a person can agree to share. `label` is a message id in plain words."""

    code: str
    label: str
    fields: tuple[str, ...]


_ALL = (
    Category(
        "contact",
        N_("name and contact details"),
        (
            "name",
            "preferred_name",
            "pronouns",
            "phone",
            "email",
            "address",
            "city",
            "state",
            "postal_code",
            "language",
            "interpreter",
            "contact_preference",
            "safe_times",
            "safe_message",
            "do_not_contact",
        ),
    ),
    Category("birth_date", N_("date of birth"), ("birth_date",)),
    Category("need", N_("what help is needed"), ("needs", "need_text", "priority")),
    Category("note", N_("notes from the worker"), ("note", "messages", "next_step")),
    Category("visits", N_("visits and rides"), ("appointments", "transport", "accessibility_needs")),
    Category("diagnosis", N_("diagnosis"), ("diagnosis",)),
    Category("medication", N_("medicines"), ("medication",)),
    Category("treatment_history", N_("earlier treatment"), ("treatment_history",)),
    Category("insurance", N_("insurance"), ("insurance",)),
    Category("housing", N_("housing"), ("housing",)),
    Category("work_income", N_("work and money"), ("work", "income")),
    Category("legal", N_("court or police matters"), ("legal",)),
    Category("family", N_("family"), ("family", "emergency_contact")),
    Category("documents", N_("papers"), ("documents",)),
    Category("counseling_notes", N_("notes from counseling"), ()),
)
CATEGORIES: dict[str, Category] = {each.code: each for each in _ALL}
CATEGORY_OF_FIELD: dict[str, str] = {field: each.code for each in _ALL for field in each.fields}
COUNSELING_NOTES = "counseling_notes"
SHAREABLE: dict[str, Category] = {code: each for code, each in CATEGORIES.items() if code != COUNSELING_NOTES}
"""What an ordinary consent or order may open: notes from counseling need a consent of their own."""


def fields_of(categories: Iterable[str]) -> frozenset[str]:
    """Every field that these categories open; an unknown category opens nothing."""
    return frozenset(field for code in categories if code in CATEGORIES for field in CATEGORIES[code].fields)


def categories_of(fields: Iterable[str]) -> frozenset[str]:
    """The categories that these fields belong to; a field of no category is left out (`unknown_fields`)."""
    return frozenset(CATEGORY_OF_FIELD[each] for each in fields if each in CATEGORY_OF_FIELD)


def unknown_fields(fields: Iterable[str]) -> tuple[str, ...]:
    """Fields that stand in no category and so can never be shared, by name."""
    return tuple(sorted(each for each in fields if each not in CATEGORY_OF_FIELD))


def listed(phrases: Iterable[Phrase]) -> Phrase:
    """Several phrases as one, in the order given: "date of birth, housing"."""
    found = tuple(phrases)
    if not found:
        return Phrase("")
    whole = found[-1]
    for each in reversed(found[:-1]):
        whole = Phrase("%(first)s, %(rest)s", {"first": each, "rest": whole})
    return whole


def categories_phrase(categories: Iterable[str]) -> Phrase:
    """The categories in plain words, in the table's order."""
    wanted = set(categories)
    return listed(Phrase(each.label) for each in _ALL if each.code in wanted)
