"""Which sites may show a partner's search: how a site is typed, and which pages fit it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import QueryInvalid
from directory.partners.origins import MOST_ORIGINS, read_origin, read_origins
from directory.partners.site import allows


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://library.example", "https://library.example"),
        ("  HTTPS://Library.Example/  ", "https://library.example"),
        ("library.example", "https://library.example"),
        ("library.example:8443", "https://library.example:8443"),
        ("library.example/help", "https://library.example"),
        ("https://library.example:443/help?topic=1#top", "https://library.example"),
        ("https://library.example.", "https://library.example"),
        ("https://Bücherei.example", "https://xn--bcherei-n2a.example"),
        ("https://xn--bcherei-n2a.example", "https://xn--bcherei-n2a.example"),
        ("*.county.example", "https://*.county.example"),
        ("https://*.county.example:8443", "https://*.county.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("localhost:5000", "http://localhost:5000"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_a_site_is_written_as_browsers_write_it(typed: str, origin: str) -> None:
    assert read_origin(typed) == origin
    assert read_origin(origin) == origin


@pytest.mark.parametrize(
    ("typed", "what_to_type"),
    [
        ("http://library.example", "https://library.example"),
        ("*", "https://*.county.example"),
        ("*.com", "https://*.county.example"),
        ("https://*.localhost", "https://*.county.example"),
        ("https://www.*.example", "https://*.county.example"),
        ("https://*county.example", "https://*.county.example"),
        ("ftp://library.example", "https://library.example"),
        ("file:///home/page.html", "https://library.example"),
        ("null", "https://library.example"),
        ("library", "https://library.example"),
        ("https://", "https://library.example"),
        ("our library", "https://library.example"),
        ("https://anna:secret@library.example/x", "https://library.example"),
        ("10.0.0.1", "https://library.example"),
        ("https://[::1]:8000", "https://library.example"),
        ("https://0x7f.1", "https://library.example"),
        ("https://library.example:0", "8443"),
        ("https://library.example:70000", "8443"),
        ("https://library.example;script-src", "https://library.example"),
        ("https://library..example", "https://library.example"),
    ],
)
def test_what_is_no_site_is_refused_with_what_to_type(typed: str, what_to_type: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        read_origin(typed)
    assert what_to_type in str(refused.value)
    assert "secret" not in str(refused.value)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_site_or_refused(typed: str) -> None:
    try:
        origin = read_origin(typed)
    except QueryInvalid:
        return
    assert read_origin(origin) == origin
    assert not set(origin) & set(" ;,'\"\\@?#\t\n")  # it stands in a security policy


def test_a_list_keeps_each_site_once_and_tells_what_is_wrong_with_the_others() -> None:
    origins, wrong = read_origins(["library.example", "", "HTTPS://library.example/", "http://other.example"])
    assert origins == ("https://library.example",)
    assert [str(each) for each in wrong] == [
        "Only https sites can show the search. Type https://other.example, if the site answers there."
    ]
    assert read_origins([" ", ""])[1]
    assert read_origins(f"{number}.example" for number in range(MOST_ORIGINS))[1] == []
    assert read_origins(f"{number}.example.org" for number in range(MOST_ORIGINS + 1))[1]


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        ("https://library.example", True),
        ("http://library.example", False),
        ("https://library.example:8443", False),
        ("https://www.library.example", False),
        ("https://library.example.evil.example", False),
        ("https://health.county.example", True),
        ("https://a.b.county.example", True),
        ("https://county.example", False),
        ("https://evilcounty.example", False),
        ("https://.county.example", False),
        ("https://health.county.example:8443", False),
        ("https://evil.example/.county.example", False),
        ("https://evil.example:1.county.example", False),
        ("http://health.county.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_page_fits_by_scheme_host_and_port_and_a_star_by_sub_domains_alone(origin: str, fits: bool) -> None:
    assert allows(("https://library.example", "https://*.county.example"), origin) is fits


def test_a_star_keeps_its_port() -> None:
    assert allows(("https://*.county.example:8443",), "https://health.county.example:8443")
    assert not allows(("https://*.county.example:8443",), "https://health.county.example")
