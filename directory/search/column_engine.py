"""A search engine over columns, whatever stores them: loading, refreshing, updating, joining segments."""

import datetime as dt
import math
import pickle
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from directory.errors import IndexUnavailable
from directory.listings.needs import Taxonomy
from directory.phrases import N_
from directory.search import words
from directory.search.columns import Compiler, FilterCodes, SegmentData
from directory.search.current import Manifest
from directory.search.engine import EngineQuery, IndexEntry, IndexStatus, SearchPage
from directory.search.execute import View
from directory.search.part import Part, Stored
from directory.search.postings import Ints
from directory.search.spelling import allowed_errors

_TRIES = 5
"""A writer may clear away what a reader is about to open: then there is something newer to read."""
_LOOK_SECONDS = 0.001
"""So long a search trusts that no other process has written: asking each time is a tenth of its work."""
_KEPT_VIEWS = 8
_JOIN_ALWAYS = 8
"""An update is joined with small segments of up to so many listings, and with any no larger than what it has
come to by then. So there are few, each about twice as large as the next, and most updates are small."""


class Store(Protocol):
    """Where segments are kept (`whoosh_engine.WhooshStore`)."""

    def stamp(self) -> object: ...
    def manifest(self) -> Manifest: ...
    def segments(self, manifest: Manifest) -> list[tuple[str, Ints, Callable[[], Stored]]]: ...
    def writing(self) -> AbstractContextManager[None]: ...
    def replace_all(self, data: SegmentData, manifest: Manifest) -> None: ...
    def add(
        self,
        data: SegmentData,
        joined: Collection[str],
        deleted: Mapping[str, Ints],
        before: Manifest,
        manifest: Manifest,
    ) -> None: ...
    def size(self, manifest: Manifest) -> int: ...


@dataclass(frozen=True)
class _Loaded:
    """The index as this process knows it."""

    stamp: object
    manifest: Manifest
    view: View
    """All listings, also those that are not shown now."""
    views: dict[int, View] = field(default_factory=dict)

    def at(self, now: dt.datetime) -> View:
        """The listings shown at `now`. Between two edges these are the same."""
        edges = self.view.edges
        if not edges.size:
            return self.view
        moment = now.timestamp()
        period = int(edges.searchsorted(moment, side="right"))
        found = self.views.get(period)
        if found is None:
            found = self.view.at(moment)
            if len(self.views) >= _KEPT_VIEWS:
                self.views.clear()
            self.views[period] = found
        return found


class ColumnEngine:
    """`SearchEngine` over a `Store`. Threads may share it; processes should each have their own."""

    name = "columns"

    def __init__(self, store: Store, needs: Taxonomy) -> None:
        self._store = store
        self._groups = {code: facet.group for code, facet in needs.facets.items()}
        self._facets = tuple(needs.facets)
        self._loaded: _Loaded | None = None
        self._loading = threading.Lock()
        self._looked = -math.inf

    # ---- reading

    def open(self) -> None:
        """Loads the index now, so that the first search need not. Raises `IndexUnavailable`."""
        self._refreshed()

    def search(self, query: EngineQuery) -> SearchPage:
        """See `SearchEngine`."""
        view = self._view(query.now)
        page = view.search(query)
        unknown = {group[0]: self._correct(view, group[0]) for group in query.words if not view.has(group)}
        return replace(page, unknown_words=unknown) if unknown else page

    def count(self, query: EngineQuery) -> int:
        """See `SearchEngine`."""
        return self._view(query.now).count(query)

    def correct(self, word: str, now: dt.datetime) -> str | None:
        """See `SearchEngine`; the rule is that of `spelling`."""
        return self._correct(self._view(now), words.fold(word))

    def complete(self, prefix: str, limit: int, now: dt.datetime) -> list[str]:
        """See `SearchEngine`: names that start so come first, then those of most listings, then by name."""
        folded = words.fold(prefix)
        parts = self._view(now).parts
        if not folded or limit < 1:
            return []
        # names are numbered by how many listings have them, which holds while none is left out
        enough = limit if len(parts) == 1 and parts[0].live is None else None
        offered: dict[str, bool] = {}
        for part in parts:
            for inside, numbers in enumerate(part.names.starting_with(folded)):
                living = numbers[part.name_counts[numbers] > 0]
                for number in living[:enough].tolist():
                    offered[part.names.text(number)] = bool(inside)
        counted = {
            name: sum(part.names.count_of(name, part.name_counts) for part in parts) for name in offered
        }
        return sorted(offered, key=lambda name: (offered[name], -counted[name], words.fold(name), name))[
            :limit
        ]

    def status(self) -> IndexStatus:
        """See `SearchEngine`; an index that cannot be read counts as none."""
        try:
            loaded = self._refreshed()
            size = self._store.size(loaded.manifest)
        except (IndexUnavailable, OSError):
            return IndexStatus(engine=self.name, documents=0, generation=0, bytes=0, last_change=0)
        return IndexStatus(
            engine=self.name,
            documents=loaded.manifest.documents,
            generation=loaded.manifest.generation,
            bytes=size,
            last_change=loaded.manifest.last_change,
        )

    @staticmethod
    def _correct(view: View, word: str) -> str | None:
        if not allowed_errors(word) or view.has((words.stem(word),)):
            return None
        found: dict[str, tuple[int, int]] = {}
        for part in view.parts:
            for errors, listings, spelled in part.spellings.near(word):
                found[spelled] = (errors, listings + found.get(spelled, (0, 0))[1])
        ranked = sorted((errors, listings, spelled) for spelled, (errors, listings) in found.items())
        return next((spelled for *_, spelled in ranked if view.has((words.stem(spelled),))), None)

    # ---- following the store

    def _view(self, now: dt.datetime) -> View:
        return self._refreshed().at(now)

    def _refreshed(self) -> _Loaded:
        loaded = self._loaded
        now = time.monotonic()
        if loaded is not None and now < self._looked + _LOOK_SECONDS:
            return loaded
        if loaded is None or self._store.stamp() != loaded.stamp:
            with self._loading:
                if self._loaded is None or self._store.stamp() != self._loaded.stamp:
                    self._loaded = self._load()
                loaded = self._loaded
        self._looked = now
        return loaded

    def _load(self) -> _Loaded:
        """What is current, opening only segments not seen before."""
        for attempt in range(_TRIES):
            stamp = self._store.stamp()
            if stamp is None:
                raise IndexUnavailable(N_("The search index has not been built yet."))
            try:
                return self._read(stamp)
            except Exception as error:  # a damaged file may raise anything at all
                if attempt == _TRIES - 1 or self._store.stamp() == stamp:
                    raise IndexUnavailable(
                        N_("The search index cannot be read. Rebuild it with: directory index rebuild")
                    ) from error
        raise AssertionError("every try returns or raises")

    def _read(self, stamp: object) -> _Loaded:
        known = {part.stored.name: part for part in self._loaded.view.parts} if self._loaded else {}
        manifest = self._store.manifest()
        parts = []
        for name, deleted, open_segment in self._store.segments(manifest):
            part = known.get(name)
            parts.append(part.without(deleted) if part else Part(open_segment(), deleted))
        return _Loaded(stamp, manifest, View(tuple(parts), FilterCodes(manifest.codes), self._groups))

    def _latest(self) -> _Loaded | None:
        """What is current; None where there is nothing to build on."""
        self._looked = -math.inf
        try:
            return self._refreshed()
        except IndexUnavailable:
            return None

    # ---- writing

    def rebuild(self, entries: Iterable[IndexEntry], last_change: int) -> None:
        """See `SearchEngine`. What others update while it reads `entries` is not in it; `last_change`, taken
        before, says so, and it is taken in again. `entries` are read one by one, not kept."""
        codes = FilterCodes(self._facets)
        compiler = Compiler(codes)
        seen: set[str] = set()
        again: dict[str, IndexEntry] = {}
        for entry in entries:
            if entry.id in seen:
                again[entry.id] = entry
            else:
                seen.add(entry.id)
                compiler.add(entry)
        del seen
        data = compiler.finish()
        with self._store.writing():
            self._store.replace_all(data, self._next(self._latest(), last_change, data.count, codes))
        self._looked = -math.inf
        if again:
            self.update(list(again.values()), (), last_change)

    def update(self, entries: Sequence[IndexEntry], removed: Sequence[str], last_change: int) -> None:
        """See `SearchEngine`."""
        fresh = {each.id: each for each in entries}
        with self._store.writing():
            before = self._latest()
            if before is None:
                codes = FilterCodes(self._facets)
                data = _compiled(fresh.values(), codes)
                self._store.replace_all(data, self._next(None, last_change, data.count, codes))
                self._looked = -math.inf
                return
            gone = [*fresh, *removed]
            deleted = {part.stored.name: part.rows_of(gone) for part in before.view.parts}
            joined = _to_join(before.view.parts, deleted, len(fresh))
            for part in joined:
                rows = set(deleted[part.stored.name].tolist()) | set(part.deleted.tolist())
                kept = [each for row, each in enumerate(part.stored.objects["entries"]) if row not in rows]
                fresh |= {entry.id: entry for entry in map(pickle.loads, kept)}
            codes = FilterCodes(before.manifest.codes)
            data = _compiled(fresh.values(), codes)
            names = {part.stored.name for part in joined}
            staying = sum(
                part.live_count - deleted[part.stored.name].size
                for part in before.view.parts
                if part.stored.name not in names
            )
            manifest = self._next(before, last_change, staying + data.count, codes, before.manifest.folder)
            self._store.add(data, names, deleted, before.manifest, manifest)
        self._looked = -math.inf

    @staticmethod
    def _next(
        before: _Loaded | None,
        last_change: int,
        documents: int,
        codes: FilterCodes,
        folder: str | None = None,
    ) -> Manifest:
        return Manifest(
            folder=folder or uuid.uuid4().hex,
            generation=before.manifest.generation + 1 if before else 1,
            last_change=last_change,
            documents=documents,
            codes=list(codes.codes),
        )


def _compiled(entries: Iterable[IndexEntry], codes: FilterCodes) -> SegmentData:
    compiler = Compiler(codes, keep_entries=True)
    for entry in entries:
        compiler.add(entry)
    return compiler.finish()


def _to_join(parts: Sequence[Part], deleted: Mapping[str, Ints], size: int) -> list[Part]:
    """The small segments that an update of this size is joined with."""
    small = [part for part in parts if part.stored.objects["entries"] or not part.count]
    joined: list[Part] = []
    for part in sorted(small, key=lambda each: each.live_count):
        if part.live_count > max(_JOIN_ALWAYS, size):
            break
        joined.append(part)
        size += part.live_count - deleted[part.stored.name].size
    return joined
