"""Sealed fields: bound to their place, found without being opened, moved to a new key while people work."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from directory.accounts.key_files import FieldKey, KeptKeys, new_key, parse_keys
from directory.accounts.keys import KeyRing, normalized
from directory.accounts.rotation import Rotation, behind, open_ring
from directory.accounts.sealed import BlindIndex, Place, Sealed, SealedText, sealed_tables
from directory.accounts.tables import KeyCheck
from directory.database import Base, make_engine, session_factory
from directory.errors import InstanceInvalid, SealBroken
from directory.settings import Settings

CANARY = "Zebedee Quokkason"
HERE = Place("visitor", "name", "1")


class Tried(DeclarativeBase):
    """Tables that only these tests know."""


class Visitor(Tried):
    __tablename__ = "visitor"

    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str]
    name: Mapped[Sealed | None] = mapped_column(SealedText)
    born: Mapped[Sealed | None] = mapped_column(SealedText)
    found_by: Mapped[str | None] = mapped_column(BlindIndex(of=("name", "born"), within="agency_id"))


@pytest.fixture
def visitors(database: Engine) -> Iterator[sessionmaker[Session]]:
    Tried.metadata.create_all(database)
    yield session_factory(database)
    Tried.metadata.drop_all(database)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(directory_home=tmp_path / "home")


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing([new_key()])


def visitor(ring: KeyRing, number: int = 1, agency: str = "a", **texts: str | None) -> Visitor:
    row = Visitor(id=str(number), agency_id=agency)
    ring.put(row, **(texts or {"name": CANARY, "born": "1980-01-02"}))
    return row


def add(sessions: sessionmaker[Session], *rows: Visitor) -> None:
    with sessions.begin() as session:
        session.add_all(rows)


def names(sessions: sessionmaker[Session], ring: KeyRing) -> list[str | None]:
    with sessions() as session:
        return [ring.get(each, "name") for each in session.scalars(select(Visitor).order_by(Visitor.id))]


# --- one value ------------------------------------------------------------------------------------


def test_a_sealed_value_opens_in_its_place(ring: KeyRing) -> None:
    assert ring.open(ring.seal(CANARY, HERE), HERE) == CANARY
    assert ring.open(ring.seal("", HERE), HERE) == ""


def test_the_same_text_is_never_sealed_the_same(ring: KeyRing) -> None:
    assert len({ring.seal(CANARY, HERE).token for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere",
    [Place("visitor", "name", "2"), Place("visitor", "born", "1"), Place("guest", "name", "1")],
    ids=["another row", "another column", "another table"],
)
def test_a_value_moved_elsewhere_does_not_open(ring: KeyRing, elsewhere: Place) -> None:
    with pytest.raises(SealBroken, match="belongs elsewhere"):
        ring.open(ring.seal(CANARY, HERE), elsewhere)


def test_a_value_with_one_character_changed_does_not_open(ring: KeyRing) -> None:
    token = ring.seal(CANARY, HERE).token
    for at in range(token.index(":") + 1, len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(SealBroken):
            ring.open(Sealed(changed), HERE)


@pytest.mark.parametrize("cut", ["", "x", "no-such-key:AAAA"])
def test_what_is_no_sealed_value_does_not_open(ring: KeyRing, cut: str) -> None:
    with pytest.raises(SealBroken):
        ring.open(Sealed(cut), HERE)
    with pytest.raises(SealBroken):
        ring.open(Sealed(f"{ring.key_ids[0]}:AAAA"), HERE)


def test_a_sealed_value_shows_nothing_when_it_is_printed(ring: KeyRing) -> None:
    sealed = ring.seal(CANARY, HERE)
    assert repr(sealed) == f"Sealed({ring.key_ids[0]}:…)"
    key = new_key()
    assert key.secret.hex() not in repr(key)
    assert "secret" not in repr(key)


# --- rows -----------------------------------------------------------------------------------------


def test_a_row_gives_back_what_was_put(visitors: sessionmaker[Session], ring: KeyRing) -> None:
    add(visitors, visitor(ring), visitor(ring, 2, name=None, born=None))
    assert names(visitors, ring) == [CANARY, None]


def test_a_sealed_column_refuses_plain_text(visitors: sessionmaker[Session]) -> None:
    with pytest.raises(StatementError, match="sealed text only"):
        add(visitors, Visitor(id="1", agency_id="a", name=CANARY))


def test_only_sealed_columns_of_a_row_with_an_id_are_sealed(ring: KeyRing) -> None:
    with pytest.raises(TypeError, match="no sealed column"):
        ring.put(Visitor(id="1", agency_id="a"), agency_id="b")
    with pytest.raises(TypeError, match="needs its id"):
        ring.put(Visitor(agency_id="a"), name=CANARY)


def test_values_swapped_between_rows_or_columns_by_raw_sql_are_refused(
    visitors: sessionmaker[Session], ring: KeyRing
) -> None:
    add(visitors, visitor(ring), visitor(ring, 2, name="Other", born="1990-01-01"))
    with visitors.begin() as session:
        session.execute(
            text("UPDATE visitor SET name = (SELECT name FROM visitor WHERE id = '2') WHERE id = '1'")
        )
        session.execute(text("UPDATE visitor SET name = born WHERE id = '2'"))
    with visitors() as session:
        for each in session.scalars(select(Visitor)):
            with pytest.raises(SealBroken):
                ring.get(each, "name")


# --- blind index ----------------------------------------------------------------------------------


def find(sessions: sessionmaker[Session], ring: KeyRing, agency: str, name: str, born: str) -> list[str]:
    wanted = ring.blind_values(Visitor, "found_by", agency, name=name, born=born)
    with sessions() as session:
        return list(session.scalars(select(Visitor.id).where(Visitor.found_by.in_(wanted))))


@pytest.mark.parametrize("name", [CANARY, "zebedee  quokkason", "ZEBÉDEE QUOKKÁSON", "Zebedee-Quokkason"])
def test_a_person_is_found_however_the_name_is_written(
    visitors: sessionmaker[Session], ring: KeyRing, name: str
) -> None:
    add(visitors, visitor(ring))
    assert find(visitors, ring, "a", name, "1980-01-02") == ["1"]


def test_a_person_is_not_found_by_another_agency_name_or_birthday(
    visitors: sessionmaker[Session], ring: KeyRing
) -> None:
    add(visitors, visitor(ring), visitor(ring, 2, name="Only A Name", born=None))
    assert find(visitors, ring, "b", CANARY, "1980-01-02") == []
    assert find(visitors, ring, "a", CANARY, "1980-01-03") == []
    assert find(visitors, ring, "a", "Zebedee Quokkaso", "1980-01-02") == []
    assert find(visitors, ring, "a", "Only A Name", "") == []


def test_two_agencies_hold_nothing_alike_of_the_same_person(ring: KeyRing) -> None:
    first, second = visitor(ring, agency="a"), visitor(ring, agency="b")
    assert first.found_by
    assert first.found_by != second.found_by


def test_a_changed_name_is_found_and_the_old_one_is_not(
    visitors: sessionmaker[Session], ring: KeyRing
) -> None:
    row = visitor(ring)
    ring.put(row, name="Zeb New")
    add(visitors, row)
    assert find(visitors, ring, "a", "Zeb New", "1980-01-02") == ["1"]
    assert find(visitors, ring, "a", CANARY, "1980-01-02") == []


def test_names_are_compared_by_letters_and_digits_alone() -> None:
    assert normalized(" Ñandú-O’Brien, Jr. 2 ") == normalized("nandu obrien jr2") == "nanduobrienjr2"
    assert normalized("ＡＢ") == "ab"


# --- where keys come from -------------------------------------------------------------------------


def test_the_first_start_makes_a_key_that_only_its_owner_may_read(settings: Settings) -> None:
    kept = KeptKeys.of(settings)
    first = KeyRing.of(settings).key_ids
    assert KeyRing.of(settings).key_ids == first
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert [each.name for each in kept.folder.iterdir()] == ["field_keys"]


def test_processes_that_start_at_once_end_up_with_one_key(settings: Settings) -> None:
    found: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(KeyRing.of(settings).key_ids)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "given", ["abc", "a:AAAA", "a b:c", ":" + "A" * 43 + "=", "a/b:" + "A" * 43 + "="], ids=str
)
def test_keys_that_are_none_are_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(InstanceInvalid, match="Key 1 of FIELD_KEYS") as refused:
        parse_keys(given)
    assert "AAAA" not in str(refused.value)


def test_one_id_may_not_name_two_keys() -> None:
    key = new_key()
    with pytest.raises(InstanceInvalid, match="Key 2"):
        parse_keys(f"{key},{FieldKey(key.id, new_key().secret)}")


def test_keys_may_be_set_by_the_environment(settings: Settings) -> None:
    first, second = new_key(), new_key()
    ring = KeyRing.of(Settings(directory_home=settings.directory_home, field_keys=f"{first},{second}"))
    assert ring.key_ids == (first.id, second.id)
    assert not KeptKeys.of(settings).path.exists()


# --- the right keys -------------------------------------------------------------------------------


def test_a_wrong_or_missing_key_refuses_to_start(database: Engine, settings: Settings) -> None:
    open_ring(database, settings)
    kept = KeptKeys.of(settings)
    right = kept.path.read_text()
    assert open_ring(database, settings).key_ids

    kept.path.write_text(f"{new_key()}\n")
    with pytest.raises(InstanceInvalid, match="field keys are not those of this database"):
        open_ring(database, settings)
    kept.path.write_text(str(FieldKey(parse_keys(right)[0].id, new_key().secret)))
    with pytest.raises(InstanceInvalid, match="field keys are not those"):
        open_ring(database, settings)
    kept.path.unlink()
    with pytest.raises(InstanceInvalid, match="field keys are not those"):
        open_ring(database, settings)
    assert not kept.path.exists()

    kept.path.write_text(right)
    open_ring(database, settings)


def test_a_database_without_tables_has_nothing_to_try(settings: Settings) -> None:
    engine = make_engine("sqlite://")
    assert open_ring(engine, settings).key_ids
    assert inspect(engine).get_table_names() == []
    engine.dispose()


# --- rotation -------------------------------------------------------------------------------------


def rotation(sessions: sessionmaker[Session], ring: KeyRing, batch: int = 7) -> Rotation:
    return Rotation(sessions=sessions, ring=ring, metadata=Tried.metadata, batch=batch)


def test_after_a_rotation_the_new_key_alone_opens_everything(
    visitors: sessionmaker[Session], database: Engine, settings: Settings
) -> None:
    ring = open_ring(database, settings)
    old = ring.key_ids[0]
    add(visitors, *(visitor(ring, number) for number in range(20)))
    done = rotation(visitors, ring).run()
    assert (done.rows, done.retired) == (20, (old,))
    assert done.key_id not in (old, "")

    kept = KeptKeys.of(settings)
    assert old not in kept.path.read_text()
    assert old in kept.retired_path.read_text()
    assert stat.S_IMODE(kept.retired_path.stat().st_mode) == 0o600
    kept.retired_path.unlink()
    alone = open_ring(database, settings)
    assert alone.key_ids == (done.key_id,)
    assert names(visitors, alone) == [CANARY] * 20
    assert len(find(visitors, alone, "a", CANARY, "1980-01-02")) == 20


def test_a_rotation_may_be_interrupted_and_goes_on_with_the_same_key(
    visitors: sessionmaker[Session], database: Engine, settings: Settings
) -> None:
    ring = open_ring(database, settings)
    old = ring.key_ids[0]
    add(visitors, *(visitor(ring, number) for number in range(20)))

    class Interrupted(Exception):
        pass

    def stop(done: int, total: int | None) -> None:
        assert total == 20
        if done == 14:
            raise Interrupted

    half = Rotation(sessions=visitors, ring=ring, metadata=Tried.metadata, batch=7, progress=stop)
    with pytest.raises(Interrupted):
        half.run()
    ring = open_ring(database, settings)
    new = ring.key_ids[0]
    assert names(visitors, ring) == [CANARY] * 20
    assert len(find(visitors, ring, "a", CANARY, "1980-01-02")) == 20
    done = rotation(visitors, ring).run()
    assert (done.key_id, done.rows, done.retired) == (new, 6, (old,))


def test_a_running_server_follows_a_rotation(
    visitors: sessionmaker[Session], database: Engine, settings: Settings
) -> None:
    server = open_ring(database, settings)
    old = server.key_ids[0]
    add(visitors, visitor(server))
    done = rotation(visitors, open_ring(database, settings)).run()
    assert names(visitors, server) == [CANARY]
    assert server.seal("x", HERE).key_id == done.key_id != old


def test_what_was_sealed_with_the_old_key_a_moment_too_late_still_opens_and_is_caught_up_with(
    visitors: sessionmaker[Session], database: Engine, settings: Settings
) -> None:
    ring = open_ring(database, settings)
    late = visitor(ring, 2)
    add(visitors, visitor(ring))
    new = rotation(visitors, ring).run().key_id
    add(visitors, late)
    ring = open_ring(database, settings)
    assert names(visitors, ring) == [CANARY, CANARY]
    with visitors() as session:
        assert behind(session, new, metadata=Tried.metadata) == 1
    done = rotation(visitors, ring).run()
    assert (done.key_id, done.rows) == (new, 1)


def test_keys_of_the_environment_rotate_to_the_first_of_them(
    visitors: sessionmaker[Session], database: Engine
) -> None:
    old, new = new_key(), new_key()
    before = open_ring(database, Settings(field_keys=str(old)))
    add(visitors, visitor(before))
    both = open_ring(database, Settings(field_keys=f"{new},{old}"))
    done = rotation(visitors, both).run()
    assert (done.key_id, done.rows, done.retired) == (new.id, 1, (old.id,))
    assert names(visitors, open_ring(database, Settings(field_keys=str(new)))) == [CANARY]
    assert rotation(visitors, both).run().rows == 0


def test_a_rotation_stops_at_a_value_that_does_not_open_and_keeps_the_old_key(
    visitors: sessionmaker[Session], database: Engine, settings: Settings
) -> None:
    ring = open_ring(database, settings)
    old = ring.key_ids[0]
    add(visitors, visitor(ring), visitor(ring, 2))
    with visitors.begin() as session:
        row = session.get_one(Visitor, "1")
        session.execute(update(Visitor).where(Visitor.id == "2").values(name=row.name))
    with pytest.raises(SealBroken):
        rotation(visitors, ring).run()
    assert old in KeptKeys.of(settings).path.read_text()
    with visitors() as session:
        assert old in session.scalars(select(KeyCheck.id)).all()


def test_nothing_of_a_sealed_text_is_in_the_database_file(tmp_path: Path, ring: KeyRing) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'raw.sqlite'}")
    Tried.metadata.create_all(engine)
    sessions = session_factory(engine)
    add(sessions, *(visitor(ring, number) for number in range(50)))
    with sessions.begin() as session:
        for each in session.scalars(select(Visitor)):
            ring.put(each, name=f"{CANARY} again")
    engine.dispose()
    raw = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"visitor" in raw
    for word in (b"Zebedee", b"Quokkason", b"zebedee", b"1980-01-02", b"19800102"):
        assert word not in raw


def test_every_blind_index_of_the_schema_is_made_of_sealed_columns_and_kept_to_an_owner() -> None:
    for found in sealed_tables(Base.metadata):
        for blind in found.blind:
            assert set(blind.of) <= set(found.sealed)
            assert blind.within in found.table.columns
