"""Two at once: one wins, the other is told; and the same request twice is one."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select

from directory.accounts.audit import verify
from directory.errors import DirectoryError, LinkRefused, TransitionRefused
from directory.referrals import links
from directory.referrals.payloads import Moved
from directory.referrals.tables import ReferralEvent
from tests.referrals.world import World, forget_the_disk

T = TypeVar("T")


def at_once(*deeds: Callable[[], T]) -> list[T | DirectoryError]:
    """All at the same time, each in a thread; what came of each."""
    start = threading.Barrier(len(deeds))
    came: list[T | DirectoryError] = []

    def run(deed: Callable[[], T]) -> None:
        start.wait()
        try:
            came.append(deed())
        except DirectoryError as problem:
            came.append(problem)

    threads = [threading.Thread(target=run, args=(each,)) for each in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return came


def accepting(world: World, referral_id: str, who: str) -> Callable[[], Moved]:
    return lambda: world.move(referral_id, "accept", who=who, expected_version=2)


def test_of_two_who_accept_at_once_one_wins_and_one_is_told(world: World) -> None:
    forget_the_disk(world)
    for _ in range(5):
        referral_id = world.sent()
        came = at_once(*[accepting(world, referral_id, who) for who in ("pat", "piet")])
        refused = [each for each in came if isinstance(each, TransitionRefused)]
        assert [each.code for each in refused] in (["changed_meanwhile"], ["move_unknown"])
        assert len(came) == 2
        assert world.row(referral_id).version == 3
    with world.sessions() as session:
        accepted = select(func.count()).where(ReferralEvent.event == "accept")
        assert session.scalar(accepted) == 5
        assert verify(session).whole


def test_of_two_sends_for_the_same_service_at_once_one_wins_and_the_other_names_it(world: World) -> None:
    forget_the_disk(world)
    client_id = world.client()
    world.consent(client_id)
    first, second = world.draft(client_id), world.draft(client_id)
    came = at_once(lambda: world.move(first, "send"), lambda: world.move(second, "send", who="cleo"))
    (won,) = [each for each in came if isinstance(each, Moved)]
    (lost,) = [each for each in came if isinstance(each, TransitionRefused)]
    assert lost.details == {"live_referral_id": won.referral_id}


def test_the_same_request_four_times_at_once_is_one(world: World) -> None:
    forget_the_disk(world)
    client_id = world.client()
    world.consent(client_id)
    referral_id = world.draft(client_id)
    came = at_once(*[lambda: world.move(referral_id, "send", idempotency_key="same")] * 4)
    assert len(set(came)) == 1
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(ReferralEvent)) == 1


def test_of_two_browsers_with_the_right_code_at_once_one_gets_in(world: World) -> None:
    forget_the_disk(world)
    referral_id = world.sent()

    def claim(link: links.MadeLink) -> links.Claimed | None:
        with world.as_(actor=links.LINK, channel="link") as acting:
            return links.claim(acting, link.token, link.code)

    for _ in range(5):
        with world.as_() as acting:
            link = links.make(acting, referral_id, recipient_name="Robin")
        came = at_once(*[partial(claim, link)] * 2)
        assert {type(each) for each in came} == {links.Claimed, LinkRefused}
