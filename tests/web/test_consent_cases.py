"""Cases of the consent gate that only a whole request shows: what is logged, audited, queued and answered."""

import pytest
from sqlalchemy import func, select

from directory.accounts.tables import AuditEntry
from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.referrals import gate
from tests.web.office import OTHER_LISTING, Office, ahead, hidden, press, told
from tests.web.receiver import audited, channels
from tests.web.staff import send

REASON = "The house knows them well and they asked for it"


def key(referral: str) -> str:
    return referral.rpartition("/")[2]


def mails(office: Office, address: str = "") -> int:
    """How many were put into the outbox, in all or for one reader."""
    query = select(func.count()).select_from(Outbox)
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        return session.scalar(query.where(Outbox.to_address == address) if address else query) or 0


def audit_text(office: Office) -> str:
    """Everything that the audit's lines say."""
    columns = AuditEntry.__table__.columns
    with office.app.app_context(), session_factory(db.engine, read_only=True)() as session:
        return "\n".join(str(tuple(row)) for row in session.execute(select(*columns)))


def test_c41_supervisors_are_told_of_an_emergency(office: Office) -> None:
    draft = office.draft(office.client())
    page = f"{draft}/ground/emergency"
    given = {
        **hidden(office.as_("casey").get(page).text, page),
        "nature": "Overdose",
        "recipient": "Dr. Ruiz",
        "affiliation": "Clinic",
        "is_medical": "1",
        "discloser": "Maya",
        "at": ahead(-1),
        "reason": "She cannot speak and is in danger",
    }
    assert office.as_("casey").post(page, data=given).status_code == 302
    before = mails(office, "sam@office.example")
    assert press(office.as_("casey"), draft, "Send").status_code == 302
    assert mails(office, "sam@office.example") == before + 1


def test_c45_a_supervisors_decision_is_logged_and_audited_without_recipient_or_reason(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    client = office.client()
    office.consent(client)
    draft = office.draft(client, listing=OTHER_LISTING)
    capsys.readouterr()
    page = f"{draft}/ground/override"
    form = hidden(office.as_("sam").get(page).text, page)
    decided = office.as_("sam").post(page, data={**form, "reason": REASON})
    assert decided.status_code == 302, told(decided)
    assert press(office.as_("casey"), draft, "Send").status_code == 302
    assert audited(office, "referral.ground_supervisor_override", key(draft)) == [("supervisor", "done")]
    logged = capsys.readouterr().err
    assert '"event": "request"' in logged
    for text in (logged, audit_text(office)):
        assert REASON not in text
        assert "Gaudenzia" not in text


def test_c49_the_review_of_a_limit_is_audited(office: Office) -> None:
    client = office.client()
    office.consent(client)
    send(office.as_("casey"), f"{client}/limits", page=client, agreed="Never on Sundays")
    draft = office.draft(client)
    address = f"{draft}/moves/send"
    form = hidden(office.as_("casey").get(draft).text, address)
    assert office.as_("casey").post(address, data=form).status_code == 409
    assert audited(office, "referral.limits_reviewed", key(draft)) == []
    sent = office.as_("casey").post(address, data={**form, "restriction_reviewed": "1"})
    assert sent.status_code == 302, told(sent)
    assert audited(office, "referral.limits_reviewed", key(draft)) == [("caseworker", "done")]


def test_c51_when_the_consent_cannot_be_read_nothing_leaves_and_nothing_is_queued(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.client()
    office.consent(client)
    draft = office.draft(client)
    address = f"{draft}/moves/send"
    form, before = hidden(office.as_("casey").get(draft).text, address), mails(office)

    def away(*_: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(gate, "as_consent", away)
        refused = office.as_("casey").post(address, data=form)
    assert refused.status_code == 503
    assert "The consent could not be checked, so nothing was shared." in refused.text
    assert mails(office) == before
    assert channels(office, draft) == []
    assert ">Draft</span>" in office.as_("casey").get(draft).text
