"""Other ways to search the same listings: SQLite with R*Tree and FTS5, Whoosh as it comes, plain Python."""

import math
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from whoosh import fields, index
from whoosh import query as queries

from directory.search.engine import Circle, EngineQuery, IndexEntry, Region
from directory.search.words import stems

_MILES_A_DEGREE = 69.0


def box(where: Circle) -> tuple[float, float, float, float]:
    """South, north, west, east around a circle (away from the poles)."""
    high = where.radius_miles / _MILES_A_DEGREE
    wide = high / max(math.cos(math.radians(where.latitude)), 0.01)
    return where.latitude - high, where.latitude + high, where.longitude - wide, where.longitude + wide


class SqlitePeer:
    """One table, an R*Tree of the points, FTS5 of the words, a table of needs."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "peer.sqlite")
        self._codes: dict[str, int] = {}

    def build(self, entries: Iterable[IndexEntry]) -> None:
        database = self._database
        database.executescript(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA mmap_size = 1000000000;
            CREATE TABLE listing (
                row INTEGER PRIMARY KEY, id TEXT, state TEXT, quality INT, bits INT, lat REAL, lon REAL
            );
            CREATE TABLE need (code TEXT, row INT, PRIMARY KEY (code, row)) WITHOUT ROWID;
            CREATE VIRTUAL TABLE place USING rtree(row, south, north, west, east);
            CREATE VIRTUAL TABLE word USING fts5(name, body, content='', columnsize=0);
            """
        )
        for row, each in enumerate(entries):
            bits = sum(1 << self._codes.setdefault(code, len(self._codes)) for code in each.filters)
            bits -= (bits >> 63) << 64
            values = (row, each.id, each.state, each.quality, bits, each.latitude, each.longitude)
            database.execute("INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            database.executemany(
                "INSERT INTO need VALUES (?, ?)", ((code, row) for code in (*each.needs, *each.also))
            )
            if each.latitude is not None:
                spot = (row, each.latitude, each.latitude, each.longitude, each.longitude)
                database.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?)", spot)
            said = (row, " ".join(stems(each.name)), " ".join(stems(each.text)))
            database.execute("INSERT INTO word (rowid, name, body) VALUES (?, ?, ?)", said)
        database.commit()

    def search(self, query: EngineQuery) -> tuple[list[str], int, list[int]]:
        """(ids, total, counts); a word that no listing has finds nothing (there is no correction)."""
        tables, tests, values = ["listing"], ["1"], []
        order = "quality DESC"
        if query.words:
            tables.append("word ON word.rowid = listing.row")
            tests.append("word MATCH ?")
            values.append(" AND ".join(f'"{group[0]}"' for group in query.words))
            order = "bm25(word, 3, 1)"
        if query.needs:
            tables.append("need ON need.row = listing.row")
            tests.append("need.code = ?")
            values.append(query.needs[0])
        where = query.where
        if isinstance(where, Circle):
            south, north, west, east = box(where)
            tables.append("place ON place.row = listing.row")
            tests.append(f"south >= {south} AND north <= {north} AND west >= {west} AND east <= {east}")
            up, along = math.sin(math.radians(where.latitude)), math.cos(math.radians(where.latitude))
            distance = (
                f"acos(min(1, sin(radians(lat)) * {up} + cos(radians(lat)) * {along}"
                f" * cos(radians(lon - {where.longitude})))) * 3958.76"
            )
            tests.append(f"{distance} <= {where.radius_miles}")
            order = distance if not query.words else order
        elif isinstance(where, Region):
            tests.append("state = ?")
            values.append(where.state)
        for codes in query.filters.values():
            mask = sum(1 << self._codes[code] for code in codes)
            tests.append(f"bits & {mask - ((mask >> 63) << 64)} != 0")
        text = f"SELECT id, bits FROM {' JOIN '.join(tables)} WHERE {' AND '.join(tests)} ORDER BY {order}"  # noqa: S608
        found = self._database.execute(text, values).fetchall()
        counts = [sum(bits >> place & 1 for _, bits in found) for place in range(64)]
        return [id_ for id_, _ in found[:20]], len(found), counts


class PlainWhooshPeer:
    """Whoosh as its documentation shows it: text, keywords and numeric ranges, no counts."""

    name = "plain_whoosh"

    def __init__(self, folder: Path) -> None:
        schema = fields.Schema(
            id=fields.ID(stored=True),
            word=fields.KEYWORD(scorable=True),
            need=fields.KEYWORD,
            filter=fields.KEYWORD,
            state=fields.ID,
            latitude=fields.NUMERIC(float),
            longitude=fields.NUMERIC(float),
        )
        folder.mkdir()
        self._index = index.create_in(folder, schema)

    def build(self, entries: Iterable[IndexEntry]) -> None:
        writer = self._index.writer(limitmb=256)
        for each in entries:
            writer.add_document(
                id=each.id,
                word=" ".join(stems(f"{each.name} {each.text}")),
                need=" ".join((*each.needs, *each.also)),
                filter=" ".join(each.filters),
                state=each.state,
                latitude=each.latitude,
                longitude=each.longitude,
            )
        writer.commit()
        self._searcher = self._index.searcher()

    def search(self, query: EngineQuery) -> tuple[list[str], int, None]:
        terms = [queries.Term("word", group[0]) for group in query.words]
        terms += [queries.Term("need", code) for code in query.needs]
        terms += [queries.Term("filter", codes[0]) for codes in query.filters.values()]
        if isinstance(query.where, Circle):
            south, north, west, east = box(query.where)
            terms += [
                queries.NumericRange("latitude", south, north),
                queries.NumericRange("longitude", west, east),
            ]
        elif isinstance(query.where, Region):
            terms.append(queries.Term("state", query.where.state))
        found = self._searcher.search(queries.And(terms), limit=None)
        return [hit["id"] for hit in found[:20]], len(found), None
