"""Cleaning, cell by cell: what goes in, what may be stored."""

import datetime as dt

import pytest

from importers.cleaning import (
    clean_coordinates,
    clean_email,
    clean_prose,
    clean_text,
    clean_website,
    clean_zip,
    split_pair,
)
from importers.phones import clean_phone
from importers.states import STATE_NAMES, state_code
from importers.times import read_date, read_moment, read_time


@pytest.mark.parametrize(
    ("cell", "zip_code"),
    [
        ("19104", "19104"),
        ("6702", "06702"),
        ("907", "00907"),
        (6702, "06702"),
        (6702.0, "06702"),
        ("6702.0", "06702"),
        ("06702-1234", "06702"),
        ("6702-1234", "06702"),
        ("191041234", "19104"),
        ("67021234", "06702"),
        ('="06702"', "06702"),
        (" 19104 ", "19104"),
        ("TBD", ""),
        ("NA", ""),
        ("", ""),
        (None, ""),
        ("00000", ""),
        ("OP", ""),
        ("1910", "01910"),
        ("12", ""),
        ("１９１０４", ""),
        ("K1A 0B1", ""),
    ],
)
def test_zip_codes_are_five_digits_with_their_zeros_or_nothing(
    cell: str | float | None, zip_code: str
) -> None:
    assert clean_zip(cell) == zip_code


@pytest.mark.parametrize(
    ("cell", "number", "extension", "description"),
    [
        ("313-831-3160", "(313) 831-3160", None, None),
        ("(313) 993-3964", "(313) 993-3964", None, None),
        ("(313)826-6063", "(313) 826-6063", None, None),
        ("313.555.0100", "(313) 555-0100", None, None),
        ("3135550100", "(313) 555-0100", None, None),
        ("+1 313 555 0100", "(313) 555-0100", None, None),
        ("1-800-555-0199", "(800) 555-0199", None, None),
        ("334-951-4357 x1234", "(334) 951-4357", 1234, None),
        ("334-951-4357 ext 4013", "(334) 951-4357", 4013, None),
        ("334-951-4357 ext. 4013", "(334) 951-4357", 4013, None),
        ("334-951-4357 x4013 opt 2", "(334) 951-4357", 4013, "opt 2"),
        ("334-951-4357 x0123", "(334) 951-4357", None, "ext. 0123"),
        ("402-717HOPE", "(402) 717-HOPE", None, None),
        ("888-85COMPA", "(888) 85C-OMPA", None, None),
        ("844-NFIHOPE", "(844) NFI-HOPE", None, None),
        ("Phone: (202) 555-0162", "(202) 555-0162", None, None),
        ("988", "988", None, None),
        ("211", "211", None, None),
        ("+44 20 7946 0958", "+44 20 7946 0958", None, None),
    ],
)
def test_telephones_are_written_as_people_read_them(
    cell: str, number: str, extension: int | None, description: str | None
) -> None:
    phone = clean_phone(cell)
    assert phone is not None
    assert (phone.number, phone.extension, phone.description) == (number, extension, description)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        "N/A",
        "999-999-9999",
        "(999) 999-9999",
        "000-000-0000",
        "123",
        "x1234",
        "RES",
        "call us",
        "TBD",
    ],
)
def test_what_is_no_telephone_is_dropped(cell: str) -> None:
    assert clean_phone(cell) is None


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("example.org", "http://example.org"),
        ("www.example.org/a b", None),
        ("www.example.org", "https://www.example.org"),
        ("https://example.org/x?a=1&amp;b=2", "https://example.org/x?a=1&b=2"),
        ("HTTP://Example.org", "http://example.org"),
        ("http://https://example.org", "http://example.org"),
        ("http:/example.org", "http://example.org"),
        ("example.org:8080/x", "http://example.org:8080/x"),
        ("http://", None),
        ("https://", None),
        ("notavailable", None),
        ("N/A", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org", None),
        ("mailto:a@example.org", None),
        ("http://user@example.org", None),
        ("http://localhost/", None),
        ("http://[::1", None),
        ("http://example.org:99999999/", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_only_plain_web_addresses_are_kept(cell: object, address: str | None) -> None:
    assert clean_website(cell) == address


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        ("39.95", "-75.16", (39.95, -75.16)),
        (39.95, -75.16, (39.95, -75.16)),
        ("0", "0", None),
        (0.0, -75.16, None),
        ("-", "", None),
        ("", "", None),
        (None, None, None),
        ("91", "10", None),
        ("north", "west", None),
        ("nan", "nan", None),
        (*split_pair("42.05, -87.69"), (42.05, -87.69)),
    ],
)
def test_coordinates_are_numbers_on_the_globe_or_nothing(
    latitude: object, longitude: object, found: tuple[float, float] | None
) -> None:
    assert clean_coordinates(latitude, longitude) == found


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Two   words ", "Two words"),
        ("Campral\ufffd", "Campral"),
        ("A\xa0B", "A B"),
        ("A\x00\x07B", "AB"),
        ("A\u202eB", "AB"),
        ("Ben &amp; Co", "Ben & Co"),
        ("Ben &amp;amp; Co", "Ben & Co"),
        ("<b>Bold</b> name", "Bold name"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;", "Bold"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("two<br>lines", "two lines"),
        ("AT&T", "AT&T"),
        ("5 < 6", "5 < 6"),
        ('=HYPERLINK("http://x")', ""),
        ("=1+1", ""),
        ('="06702"', "06702"),
        ("- - -", ""),
        ("n/a", ""),
        ("TBD", ""),
        (64113, "64113"),
        (None, ""),
        (True, ""),
    ],
)
def test_text_is_plain_and_on_one_line(cell: object, text: str) -> None:
    assert clean_text(cell) == text


def test_prose_keeps_its_paragraphs_and_loses_its_markup() -> None:
    given = "<p>First&nbsp;line.</p><p>Second\\n line.</p>\r\n\r\n\r\n\r\n<ul><li>one</li></ul>"
    assert clean_prose(given) == "First line.\nSecond\nline.\n\none"
    assert clean_prose(" N/A ") is None
    assert clean_prose(12) is None


def test_an_email_is_one_address_or_nothing() -> None:
    assert clean_email(" mailto:hello@sample.example") == "hello@sample.example"
    assert clean_email("hello@sample") is None
    assert clean_email("a@b.example, c@d.example") is None
    assert clean_email(None) is None


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("19:30", dt.time(19, 30)),
        ("19:30:00", dt.time(19, 30)),
        ("11:00 AM", dt.time(11)),
        ("9:00am", dt.time(9)),
        ("7:30 p.m.", dt.time(19, 30)),
        ("12 am", dt.time(0)),
        ("12:15 PM", dt.time(12, 15)),
        ("noon", dt.time(12)),
        ("24:00", dt.time(0)),
        ("08:00Z", dt.time(8)),
        ("25:00", None),
        ("13 pm", None),
        ("19", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_times_of_day_are_read_in_every_usual_form(written: object, time: dt.time | None) -> None:
    assert read_time(written) == time


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2023-07-19 18:18:57", dt.datetime(2023, 7, 19, 18, 18, 57, tzinfo=dt.UTC)),
        ("2024-09-25T14:23:06.5+01:00", dt.datetime(2024, 9, 25, 13, 23, 6, 500000, tzinfo=dt.UTC)),
        ("8/25/2022 11:17:07 AM", dt.datetime(2022, 8, 25, 11, 17, 7, tzinfo=dt.UTC)),
        ("07/22/2026", dt.datetime(2026, 7, 22, tzinfo=dt.UTC)),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_moments_are_utc(written: object, moment: dt.datetime | None) -> None:
    assert read_moment(written) == moment


def test_a_date_is_the_day_as_written() -> None:
    assert read_date("2024-09-25T23:30:00-05:00") == dt.date(2024, 9, 25)
    assert read_date("07/22/2026") == dt.date(2026, 7, 22)
    assert read_date("") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("pa", "PA"),
        ("Pennsylvania", "PA"),
        ("P.A.", "PA"),
        ("FL ", "FL"),
        ("U.S. Virgin Islands", "VI"),
        ("Ontario", ""),
    ],
)
def test_states_are_known_by_code_or_name(written: str, code: str) -> None:
    assert state_code(written) == code
    assert code == "" or code in STATE_NAMES
