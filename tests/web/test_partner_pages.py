"""Partner sites on the pages of those who keep them: adding, changing, copying, keys, figures, who may."""

import datetime as dt
import html
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.accounts.access import ROLES, SYSTEM
from directory.accounts.agencies import find_agency
from directory.accounts.tables import AuditEntry
from directory.database import db, session_factory
from directory.listings.needs import taxonomy
from directory.listings.tables import Organization
from directory.partners.register import add_partner
from directory.partners.tables import Partner, PartnerUse
from directory.partners.usage import REST
from directory.partners.wishes import NewPartner
from directory.web.access import access_of
from directory.web.counting import Counting
from directory.web.house import House
from directory.web.partner_snippets import WAYS
from directory.web.widget_files import exact_version, integrity
from tests.web.office import PEOPLE, SENDER, THIRD, Office, open_office
from tests.web.staff import staff, token_of

HOME = "/partners"
BOTH = "partner.manage or network.partners"
ABSENT = "00000000-0000-4000-8000-000000000000"
ROUTES = {
    ("GET", HOME),
    ("GET", f"{HOME}/new"),
    ("POST", f"{HOME}/new"),
    ("GET", f"{HOME}/<partner>"),
    ("GET", f"{HOME}/<partner>/edit"),
    ("POST", f"{HOME}/<partner>/edit"),
    ("POST", f"{HOME}/<partner>/key"),
    ("POST", f"{HOME}/<partner>/pause"),
    ("GET", f"{HOME}/<partner>/preview"),
    ("GET", f"{HOME}/<partner>/example"),
    ("GET", f"{HOME}/<partner>/use"),
    ("GET", f"{HOME}/<partner>/use/<code>.csv"),
}
PAGE = "https://oak.example"
TYPED: dict[str, Any] = {"name": "Oak Library", "origins": "OAK.example/\r\n*.oak-county.example"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, gazetteer_cache: Path) -> Iterator[Office]:
    home = Path(shutil.copytree(gazetteer_cache, tmp_path_factory.mktemp("partners") / "home"))
    with open_office(home, public_url="https://help.example") as made:
        yield made


@pytest.fixture
def site(office: Office) -> str:
    """A new site of the sender; answers its page."""
    return f"{HOME}/{add_site(office)}"


def add_site(office: Office, agency: str = SENDER, **changes: Any) -> str:
    house: House = office.app.extensions["house"]
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        for other in session.scalars(select(Partner)):
            session.delete(other)
        session.flush()
        wanted = NewPartner(**{"name": "Oak Library", "origins": [PAGE], **changes})
        place = find_agency(session, agency)
        return add_partner(session, SYSTEM, place, wanted, taxonomy(), house.now())[0].id


def stored(office: Office, site: str) -> Partner:
    with office.app.app_context(), session_factory(db.engine)() as session:
        row = session.get_one(Partner, site.rpartition("/")[2])
        session.expunge(row)
        return row


def post(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    return browser.post(address, data={"csrf_token": token_of(browser.get("/account")), **fields})


def fill(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Fills in the form at that address and sends it."""
    return browser.post(address, data={"csrf_token": token_of(browser.get(address)), **fields})


def body(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.text)
    return found


def search(office: Office, key: str, origin: str | None = PAGE, **asked: str) -> TestResponse:
    """What the widget on a page of that origin gets."""
    headers = {"Origin": origin} if origin else {}
    return office.app.test_client().get(
        "/widget/v1/search", query_string={"key": key, **asked}, headers=headers
    )


def key_on(page: str) -> str:
    found = re.search(r'<p class="key">(pk_[^<]+)</p>', page)
    assert found
    return found[1]


def shown(page: TestResponse) -> str:
    """The page's text as a person reads it, snippets included."""
    return html.unescape(page.text)


# --- who may ----------------------------------------------------------------------------------------


def test_every_route_of_partner_sites_is_in_this_table_and_asks_for_the_right(office: Office) -> None:
    found = {
        (method, re.sub(r"<key:(\w+)_id>", r"<\1>", rule.rule)): access_of(
            office.app.view_functions[rule.endpoint]
        )
        for rule in office.app.url_map.iter_rules()
        if rule.rule.startswith(HOME)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == dict.fromkeys(ROUTES, BOTH)


def test_each_route_answers_those_who_may_and_another_agency_like_nothing_there(
    office: Office, site: str
) -> None:
    own = site.rpartition("/")[2]
    keeper = staff(office.app, "keeper@maple.example", "partner_admin", SENDER)
    browsers = {who: (office.as_(who), *PEOPLE[who]) for who in PEOPLE} | {
        "keeper": (keeper, "partner_admin", SENDER)
    }
    for who, (browser, role, agency) in browsers.items():
        token = token_of(browser.get("/account"))
        allowed = bool({"partner.manage", "network.partners"} & ROLES[role])
        mine = "network.partners" in ROLES[role] or agency == SENDER
        for method, rule in sorted(ROUTES):
            told = []
            for partner in (own, ABSENT):
                path = rule.replace("<partner>", partner).replace("<code>", "all")
                answer = browser.open(
                    path, method=method, data={"csrf_token": token} if method == "POST" else None
                )
                told.append((answer.status_code, re.sub(r"[0-9a-f-]{36}", "", answer.text)))
            expected = 403 if not allowed else 404 if "<partner>" in rule and not mine else 200
            assert told[0][0] == (302 if expected == 200 and rule.endswith("/pause") else expected), (
                who,
                method,
                rule,
            )
            if expected == 404:
                assert told[0] == told[1], (who, rule)
            elif allowed and "<partner>" in rule:
                assert told[1][0] == 404, (who, rule)
    assert office.as_("nobody").get(site).location.startswith("/account/sign-in")
    assert keeper.get("/referrals/clients").status_code == 403


def test_a_keeper_sees_the_sites_of_the_own_agency_and_the_network_all(office: Office, site: str) -> None:
    assert "Oak Library" in office.as_("sam").get(HOME).text
    assert "Oak Library" not in office.as_("tess").get(HOME).text
    assert SENDER in office.as_("nett").get(HOME).text
    assert 'href="/partners"' in office.as_("sam").get("/account").text
    assert 'href="/partners"' not in office.as_("casey").get("/account").text


# --- adding and changing ----------------------------------------------------------------------------


def test_a_site_is_added_and_its_key_opens_the_search_at_once(office: Office) -> None:
    add_site(office, THIRD)
    answer = fill(office.as_("sam"), f"{HOME}/new", **TYPED)
    assert answer.status_code == 302, answer.text
    page = office.as_("sam").get(answer.location)
    assert "https://*.oak-county.example" in page.text
    key = key_on(page.text)
    assert search(office, key).status_code == 200
    assert search(office, key, "https://www.oak-county.example").status_code == 200
    refused = search(office, key, "https://other.example")
    assert refused.status_code == 403
    assert body(refused)["reasons"] == ["origin_refused"]
    assert "https://other.example" in body(refused)["message"]


def test_a_refused_form_keeps_what_was_typed(office: Office, site: str) -> None:
    answer = fill(
        office.as_("sam"),
        f"{site}/edit",
        name="Oak & Elm",
        origins="http://oak.example\nhttps://fine.example",
        states="PA, Atlantis",
        needs=["housing", "detox"],
        preset_need="treatment",
        preset_near="19104",
        preset_theme="dark",
        preset_rows="400",
        preset_filter="spanish",
        preset_kind="housing",
        locked="near",
        per_minute="9",
    )
    page = shown(answer)
    assert answer.status_code == 200
    for told in (
        "Only https sites can show the search. Type https://oak.example",
        "There is no state called “Atlantis”.",
        "from 1 to 20",
        "help that the site is not to show",
    ):
        assert told in page
    for kept in (
        'value="Oak & Elm"',
        "http://oak.example\nhttps://fine.example</textarea>",
        'value="PA, Atlantis"',
        'name="needs" value="housing" checked',
        'name="preset_filter" value="spanish" checked',
        'name="preset_kind" value="housing" checked',
        'value="dark" selected',
        'value="treatment" selected',
        'value="400"',
        'name="locked" value="near" checked',
    ):
        assert kept in page, kept
    assert stored(office, site).name == "Oak Library"


def test_what_is_set_is_kept_and_shown_again(office: Office, site: str) -> None:
    sam = office.as_("sam")
    answer = fill(
        sam,
        f"{site}/edit",
        **TYPED,
        states="pa NJ\nDelaware",
        needs=["housing", "detox"],
        preset_need="shelter",
        preset_near="19104",
        preset_open="now",
        preset_theme="contrast",
        preset_rows="8",
        locked=["need", "radius"],
        per_minute="5000",
    )
    assert answer.status_code == 302, answer.text
    row = stored(office, site)
    assert row.states == ["DE", "NJ", "PA"]
    assert row.needs == ["detox", "housing"]
    assert row.presets == {
        "need": ["shelter"], "near": "19104", "open": "now", "theme": "contrast", "rows": "8",
    }  # fmt: skip
    assert row.locked == ["need", "radius"]
    assert row.per_minute == 120  # the network's to set
    page = shown(sam.get(site))
    for said in ("DE, NJ, PA", "Detox", "High contrast", "Locked", "Not used", 'rows="8"'):
        assert said in page, said
    again = shown(sam.get(f"{site}/edit"))
    assert 'name="needs" value="detox" checked' in again
    assert fill(office.as_("nett"), f"{site}/edit", **TYPED, per_minute="5000").status_code == 302
    assert stored(office, site).per_minute == 5000


def test_a_place_that_nobody_knows_is_no_place_to_start_at(office: Office, site: str) -> None:
    answer = fill(office.as_("sam"), f"{site}/edit", **TYPED, preset_near="Xyzzyville")
    assert "Xyzzyville" in answer.text
    assert "near" not in stored(office, site).presets


def test_own_organizations_are_found_by_name_and_come_first(office: Office, site: str) -> None:
    sam = office.as_("sam")
    looked = fill(sam, f"{site}/edit", **{**TYPED, "name": "Oak (new)"}, find="river", step="find")
    assert 'value="Oak (new)"' in looked.text
    found = dict(re.findall(r'name="own" value="([0-9a-f-]{36})"[^>]*><span>([^<]+)', looked.text))
    river = next(key for key, name in found.items() if "River" in name)
    assert "checked" not in next(line for line in looked.text.splitlines() if river in line)
    assert "No other listed organization" in fill(sam, f"{site}/edit", **TYPED, find="qqq", step="find").text
    assert "Type a part" in fill(sam, f"{site}/edit", **TYPED, find=" ", step="find").text
    assert stored(office, site).own_organizations == []
    assert fill(sam, f"{site}/edit", **TYPED, own=[river, ABSENT]).status_code == 302
    assert stored(office, site).own_organizations == [river]
    page = sam.get(site).text
    assert "River" in page
    results = body(search(office, key_on(page), near="19107"))["results"]
    assert [each["own"] for each in results][:2] == [True, False]


def test_everything_an_organizations_name_may_hold_is_looked_for_as_it_stands(
    office: Office, site: str
) -> None:
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        name = "100% <b>Home</b> _ \\"
        session.add(Organization(id=ABSENT, source_key="odd", name=name, description="An odd name."))
    try:
        page = fill(office.as_("sam"), f"{site}/edit", **TYPED, find="100% <b>home _ \\", step="find")
        assert "100% &lt;b&gt;Home&lt;/b&gt;" in page.text
        assert (
            "100%"
            not in fill(office.as_("sam"), f"{site}/edit", **TYPED, find="1_0", step="find").text.split(
                "find"
            )[0]
        )
    finally:
        with office.app.app_context(), session_factory(db.engine).begin() as session:
            session.delete(session.get_one(Organization, ABSENT))


def test_without_javascript_enter_in_a_field_saves_and_does_not_look(office: Office, site: str) -> None:
    page = office.as_("sam").get(f"{site}/edit").text
    assert re.findall(r'name="step" value="(\w+)"', page)[0] == "save"


# --- what is copied ---------------------------------------------------------------------------------


def test_there_is_a_text_for_every_way_and_it_says_what_a_page_has_to_allow(
    office: Office, site: str
) -> None:
    page = shown(office.as_("sam").get(site))
    texts = dict(re.findall(r'<textarea class="key" id="copy-(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    key = key_on(page)
    assert list(texts) == [each.code for each in WAYS]
    assert '<script src="https://help.example/widget/v1/widget.js" async></script>' in texts["script"]
    assert f"/widget/v{exact_version()}/widget.js" in texts["exact"]
    assert integrity() in texts["exact"]
    assert f"https://help.example/embed?key={key}" in texts["frame"]
    assert '<form action="https://help.example/search" method="post"' in texts["form"]
    assert texts["wordpress"].startswith("<!-- wp:html -->\n<script")
    for code in ("script", "exact", "wordpress"):
        assert f'<recovery-search key="{key}"' in texts[code]
    for code in ("script", "exact", "form", "wordpress"):
        assert '<a href="tel:988">' in texts[code]
    assert "script-src https://help.example; connect-src https://help.example;" in page
    assert "frame-src https://help.example;" in page
    assert "form-action https://help.example;" in page


def test_the_plain_form_searches_as_the_site_starts(office: Office) -> None:
    site = f"{HOME}/{add_site(office, presets={'need': ['detox'], 'near': ['19107'], 'theme': ['dark']})}"
    page = shown(office.as_("sam").get(site))
    text = re.findall(r'id="copy-form"[^>]*>(.*?)</textarea>', page, re.DOTALL)[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text))
    assert fields == {"need": "detox", "near": "19107"}
    answer = office.app.test_client().post("/search", data=fields, headers={"Origin": PAGE})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_what_is_tried_out_stands_in_the_text_and_in_the_example(office: Office, site: str) -> None:
    sam = office.as_("sam")
    asked = {"theme": "dark", "near": '19104"><script>', "width": "240", "rows": "3"}
    answer = sam.get(f"{site}/preview", query_string=asked)
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    page = shown(answer)
    assert 'rows="3" theme="dark" near="19104&#34;&gt;&lt;script&gt;"' in page
    assert 'width="240"' in page
    frame = re.search(r'<iframe class="preview" src="([^"]+)"', answer.text)
    assert frame
    example = sam.get(html.unescape(frame[1]))
    assert 'theme="dark" near="19104&#34;&gt;&lt;script&gt;"' in example.text
    assert example.text.count("<script") == 1
    assert "frame-ancestors 'self'" in example.headers["Content-Security-Policy"]


def test_what_is_locked_is_not_tried_out(office: Office) -> None:
    site = f"{HOME}/{add_site(office, presets={'theme': ['calm']}, locked=['theme'])}"
    page = office.as_("sam").get(f"{site}/preview?theme=dark").text
    assert 'name="theme"' not in page
    assert 'theme="dark"' not in shown(office.as_("sam").get(f"{site}/preview?theme=dark"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://oak.example/help/page.html?x=1", "Yes: pages of https://oak.example show the search."),
        ("https://www.oak.example", "No: pages of https://www.oak.example are refused."),
        ("http://oak.example", "Only https sites can show the search."),
        ("our page", "is no site"),
    ],
)
def test_a_page_can_be_checked(office: Office, site: str, typed: str, said: str) -> None:
    assert said in shown(office.as_("sam").get(site, query_string={"page": typed}))


# --- keys and pausing -------------------------------------------------------------------------------


def test_after_a_new_key_the_old_one_works_until_the_day_that_is_said(office: Office, site: str) -> None:
    sam = office.as_("sam")
    old = key_on(sam.get(site).text)
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=10)).date().isoformat()
    assert post(sam, f"{site}/key", when="later", until=day).status_code == 302
    page = sam.get(site).text
    assert key_on(page) != old
    assert f"The older key {old} works until" in page
    assert search(office, old).status_code == search(office, key_on(page)).status_code == 200
    assert post(sam, f"{site}/key", when="now").status_code == 302
    retired = search(office, old)
    assert (retired.status_code, body(retired)["reasons"]) == (403, ["key_retired"])


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01", "2999-01-01"])
def test_a_key_is_not_changed_for_a_day_that_is_none(office: Office, site: str, until: str) -> None:
    sam = office.as_("sam")
    answer = post(sam, f"{site}/key", when="later", until=until)
    assert answer.status_code == 200
    assert 'class="problem"' in answer.text
    assert "The older key" not in sam.get(site).text


def test_a_site_is_switched_off_and_on_again(office: Office, site: str) -> None:
    sam = office.as_("sam")
    key = key_on(sam.get(site).text)
    assert post(sam, f"{site}/pause", paused="1").status_code == 302
    assert "Switched off" in sam.get(HOME).text
    assert body(search(office, key))["reasons"] == ["paused"]
    post(sam, f"{site}/pause", paused="0")
    assert search(office, key).status_code == 200


def test_each_change_is_written_down_with_who_did_it(office: Office, site: str) -> None:
    sam = office.as_("sam")
    fill(sam, f"{site}/edit", **TYPED)
    post(sam, f"{site}/key", when="now")
    post(sam, f"{site}/pause", paused="1")
    with office.app.app_context(), session_factory(db.engine)() as session:
        query = select(AuditEntry).where(AuditEntry.object_kind == "partner").order_by(AuditEntry.seq.desc())
        lines = session.scalars(query.limit(3)).all()
        assert [each.action for each in lines] == ["partner.pause", "partner.rotate", "partner.set"]
        assert {(each.role, each.channel, bool(each.user_id)) for each in lines} == {
            ("supervisor", "web", True)
        }
        assert all(site.rpartition("/")[2] in each.object_ids for each in lines)


# --- how often it is used ---------------------------------------------------------------------------


def count_rows(session: Session, site: str) -> dict[tuple[str, str], int]:
    query = select(PartnerUse).where(PartnerUse.partner_id == site.rpartition("/")[2])
    return {(each.need, each.zip3): each.count for each in session.scalars(query)}


def test_searches_of_visitors_are_counted_and_few_ones_leave_nothing(office: Office, site: str) -> None:
    key = key_on(office.as_("sam").get(site).text)
    counting: Counting = office.app.extensions["counting"]
    today = office.app.extensions["house"].now().date()
    for asked in (*[{"need": "detox", "near": "19107"}] * 10, {"need": "housing", "near": "Philadelphia"}):
        assert search(office, key, **asked).status_code == 200
    counting.write(today)
    with office.app.app_context(), session_factory(db.engine)() as session:
        assert count_rows(session, site) == {}
    assert search(office, key, need="detox", near="19103").status_code == 200
    assert search(office, key, need="detox", near="19103", page="2").status_code == 200
    counting.write(today)
    with office.app.app_context(), session_factory(db.engine)() as session:
        assert count_rows(session, site) == {("detox", "191"): 11}


def test_figures_are_told_as_tables_charts_and_files(office: Office, site: str) -> None:
    today = office.app.extensions["house"].now().date()
    rows = [(0, "detox", "191", 30), (1, "housing", REST, 12), (40, "detox", "080", 50)]
    with office.app.app_context(), session_factory(db.engine).begin() as session:
        for days, need, zip3, count in rows:
            day = today - dt.timedelta(days=days)
            session.add(
                PartnerUse(partner_id=site.rpartition("/")[2], day=day, need=need, zip3=zip3, count=count)
            )
    sam = office.as_("sam")
    page = shown(sam.get(f"{site}/use"))
    assert "42 searches counted" in page
    assert page.count('<svg class="chart"') == 3
    assert "ZIP codes that begin with 191" in page
    assert "080" not in page
    assert "92 searches counted" in shown(sam.get(f"{site}/use?days=90"))
    assert "42 searches counted" in shown(sam.get(f"{site}/use?days=xyz"))
    needs = sam.get(f"{site}/use/needs.csv?days=90")
    assert needs.mimetype == "text/csv"
    assert needs.text.splitlines() == ["Kind of help,Searches", "Detox,80", "Housing,12"]
    everything = sam.get(f"{site}/use/all.csv").text.splitlines()
    assert len(everything) == 3
    assert everything[-1].endswith(",Detox,ZIP codes that begin with 191,30")
    assert sam.get(f"{site}/use/nothing.csv").status_code == 404
