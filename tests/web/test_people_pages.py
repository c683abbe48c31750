"""The people of an agency on the web: who may see to them, what it does at once, and what it gives away."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.accounts.access import ROLES
from directory.accounts.tables import AuditEntry, Invitation, Membership, User
from directory.app import create_app
from directory.database import db, session_factory
from directory.mail.tables import Outbox
from directory.settings import Settings
from directory.web.access import access_of
from tests.databases import prepare
from tests.web.staff import PASSWORD, SIGN_IN, Person, cheap_sign_in, join, led_to, send, sign_in, token_of

PAGE = "/account/people"
ABSENT = "00000000-0000-4000-8000-000000000000"
RIVER, LAKE = "River House", "Lake House"


@dataclass
class Place:
    """Two agencies and the people that a test needs, each signed in once."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def as_(self, role: str, agency: str = RIVER) -> FlaskClient:
        """The browser of somebody in that role."""
        who = f"{role}@{agency.split(maxsplit=1)[0].lower()}.example"
        if who not in self.browsers:
            self.people[who] = join(self.app, who, role, agency)
            self.browsers[who] = sign_in(self.app, self.people[who])
        return self.browsers[who]

    def rows(self) -> Session:
        with self.app.app_context():
            return session_factory(db.engine, read_only=True)()

    def membership(self, role: str, agency: str = RIVER) -> str:
        """Its id."""
        self.as_(role, agency)
        who = f"{role}@{agency.split(maxsplit=1)[0].lower()}.example"
        with self.rows() as rows:
            query = select(Membership.id).join(User).where(User.email == who)
            return str(rows.scalars(query).one())

    def mails(self) -> list[Outbox]:
        with self.rows() as rows:
            return list(rows.scalars(select(Outbox).where(Outbox.kind == "invitation")))

    def audited(self) -> list[str]:
        with self.rows() as rows:
            return list(rows.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


@pytest.fixture
def place(tmp_path: Path, gazetteer_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    cheap_sign_in(monkeypatch)
    home = Path(shutil.copytree(gazetteer_cache, tmp_path / "home"))
    settings = Settings(
        directory_home=home,
        search_engine="memory",
        public_url="https://help.example",
        mail_url="smtp://mail.example:25",
        mail_from="help@help.example",
    )
    prepare(settings.database)
    app = create_app(settings)
    yield Place(app)
    with app.app_context():
        db.engine.dispose()


def invite(browser: FlaskClient, email: str, role: str = "caseworker", **given: str) -> TestResponse:
    return send(browser, f"{PAGE}/invite", email=email, role=role, **given)


def link_in(mail: Outbox) -> str:
    found = re.search(r"https://help\.example(/account/invitation/\S+)", mail.body)
    assert found, mail.body
    return found[1]


# --- who may ----------------------------------------------------------------------------------------

OWN_OR_ALL = "people.invite or network.people"
ROUTES = {
    ("GET", PAGE),
    ("GET", f"{PAGE}/invite"),
    ("POST", f"{PAGE}/invite"),
    ("GET", f"{PAGE}/<membership>"),
    ("POST", f"{PAGE}/<membership>/role"),
    ("POST", f"{PAGE}/<membership>/end"),
    ("POST", f"{PAGE}/invitations/<invitation>/again"),
    ("POST", f"{PAGE}/invitations/<invitation>/cancel"),
}


def test_every_route_about_people_is_in_this_table_and_asks_for_one_of_two_rights(place: Place) -> None:
    found = {
        (method, re.sub(r"<key:(\w+)_id>", r"<\1>", rule.rule)): access_of(
            place.app.view_functions[rule.endpoint]
        )
        for rule in place.app.url_map.iter_rules()
        if rule.rule.startswith(PAGE)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == dict.fromkeys(ROUTES, OWN_OR_ALL)


def ask(browser: FlaskClient, method: str, path: str) -> tuple[int, str]:
    if method == "GET":
        answer = browser.get(path)
    else:
        answer = browser.post(path, data={"csrf_token": token_of(browser.get("/account"))})
    return answer.status_code, re.sub(r'value="[^"]*"|href="[^"]*"', "", answer.text)


def test_only_a_supervisor_and_whoever_runs_the_network_may(place: Place) -> None:
    """Route × role × own or another agency's."""
    invite(place.as_("supervisor"), "new@river.example")
    things = {"<membership>": place.membership("caseworker")}
    with place.rows() as rows:
        things["<invitation>"] = rows.scalars(
            select(Invitation.id).where(Invitation.email == "new@river.example")
        ).one()
    for method, rule in sorted(ROUTES):
        gone = re.sub("<.*?>", ABSENT, rule)
        there = rule
        for name, found in things.items():
            there = there.replace(name, found)
        for role in sorted(set(ROLES) - {"supervisor", "network_admin"}):
            assert ask(place.as_(role), method, there)[0] == 403, (role, method, rule)
        if gone != rule:
            foreign = place.as_("supervisor", LAKE)
            told = ask(foreign, method, there)
            assert told == ask(foreign, method, gone), (method, rule)
            assert told[0] == 404
        of_the_network = ask(place.as_("network_admin", LAKE), method, gone)[0]
        assert of_the_network == (404 if gone != rule else {"GET": 200, "POST": 422}[method]), (method, rule)
    stranger = place.app.test_client()
    assert led_to(stranger.get(PAGE)) == SIGN_IN


def test_a_supervisor_does_not_reach_another_agency_by_its_id(place: Place) -> None:
    place.as_("caseworker", LAKE)
    with place.rows() as rows:
        (lake,) = {each.agency_id for each in rows.scalars(select(Membership))}
    supervisor = place.as_("supervisor")
    for path in (PAGE, f"{PAGE}/invite"):
        assert supervisor.get(path, query_string={"agency": lake}).status_code == 404
    page = supervisor.get(f"{PAGE}/invite")
    data = {"csrf_token": token_of(page), "email": "x@lake.example", "role": "caseworker", "agency": lake}
    assert supervisor.post(f"{PAGE}/invite", data=data).status_code == 404
    admin = place.as_("network_admin")
    assert "caseworker@lake.example" in admin.get(PAGE, query_string={"agency": lake}).text
    assert admin.post(f"{PAGE}/invite", data={**data, "csrf_token": token_of(admin.get("/account"))}).location
    assert [each.to_address for each in place.mails()] == ["x@lake.example"]


# --- the list ---------------------------------------------------------------------------------------


def test_the_list_shows_roles_last_sign_in_and_whether_there_is_a_second_step(place: Place) -> None:
    supervisor = place.as_("supervisor")
    place.as_("caseworker")
    join(place.app, "never@river.example", "provider_staff")
    place.as_("caseworker", LAKE)
    text = supervisor.get(PAGE).text
    for fact in ("Caseworker", "Supervisor", "Last signed in: ", "App for codes", "Has not signed in yet"):
        assert fact in text
    assert "No second step yet" in text
    assert "lake.example" not in text


# --- inviting ---------------------------------------------------------------------------------------


def test_an_invited_person_becomes_a_member_by_the_link_in_the_mail(place: Place) -> None:
    answer = invite(place.as_("supervisor"), "New@River.example", "provider_staff")
    assert (answer.status_code, answer.location) == (302, PAGE)
    page = place.as_("supervisor").get(PAGE).text
    assert "new@river.example" in page
    assert "/account/invitation/" not in page
    (mail,) = place.mails()
    assert RIVER not in mail.subject + mail.body
    link = link_in(mail)
    taken = send(place.app.test_client(), link, name="New", password=PASSWORD, again=PASSWORD)
    assert taken.status_code == 302
    assert "Provider staff" in place.as_("supervisor").get(PAGE).text
    assert place.audited().count("invitation.make") >= 2


def test_inviting_tells_nobody_who_has_an_account_elsewhere(place: Place) -> None:
    place.as_("caseworker", LAKE)
    told = set()
    for email in ("caseworker@lake.example", "unknown@lake.example"):
        answer = invite(place.as_("supervisor"), email)
        page = place.as_("supervisor").get(PAGE).text
        told.add((answer.status_code, answer.location, page.count("The invitation is on its way.")))
    assert told == {(302, PAGE, 1)}


@pytest.mark.parametrize(
    ("email", "role", "sentence"),
    [
        ("no address", "caseworker", "This is not one e-mail address."),
        ("a@river.example", "captain", "This role is given by whoever runs the network."),
        ("a@river.example", "network_admin", "This role is given by whoever runs the network."),
        ("a@river.example", "steward", "This role is given by whoever runs the network."),
        ("supervisor@river.example", "caseworker", "Nobody gives a role to themselves."),
    ],
)
def test_a_wrong_invitation_comes_back_with_what_was_typed(
    place: Place, email: str, role: str, sentence: str
) -> None:
    answer = invite(place.as_("supervisor"), email, role)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{email}"' in answer.text
    assert place.mails() == []


def test_an_invitation_is_sent_again_and_taken_back(place: Place) -> None:
    supervisor = place.as_("supervisor")
    invite(supervisor, "new@river.example")
    page = supervisor.get(PAGE)
    again = re.search(r'action="([^"]+/again)"', page.text)
    assert again
    assert supervisor.post(again[1], data={"csrf_token": token_of(page)}).status_code == 302
    first, second = (link_in(each) for each in place.mails())
    stranger = place.app.test_client()
    assert [stranger.get(each).status_code for each in (first, second)] == [404, 200]
    page = supervisor.get(PAGE)
    cancel = re.search(r'action="([^"]+/cancel)"', page.text)
    assert cancel
    assert supervisor.post(cancel[1], data={"csrf_token": token_of(page)}).location == PAGE
    assert stranger.get(second).status_code == 404
    assert "new@river.example" not in supervisor.get(PAGE).text
    assert supervisor.post(cancel[1], data={"csrf_token": token_of(page)}).status_code == 404
    assert place.audited()[-1] == "invitation.cancel"


def test_where_mail_is_written_to_files_the_link_is_shown_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = place.app.extensions["house"]
    quiet = replace(house, settings=replace(house.settings, mail_url=""))
    monkeypatch.setitem(place.app.extensions, "house", quiet)
    answer = invite(place.as_("supervisor"), "new@river.example")
    assert answer.status_code == 200
    shown = re.search(r"https://help\.example(/account/invitation/[\w-]+)", answer.text)
    assert shown
    assert place.app.test_client().get(shown[1]).status_code == 200
    assert shown[1] not in place.as_("supervisor").get(PAGE).text


def test_the_31st_invitation_of_an_hour_waits(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = place.as_("supervisor")
    token = token_of(supervisor.get(f"{PAGE}/invite"))
    data = {"csrf_token": token, "email": "no address", "role": "caseworker"}
    for _ in range(30):
        assert supervisor.post(f"{PAGE}/invite", data=data).status_code == 422
    assert supervisor.post(f"{PAGE}/invite", data=data).status_code == 429


# --- changing and ending ----------------------------------------------------------------------------


def test_a_changed_role_holds_at_once(place: Place) -> None:
    worker, page = place.as_("caseworker"), f"{PAGE}/{place.membership('caseworker')}"
    assert worker.get("/referrals/clients").status_code == 200
    answer = send(place.as_("supervisor"), f"{page}/role", page=page, role="provider_staff")
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert led_to(worker.get("/referrals/clients")) == SIGN_IN
    again = sign_in(place.app, place.people["caseworker@river.example"])
    assert again.get("/referrals/clients").status_code == 403
    assert again.get("/inbox").status_code == 200
    assert "membership.change_role" in place.audited()


def test_who_is_no_longer_a_member_is_signed_out_at_once(place: Place) -> None:
    worker, page = place.as_("caseworker"), f"{PAGE}/{place.membership('caseworker')}"
    answer = send(place.as_("supervisor"), f"{page}/end", page=page)
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert led_to(worker.get("/account")) == SIGN_IN
    assert "caseworker@river.example" not in place.as_("supervisor").get(PAGE).text
    again = sign_in(place.app, place.people["caseworker@river.example"])
    assert "not a member of an agency" in again.get("/account").text
    assert again.get("/referrals").status_code == 403
    assert place.audited()[-2:] == ["membership.end", "sign_in.begin"]


def test_a_browser_that_acts_for_another_agency_stays_signed_in(place: Place) -> None:
    hers = place.as_("caseworker")
    invite(place.as_("supervisor", LAKE), "caseworker@river.example")
    send(hers, link_in(place.mails()[-1]))
    lake = re.search(r'value="([^"]+)"> <span>Lake House', hers.get("/account").text)
    assert lake
    page = f"{PAGE}/{lake[1]}"
    assert send(place.as_("supervisor", LAKE), f"{page}/end", page=page).status_code == 302
    assert "<dd>River House</dd>" in hers.get("/account").text


@pytest.mark.parametrize("act", ["end", "role"])
def test_an_agency_keeps_its_last_supervisor(place: Place, act: str) -> None:
    page = f"{PAGE}/{place.membership('supervisor')}"
    supervisor = place.as_("supervisor")
    answer = send(supervisor, f"{page}/{act}", page=page, role="caseworker")
    assert answer.status_code == 422
    assert "the only supervisor" in answer.text
    assert supervisor.get(PAGE).status_code == 200
    join(place.app, "second@river.example", "supervisor")
    again = send(supervisor, f"{page}/{act}", page=page, role="caseworker")
    if act == "role":
        assert "Nobody gives a role to themselves" in again.text
    else:
        assert again.location == "/account"
        assert led_to(supervisor.get(PAGE)) == SIGN_IN


def test_a_supervisor_takes_no_role_away_that_the_network_gave(place: Place) -> None:
    page = f"{PAGE}/{place.membership('network_admin')}"
    supervisor = place.as_("supervisor")
    assert page not in supervisor.get(PAGE).text
    for act in ("end", "role"):
        answer = send(supervisor, f"{page}/{act}", page=page, role="caseworker")
        assert "taken away by whoever runs the network" in answer.text


# --- confirming -------------------------------------------------------------------------------------


def test_after_15_minutes_the_password_is_asked_for_first(place: Place) -> None:
    page = f"{PAGE}/{place.membership('caseworker')}"
    supervisor = place.as_("supervisor")
    token = token_of(supervisor.get(page))
    with supervisor.session_transaction("/account") as kept:
        kept["fs_paa"] -= 16 * 60
    assert supervisor.get(PAGE).status_code == 200
    for act in ("end", "role"):
        answer = supervisor.post(f"{page}/{act}", data={"csrf_token": token, "role": "provider_staff"})
        assert led_to(answer) == "/account/confirm"
    assert led_to(supervisor.get(f"{PAGE}/invite")) == "/account/confirm"
    asked = supervisor.get(page).location
    assert send(supervisor, asked, password="wrong password 12345").status_code == 200
    answer = send(supervisor, asked, password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, page)
    assert send(supervisor, f"{page}/role", page=page, role="provider_staff").location == PAGE


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_about_people_is_there_in_both_languages(place: Place, language: str) -> None:
    supervisor, page = place.as_("supervisor"), f"{PAGE}/{place.membership('caseworker')}"
    invite(supervisor, "new@river.example")
    for address in (PAGE, f"{PAGE}/invite", page):
        answer = supervisor.get(address, query_string={"lang": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
