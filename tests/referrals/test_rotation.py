"""A rotation of the field keys goes through everything of this room, the append-only tables too."""

from pathlib import Path

from sqlalchemy import func, select

from directory.accounts.key_files import KeptKeys
from directory.accounts.keys import KeyRing
from directory.accounts.rotation import Rotation, behind
from directory.accounts.sealed import sealed_tables
from directory.database import Base
from directory.referrals import clients
from directory.referrals.boards import referrals_of_agency
from directory.referrals.sender_page import sender_page
from tests.referrals.test_canaries import live_through_everything
from tests.referrals.world import World


def test_after_a_rotation_everything_is_readable_with_the_new_key_alone(world: World, tmp_path: Path) -> None:
    kept = KeptKeys(tmp_path / "keys")
    world.ring = KeyRing(kept=kept)
    live_through_everything(world)
    rotated = Rotation(sessions=world.sessions, ring=world.ring).run()
    with world.sessions() as session:
        for found in sealed_tables(Base.metadata):
            if found.table.name in {
                "client",
                "consent",
                "referral_event",
                "message",
                "handoff",
                "disclosure",
            }:
                assert session.scalar(select(func.count()).select_from(found.table))
        assert behind(session, rotated.key_id) == 0
    world.ring = KeyRing(tuple(each for each in kept.read() if each.id == rotated.key_id))
    with world.as_() as acting:
        assert clients.find(acting, phone="215-555-0143")
        newest = referrals_of_agency(acting, "sender")[0]
        assert newest.client_name == "Alex Quillfeather"
        assert sender_page(acting, newest.id).details["note"].endswith("quixotropic")
