"""The embedded engine: Whoosh stores, numpy executes. The only module that imports whoosh.

Whoosh keeps the segments, the table of contents with its deletions, the term dictionary, the columns, and the
lock of the one writer. Posting lists are raw arrays (`postings`) under its term dictionary, so that a whole
list is read at once; Whoosh's own readers and matchers still work on them. Nothing here loops over listings.

**On disk.** `index/current` (JSON, replaced in one step) names a folder beside it and a generation of its
table of contents; nothing else is ever read. A rebuild writes a new folder, syncs it to disk, then replaces
`current`. An update adds one small segment, joined with the small ones before it. So a process that is
killed at any moment leaves the old index or the new one. Other processes see a new `current` by its `stat`.
"""

import mmap
import pickle
import shutil
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns, fields
from whoosh.codec import whoosh3
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, clean_files
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound
from whoosh.util.filelock import try_for

from directory.errors import IndexUnavailable
from directory.listings.needs import Taxonomy, taxonomy
from directory.phrases import N_
from directory.search.column_engine import ColumnEngine
from directory.search.columns import COLUMNS, FIELDS, SegmentData
from directory.search.current import CurrentFile, Manifest, sync
from directory.search.part import Stored
from directory.search.postings import FieldPostings, Ints, Posting, unpack
from directory.settings import Settings

Array = npt.NDArray[Any]
INDEX_NAME = "listings"
LOCK_SECONDS = 30.0
_NO_ROW = 0xFFFFFFFF
_ALIGN = 64
"""Arrays start at multiples of this, so that numpy reads them where they lie."""


# ---- the codec


class ArrayColumn(columns.NumericColumn):  # type: ignore[misc]
    """A numeric column in this machine's own (little-endian) order: a plain array."""

    class Reader(columns.NumericColumn.Reader):  # type: ignore[misc]
        """Reads single values, for Whoosh's own tools."""

        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self._unpack = struct.Struct("<" + self._typecode).unpack


_TERM_INFO = struct.Struct("!BfIBBfIIqi")
"""`W3TermInfo.to_bytes` of a list that is not inlined: flags, weight, count, shortest and longest field,
greatest weight, first and last row, then offset and length in the postings."""


class RawFieldWriter(whoosh3.W3FieldWriter):  # type: ignore[misc]
    """Writes the term dictionary for lists that are packed already."""

    def add_field(self, name: str, field: Any, lists: FieldPostings, base: int) -> None:
        """Every term of a field, whose lists begin at byte `base` of the postings."""
        self.start_field(name, field)
        prefix = struct.pack("!H", self._fieldid)
        pack, add = _TERM_INFO.pack, self._tindex.add
        columns = (lists.starts, lists.counts, lists.weights, lists.greatest)
        table = zip(lists.terms, *(column.tolist() for column in columns), strict=True)
        for term, start, count, weight, greatest in table:
            size = 4 * (1 + count) + count
            add(prefix + term, pack(0, weight, count, 0, 0, greatest, 0, _NO_ROW, base + start, size))
        self.finish_field()


class RawCodec(whoosh3.W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with raw posting lists."""

    def field_writer(self, storage: Any, segment: Any) -> RawFieldWriter:
        return RawFieldWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        start, _ = terminfo.extent()
        count = terminfo.doc_frequency()
        block = np.frombuffer(dbfile.get(start, 4 * (1 + count) + count), dtype=np.uint8)
        listed = unpack(block, 0, count)
        weights = listed.values.astype(float).tolist()
        values = [struct.pack("!I", int(weight)) for weight in weights]
        return ListMatcher(
            listed.rows.tolist(), weights, values, format_, scorer=scorer, term=term, terminfo=terminfo
        )


_TYPECODES = {"<f8": "d", "<u8": "Q", "<u4": "I", "<i4": "i", "|u1": "B"}
SCHEMA = fields.Schema(
    **{name: fields.COLUMN(ArrayColumn(_TYPECODES[kind])) for name, kind in COLUMNS.items()},
    **{name: fields.KEYWORD() for name in FIELDS},
)


# ---- one segment


def write_segment(storage: Any, data: SegmentData) -> Any:
    """Writes one segment into a folder, as one file; gives Whoosh's description of it."""
    codec = RawCodec()
    segment = codec.new_segment(storage, INDEX_NAME)
    segment.set_doc_count(data.count)
    blocks: dict[str, Sequence[Array]] = {
        codec.column_filename(segment, name): [column] for name, column in data.columns.items()
    }
    blocks[segment.make_filename(".ids")] = [data.ids]
    blocks |= {segment.make_filename(f".{name}.arr"): [each] for name, each in data.arrays.items()}
    memory = RamStorage()
    writer = codec.field_writer(memory, segment)
    base = 0
    for name in FIELDS:
        writer.add_field(name, SCHEMA[name], data.fields[name], base)
        base += data.fields[name].block.size
    writer.close()
    blocks[segment.make_filename(codec.POSTS_EXT)] = [data.fields[name].block for name in FIELDS]
    terms = memory.open_file(segment.make_filename(codec.TERMS_EXT))
    blocks[segment.make_filename(codec.TERMS_EXT)] = [np.frombuffer(terms.read(), dtype=np.uint8)]
    kept: dict[str, Any] = {
        "objects": data.objects,
        "types": {name: each.dtype.str for name, each in data.arrays.items()},
    }
    kept |= {
        "ids": data.ids.dtype.str,
        "terms": {name: data.fields[name].terms for name in ("area", "video")},
    }
    blocks[segment.make_filename(".obj")] = [np.frombuffer(pickle.dumps(kept), dtype=np.uint8)]
    file = segment.create_file(storage, segment.COMPOUND_EXT)
    file.write_long(0)
    file.write_int(0)
    directory = {}
    for name, pieces in blocks.items():
        file.write(bytes(-file.tell() % _ALIGN))
        length = sum(each.nbytes for each in pieces)
        directory[name] = {"offset": file.tell(), "length": length, "modified": 0}
        for piece in pieces:
            file.write(np.ascontiguousarray(piece).data.cast("B") if piece.nbytes else b"")
    CompoundStorage.write_dir(file, 0, directory)
    segment.compound = True
    return segment


class StoredSegment:
    """One segment of a folder, mapped into memory: what a `Part` reads."""

    def __init__(self, storage: Any, segment: Any) -> None:
        path = Path(storage.folder) / segment.make_filename(segment.COMPOUND_EXT)
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.name: str = segment.segment_id()
        self.count: int = segment.doc_count_all()
        self._segment = segment
        self._files = segment.open_compound_file(storage)
        codec = segment.codec()
        kept = pickle.loads(self._block(".obj", "|u1").tobytes())  # noqa: S301  our own file, like the TOC
        self.objects: Mapping[str, Any] = kept["objects"]
        self._terms: Mapping[str, list[bytes]] = kept["terms"]
        self.ids: npt.NDArray[np.bytes_] = self._block(".ids", kept["ids"])
        self.columns = {
            name: self._array(codec.column_filename(segment, name), kind) for name, kind in COLUMNS.items()
        }
        self.arrays = {name: self._block(f".{name}.arr", kind) for name, kind in kept["types"].items()}
        self._postings = self._block(codec.POSTS_EXT, "|u1")
        self._dictionary = codec.terms_reader(self._files, segment)
        if any(column.size != self.count for column in (self.ids, *self.columns.values())):
            raise ValueError(f"segment {self.name} is torn")

    def posting(self, field: str, term: str) -> Posting | None:
        """The raw list of a term."""
        try:
            info = self._dictionary.term_info(field, term.encode())
        except TermNotFound:
            return None
        start, _ = info.extent()
        return unpack(self._postings, start, info.doc_frequency())

    def terms(self, field: str) -> list[str]:
        """All terms of `area` or `video`."""
        return [each.decode() for each in self._terms[field]]

    def _block(self, extension: str, kind: str) -> Array:
        return self._array(self._segment.make_filename(extension), kind)

    def _array(self, name: str, kind: str) -> Array:
        offset, length = self._files.range(name)
        dtype = np.dtype(kind)
        if offset + length > len(self._map) or length % dtype.itemsize:
            raise ValueError(f"segment {self.name} is torn")
        return np.frombuffer(self._map, dtype=dtype, count=length // dtype.itemsize, offset=offset)


# ---- the folder


class WhooshStore:
    """The index folder: what is current, and the one writer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = CurrentFile(folder)

    def stamp(self) -> object:
        """See `Store`."""
        return self._current.stamp()

    def manifest(self) -> Manifest:
        """See `Store`."""
        return self._current.read()

    def segments(self, manifest: Manifest) -> list[tuple[str, Ints, Callable[[], Stored]]]:
        """(name, deleted rows, how to open it) of every segment."""
        storage = FileStorage(self._folder / manifest.folder)
        toc = TOC.read(storage, INDEX_NAME, gen=manifest.generation)
        return [
            (
                segment.segment_id(),
                np.array(sorted(segment.deleted_docs()), dtype=np.int64),
                partial(StoredSegment, storage, segment),
            )
            for segment in toc.segments
        ]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds Whoosh's lock of the folder. Raises `IndexUnavailable` when another keeps it too long."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(self._folder).lock("WRITELOCK")
        if not try_for(lock.acquire, timeout=LOCK_SECONDS, delay=0.01):
            raise IndexUnavailable(N_("Another process is writing the search index. Please try again."))
        try:
            yield
        finally:
            lock.release()

    def replace_all(self, data: SegmentData, manifest: Manifest) -> None:
        """A new folder with one segment; becomes current once all of it is safely on disk."""
        folder = self._folder / manifest.folder
        storage = FileStorage(folder).create()
        segments = [write_segment(storage, data)] if data.count else []
        TOC(SCHEMA, segments, manifest.generation).write(storage, INDEX_NAME)
        for path in (*folder.iterdir(), folder):
            sync(path)
        self._switch(manifest, segments, safely=True)
        for path in self._folder.iterdir():
            if path.is_dir() and path.name != manifest.folder:
                shutil.rmtree(path, ignore_errors=True)

    def add(
        self,
        data: SegmentData,
        joined: Collection[str],
        deleted: Mapping[str, Ints],
        before: Manifest,
        manifest: Manifest,
    ) -> None:
        """One more segment; `joined` ones go (it holds their listings), `deleted` rows of others too."""
        storage = FileStorage(self._folder / manifest.folder)
        kept = [
            segment
            for segment in TOC.read(storage, INDEX_NAME, gen=before.generation).segments
            if segment.segment_id() not in joined
        ]
        for segment in kept:
            for row in deleted.get(segment.segment_id(), ()):
                segment.delete_document(int(row))
        kept += [write_segment(storage, data)] if data.count else []
        (self._folder / manifest.folder / _toc_name(manifest)).unlink(missing_ok=True)
        TOC(SCHEMA, kept, manifest.generation).write(storage, INDEX_NAME)
        self._switch(manifest, kept, safely=False)
        clean_files(storage, INDEX_NAME, manifest.generation, kept)

    def _switch(self, manifest: Manifest, segments: Iterable[Any], *, safely: bool) -> None:
        names = [_toc_name(manifest), *(each.make_filename(each.COMPOUND_EXT) for each in segments)]
        self._current.switch(manifest, names, safely=safely)

    def size(self, manifest: Manifest) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in (self._folder / manifest.folder).iterdir())


def _toc_name(manifest: Manifest) -> str:
    return f"_{INDEX_NAME}_{manifest.generation}.toc"


class WhooshEngine(ColumnEngine):
    """`SearchEngine` in a folder of its own."""

    name = "whoosh"

    def __init__(self, folder: Path, needs: Taxonomy | None = None) -> None:
        super().__init__(WhooshStore(folder), needs or taxonomy())


def make(settings: Settings, needs: Taxonomy) -> WhooshEngine:
    """The engine of an instance (`engines.make_engine`)."""
    return WhooshEngine(settings.index_folder, needs)
