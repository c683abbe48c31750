"""The field keys of a running instance: shown to be the right ones at the start, and replaced while it runs.

A rotation goes through every sealed column there is (`sealed.sealed_tables`), some rows at a time, each batch
in a transaction of its own. Interrupted, it is simply run again: a row is under the new key or not yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    String,
    and_,
    delete,
    func,
    inspect,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.key_files import KeptKeys
from directory.accounts.keys import KeyRing
from directory.accounts.sealed import SEPARATOR, Place, Sealed, SealedTable, sealed_tables
from directory.accounts.tables import KeyCheck
from directory.database import Base, session_factory
from directory.errors import InstanceInvalid, SealBroken
from directory.phrases import N_, Phrase
from directory.settings import Settings

BATCH = 200
"""Rows of one transaction: some 5 ms of work, so that nobody who writes meanwhile waits long."""
CHECKED = "recovery-directory"
"""What every key check holds."""

WRONG_KEY = N_(
    "The field keys are not those of this database: what was sealed with key %(key)s cannot be read. "
    "Set FIELD_KEYS, or put the right file back at keys/field_keys in the instance folder."
)

Tick = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation did."""

    key_id: str
    rows: int
    retired: tuple[str, ...]
    """Ids of keys that nothing in the database needs any more."""


# --- at the start -----------------------------------------------------------------------------------


def open_ring(engine: Engine, settings: Settings) -> KeyRing:
    """The key ring of this instance, tried on its database.

    Raises `InstanceInvalid` when a key is missing or wrong. A database without tables yet has nothing to try.
    """
    if not inspect(engine).has_table(KeyCheck.__tablename__):
        return KeyRing.of(settings)
    with session_factory(engine, read_only=True)() as session:
        known = {each.id: each.token for each in session.scalars(select(KeyCheck))}
    if known and not settings.field_keys and not KeptKeys.of(settings).path.exists():
        raise InstanceInvalid(Phrase(WRONG_KEY, {"key": min(known)}))  # and no new key is made
    ring = KeyRing.of(settings)
    check_ring(ring, known)
    if ring.key_ids[0] not in known:
        with engine.begin() as connection:
            _remember(connection, ring)
    return ring


def check_ring(ring: KeyRing, known: Mapping[str, str]) -> None:
    """Raises `InstanceInvalid` unless the ring opens every key check (`known`: key id to sealed value)."""
    for key_id, token in sorted(known.items()):
        try:
            ring.open(Sealed(token), _check_place(key_id))
        except SealBroken as problem:
            raise InstanceInvalid(Phrase(WRONG_KEY, {"key": key_id})) from problem


def _check_place(key_id: str) -> Place:
    return Place(KeyCheck.__tablename__, "token", key_id)


def _remember(connection: Connection, ring: KeyRing) -> None:
    """Writes the key check of the current key, once."""
    key_id = ring.key_ids[0]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(KeyCheck).values(id=key_id, token=ring.seal(CHECKED, _check_place(key_id)).token)
    connection.execute(row.on_conflict_do_nothing())


# --- rotation ---------------------------------------------------------------------------------------


def not_under(found: SealedTable, key_id: str) -> ColumnElement[bool]:
    """Rows with a value that another key has sealed or indexed."""
    columns = [found.table.columns[name] for name in (*found.sealed, *(each.name for each in found.blind))]
    prefix = key_id + SEPARATOR
    return or_(
        *(and_(each.is_not(None), func.substr(_as_text(each), 1, len(prefix)) != prefix) for each in columns)
    )


def _as_text(column: Any) -> ColumnElement[str]:
    """The column as it is stored."""
    return type_coerce(column, String)


def behind(session: Session, key_id: str, *, metadata: MetaData = Base.metadata) -> int:
    """Rows that are not yet under that key."""
    return sum(
        session.scalar(select(func.count()).select_from(each.table).where(not_under(each, key_id))) or 0
        for each in sealed_tables(metadata)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A rotation: what to go through, with which keys."""

    sessions: sessionmaker[Session]
    ring: KeyRing
    metadata: MetaData = Base.metadata
    batch: int = BATCH
    progress: Tick = lambda *_: None

    def run(self) -> Rotated:
        """Brings every sealed value under a new key, and commits batch by batch.

        Keys kept in the instance folder: makes the new key, unless an interrupted rotation has; keys in
        `FIELD_KEYS`: the first of them is the new one. Raises `SealBroken` at a value that does not open.
        """
        key_id = self._new_key_id()
        with self.sessions.begin() as session:
            _remember(session.connection(), self.ring)
        total = self._behind(key_id)
        done = 0
        while rows := self._go_through(done, total):
            done += rows  # once more: somebody may have sealed with the old key a moment ago
        old: list[str] = []
        if not self._behind(key_id):
            with self.sessions.begin() as session:
                old = [each for each in session.scalars(select(KeyCheck.id)) if each != key_id]
                session.execute(delete(KeyCheck).where(KeyCheck.id.in_(old)))
        if self.ring.kept is not None and old:
            self.ring.kept.retire_others()
        return Rotated(key_id=key_id, rows=done, retired=tuple(old))

    def _new_key_id(self) -> str:
        if self.ring.kept is not None and not self._behind(self.ring.key_ids[0]):
            self.ring.kept.add()
            self.ring.follow()
        return self.ring.key_ids[0]

    def _behind(self, key_id: str) -> int:
        """Goes through all rows: in a transaction that keeps nobody from writing."""
        with session_factory(self.sessions.kw["bind"], read_only=True)() as session:
            return behind(session, key_id, metadata=self.metadata)

    def _go_through(self, before: int, total: int) -> int:
        """All tables once; answers how many rows there were to do."""
        done = 0
        for found in sealed_tables(self.metadata):
            last = None
            while keys := self._rotate_some(found, last):
                last = keys[-1]
                done += len(keys)
                self.progress(before + done, total)
        return done

    def _rotate_some(self, found: SealedTable, after: Any) -> list[Any]:
        """The next batch behind that key (so that none looks once more at what is done); answers the keys of
        its rows."""
        table, key = found.table, found.key
        with self.sessions.begin() as session:
            old = select(table).where(not_under(found, self.ring.key_ids[0]))
            if after is not None:
                old = old.where(key > after)
            rows = session.execute(old.order_by(key).limit(self.batch).with_for_update()).mappings().all()
            for row in rows:
                made = self.ring.reseal(found, dict(row))
                session.execute(update(table).where(key == row[key.name]).values(made))
        return [row[key.name] for row in rows]
