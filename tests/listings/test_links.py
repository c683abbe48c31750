"""Telephone, web and meeting addresses that a page may link to."""

import pytest

from directory.listings.links import join_link, join_number, tel_uri, web_link


@pytest.mark.parametrize(
    ("number", "extension", "expected"),
    [
        ("215-555-0100", None, "tel:+12155550100"),
        ("(215) 555-0100", 22, "tel:+12155550100;ext=22"),
        ("1 215 555 0100", None, "tel:+12155550100"),
        ("1-800-662-HELP", None, "tel:+18006624357"),
        ("+52 55 1234 5678", None, "tel:+525512345678"),
        ("988", None, "tel:988"),
        ("911", None, "tel:911"),
        ("741741", None, "tel:741741"),
        ("555-0100", None, "tel:5550100"),
        ("ask inside", None, None),
        ("", None, None),
        ("--", None, None),
        ("12", None, None),
    ],
)
def test_a_number_becomes_something_to_dial(number: str, extension: int | None, expected: str | None) -> None:
    assert tel_uri(number, extension) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://river.example/a?b=c", "https://river.example/a?b=c"),
        (" http://river.example ", "http://river.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,hello", None),
        ("http://", None),
        ("river.example", None),
        ("https://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(address: str | None, expected: str | None) -> None:
    assert web_link(address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://zoom.example/j/123?pwd=sEcReT", "https://zoom.example/j/123"),
        ("https://zoom.example/j/123?lang=es&passcode=9", "https://zoom.example/j/123?lang=es"),
        ("https://zoom.example/j/123?a=%20b#pwd=secret", "https://zoom.example/j/123?a=%20b"),
        ("https://me:secret@zoom.example/j/123", "https://zoom.example/j/123"),
        ("zoommtg://zoom.example/join", None),
    ],
)
def test_a_meetings_link_loses_its_password(address: str, expected: str | None) -> None:
    assert join_link(address) == expected


@pytest.mark.parametrize(
    ("dial", "expected"),
    [
        ("+13863475053,,2344893785", "+13863475053,,2344893785"),
        ("+16465588656,,92345678#,,,,*123456#", "+16465588656,,92345678#"),
        ("+16465588656,,92345678#,,1#,123456#", "+16465588656,,92345678#"),
        ("+1 646 558 8656", "+1 646 558 8656"),
        ("call us", None),
        ("", None),
    ],
)
def test_a_meetings_number_loses_its_passcode(dial: str, expected: str | None) -> None:
    assert join_number(dial) == expected
