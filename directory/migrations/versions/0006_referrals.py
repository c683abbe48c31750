"""Clients, consents, referrals, handoffs, secure links."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from directory.migrations.append_only import drop_append_only_function, make_append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BLIND = sa.String(80)
IS_LIVE = sa.text(
    "status IN ('accepted', 'appt_cancelled', 'in_service', 'info_requested', 'no_show', 'scheduled', "
    "'sent', 'waitlisted', 'withdrawal_requested')"
)


def given(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    """Columns that every row has."""
    return [sa.Column(name, kind, nullable=False) for name in names]


def optional(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind) for name in names]


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def has_key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def only_one(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def index(table: str, *columns: str) -> None:
    label = "_".join(f"{table}_{each}" for each in columns)
    op.create_index(op.f(f"ix_{label}"), table, list(columns))


def upgrade() -> None:
    create_clients_and_consents()
    create_referrals()
    create_handoffs()
    create_doors()
    op.create_index(
        "uq_referral_live",
        "referral",
        ["client_id", "service_id"],
        unique=True,
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    )
    for table, sealed in APPEND_ONLY.items():
        make_append_only(table, may_change=sealed)


def create_clients_and_consents() -> None:
    op.create_table(
        "client",
        *given(KEY, "id", "agency_id"),
        *given(sa.Text(), "name"),
        *optional(
            sa.Text(),
            "preferred_name",
            "pronouns",
            "birth_date",
            "phone",
            "email",
            "address",
            "city",
            "postal_code",
            "reach_note",
        ),
        *optional(BLIND, "name_birth_index", "phone_index"),
        *optional(sa.Boolean(), "is_adult"),
        *optional(sa.String(2), "state"),
        *given(sa.String(8), "language"),
        flag("interpreter"),
        *optional(sa.String(), "timezone"),
        *given(sa.String(32), "contact_preference"),
        *given(sa.Text(), "safe_times"),
        flag("do_not_contact"),
        flag("wants_check_ins"),
        *optional(KEY, "created_by"),
        *given(MOMENT, "created_at", "changed_at"),
        *given(sa.Integer(), "version"),
        has_key("client"),
        refers("client", "agency_id", "agency"),
    )
    index("client", "agency_id", "created_at")
    index("client", "agency_id", "name_birth_index")
    index("client", "agency_id", "phone_index")
    op.create_table(
        "client_restriction",
        *given(KEY, "id", "client_id"),
        *given(sa.Text(), "agreed"),
        *optional(KEY, "recorded_by"),
        *given(MOMENT, "recorded_at"),
        *optional(MOMENT, "ended_at"),
        has_key("client_restriction"),
        refers("client_restriction", "client_id", "client"),
    )
    index("client_restriction", "client_id")
    op.create_table(
        "consent",
        *given(KEY, "id", "client_id", "agency_id"),
        *given(sa.String(32), "type"),
        *given(sa.String(16), "rule_version"),
        *given(sa.String(64), "data_class"),
        *given(sa.Text(), "patient_name"),
        *given(sa.String(), "discloser_name"),
        *optional(sa.Text(), "recipient_class"),
        *given(sa.Boolean(), "intermediary_named"),
        *given(sa.Text(), "intermediary_participants", "categories"),
        *optional(sa.Text(), "description"),
        *given(sa.Text(), "purposes"),
        *given(sa.Boolean(), "revocation_statement"),
        *optional(sa.Date(), "expires_on"),
        *optional(sa.Text(), "expiry_event"),
        *given(sa.Boolean(), "expires_none"),
        *given(sa.String(), "timezone"),
        *given(sa.String(16), "signer"),
        *optional(sa.Text(), "representative_name", "representative_authority"),
        *given(sa.String(16), "signature_kind"),
        *given(sa.Text(), "signature_evidence"),
        *given(MOMENT, "signed_at"),
        *given(sa.Text(), "statements_given"),
        *given(sa.String(8), "language"),
        *given(sa.String(32), "form_version"),
        *given(sa.String(128), "document_hash"),
        *optional(KEY, "recorded_by"),
        *given(MOMENT, "recorded_at"),
        has_key("consent"),
        refers("consent", "client_id", "client"),
        refers("consent", "agency_id", "agency"),
    )
    index("consent", "agency_id", "expires_on")
    index("consent", "client_id", "recorded_at")
    op.create_table(
        "consent_recipient",
        *given(KEY, "id", "consent_id"),
        *given(sa.Integer(), "position"),
        *optional(KEY, "recipient_id"),
        *given(sa.String(), "name"),
        has_key("consent_recipient"),
        refers("consent_recipient", "consent_id", "consent"),
        only_one("consent_recipient", "consent_id", "position"),
    )
    index("consent_recipient", "recipient_id")
    op.create_table(
        "consent_revocation",
        *given(KEY, "id", "consent_id"),
        *given(MOMENT, "revoked_at"),
        *given(sa.String(16), "by", "how"),
        *optional(sa.Text(), "reason"),
        *optional(KEY, "recorded_by"),
        has_key("consent_revocation"),
        refers("consent_revocation", "consent_id", "consent"),
        only_one("consent_revocation", "consent_id"),
    )
    op.create_table(
        "consent_expiry_event",
        *given(KEY, "id", "consent_id"),
        *given(MOMENT, "occurred_at"),
        *optional(KEY, "recorded_by"),
        *given(MOMENT, "recorded_at"),
        has_key("consent_expiry_event"),
        refers("consent_expiry_event", "consent_id", "consent"),
        only_one("consent_expiry_event", "consent_id"),
    )
    op.create_table(
        "minor_rule",
        *given(KEY, "id", "agency_id"),
        *given(sa.String(2), "state"),
        *given(sa.String(64), "data_class"),
        *given(sa.Integer(), "from_age", "below_age"),
        *given(sa.String(16), "who_signs"),
        *given(sa.String(), "citation"),
        *given(KEY, "entered_by"),
        *given(MOMENT, "entered_at"),
        has_key("minor_rule"),
        refers("minor_rule", "agency_id", "agency"),
    )
    index("minor_rule", "agency_id", "state")


def create_referrals() -> None:
    op.create_table(
        "referral",
        *given(KEY, "id", "client_id", "from_agency_id"),
        *optional(KEY, "from_user_id", "to_agency_id", "to_organization_id", "listing_id", "service_id"),
        *given(sa.Text(), "snapshot", "needs"),
        *optional(sa.String(80), "area"),
        *given(sa.String(32), "priority"),
        *given(sa.Text(), "shared_fields"),
        *given(sa.String(64), "purpose"),
        *optional(sa.Text(), "details"),
        *given(sa.String(32), "contact_preference"),
        flag("self_referral"),
        *given(sa.String(32), "basis"),
        *optional(sa.Text(), "basis_facts", "handed_over"),
        *optional(MOMENT, "restriction_reviewed_at"),
        *optional(KEY, "consent_id", "continues_id"),
        *given(sa.String(32), "status"),
        *given(sa.String(16), "turn"),
        *optional(sa.String(80), "status_label"),
        *given(sa.Integer(), "version"),
        *optional(
            MOMENT,
            "sent_at",
            "answer_due_at",
            "first_viewed_at",
            "info_requested_at",
            "responded_at",
            "accepted_at",
            "waitlisted_at",
            "scheduled_at",
            "no_show_at",
            "connected_at",
            "withdrawal_requested_at",
            "closed_at",
        ),
        *optional(KEY, "accepted_by"),
        *optional(sa.Text(), "accepting_worker", "named_contact"),
        *optional(MOMENT, "next_step_due"),
        *optional(sa.String(10), "expected"),
        *optional(sa.Integer(), "position"),
        *optional(sa.Date(), "review_on"),
        *optional(MOMENT, "recovery_due"),
        *optional(sa.String(32), "connected_by"),
        *optional(sa.Date(), "outcome_on"),
        *optional(sa.String(64), "reason"),
        *given(MOMENT, "created_at", "changed_at"),
        has_key("referral"),
        refers("referral", "client_id", "client"),
        refers("referral", "from_agency_id", "agency"),
        refers("referral", "to_agency_id", "agency"),
        refers("referral", "consent_id", "consent"),
        refers("referral", "continues_id", "referral"),
    )
    index("referral", "client_id")
    index("referral", "consent_id")
    index("referral", "continues_id")
    index("referral", "from_agency_id", "changed_at", "id")
    index("referral", "from_agency_id", "status", "sent_at")
    index("referral", "from_agency_id", "turn", "changed_at", "id")
    index("referral", "from_user_id", "turn", "changed_at", "id")
    index("referral", "sent_at")
    index("referral", "status", "id")
    index("referral", "to_agency_id", "changed_at", "id")
    index("referral", "to_agency_id", "status", "sent_at")
    index("referral", "to_agency_id", "turn", "changed_at", "id")
    op.create_table(
        "referral_event",
        *given(KEY, "id", "referral_id"),
        *given(sa.Integer(), "position"),
        *given(sa.String(32), "event", "from_status", "to_status", "actor"),
        *optional(KEY, "user_id", "agency_id"),
        *given(sa.String(32), "role"),
        *given(MOMENT, "at"),
        *optional(sa.String(64), "reason"),
        *optional(sa.Text(), "body"),
        *given(sa.Integer(), "version_before", "version_after"),
        *given(sa.String(16), "channel"),
        *optional(sa.String(64), "request_id"),
        *optional(sa.String(128), "idempotency_key"),
        *optional(KEY, "consent_id"),
        has_key("referral_event"),
        refers("referral_event", "referral_id", "referral"),
        refers("referral_event", "consent_id", "consent"),
        only_one("referral_event", "referral_id", "position"),
    )
    index("referral_event", "event", "at")
    index("referral_event", "consent_id")
    op.create_table(
        "disclosure",
        *given(KEY, "id", "client_id"),
        *optional(KEY, "referral_id", "consent_id"),
        *given(KEY, "agency_id"),
        *given(sa.String(32), "basis"),
        *given(KEY, "recipient_id"),
        *given(sa.String(), "recipient_name"),
        *given(sa.Text(), "fields", "categories"),
        *given(sa.String(64), "purpose"),
        *given(sa.String(16), "channel"),
        *given(sa.Boolean(), "part2"),
        *optional(sa.String(32), "notice_version"),
        *optional(sa.Text(), "basis_facts"),
        *optional(KEY, "user_id"),
        *given(MOMENT, "at"),
        has_key("disclosure"),
        refers("disclosure", "client_id", "client"),
        refers("disclosure", "referral_id", "referral"),
        refers("disclosure", "consent_id", "consent"),
        refers("disclosure", "agency_id", "agency"),
    )
    index("disclosure", "agency_id", "at")
    index("disclosure", "client_id", "at")
    index("disclosure", "consent_id")
    index("disclosure", "referral_id", "at")
    op.create_table(
        "message",
        *given(KEY, "id", "referral_id"),
        *given(sa.Integer(), "position"),
        *given(sa.String(16), "side", "kind"),
        *optional(KEY, "user_id", "agency_id"),
        *given(sa.Text(), "body"),
        *given(MOMENT, "at"),
        has_key("message"),
        refers("message", "referral_id", "referral"),
        only_one("message", "referral_id", "position"),
    )
    op.create_table(
        "appointment",
        *given(KEY, "id", "referral_id"),
        *given(MOMENT, "starts_at"),
        *given(sa.String(), "timezone"),
        *given(sa.String(16), "modality"),
        *given(sa.Text(), "place", "contact"),
        *given(sa.String(16), "client_told", "status"),
        *optional(KEY, "replaces_id", "handoff_id"),
        *optional(sa.String(16), "cancelled_by"),
        *optional(sa.String(64), "reason"),
        *optional(KEY, "made_by"),
        *given(MOMENT, "made_at"),
        *optional(MOMENT, "ended_at"),
        has_key("appointment"),
        refers("appointment", "referral_id", "referral"),
        refers("appointment", "replaces_id", "appointment"),
    )
    index("appointment", "referral_id", "starts_at")
    index("appointment", "status", "starts_at")
    index("appointment", "replaces_id")
    op.create_table(
        "contact_attempt",
        *given(KEY, "id", "referral_id"),
        *given(MOMENT, "at"),
        *given(sa.String(16), "method", "outcome"),
        *optional(sa.Text(), "note"),
        *optional(KEY, "user_id", "agency_id"),
        *given(MOMENT, "recorded_at"),
        has_key("contact_attempt"),
        refers("contact_attempt", "referral_id", "referral"),
    )
    index("contact_attempt", "referral_id", "at")
    op.create_table(
        "check_in",
        *given(KEY, "id", "referral_id"),
        *given(sa.Integer(), "days"),
        *given(sa.Date(), "due_on"),
        *optional(MOMENT, "answered_at"),
        *optional(sa.String(16), "answered_through"),
        *optional(sa.String(8), "housed", "working", "connected", "supported"),
        has_key("check_in"),
        refers("check_in", "referral_id", "referral"),
        only_one("check_in", "referral_id", "days"),
    )
    index("check_in", "due_on")


def create_handoffs() -> None:
    op.create_table(
        "handoff",
        *given(KEY, "id", "referral_id", "from_agency_id"),
        *given(sa.String(16), "status"),
        *given(sa.String(32), "method"),
        *optional(MOMENT, "planned_for"),
        *optional(KEY, "initiated_by"),
        *optional(sa.Text(), "introduced_by"),
        *optional(KEY, "introduced_by_user"),
        *optional(sa.Text(), "received_by"),
        *optional(KEY, "received_by_user"),
        *optional(MOMENT, "started_at", "ended_at"),
        *optional(
            sa.Boolean(), "client_present", "client_spoke", "client_met_receiving_contact", "interpreter"
        ),
        *optional(sa.String(32), "location_type"),
        *given(sa.Text(), "shared"),
        *optional(sa.Text(), "understanding", "next_step"),
        *optional(sa.Boolean(), "transport_arranged"),
        *optional(KEY, "appointment_id"),
        *optional(sa.String(32), "failure_reason"),
        *optional(MOMENT, "follow_up_due"),
        *optional(sa.Text(), "follow_up_result"),
        *optional(MOMENT, "follow_up_at"),
        *optional(KEY, "follow_up_by"),
        *optional(sa.String(16), "warmth"),
        *given(sa.Integer(), "version"),
        *given(MOMENT, "created_at", "changed_at"),
        has_key("handoff"),
        refers("handoff", "referral_id", "referral"),
        refers("handoff", "from_agency_id", "agency"),
        refers("handoff", "appointment_id", "appointment"),
    )
    index("handoff", "from_agency_id", "follow_up_due")
    index("handoff", "referral_id", "created_at")
    index("handoff", "appointment_id")
    op.create_table(
        "handoff_save",
        *given(KEY, "id", "handoff_id"),
        *given(sa.String(64), "save_id"),
        *given(sa.Integer(), "step"),
        *given(sa.Text(), "fields"),
        *given(sa.Integer(), "version_after"),
        *given(MOMENT, "saved_at"),
        has_key("handoff_save"),
        refers("handoff_save", "handoff_id", "handoff"),
        only_one("handoff_save", "handoff_id", "save_id"),
    )


def create_doors() -> None:
    op.create_table(
        "receiver_link",
        *given(KEY, "id", "referral_id"),
        *given(sa.Text(), "recipient_name"),
        *given(sa.String(64), "token_hash", "reference_hash"),
        *given(sa.String(160), "code_hash"),
        *optional(sa.String(64), "claim_hash"),
        *optional(MOMENT, "claimed_at"),
        *given(MOMENT, "expires_at"),
        *given(sa.Integer(), "wrong_codes"),
        *optional(MOMENT, "locked_at", "revoked_at"),
        *optional(KEY, "made_by"),
        *given(MOMENT, "made_at"),
        has_key("receiver_link"),
        refers("receiver_link", "referral_id", "referral"),
        only_one("receiver_link", "reference_hash"),
        only_one("receiver_link", "token_hash"),
    )
    index("receiver_link", "referral_id")
    op.create_table(
        "person_link",
        *given(KEY, "id", "referral_id"),
        *given(sa.String(64), "token_hash"),
        *given(MOMENT, "expires_at"),
        *optional(MOMENT, "revoked_at"),
        *given(MOMENT, "made_at"),
        has_key("person_link"),
        refers("person_link", "referral_id", "referral"),
        only_one("person_link", "token_hash"),
    )
    index("person_link", "referral_id")
    op.create_table(
        "idempotency_key",
        *given(KEY, "id"),
        *given(sa.String(64), "scope"),
        *given(sa.String(128), "key"),
        *given(sa.Text(), "request", "response"),
        *given(MOMENT, "made_at", "expires_at"),
        has_key("idempotency_key"),
        only_one("idempotency_key", "scope", "key"),
    )
    index("idempotency_key", "expires_at")
    op.create_table(
        "reminder_sent",
        *given(KEY, "id", "referral_id"),
        *given(sa.String(64), "trigger"),
        *given(MOMENT, "due_at", "given_at"),
        *given(sa.String(200), "dedupe_key"),
        has_key("reminder_sent"),
        refers("reminder_sent", "referral_id", "referral"),
        only_one("reminder_sent", "dedupe_key"),
    )
    index("reminder_sent", "referral_id")


APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "consent": (
        "patient_name",
        "recipient_class",
        "description",
        "expiry_event",
        "representative_name",
        "representative_authority",
        "signature_evidence",
    ),
    "consent_recipient": (),
    "consent_revocation": ("reason",),
    "consent_expiry_event": (),
    "minor_rule": (),
    "referral_event": ("body",),
    "disclosure": ("basis_facts",),
    "message": ("body",),
    "contact_attempt": ("note",),
    "handoff_save": (),
}
"""Tables that only grow, and their sealed columns, which a rotation of the keys writes anew."""

TABLES = (
    "reminder_sent",
    "idempotency_key",
    "person_link",
    "receiver_link",
    "handoff_save",
    "handoff",
    "check_in",
    "contact_attempt",
    "appointment",
    "message",
    "disclosure",
    "referral_event",
    "referral",
    "minor_rule",
    "consent_expiry_event",
    "consent_revocation",
    "consent_recipient",
    "consent",
    "client_restriction",
    "client",
)
"""Children before their parents."""


def downgrade() -> None:
    for each in TABLES:
        op.drop_table(each)
    for each in APPEND_ONLY:
        drop_append_only_function(each)
