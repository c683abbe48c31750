"""Which sources are due, and how their runs are written down."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from directory.intake import sources
from directory.intake.tables import RunRequest, SourceSetting
from directory.listings.tables import Source
from tests.builders import NOW

HOUR = dt.timedelta(hours=1)


def add(sessions: sessionmaker[Session], feed: str = "default", **changes: Any) -> str:
    source_id = sources.id_of_source("test_feed", feed)
    told = {"kind": "treatment", "name": "x", "publisher": "x", "licence": "x"}
    setting = SourceSetting(id=source_id, address="/feed", mode="apply", every_hours=24, failures=0)
    sources.reschedule(setting, NOW)
    for name, value in changes.items():
        setattr(setting, name, value)
    with sessions.begin() as session:
        session.add(Source(id=source_id, importer="test_feed", feed=feed, **told))
        session.flush()
        session.add(setting)
    return source_id


def due(sessions: sessionmaker[Session], now: dt.datetime = NOW) -> list[str]:
    with sessions() as session:
        return sources.due(session, now)


def begin(sessions: sessionmaker[Session], source_id: str, now: dt.datetime = NOW) -> bool:
    with sessions.begin() as session:
        return sources.begin(session, source_id, now) is not None


def end(
    sessions: sessionmaker[Session], source_id: str, status: str, now: dt.datetime = NOW
) -> SourceSetting:
    with sessions.begin() as session:
        sources.end(session, source_id, status=status, message=None, runs=["run"], now=now)
    return setting_of(sessions, source_id)


def bury(sessions: sessionmaker[Session], source_id: str, now: dt.datetime = NOW) -> str:
    with sessions.begin() as session:
        return sources.bury(session, source_id, now)


def ask(sessions: sessionmaker[Session], source_id: str) -> str:
    with sessions.begin() as session:
        return sources.request_run(session, source_id, by="steward", now=NOW)


def setting_of(sessions: sessionmaker[Session], source_id: str) -> SourceSetting:
    with sessions() as session:
        return session.scalars(select(SourceSetting).where(SourceSetting.id == source_id)).one()


def answers(sessions: sessionmaker[Session]) -> list[tuple[str | None, list[str]]]:
    with sessions() as session:
        return [(each.outcome, each.runs) for each in session.scalars(select(RunRequest))]


def test_a_source_is_due_when_its_time_has_come_and_the_latest_first(sessions: sessionmaker[Session]) -> None:
    new = add(sessions, "new")
    late = add(sessions, "late", next_due_at=NOW - 9 * HOUR)
    add(sessions, "tomorrow", next_due_at=NOW + HOUR)
    add(sessions, "off", mode="off")
    add(sessions, "only when asked", next_due_at=None, every_hours=None)
    assert due(sessions) == [late, new]


def test_a_source_that_was_asked_for_comes_first_and_once(sessions: sessionmaker[Session]) -> None:
    add(sessions, "due")
    asked = add(sessions, "asked", next_due_at=NOW + HOUR)
    ask(sessions, asked)
    ask(sessions, asked)
    assert due(sessions)[0] == asked
    assert len(due(sessions)) == 2
    assert begin(sessions, asked)
    end(sessions, asked, "complete")
    assert answers(sessions) == [("complete", ["run"])] * 2
    assert asked not in due(sessions)


def test_a_request_that_came_while_the_source_ran_is_not_answered_by_that_run(
    sessions: sessionmaker[Session],
) -> None:
    source_id = add(sessions)
    begin(sessions, source_id)
    ask(sessions, source_id)
    end(sessions, source_id, "complete")
    assert answers(sessions) == [(None, [])]
    assert due(sessions) == [source_id]


def test_a_source_that_is_off_is_not_begun_and_requests_are_told_so(sessions: sessionmaker[Session]) -> None:
    source_id = add(sessions, mode="off")
    ask(sessions, source_id)
    assert due(sessions) == [source_id]
    assert not begin(sessions, source_id)
    assert answers(sessions) == [("off", [])]
    assert due(sessions) == []


def test_a_good_run_sets_the_next_by_the_schedule(sessions: sessionmaker[Session]) -> None:
    source_id = add(sessions, failures=3)
    begin(sessions, source_id)
    found = end(sessions, source_id, "complete", NOW + HOUR)
    assert (found.failures, found.last_status, found.began_at) == (0, "complete", None)
    assert (found.last_attempt_at, found.last_good_at) == (NOW, NOW + HOUR)
    assert found.next_due_at == NOW + 24 * HOUR


@pytest.mark.parametrize("status", ["broken", "implausible", "failed"])
def test_a_bad_run_is_counted_and_tried_again_sooner(sessions: sessionmaker[Session], status: str) -> None:
    source_id = add(sessions)
    for failures, hours in ((1, 1), (2, 2), (3, 4)):
        begin(sessions, source_id)
        found = end(sessions, source_id, status)
        assert (found.failures, found.next_due_at) == (failures, NOW + hours * HOUR)
        assert found.last_good_at is None


def test_a_run_that_died_is_interrupted_and_due_again_at_once(sessions: sessionmaker[Session]) -> None:
    source_id = add(sessions)
    begin(sessions, source_id)
    assert bury(sessions, source_id) == "again"
    assert setting_of(sessions, source_id).last_status == "interrupted"
    assert due(sessions) == [source_id]
    assert bury(sessions, source_id) == "none"


def test_a_source_that_dies_again_and_again_is_left_alone_for_longer_and_longer(
    sessions: sessionmaker[Session],
) -> None:
    source_id = add(sessions)
    ask(sessions, source_id)
    begin(sessions, source_id)
    bury(sessions, source_id)
    for hours in (2, 4):
        begin(sessions, source_id)
        assert bury(sessions, source_id) == "later"
        assert setting_of(sessions, source_id).next_due_at == NOW + hours * HOUR
        assert due(sessions) == []
    assert answers(sessions) == [("interrupted", [])]


def test_removing_a_source_removes_its_requests(sessions: sessionmaker[Session]) -> None:
    source_id = add(sessions)
    ask(sessions, source_id)
    with sessions.begin() as session:
        session.delete(session.get_one(SourceSetting, source_id))
    assert answers(sessions) == []
    with sessions.begin() as session:
        sources.end(session, source_id, status="complete", message=None, runs=[], now=NOW)


def test_a_source_is_run_by_one_at_a_time_and_another_is_not_kept_waiting(
    database: Engine, sessions: sessionmaker[Session]
) -> None:
    one, two = add(sessions, "one"), add(sessions, "two")
    with sources.source_lock(database, one) as held:
        assert held
        with sources.source_lock(database, one) as again, sources.source_lock(database, two) as other:
            assert (again, other) == (False, True)
