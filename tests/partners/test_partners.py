"""Partners and their keys: who sees to them, what may be set, which page a key opens the search for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from directory.accounts.access import ROLES, SYSTEM, Actor
from directory.accounts.agencies import NewAgency, add_agency
from directory.accounts.tables import Agency, AuditEntry
from directory.errors import AccessRefused, PartnerRefused, QueryInvalid, RecordNotFound
from directory.listings.needs import taxonomy
from directory.partners.admission import admit
from directory.partners.keys import PREFIX, current_key, keys_of
from directory.partners.register import (
    add_partner,
    as_set,
    find_partner,
    partner_to_manage,
    partners,
    pause,
    rotate_key,
    set_partner,
)
from directory.partners.tables import Partner
from directory.partners.wishes import PER_MINUTE, NewPartner

NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PAGE = "https://oak.example"
OAK = NewPartner(name="Oak Library", origins=["https://oak.example", "*.oak-county.example"])
FULL = NewPartner(
    name="Oak  Library ",
    origins=["OAK.example/"],
    own_organizations=["0d9f2e3c-1b1a-5c3e-9c1e-000000000001"],
    needs=["housing", "detox"],
    states=["pa", "NJ"],
    presets={
        "need": ["shelter"],
        "near": [" 19104 "],
        "radius": ["10"],
        "theme": ["calm"],
        "rows": ["5"],
        "q": [],
    },
    locked=["radius", "need"],
    per_minute=60,
)
ABSENT = "00000000-0000-4000-8000-000000000009"


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@pytest.fixture
def agency(session: Session) -> Agency:
    return add_agency(session, NewAgency(name="Oak Library", timezone="America/New_York"), SYSTEM, NOW)


def add(
    session: Session, agency: Agency, wanted: NewPartner = OAK, actor: Actor = SYSTEM
) -> tuple[Partner, str]:
    partner, key = add_partner(session, actor, agency, wanted, taxonomy(), NOW)
    return partner, key.key


def acting(role: str, agency: Agency) -> Actor:
    return Actor(role=role, user_id="00000000-0000-4000-8000-000000000001", agency_id=agency.id)


def reason(session: Session, key: str, origin: str | None, now: dt.datetime = NOW) -> str:
    with pytest.raises(PartnerRefused) as refused:
        admit(session, key, origin, now)
    return refused.value.reason


def wrong(session: Session, agency: Agency, **changes: object) -> dict[str, str]:
    with pytest.raises(QueryInvalid) as refused:
        add(session, agency, replace(OAK, **changes))  # type: ignore[arg-type]
    return {name: " ".join(map(str, found)) for name, found in refused.value.fields.items()}


# --- admission --------------------------------------------------------------------------------------


def test_a_key_opens_the_search_for_pages_of_its_site_alone(session: Session, agency: Agency) -> None:
    partner, key = add(session, agency)
    assert key.startswith(PREFIX)
    assert admit(session, key, PAGE, NOW).partner_id == partner.id
    assert admit(session, key, "https://health.oak-county.example", NOW).name == "Oak Library"
    assert admit(session, key, None, NOW).partner_id == partner.id
    for other in ("https://oak-county.example", "http://oak.example", "https://evil.example", "null", ""):
        assert reason(session, key, other) == "origin_refused"
    assert reason(session, key + "x", PAGE) == "key_unknown"
    assert reason(session, "", PAGE) == "key_unknown"


def test_a_refused_page_is_told_which_site_it_is_of(session: Session, agency: Agency) -> None:
    _, key = add(session, agency)
    with pytest.raises(PartnerRefused, match=r"pages of https://other\.example"):
        admit(session, key, "https://other.example", NOW)


def test_what_a_key_stands_for_is_what_was_set(session: Session, agency: Agency) -> None:
    _, key = add(session, agency, FULL)
    site = admit(session, key, PAGE, NOW)
    assert site.name == "Oak Library"
    assert site.origins == (PAGE,)
    assert site.own == {FULL.own_organizations[0]}
    assert (site.needs, site.states) == (("detox", "housing"), ("NJ", "PA"))
    assert site.presets == {
        "need": ("shelter",),
        "near": "19104",
        "radius": "10",
        "theme": "calm",
        "rows": "5",
    }
    assert site.locked == {"need", "radius"}
    assert site.per_minute == 60


def test_a_paused_site_and_one_whose_agency_left_get_no_search(session: Session, agency: Agency) -> None:
    partner, key = add(session, agency)
    pause(session, SYSTEM, partner.id, True, NOW)
    assert reason(session, key, PAGE) == "paused"
    pause(session, SYSTEM, partner.id, False, NOW)
    admit(session, key, PAGE, NOW)
    agency.left_at = NOW
    assert reason(session, key, PAGE) == "key_unknown"
    assert partners(session, SYSTEM) == []


# --- keys -------------------------------------------------------------------------------------------


def test_after_a_new_key_the_old_one_works_until_the_day_that_was_said(
    session: Session, agency: Agency
) -> None:
    partner, old = add(session, agency)
    new = rotate_key(session, SYSTEM, partner.id, NOW + 14 * DAY, NOW).key
    assert current_key(session, partner) == new != old
    for key in (old, new):
        admit(session, key, PAGE, NOW + 13 * DAY)
    assert reason(session, old, PAGE, NOW + 14 * DAY) == "key_retired"
    admit(session, new, PAGE, NOW + 14 * DAY)


def test_an_old_key_works_thirty_days_at_most(session: Session, agency: Agency) -> None:
    partner, _ = add(session, agency)
    for until in (NOW + 30 * DAY + dt.timedelta(seconds=1), NOW - dt.timedelta(seconds=1)):
        with pytest.raises(QueryInvalid):
            rotate_key(session, SYSTEM, partner.id, until, NOW)
    assert len(keys_of(session, partner)) == 1


def test_changing_twice_never_lengthens_the_life_of_the_first_key(session: Session, agency: Agency) -> None:
    partner, first = add(session, agency)
    second = rotate_key(session, SYSTEM, partner.id, NOW + 2 * DAY, NOW).key
    rotate_key(session, SYSTEM, partner.id, NOW + 20 * DAY, NOW)
    assert reason(session, first, PAGE, NOW + 3 * DAY) == "key_retired"
    admit(session, second, PAGE, NOW + 3 * DAY)
    rotate_key(session, SYSTEM, partner.id, NOW, NOW)
    assert reason(session, second, PAGE, NOW) == "key_retired"


# --- what may be set --------------------------------------------------------------------------------


def test_what_is_wrong_is_told_for_each_field(session: Session, agency: Agency) -> None:
    found = wrong(
        session,
        agency,
        name=" ",
        origins=["http://oak.example"],
        needs=["magic"],
        states=["ZZ"],
        presets={"radius": ["far"], "theme": ["loud"], "rows": ["0"], "cookie": ["yes"]},
        locked=["everything"],
        per_minute=0,
    )
    assert set(found) == {
        "name", "origins", "needs", "states", "locked", "per_minute",
        "preset_radius", "preset_theme", "preset_rows", "preset_cookie",
    }  # fmt: skip


def test_a_search_does_not_start_with_help_that_the_site_leaves_out(session: Session, agency: Agency) -> None:
    assert set(wrong(session, agency, needs=["housing"], presets={"need": ["detox"]})) == {"preset_need"}
    add(session, agency, replace(OAK, needs=["housing"], presets={"need": ["shelter"]}))


def test_an_agency_has_one_site_of_a_name_and_another_agency_may_have_one_too(
    session: Session, agency: Agency
) -> None:
    add(session, agency)
    assert set(wrong(session, agency, name="OAK library")) == {"name"}
    other = add_agency(session, NewAgency(name="Elm", timezone="America/New_York"), SYSTEM, NOW)
    add(session, other)
    with pytest.raises(QueryInvalid, match="Several"):
        find_partner(session, "oak library")
    with pytest.raises(RecordNotFound):
        find_partner(session, "birch")


def test_saving_what_is_set_already_changes_nothing_and_is_not_written_down(
    session: Session, agency: Agency
) -> None:
    partner, _ = add(session, agency, FULL)
    before = len(actions(session))
    set_partner(session, SYSTEM, partner.id, as_set(partner), taxonomy(), NOW)
    assert len(actions(session)) == before


# --- who sees to it ---------------------------------------------------------------------------------


def test_another_agencys_site_is_like_one_that_is_not_there(session: Session, agency: Agency) -> None:
    partner, _ = add(session, agency)
    other = add_agency(session, NewAgency(name="Elm", timezone="America/New_York"), SYSTEM, NOW)
    for role in ROLES:
        asked = [(agency, partner.id), (other, partner.id), (other, ABSENT)]
        told = [told_of(session, acting(role, place), found) for place, found in asked]
        absent = "RecordNotFound There is no such record."
        expected = {
            "network_admin": [partner.id, partner.id, absent],
            "supervisor": [partner.id, absent, absent],
            "partner_admin": [partner.id, absent, absent],
        }
        assert told == expected.get(role, ["AccessRefused Your role does not allow that."] * 3), role


def told_of(session: Session, actor: Actor, partner_id: str) -> str:
    try:
        return partner_to_manage(session, actor, partner_id).id
    except (AccessRefused, RecordNotFound) as refused:
        return f"{type(refused).__name__} {refused}"


def test_how_often_visitors_search_only_the_network_sets(session: Session, agency: Agency) -> None:
    keeper = acting("partner_admin", agency)
    partner, _ = add(session, agency, replace(OAK, per_minute=5000), keeper)
    assert partner.per_minute == PER_MINUTE
    set_partner(session, keeper, partner.id, replace(OAK, per_minute=5000), taxonomy(), NOW)
    assert partner.per_minute == PER_MINUTE
    nett = acting("network_admin", agency)
    set_partner(session, nett, partner.id, replace(OAK, per_minute=5000), taxonomy(), NOW)
    assert partner.per_minute == 5000


def test_a_keeper_adds_no_site_for_another_agency(session: Session, agency: Agency) -> None:
    other = add_agency(session, NewAgency(name="Elm", timezone="America/New_York"), SYSTEM, NOW)
    with pytest.raises(RecordNotFound):
        add(session, agency, OAK, acting("partner_admin", other))
    with pytest.raises(AccessRefused):
        add(session, agency, OAK, acting("caseworker", agency))


def actions(session: Session) -> list[str]:
    return [each.action for each in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def test_every_change_leaves_its_line_in_the_audit(session: Session, agency: Agency) -> None:
    partner, _ = add(session, agency)
    set_partner(session, SYSTEM, partner.id, FULL, taxonomy(), NOW)
    rotate_key(session, SYSTEM, partner.id, NOW + DAY, NOW)
    for paused in (True, True, False):
        pause(session, SYSTEM, partner.id, paused, NOW)
    assert actions(session)[1:] == [
        "partner.add", "partner.set", "partner.rotate", "partner.pause", "partner.resume",
    ]  # fmt: skip
