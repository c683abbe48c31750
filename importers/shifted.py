"""Rows whose cells stand beside their columns: seen where a state should be, and is one column further."""

from importers.cleaning import clean_text, clean_zip
from importers.states import state_code

SHIFTED = "The row's cells are shifted: its state or ZIP code holds something else."


def is_shifted(*, city: object, state: object, postal_code: object, phone: object = "") -> bool:
    """True where the cell for a state holds no state while a neighbour holds what belongs further left.

    A state in the cell for a ZIP code, a ZIP code in that for a state or a telephone: one of them is enough,
    because each alone never happens in a row that stands right. An empty state tells nothing by itself.
    """
    at_state, at_zip, at_phone = clean_text(state), clean_text(postal_code), clean_text(phone)
    if len(at_zip) == 2 and state_code(at_zip):  # first, because a county may be called Washington
        return True
    if state_code(at_state):
        return False
    if at_state.isdigit() and clean_zip(at_state) and state_code(clean_text(city)):
        return True
    return bool(at_state) and len(at_phone) == 5 and bool(clean_zip(at_phone))
