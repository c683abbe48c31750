"""Boards and inboxes: own agency only, page by page, one statement however many rows."""

import pytest
from sqlalchemy import Engine

from directory.errors import AccessRefused, QueryInvalid
from directory.referrals.boards import Cursor, referrals_of_agency
from tests.listings.storing import counted_statements
from tests.referrals.world import HOUR, World


def ids(world: World, who: str, side: str, **given: object) -> list[str]:
    with world.as_(who) as acting:
        return [each.id for each in referrals_of_agency(acting, side, **given)]  # type: ignore[arg-type]


def test_each_side_sees_its_own_and_whose_turn_it_is(world: World) -> None:
    waiting, question, draft = world.sent(), world.sent(), world.draft(world.client())
    world.move(question, "request_info", who="pat")
    assert set(ids(world, "casey", "sender")) == {waiting, question, draft}
    assert set(ids(world, "casey", "sender", turn="own")) == {question, draft}
    assert ids(world, "casey", "sender", turn="other") == [waiting]
    assert set(ids(world, "pat", "receiver")) == {waiting, question}
    assert ids(world, "pat", "receiver", turn="own") == [waiting]
    assert ids(world, "otto", "sender") == []


def test_an_inbox_names_no_client(world: World) -> None:
    world.sent()
    with world.as_("pat") as acting:
        (row,) = referrals_of_agency(acting, "receiver")
    assert (row.client_name, row.client_id, row.needs) == ("", "", ())
    assert row.other_agency == "Maple House"
    with world.as_("casey") as acting:
        (own,) = referrals_of_agency(acting, "sender")
    assert (own.client_name, own.other_agency) == ("Alex Quillfeather", "River Recovery")


def test_the_sender_is_not_named_to_a_receiver_for_whom_it_ended_before_accepting(world: World) -> None:
    referral_id = world.sent()
    world.move(referral_id, "withdraw")
    with world.as_("pat") as acting:
        assert referrals_of_agency(acting, "receiver")[0].other_agency == ""


def test_pages_follow_each_other_without_gap_or_overlap(world: World) -> None:
    client_id = world.client()
    made = []
    for number in range(7):
        world.now += HOUR * (number % 2)  # some change at the same moment
        made.append(world.draft(client_id))
    seen: list[str] = []
    before = None
    while True:
        with world.as_("casey") as acting:
            page = referrals_of_agency(acting, "sender", before=before, limit=3)
        if not page:
            break
        seen += [each.id for each in page]
        before = Cursor.parse(str(page[-1].cursor))
    assert sorted(seen) == sorted(made)
    with pytest.raises(QueryInvalid):
        Cursor.parse("yesterday~x")


def test_a_page_of_many_takes_the_statements_of_a_page_of_one(world: World, database: Engine) -> None:
    world.sent()
    with counted_statements(database) as one:
        ids(world, "casey", "sender")
        ids(world, "pat", "receiver")
    for _ in range(5):
        world.sent()
    with counted_statements(database) as many:
        ids(world, "casey", "sender")
        ids(world, "pat", "receiver")
    assert len(one) == len(many)


def test_who_may_read_the_other_side_only_is_refused(world: World) -> None:
    for who, side in (("casey", "receiver"), ("pat", "sender"), ("stew", "sender")):
        with pytest.raises(AccessRefused):
            ids(world, who, side)


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "2026-01-01~no-zone",
        "0001-01-01T00:00:00+14:00~00000000-0000-4000-8000-000000000000",
        "9999-12-31T23:59:59-14:00~00000000-0000-4000-8000-000000000000",
        "2026-01-01T00:00:00+00:00~x",
        "2026-01-01T00:00:00+00:00~\x00",
        "2026-01-01T00:00:00+00:00~17",
    ],
)
def test_an_address_of_no_page_is_told_as_such(address: str) -> None:
    with pytest.raises(QueryInvalid):
        Cursor.parse(address)


def test_an_address_of_a_page_leads_there_from_any_zone() -> None:
    key = "00000000-0000-4000-8000-000000000000"
    found = Cursor.parse(f"2026-01-01T00:00:00-05:00~{key}")
    assert str(found) == f"2026-01-01T05:00:00+00:00~{key}"


def test_a_page_of_the_audit_goes_by_numbers() -> None:
    at = "2026-01-01T00:00:00+00:00~"
    assert Cursor.parse(f"{at}17", numbered=True).id == "17"
    for other in ("", "x", "9" * 30, "٣", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(QueryInvalid):
            Cursor.parse(at + other, numbered=True)
