"""Keys of requests: the same one at once does the work once, on each of the two databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from directory.errors import QueryInvalid, RequestDiffers
from directory.referrals import clients, replays
from directory.referrals.client_fields import ClientFields
from directory.referrals.tables_clients import Client
from tests.referrals.world import World


def test_the_same_key_at_once_does_the_work_once(world: World) -> None:
    ready = Barrier(4)

    def add(_: int) -> str:
        ready.wait()
        with world.as_("casey") as acting:
            replays.hold(acting, "key-1")
            before = replays.answered(acting, "key-1", "add Alex")
            if before is not None:
                return str(before["id"])
            made = clients.add(acting, ClientFields(name="Alex")).id
            replays.keep(acting, "key-1", "add Alex", {"id": made})
            return made

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(add, range(4)))) == 1
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Client)) == 1


def test_a_key_is_good_for_one_request_of_one_agency(world: World) -> None:
    with world.as_("casey") as acting:
        replays.keep(acting, "key-1", "add Alex", {"id": "1"})
    with world.as_("casey") as acting:
        assert replays.answered(acting, "key-1", "add Alex") == {"id": "1"}
        with pytest.raises(RequestDiffers):
            replays.answered(acting, "key-1", "add Robin")
    with world.as_("otto") as acting:
        assert replays.answered(acting, "key-1", "add Robin") is None
        with pytest.raises(QueryInvalid):
            replays.answered(acting, "k" * 129, "add Robin")


def test_keys_are_forgotten_after_a_week(world: World) -> None:
    with world.as_("casey") as acting:
        replays.keep(acting, "key-1", "add Alex", {"id": "1"})
    with world.sessions.begin() as session:
        replays.forget_old(session, world.now + replays.KEPT)
    with world.as_("casey") as acting:
        assert replays.answered(acting, "key-1", "add Robin") is None
