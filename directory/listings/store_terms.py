"""Which listings have which terms: posting lists in memory, brought up to date through the change table.

A source's codes are kept as one list per service, because one row per code would be seventy times the
listings (DESIGN, Data); so no query of the database finds a code without reading all of them. They are read
once per process, when a term is first asked for, and then as they change. What follows from codes (needs) is
the search engine's to find.
"""

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.listings import changes
from directory.listings.needs import Taxonomy
from directory.listings.package_terms import (
    DERIVED,
    PROFILE,
    parent_term,
    taxonomy_id,
    term_id,
)
from directory.listings.record import Code
from directory.listings.store_load import in_chunks
from directory.listings.tables import Listing, Service

ALL_AGAIN_ABOVE = 5_000
"""So many changed listings are read faster with all others."""
_NOBODY = ""


class TermIndex:
    """Terms to listings. One object serves all threads of a process; `follow` before asking."""

    def __init__(self, taxonomy: Taxonomy, *, examples: bool) -> None:
        self._taxonomy, self._examples = taxonomy, examples
        self._lock = Lock()
        self._clear()
        self._last = 0

    def _clear(self) -> None:
        self._ids: list[str] = []
        self._row_of: dict[str, int] = {}
        self._postings: dict[str, dict[str, array[int]]] = defaultdict(dict)
        self._windows: dict[str, tuple[dt.date | None, dt.date | None]] = {}
        self._terms: dict[str, Code] = {}
        self._schemes: dict[str, str] = {}

    # --- keeping up -------------------------------------------------------------------------------

    def follow(self, session: Session) -> None:
        """Takes in what changed since the last time."""
        with self._lock:
            newest = changes.newest(session)
            if newest == self._last:
                return
            touched = changes.listings_since(session, self._last) if self._last else []
            if not touched or len(touched) > ALL_AGAIN_ABOVE or len(self._ids) > 3 * len(self._row_of) + 1000:
                self._clear()
                self._take(session, self._query().execution_options(yield_per=1_000))
            else:
                self._forget(touched)
                for chunk in in_chunks(touched):
                    self._take(session, self._query().where(Listing.id.in_(chunk)))
            self._last = newest

    def _query(self) -> Select[*tuple[Any, ...]]:
        query = select(
            Listing.id,
            Listing.kind,
            Listing.is_example,
            Listing.attendance,
            Listing.visible_from,
            Listing.visible_to,
            Service.codes,
        )
        query = query.join(Service, Service.id == Listing.service_id).where(Listing.status == "active")
        return query if self._examples else query.where(Listing.is_example.is_(False))

    def _forget(self, ids: Iterable[str]) -> None:
        for each in ids:
            row = self._row_of.pop(each, None)
            self._windows.pop(each, None)
            if row is not None:
                self._ids[row] = _NOBODY

    def _take(self, session: Session, query: Select[*tuple[Any, ...]]) -> None:
        for key, kind, is_example, attendance, first, last, codes in session.execute(query):
            row = self._row_of[key] = len(self._ids)
            self._ids.append(key)
            if first or last:
                self._windows[key] = first, last
            told = {
                "kind": kind,
                "example": is_example,
                "attendance": attendance,
                "visible_from": first,
                "visible_to": last,
            }
            self._post(PROFILE, [label for label, value in told.items() if value], row)
            for scheme, values in codes:
                self._post(scheme, values, row)

    def _post(self, scheme: str, values: Iterable[str], row: int) -> None:
        postings = self._postings[scheme]
        for value in values:
            found = postings.get(value)
            if found is None:
                postings[value] = array("I", (row,))
                self._know_all(Code(scheme, value))
            elif found[-1] != row:
                found.append(row)

    def _know_all(self, code: Code) -> None:
        self._know(code)
        for need in self._implied(code):
            self._know(need)

    def _implied(self, code: Code) -> Iterator[Code]:
        meaning = self._taxonomy.derive((code,))
        yield from (Code(DERIVED, each) for each in (*meaning.needs, *meaning.also))

    def _know(self, term: Code) -> None:
        self._terms[term_id(term)] = term
        self._schemes[taxonomy_id(term.scheme)] = term.scheme
        if parent := parent_term(term, self._taxonomy):
            self._know(parent)

    # --- asking -----------------------------------------------------------------------------------

    def term(self, key: str) -> Code | None:
        """The term with that id; None where no listing ever had it."""
        return self._terms.get(key)

    def scheme(self, key: str) -> str | None:
        """The name of the taxonomy with that id."""
        return self._schemes.get(key)

    def terms(self) -> list[tuple[str, Code]]:
        """All terms with their ids, in the order of these."""
        with self._lock:
            return sorted(self._terms.items())

    def schemes(self) -> list[tuple[str, str]]:
        """All taxonomies with their ids, in the order of these."""
        with self._lock:
            return sorted(self._schemes.items())

    def listings(self, terms: Iterable[Code], today: dt.date) -> set[str]:
        """The listings shown today that have one of the terms themselves."""
        with self._lock:
            rows = {
                row
                for scheme, value in terms
                if scheme in self._postings
                for row in self._postings[scheme].get(value, ())
            }
            found = {self._ids[row] for row in rows} - {_NOBODY}
        return {each for each in found if self._is_shown(each, today)}

    def _is_shown(self, key: str, today: dt.date) -> bool:
        first, last = self._windows.get(key, (None, None))
        return (first is None or first <= today) and (last is None or last >= today)
