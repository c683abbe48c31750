"""The incident register: written by supervisors, read by privacy officers, seen by nobody else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from directory.accounts.key_files import KeptKeys
from directory.accounts.keys import KeyRing
from directory.accounts.rotation import Rotation, behind
from directory.accounts.tables import AuditEntry, new_id
from directory.errors import AccessRefused, QueryInvalid, RecordNotFound, TransitionRefused
from directory.referrals import incidents
from directory.referrals.acting import Acting
from directory.referrals.incident_register import IncidentPage, read, register
from directory.referrals.incident_rules import FACTORS, Judged
from directory.referrals.incidents import Report
from directory.referrals.tables_incidents import IncidentAssessment, IncidentNotice
from tests.referrals.world import DAY, World

HAPPENED = "A letter about Quillfeather went to the wrong house"
WHY = "The neighbor Zorblat gave it back unopened"
LOW = {each.code: Judged(is_low=True, words=WHY) for each in FACTORS}
BREACH = {**LOW, "acquired": Judged(is_low=False, words=WHY)}


def today(world: World) -> dt.date:
    return world.now.date()


def reported(world: World, who: str = "sam", **given: Any) -> str:
    whole: dict[str, Any] = {
        "discovered_on": today(world) - DAY,
        "happened_on": today(world) - 3 * DAY,
        "kind": "sent_wrong",
        "people_count": "12",
        "description": HAPPENED,
    }
    with world.as_(who) as acting:
        return incidents.report(acting, Report(**{**whole, **given})).id


def judged(world: World, incident_id: str, found: Any = None, people: str = "12", who: str = "sam") -> None:
    with world.as_(who) as acting:
        incidents.assess(acting, incident_id, found or BREACH, people)


def told(world: World, incident_id: str, *recipients: str) -> None:
    for each in recipients:
        with world.as_("sam") as acting:
            incidents.note_notice(acting, incident_id, each, today(world))


def closed(world: World, incident_id: str) -> None:
    with world.as_("sam") as acting:
        incidents.close(acting, incident_id)


def page(world: World, incident_id: str, who: str = "sam") -> IncidentPage:
    with world.as_(who) as acting:
        return read(acting, incident_id)


def test_what_was_written_is_read_by_supervisors_and_privacy_officers(world: World) -> None:
    incident_id = reported(world)
    judged(world, incident_id)
    told(world, incident_id, "people", "state")
    for who in ("sam", "sue", "priv"):
        found = page(world, incident_id, who)
        assert (found.description, found.reported_by) == (HAPPENED, "Sam Worker")
        (assessment,) = found.assessments
        assert (assessment.is_low, assessment.judged["acquired"].words) == (False, WHY)
        assert sorted(each.recipient for each, _ in found.notices) == ["people", "state"]
        assert not found.may_close


DEEDS: dict[str, Callable[[Acting, str], object]] = {
    "report": lambda acting, _: incidents.report(
        acting, Report(discovered_on=acting.now.date(), kind="lost", description=HAPPENED)
    ),
    "assess": lambda acting, key: incidents.assess(acting, key, LOW, ""),
    "notice": lambda acting, key: incidents.note_notice(acting, key, "people", acting.now.date()),
    "close": incidents.close,
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["priv", "casey", "pat", "stew", "ida"])
def test_only_supervisors_write(world: World, who: str, deed: str) -> None:
    incident_id = reported(world)
    with world.as_(who) as acting, pytest.raises(AccessRefused):
        DEEDS[deed](acting, incident_id)


@pytest.mark.parametrize("who", ["casey", "pat", "stew", "system"])
def test_nobody_else_reads(world: World, who: str) -> None:
    incident_id = reported(world)
    with world.as_(who) as acting, pytest.raises(AccessRefused):
        register(acting)
    with world.as_(who) as acting, pytest.raises(AccessRefused):
        read(acting, incident_id)


@pytest.mark.parametrize("deed", ["assess", "notice", "close"])
def test_another_agencys_incident_is_as_absent_as_none(world: World, deed: str) -> None:
    said = []
    for key in (reported(world), new_id()):
        with world.as_("bo") as acting:
            assert register(acting) == []
            with pytest.raises(RecordNotFound) as gone:
                read(acting, key)
            said.append(str(gone.value))
            with pytest.raises(RecordNotFound) as gone:
                DEEDS[deed](acting, key)
            said.append(str(gone.value))
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"discovered_on": None}, "discovered_on"),
        ({"discovered_on": dt.date(2199, 1, 1)}, "discovered_on"),
        ({"happened_on": dt.date(2199, 1, 1)}, "happened_on"),
        ({"discovered_on": dt.date(2020, 1, 1), "happened_on": dt.date(2020, 1, 2)}, "happened_on"),
        ({"kind": "breakfast"}, "kind"),
        ({"people_count": "some"}, "people_count"),
        ({"people_count": "0"}, "people_count"),
        ({"people_count": "²"}, "people_count"),
        ({"people_count": "99999999"}, "people_count"),
        ({"description": "A letter"}, "description"),
    ],
)
def test_a_report_that_is_not_whole_is_refused_with_the_field(
    world: World, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(QueryInvalid) as refused:
        reported(world, **given)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("factor", [each.code for each in FACTORS])
def test_each_factor_wants_an_answer_and_a_sentence(world: World, factor: str) -> None:
    incident_id = reported(world)
    with pytest.raises(QueryInvalid) as refused:
        judged(world, incident_id, {**LOW, factor: Judged(is_low=None, words="no")})
    assert set(refused.value.fields) == {factor, f"{factor}_risk"}
    assert page(world, incident_id).assessments == []


def test_the_newest_assessment_counts_and_the_older_ones_stay(world: World) -> None:
    incident_id = reported(world, people_count="")
    judged(world, incident_id, LOW, "")
    assert page(world, incident_id).line.facts.is_low
    world.now += DAY
    judged(world, incident_id, BREACH, "1,200")
    found = page(world, incident_id)
    assert [each.is_low for each in found.assessments] == [False, True]
    assert (found.line.row.people_count, found.asks_for_media) == (1200, True)
    assert found.line.facts.assessed_on == today(world) - DAY


@pytest.mark.parametrize(
    ("recipient", "days", "field"), [("friends", 0, "told"), ("people", 1, "told_on"), ("hhs", -2, "told_on")]
)
def test_a_notice_is_to_somebody_between_discovery_and_today(
    world: World, recipient: str, days: int, field: str
) -> None:
    incident_id = reported(world)
    with world.as_("sam") as acting, pytest.raises(QueryInvalid) as refused:
        incidents.note_notice(acting, incident_id, recipient, today(world) + days * DAY)
    assert list(refused.value.fields) == [field]


def test_the_first_notice_to_somebody_counts(world: World) -> None:
    incident_id = reported(world)
    first = today(world)
    told(world, incident_id, "people")
    world.now += 3 * DAY
    told(world, incident_id, "people")
    assert page(world, incident_id).line.facts.notices == {"people": first}


def test_it_closes_when_judged_and_told_and_then_stays_as_it_is(world: World) -> None:
    incident_id = reported(world)
    with pytest.raises(TransitionRefused):
        closed(world, incident_id)
    judged(world, incident_id)
    told(world, incident_id, "people")
    with pytest.raises(TransitionRefused):
        closed(world, incident_id)
    told(world, incident_id, "hhs")
    closed(world, incident_id)
    at = page(world, incident_id).line.row.closed_at
    world.now += DAY
    closed(world, incident_id)
    assert page(world, incident_id).line.row.closed_at == at
    for deed in ("assess", "notice"):
        with world.as_("sam") as acting, pytest.raises(TransitionRefused):
            DEEDS[deed](acting, incident_id)


def test_the_list_begins_with_what_is_late_and_ends_with_what_is_closed(world: World) -> None:
    done = reported(world)
    judged(world, done, LOW)
    closed(world, done)
    older = reported(world, discovered_on=today(world) - 5 * DAY, happened_on=None)
    late = reported(world, discovered_on=today(world) - 90 * DAY, happened_on=None)
    newer = reported(world)
    for who in ("sam", "priv"):
        with world.as_(who) as acting:
            found = register(acting)
        assert [each.row.id for each in found] == [late, older, newer, done]
        assert [each.is_late for each in found] == [True, False, False, False]


def test_each_reading_and_writing_is_a_line_of_ids(world: World) -> None:
    incident_id = reported(world)
    judged(world, incident_id)
    told(world, incident_id, "people", "hhs")
    closed(world, incident_id)
    page(world, incident_id, "priv")
    with world.as_("priv") as acting:
        register(acting)
    with world.sessions() as session:
        lines = session.scalars(
            select(AuditEntry).where(AuditEntry.action.startswith("incident.")).order_by(AuditEntry.seq)
        ).all()
    assert [each.action.partition(".")[2] for each in lines] == [
        "report",
        "assess",
        "note_notice",
        "note_notice",
        "close",
        "read",
        "list",
    ]
    assert all(each.object_ids[0] == incident_id for each in lines)


def test_words_are_sealed_and_a_rotation_knows_them(world: World, tmp_path: Any) -> None:
    kept = KeptKeys(tmp_path / "keys")
    world.ring = KeyRing(kept=kept)
    incident_id = reported(world)
    judged(world, incident_id)
    with world.sessions() as session:
        for table in ("incident", "incident_assessment"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert rows
            assert "Quillfeather" not in str(rows)
            assert "Zorblat" not in str(rows)
    rotated = Rotation(sessions=world.sessions, ring=world.ring).run()
    with world.sessions() as session:
        assert behind(session, rotated.key_id) == 0
    world.ring = KeyRing(tuple(each for each in kept.read() if each.id == rotated.key_id))
    found = page(world, incident_id)
    assert (found.description, found.assessments[0].judged["nature"].words) == (HAPPENED, WHY)


@pytest.mark.parametrize(
    "change",
    [
        update(IncidentAssessment).values(nature_is_low=True),
        delete(IncidentAssessment),
        update(IncidentNotice).values(told_on=dt.date(2020, 1, 1)),
        delete(IncidentNotice),
    ],
)
def test_what_was_judged_and_told_is_only_added(world: World, change: Any) -> None:
    incident_id = reported(world)
    judged(world, incident_id)
    told(world, incident_id, "people")
    with world.sessions() as session, pytest.raises(DatabaseError, match="append-only"):
        session.execute(change)
