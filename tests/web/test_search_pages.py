"""Looking for help, page by page, as a person without JavaScript sees it."""

import gzip
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.web.addresses import EXAMPLE_PAGE, MEETING_PAGE, NOTHING, RESULTS, SHELTER_PAGE


def page(http: FlaskClient, address: str, **headers: str) -> str:
    response = http.get(address, headers=headers)
    assert response.status_code == 200
    return unescape(response.text)


def links(text: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', text)


def test_home_asks_where_then_what_and_offers_needs_and_stages(http: FlaskClient) -> None:
    text = page(http, "/")
    assert text.index('name="near"') < text.index('name="q"') < text.index('name="need" value="detox"')
    assert text.count('name="need"') >= 18
    assert "/needs/naloxone" in links(text)


def test_the_headline_says_what_where_and_how_many(http: FlaskClient) -> None:
    text = page(http, RESULTS)
    assert "<h1>Detox near Philadelphia, PA 19104</h1>" in text
    assert "45 results within 25 miles" in text
    assert "<title>Detox near Philadelphia, PA 19104 – 45 results – Recovery Directory</title>" in text


def test_later_pages_say_their_number_and_go_on_counting(http: FlaskClient) -> None:
    text = page(http, f"{RESULTS}&page=2")
    assert "45 results, page 2 – " in text
    assert '<ol class="cards" start="21">' in text
    assert '<strong aria-current="page">2</strong>' in text
    assert page(http, RESULTS).count('<article class="card">') == 20
    assert page(http, f"{RESULTS}&page=3").count('<article class="card">') == 5


def test_a_card_says_what_how_far_when_and_whom_to_call(http: FlaskClient) -> None:
    text = page(http, "/search?q=outpatient+recovery&near=19104&literal=1")
    card = text[text.index('<article class="card">') :]
    for words in (
        "Outpatient recovery",
        "River Recovery",
        "Outpatient care",
        "mi</strong>",
        "4040 Market Street",
    ):
        assert words in card
    assert 'href="tel:+12155550100;ext=12"' in card
    assert "Town list of recovery services · as of Oct 1, 2026 · not checked by a person" in card


def test_a_place_known_by_its_zip_code_only_says_so(http: FlaskClient) -> None:
    assert "(placed by ZIP code)" in page(http, RESULTS)


def test_a_closed_place_says_so_and_not_that_it_is_open(http: FlaskClient) -> None:
    text = page(http, "/search?q=unit+3&near=19123&literal=1")
    card = text[text.index("Withdrawal management unit 3<") :]
    card = card[: card.index("</article>")]
    assert "Closed for now" in card
    assert 'class="state open"' not in card


def test_invented_listings_are_marked_wherever_they_appear(http: FlaskClient) -> None:
    text = page(http, "/search?q=example+house&near=19104&literal=1")
    assert '<span class="mark">Example</span>' in text
    assert '<span class="mark">Example</span>' in page(http, EXAMPLE_PAGE)


def test_a_hidden_address_is_not_told_anywhere(http: FlaskClient) -> None:
    for address in (
        "/search?need=shelter&near=19104",
        SHELTER_PAGE,
        "/api/v1/search?need=shelter&near=19104",
    ):
        text = page(http, address)
        assert "Safe Harbor" in text
        assert "4040 Market" not in text
        assert "39.957" not in text
    assert "The address is kept private" in page(http, SHELTER_PAGE)


def test_filters_show_their_counts_and_can_be_taken_off_again(http: FlaskClient) -> None:
    text = page(http, f"{RESULTS}&filter=spanish")
    assert re.search(r'value="spanish" form="ask" checked><span>[^<]+</span><span class="count">22<', text)
    assert "22 results" in text
    assert "/search?q=detox&near=19104" in links(text)


def test_everything_chosen_is_kept_when_the_form_is_sent_again(http: FlaskClient) -> None:
    text = page(http, "/search?need=detox&near=19104&unit=km&radius=30&sort=nearest&lang=es&per_page=5")
    form = text[text.index('id="ask"') : text.index("</form>")]
    for name, value in (("need", "detox"), ("unit", "km"), ("per_page", "5"), ("lang", "es")):
        assert f'type="hidden" name="{name}" value="{value}"' in form
    assert '<option value="30" selected>' in text
    assert '<option value="nearest" selected>' in text


def test_a_location_in_use_can_be_unticked(http: FlaskClient) -> None:
    text = page(http, "/search?q=detox&ll=39.957,-75.204")
    assert 'type="checkbox" name="ll" value="39.96,-75.20" checked' in text


def test_what_was_understood_is_said_with_a_way_to_the_exact_words(http: FlaskClient) -> None:
    text = page(http, "/search?q=suboxone+in+philadelphia")
    assert "We understood:" in text
    assert any("literal=1" in link for link in links(text))


def test_a_place_of_several_names_offers_the_others(http: FlaskClient) -> None:
    text = page(http, "/search?q=detox&near=Philadelphia")
    assert "Another place of that name?" in text
    assert any("near=Philadelphia%2C+MS" in link for link in links(text))


def test_nothing_found_says_so_and_offers_people_to_call(http: FlaskClient) -> None:
    text = page(http, NOTHING)
    assert "Nothing found for this search yet." in text
    assert 'href="tel:211"' in text
    assert "near Philadelphia, PA 19104" in text


def test_an_unknown_place_is_repeated_with_the_field_to_mend(http: FlaskClient) -> None:
    response = http.get("/search?q=detox&near=Xyzzyville")
    text = unescape(response.text)
    assert response.status_code == 422
    assert "We do not know the place “Xyzzyville”" in text
    assert 'value="Xyzzyville"' in text
    assert 'aria-invalid="true"' in text
    assert 'value="detox"' in text


def test_a_private_search_puts_nothing_into_any_address(http: FlaskClient) -> None:
    asked = {"q": "detox", "near": "19104", "filter": "spanish"}
    text = unescape(http.post("/search", data=asked).text)
    assert "Detox near Philadelphia, PA 19104" in text
    assert "<title>Search results – Recovery Directory</title>" in text
    assert not [link for link in links(text) if link.startswith("/search")]
    assert 'role="search" method="post"' in text
    assert '<input type="hidden" name="page" value="2">' in text


def test_a_private_search_stays_private_in_the_other_language(http: FlaskClient) -> None:
    text = unescape(http.post("/search", data={"q": "detox", "near": "19104", "lang": "en"}).text)
    switch = text[text.index('<ul class="tools">') :]
    assert switch.index('method="post"') < switch.index('name="lang" value="es"') < switch.index("Español")
    assert "Desintoxicación" in unescape(http.post("/search", data={"q": "detox", "lang": "es"}).text)


def test_urgent_searches_say_that_care_by_day_and_night_comes_first(http: FlaskClient) -> None:
    assert "call 911" in page(http, RESULTS)
    assert "call 911" not in page(http, "/search?need=na&near=19104")


def test_a_time_asked_for_is_kept_when_the_form_is_sent_again(http: FlaskClient) -> None:
    text = page(http, "/search?q=counseling&near=19104&open=2026-11-23T10:30")
    assert 'name="open" value="2026-11-23T10:30" form="ask" checked' in text


def test_a_private_search_finds_the_same(http: FlaskClient) -> None:
    def names(text: str) -> list[str]:
        return re.findall(r"<h2><a href=\"([^\"]+)\"", text)

    asked = {"q": "detox", "near": "19104", "page": "2"}
    assert names(http.post("/search", data=asked).text) == names(http.get("/search", query_string=asked).text)


def test_a_need_has_a_page_with_its_search_and_the_needs_below(http: FlaskClient) -> None:
    text = page(http, "/needs/peer_groups")
    assert 'type="hidden" name="need" value="peer_groups"' in text
    assert "/needs/na" in links(text)
    assert "/needs/peer_groups" in links(page(http, "/needs/na"))
    assert "call 911 now" in page(http, "/needs/detox")


def test_the_language_of_the_browser_is_spoken(http: FlaskClient) -> None:
    assert '<html lang="es"' in page(http, "/", **{"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert '<html lang="en"' in page(http, "/", **{"Accept-Language": "fr"})


def test_the_switch_keeps_the_search_and_links_keep_the_language(http: FlaskClient) -> None:
    assert f"{RESULTS}&lang=es" in links(page(http, RESULTS))
    text = page(http, f"{RESULTS}&lang=es", **{"Accept-Language": "en"})
    assert f"{RESULTS}&lang=en" in links(text)
    assert "Desintoxicación cerca de Philadelphia, PA 19104" in text
    inside = [link for link in links(text) if link.startswith(("/listings/", "/search", "/?", "/needs"))]
    assert len(inside) > 20
    assert all("lang=" in link for link in inside)


def test_texts_of_a_source_are_marked_as_english_on_a_spanish_page(http: FlaskClient) -> None:
    assert re.search(r'<h2><a href="[^"]+" lang="en">', page(http, f"{RESULTS}&lang=es"))
    assert "hreflang" not in re.findall(r"<h2>.*?</h2>", page(http, RESULTS))[0]


def test_meetings_are_found_by_day_and_way(http: FlaskClient) -> None:
    found = page(http, "/search?kind=peer_group&near=19104&day=4&from=18:00&attend=online")
    assert "Thursday Night Hope" in found
    assert 'href="https://meet.example/j/123"' in found
    assert "Thursday Night Hope" not in page(http, "/search?kind=peer_group&near=19104&day=1")


def test_quick_exit_clears_and_leads_away(http: FlaskClient) -> None:
    response = http.get("/exit")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("https://www.weather.gov")
    assert "storage" in response.headers["Clear-Site-Data"]
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_crawlers_are_kept_out_of_searches(http: FlaskClient) -> None:
    assert "Disallow: /search" in http.get("/robots.txt").text
    assert '<meta name="robots" content="noindex' in page(http, RESULTS)


def test_the_style_page_is_for_development_only(http: FlaskClient) -> None:
    assert http.get("/style").status_code == 404


@pytest.mark.parametrize("address", [RESULTS, MEETING_PAGE, "/"])
def test_a_page_is_small_enough_for_a_slow_phone(http: FlaskClient, address: str) -> None:
    page_itself = http.get(address).data
    parts = [
        http.get(link.decode(), buffered=True).data
        for link in set(re.findall(rb'(?:href|src)="(/static/[^"#]+)', page_itself))
    ]
    assert len(parts) >= 4
    assert sum(len(gzip.compress(part)) for part in (page_itself, *parts)) < 60_000
