"""The privacy officer: the audit in codes and ids, who received what, files that no spreadsheet runs."""

import csv
import io
import re

import pytest
from sqlalchemy import text as sql

from directory.database import db
from tests.listings.storing import counted_statements
from tests.web.office import Office, ahead, hidden, press
from tests.web.staff import send, token_of

FACTS = ("Quillfeather", "brambleberry", "Zorblat", "215555", "(215)")


def client_of(office: Office, referral: str) -> str:
    found = re.search(r'href="/referrals/clients/([0-9a-f-]{36})"', office.as_("casey").get(referral).text)
    assert found
    return found[1]


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# --- the audit --------------------------------------------------------------------------------------


def test_the_audit_shows_codes_ids_and_workers_and_no_client_fact(office: Office) -> None:
    referral = office.sent().rpartition("/")[2]
    text = office.as_("priv").get(f"/referrals/privacy?object={referral}").text
    assert "referral.send" in text
    assert referral in text
    assert "Maya Ortiz" in text
    for fact in FACTS:
        assert fact not in text


def test_the_audit_is_the_own_agencys(office: Office) -> None:
    referral = office.sent().rpartition("/")[2]
    text = office.as_("prue").get(f"/referrals/privacy?object={referral}").text
    assert "Nothing was written down in these days." in text


def test_the_audit_is_narrowed_by_day_person_deed_and_object(office: Office) -> None:
    client = office.client().rpartition("/")[2]
    priv = office.as_("priv")

    def actions(query: str) -> list[str]:
        page = priv.get(f"/referrals/privacy?object={client}&{query}").text
        return re.findall(r'<strong class="key">([^<]+)<', page)

    assert actions("") == ["client.add"]
    assert actions("action=client.") == ["client.add"]
    assert actions("action=client.read") == []
    assert actions(f"until={ahead(-2)[:10]}") == []
    assert actions(f"since={ahead(0)[:10]}") == ["client.add"]
    offered = re.findall(r'<option value="([0-9a-f-]{36})">Maya Ortiz', priv.get("/referrals/privacy").text)
    assert sum(actions(f"person={each}") == ["client.add"] for each in offered) == 1
    wrong = ("action=Referral%20Send", "object=%3D1", "since=tomorrow", "since=2026-05-02&until=2026-05-01")
    for query in wrong:
        assert priv.get(f"/referrals/privacy?{query}").status_code == 422, query


def test_that_somebody_read_the_audit_is_in_the_audit(office: Office) -> None:
    office.as_("priv").get("/referrals/privacy")
    lines = office.as_("priv").get("/referrals/privacy?action=audit.read").text
    assert "privacy_officer" in lines


def test_pages_of_the_audit_follow_each_other_without_gap(office: Office) -> None:
    for _ in range(60):
        office.client()
    seen: list[str] = []
    page = "/referrals/privacy?action=client.add"
    for _ in range(100):
        text = office.as_("priv").get(page).text
        seen += re.findall(r"line ([\d]+)</span>", text)
        older = re.search(r'href="([^"]+)">Older</a>', text)
        if older is None:
            break
        page = older[1].replace("&amp;", "&")
    else:
        pytest.fail("the pages of the audit have no end")
    assert seen == sorted(set(seen), key=int, reverse=True)
    assert len(seen) >= 60
    unknown = office.as_("priv").get("/referrals/privacy?before=2026-01-01T00:00:00%2B00:00~x")
    assert unknown.status_code == 422


def test_a_long_page_of_the_audit_takes_the_statements_of_a_short_one(office: Office) -> None:
    client = office.client().rpartition("/")[2]
    with office.app.app_context():
        engine = db.engine
    with counted_statements(engine) as few:
        office.as_("priv").get(f"/referrals/privacy?object={client}")
    with counted_statements(engine) as many:
        office.as_("priv").get("/referrals/privacy")
    assert len(few) == len(many)


def test_the_audit_as_a_file_has_the_same_lines(office: Office) -> None:
    client = office.client().rpartition("/")[2]
    answer = office.as_("priv").get(f"/referrals/privacy/audit.csv?object={client}")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    heading, row = table(answer.text)
    line = dict(zip(heading, row, strict=True))
    assert (line["action"], line["object_ids"], line["channel"]) == ("client.add", client, "web")


def test_a_whole_record_is_told_and_a_changed_one_too(office: Office) -> None:
    office.client()
    assert "None was changed" in office.as_("priv").get("/referrals/privacy/chain").text
    with office.app.app_context(), db.engine.begin() as connection:
        triggers = connection.execute(
            sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
        ).all()
        for each in triggers:
            connection.execute(sql(f"DROP TRIGGER {each.name}"))
        last = sql("SELECT max(seq) FROM audit_entry WHERE action = 'client.add'")
        newest = connection.execute(last).scalar()
        connection.execute(
            sql("UPDATE audit_entry SET action = 'client.xdd' WHERE seq = :seq"), {"seq": newest}
        )
    try:
        broken = office.as_("priv").get("/referrals/privacy/chain").text
        listed = office.as_("priv").get("/referrals/privacy?action=client.xdd").text
    finally:
        with office.app.app_context(), db.engine.begin() as connection:
            connection.execute(
                sql("UPDATE audit_entry SET action = 'client.add' WHERE seq = :seq"), {"seq": newest}
            )
            for each in triggers:
                connection.execute(sql(each.sql))
    assert "the record is not as it was written" in broken
    assert "At least one line here is not as it was written." in listed


# --- who received what ------------------------------------------------------------------------------


def test_the_officer_finds_a_person_by_exact_match_and_sees_an_id(office: Office) -> None:
    office.client(name="Fern Delacroix", birth_date="1961-03-04")
    found = send(
        office.as_("priv"), "/referrals/privacy/people", name="fern delacroix", birth_date="1961-03-04"
    )
    main = found.text.partition("found-title")[2].partition("<form")[0]
    key = re.search(r"/referrals/privacy/people/([0-9a-f-]{36})", main)
    assert key
    assert "Delacroix" not in main
    assert office.as_("priv").get(f"/referrals/privacy/people/{key[1]}").status_code == 200
    person = {"name": "Fern Delacroix", "birth_date": "1961-03-04"}
    none = send(office.as_("prue"), "/referrals/privacy/people", **person)
    assert "Nobody in your agency" in none.text
    assert send(office.as_("priv"), "/referrals/privacy/people", name="Fern").status_code == 422


def test_the_accounting_tells_who_received_what_and_when_the_list_is_due(office: Office) -> None:
    client = client_of(office, office.sent())
    text = office.as_("priv").get(f"/referrals/privacy/people/{client}").text
    assert re.search(r"<time[^>]+>\w{3} \d{1,2}, 20\d\d ", text), "days of three years have their year"
    for said in ("River Recovery", "name and contact details", "getting this help", "The person agreed"):
        assert said in text
    for fact in FACTS:
        assert fact not in text
    dated = office.as_("priv").get(f"/referrals/privacy/people/{client}?asked_on=2026-03-02").text
    assert "The list is due by Apr 1, 2026." in dated
    assert "Nothing was passed on." in dated
    ahead_of_time = office.as_("priv").get(f"/referrals/privacy/people/{client}?asked_on={ahead(3)[:10]}")
    assert ahead_of_time.status_code == 422
    assert "That day has not come yet." in ahead_of_time.text


def test_consents_are_shown_to_the_officer_without_their_words(office: Office) -> None:
    client = client_of(office, office.sent())
    text = office.as_("priv").get(f"/referrals/privacy/people/{client}").text.partition("consents-title")[2]
    assert "For the places named here" in text
    assert "Typed by the person" in text
    assert "My name, how to reach me" not in text
    own = office.as_("casey").get(f"/referrals/clients/{client}/disclosures").text
    assert "consents-title" not in own


def test_a_caseworker_reaches_the_accounting_from_the_persons_page(office: Office) -> None:
    client = client_of(office, office.sent())
    page = f"/referrals/clients/{client}/disclosures"
    assert f'href="{page}"' in office.as_("casey").get(f"/referrals/clients/{client}").text
    assert "River Recovery" in office.as_("casey").get(page).text
    assert office.as_("casey").get(f"/referrals/privacy/people/{client}").status_code == 403
    assert office.as_("otto").get(page).status_code == 404


def test_emergencies_are_listed_only_when_every_ground_is_asked_for(office: Office) -> None:
    draft = office.draft(office.client())
    form = f"{draft}/ground/emergency"
    given = {
        **hidden(office.as_("casey").get(form).text, form),
        "nature": "Overdose",
        "recipient": "Dr. Ruiz",
        "affiliation": "Clinic",
        "is_medical": "1",
        "discloser": "Maya",
        "at": ahead(-1),
        "reason": "She cannot speak and is in danger",
    }
    assert office.as_("casey").post(form, data=given).status_code == 302
    assert press(office.as_("casey"), draft, "Send").status_code == 302
    page = f"/referrals/privacy/people/{client_of(office, draft)}"
    assert "Nothing was shared." in office.as_("priv").get(page).text
    whole = office.as_("priv").get(f"{page}?all=1").text
    assert "A medical emergency" in whole
    assert "Overdose" not in whole
    assert len(table(office.as_("priv").get(f"{page}/disclosures.csv").text)) == 1
    assert len(table(office.as_("priv").get(f"{page}/disclosures.csv?all=1").text)) == 2


@pytest.mark.parametrize("name", ["=HYPERLINK(0)", "+1", "-2", "@SUM(A1)", "\t=1"])
def test_no_spreadsheet_runs_a_receivers_name(office: Office, name: str) -> None:
    client = client_of(office, office.sent())
    with office.app.app_context(), db.engine.begin() as connection:
        trigger = connection.execute(
            sql("SELECT sql FROM sqlite_master WHERE name = 'disclosure_no_update'")
        ).scalar()
        connection.execute(sql("DROP TRIGGER disclosure_no_update"))
        connection.execute(
            sql("UPDATE disclosure SET recipient_name = :name WHERE client_id = :client"),
            {"name": name, "client": client},
        )
        connection.execute(sql(str(trigger)))
    for who, page in (("priv", "privacy/people"), ("casey", "clients")):
        rows = table(office.as_(who).get(f"/referrals/{page}/{client}/disclosures.csv").text)
        assert {row[1] for row in rows[1:]} == {"'" + name}


def test_reading_an_accounting_is_written_down(office: Office) -> None:
    client = client_of(office, office.sent())
    office.as_("casey").get(f"/referrals/clients/{client}/disclosures.csv")
    text = office.as_("priv").get(f"/referrals/privacy?object={client}&action=accounting.read").text
    assert "· csv<br>" in text
    assert token_of(office.as_("priv").get("/referrals/privacy/people"))
