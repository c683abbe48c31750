"""The audit: added to and never changed; whoever changes it anyway is found out."""

import datetime as dt
import threading
import uuid
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import SYSTEM, Actor
from directory.accounts.anchor import Anchor, anchor_commits, verify_anchored
from directory.accounts.audit import START, Anchored, Deed, append, entry_hash, verify
from directory.accounts.tables import AuditEntry
from directory.database import session_factory

NOW = dt.datetime(2026, 11, 20, 15, 0, 0, 123456, tzinfo=dt.UTC)
WORKER = Actor(role="caseworker", user_id=str(uuid.UUID(int=1)), agency_id=str(uuid.UUID(int=2)))
SEEN = Deed(
    actor=WORKER,
    action="referral.read",
    object_kind="referral",
    object_ids=[str(uuid.UUID(int=3)), str(uuid.UUID(int=4))],
    request_id="abc123",
)


@pytest.fixture
def anchor(tmp_path: Path) -> Anchor:
    return Anchor(tmp_path / "home" / "audit_anchor")


@pytest.fixture
def audited(database: Engine) -> sessionmaker[Session]:
    """Sessions on a database whose audit has five entries."""
    factory = session_factory(database)
    with factory.begin() as session:
        for minute in range(5):
            append(session, SEEN, NOW + dt.timedelta(minutes=minute))
    return factory


def raw(sessions: sessionmaker[Session], statement: str) -> None:
    with sessions.begin() as session:
        session.execute(text(statement))


def without_triggers(sessions: sessionmaker[Session]) -> None:
    """As someone with the rights of the database's owner could do."""
    with sessions.begin() as session:
        if session.connection().dialect.name == "sqlite":
            names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))


def fault(sessions: sessionmaker[Session], anchors: list[Anchored] | None = None) -> str | None:
    with sessions() as session:
        return verify(session, anchors or []).fault


# --- what is written ------------------------------------------------------------------------------


def test_an_entry_says_who_did_what_to_what_and_when(audited: sessionmaker[Session]) -> None:
    with audited() as session:
        found = session.get_one(AuditEntry, 1)
    assert (found.at, found.user_id, found.agency_id, found.role) == (
        NOW,
        WORKER.user_id,
        WORKER.agency_id,
        "caseworker",
    )
    assert (found.action, found.outcome, found.object_kind, found.count, found.channel) == (
        "referral.read",
        "done",
        "referral",
        2,
        "web",
    )
    assert found.object_ids == SEEN.object_ids
    assert (found.request_id, found.prev_hash, found.hash) == ("abc123", START, entry_hash(found))


def test_each_entry_holds_the_hash_of_the_one_before(audited: sessionmaker[Session]) -> None:
    with audited() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        assert verify(session).entries == 5
    assert [each.seq for each in entries] == [1, 2, 3, 4, 5]
    assert [each.prev_hash for each in entries[1:]] == [each.hash for each in entries[:-1]]
    assert len({each.hash for each in entries}) == 5


def test_an_empty_audit_is_whole(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert verify(session).whole


def test_what_is_rolled_back_leaves_no_entry(audited: sessionmaker[Session]) -> None:
    with audited() as session:
        append(session, SEEN, NOW)
        session.rollback()
    with audited.begin() as session:
        assert append(session, SEEN, NOW).seq == 6
    assert fault(audited) is None


def test_a_long_list_counts_all_and_names_the_first(sessions: sessionmaker[Session]) -> None:
    ids = [str(uuid.UUID(int=number)) for number in range(500)]
    with sessions.begin() as session:
        entry = append(session, Deed(actor=WORKER, action="a", object_kind="b", object_ids=ids), NOW)
        assert (entry.count, entry.object_ids) == (500, ids[:200])
        counted = append(session, Deed(actor=SYSTEM, action="a", object_kind="b", count=7), NOW)
        assert (counted.count, counted.user_id, counted.role) == (7, None, "system")


@pytest.mark.parametrize(
    "words",
    [
        {"action": "Read Zebedee"},
        {"object_kind": "client Zebedee Quokkason"},
        {"object_ids": ["Zebedee Quokkason"]},
        {"object_ids": ["a@b.example"]},
        {"outcome": "no, since…"},
        {"channel": ""},
        {"request_id": "a b"},
    ],
    ids=str,
)
def test_the_audit_takes_codes_and_ids_and_no_text(words: dict[str, object]) -> None:
    given: dict[str, object] = {"actor": WORKER, "action": "a", "object_kind": "b", **words}
    with pytest.raises(ValueError, match="codes and ids only"):
        Deed(**given)  # type: ignore[arg-type]


def test_a_transaction_that_only_reads_cannot_append(database: Engine) -> None:
    with session_factory(database, read_only=True)() as session, pytest.raises(RuntimeError, match="reads"):
        append(session, SEEN, NOW)


def test_many_writers_at_once_make_one_chain(sessions: sessionmaker[Session]) -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                with sessions.begin() as session:
                    append(session, SEEN, NOW)
        except BaseException as problem:  # noqa: BLE001  a thread's failure is told by the test
            failures.append(problem)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    with sessions() as session:
        assert (verify(session).entries, verify(session).fault) == (40, None)


# --- what the database refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x' WHERE seq = 2",
        "UPDATE audit_entry SET seq = 99 WHERE seq = 5",
        "DELETE FROM audit_entry WHERE seq = 5",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(
    audited: sessionmaker[Session], statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        raw(audited, statement)
    assert fault(audited) is None


def copy_of(seq: int, sessions: sessionmaker[Session]) -> str:
    """An insert that puts entry 1 in the place of entry `seq`."""
    with sessions() as session:
        names = [each["name"] for each in inspect(session.connection()).get_columns("audit_entry")]
    columns = ", ".join(f'"{each}"' for each in names)
    values = columns.replace('"seq"', str(seq))
    return f"INTO audit_entry ({columns}) SELECT {values} FROM audit_entry WHERE seq = 1"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_sqlite_refuses_to_replace_an_entry(audited: sessionmaker[Session], verb: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        raw(audited, f"{verb} {copy_of(3, audited)}")
    assert fault(audited) is None


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("end", [" ON CONFLICT (seq) DO UPDATE SET action = 'x'", None])
def test_postgresql_refuses_to_replace_or_truncate(audited: sessionmaker[Session], end: str | None) -> None:
    statement = f"INSERT {copy_of(3, audited)}{end}" if end else "TRUNCATE audit_entry"
    with pytest.raises(DBAPIError, match="append-only"):
        raw(audited, statement)
    assert fault(audited) is None


# --- what is found out ----------------------------------------------------------------------------

CHANGES = {
    "at": "'2026-11-20 15:02:00.123457+00:00'",
    "user_id": "NULL",
    "agency_id": "'00000000-0000-0000-0000-000000000009'",
    "role": "'supervisor'",
    "action": "'referral.reae'",
    "outcome": "'refused'",
    "object_kind": "'client'",
    "object_ids": "'[]'",
    "count": "3",
    "channel": "'api'",
    "request_id": "'abc124'",
    "prev_hash": f"'{START}'",
    "hash": f"'{START}'",
}


def test_the_table_of_changes_below_names_every_column() -> None:
    assert {*CHANGES, "seq"} == set(AuditEntry.__table__.columns.keys())


@pytest.mark.parametrize("column", CHANGES)
def test_one_changed_value_is_found(audited: sessionmaker[Session], column: str) -> None:
    without_triggers(audited)
    value = CHANGES[column]
    with audited() as session:
        if column == "at" and session.connection().dialect.name == "sqlite":
            value = value.replace("+00:00", "")
    raw(audited, f'UPDATE audit_entry SET "{column}" = {value} WHERE seq = 3')
    assert fault(audited) == "entry 3 was changed"


@pytest.mark.parametrize("seq", [1, 3])
def test_a_missing_entry_is_found(audited: sessionmaker[Session], seq: int) -> None:
    without_triggers(audited)
    raw(audited, f"DELETE FROM audit_entry WHERE seq = {seq}")
    assert fault(audited) == f"entry {seq} is missing"


def test_a_gap_that_was_closed_up_is_found(audited: sessionmaker[Session]) -> None:
    without_triggers(audited)
    raw(audited, "DELETE FROM audit_entry WHERE seq = 3")
    raw(audited, "UPDATE audit_entry SET seq = 3 WHERE seq = 4")
    raw(audited, "UPDATE audit_entry SET seq = 4 WHERE seq = 5")
    assert fault(audited) == "entry 3 was changed"


# --- the anchor -----------------------------------------------------------------------------------


def newest(sessions: sessionmaker[Session]) -> Anchored:
    with sessions() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    return Anchored(entry.at.date().isoformat(), entry.seq, entry.hash)


@pytest.mark.parametrize("left", [4, 1, 0])
def test_an_end_that_was_cut_off_is_found_by_the_anchor(
    audited: sessionmaker[Session], anchor: Anchor, left: int
) -> None:
    anchor.note(newest(audited))
    without_triggers(audited)
    raw(audited, f"DELETE FROM audit_entry WHERE seq > {left}")
    assert fault(audited) is None
    with audited() as session:
        verdict = verify_anchored(session, anchor)
    assert verdict.fault == f"the end is cut off: entry 5 was there, {left} is now the last"


def test_a_chain_that_was_made_anew_is_found_by_the_anchor(
    audited: sessionmaker[Session], anchor: Anchor
) -> None:
    anchor.note(newest(audited))
    without_triggers(audited)
    raw(audited, "DELETE FROM audit_entry WHERE seq > 2")
    with audited.begin() as session:
        for _ in range(9):
            append(session, SEEN, NOW)
    assert fault(audited) is None
    with audited() as session:
        assert verify_anchored(session, anchor).fault == (
            "entry 5 is not the one that was noted outside the database"
        )


def test_every_commit_is_noted_and_no_rollback(
    sessions: sessionmaker[Session], database: Engine, anchor: Anchor
) -> None:
    anchor_commits(sessions, anchor)
    with sessions.begin() as session:
        append(session, SEEN, NOW)
        append(session, SEEN, NOW)
    assert [each.seq for each in anchor.read()] == [2]
    with sessions() as session:
        append(session, SEEN, NOW)
        session.rollback()
        session.execute(text("SELECT 1"))
        session.commit()
    assert [each.seq for each in anchor.read()] == [2]
    with sessions.begin() as session:
        append(session, SEEN, NOW + dt.timedelta(days=1))
    assert [(each.day, each.seq) for each in anchor.read()] == [("2026-11-20", 2), ("2026-11-21", 3)]
    with sessions() as session:
        assert verify_anchored(session, anchor).whole


def test_an_older_note_never_takes_the_place_of_a_newer_one(anchor: Anchor) -> None:
    for seq in (1, 7, 3):
        anchor.note(Anchored("2026-11-20", seq, START))
    assert [each.seq for each in anchor.read()] == [7]


def test_an_anchor_file_that_makes_no_sense_is_a_fault(
    audited: sessionmaker[Session], anchor: Anchor
) -> None:
    anchor.note(newest(audited))
    anchor.path.write_text("nonsense\n")
    with audited() as session:
        assert "cannot be read" in (verify_anchored(session, anchor).fault or "")


def test_an_audit_without_its_anchor_file_is_not_called_whole(
    audited: sessionmaker[Session], anchor: Anchor
) -> None:
    with audited() as session:
        assert "is not there" in (verify_anchored(session, anchor).fault or "")


def test_what_was_done_stays_done_when_its_end_cannot_be_noted(
    audited: sessionmaker[Session], anchor: Anchor, caplog: pytest.LogCaptureFixture
) -> None:
    anchor.path.parent.mkdir(exist_ok=True)
    anchor.path.write_text("torn")
    anchor_commits(audited, anchor)
    with audited.begin() as session:
        kept = append(session, SEEN, NOW).seq
    assert newest(audited).seq == kept
    assert "could not be noted" in caplog.text
