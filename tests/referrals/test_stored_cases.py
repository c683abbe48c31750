"""Cases of the consent gate whose effect is a row: what a pure decision cannot show."""

import pytest
from sqlalchemy import select

from directory.accounts.tables import AuditEntry
from directory.errors import AccessRefused, DisclosureRefused
from directory.referrals.grounds import decide_as_supervisor
from directory.referrals.tables_consents import Disclosure
from tests.referrals.world import World

REASON = "They named the clinic to me on the phone today"


def test_c20_a_consent_that_names_a_class_waits_for_a_supervisor_whose_word_is_audited(world: World) -> None:
    client_id = world.client()
    world.consent(
        client_id,
        type="part2_tpo",
        recipients=(),
        recipient_class="my treating providers",
        purposes=frozenset({"treatment"}),
        statements_given=frozenset({"redisclosure", "refusal"}),
    )
    referral_id = world.draft(client_id)
    with pytest.raises(DisclosureRefused) as refused:
        world.move(referral_id, "send")
    assert refused.value.codes == ("class_needs_confirmation",)
    with pytest.raises(AccessRefused), world.as_() as acting:
        decide_as_supervisor(acting, referral_id, REASON, version=1)
    with world.as_("sam") as acting:
        decide_as_supervisor(acting, referral_id, REASON, version=1)
    world.move(referral_id, "send")
    with world.sessions() as session:
        lines = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "referral.ground_consent")
        ).all()
        assert [(each.role, each.object_ids, each.outcome) for each in lines] == [
            ("supervisor", [referral_id, client_id], "done")
        ]
        kept = session.scalars(select(Disclosure)).one()
        assert REASON in (world.ring.get(kept, "basis_facts") or "")
