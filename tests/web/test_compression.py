"""Answers are small on the wire, and whole for those who take no compression."""

import gzip

from flask.testing import FlaskClient


def test_a_results_page_is_squeezed_below_60_kilobytes(http: FlaskClient) -> None:
    plain = http.get("/search?need=detox&near=19104")
    squeezed = http.get("/search?need=detox&near=19104", headers={"Accept-Encoding": "gzip, br"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert len(squeezed.data) < 60_000
    assert len(gzip.decompress(squeezed.data)) == len(plain.data)
    assert "Accept-Encoding" in squeezed.headers["Vary"]


def test_a_browser_that_refuses_gzip_gets_the_page_as_it_is(http: FlaskClient) -> None:
    answer = http.get("/", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in answer.headers
    assert b"<!doctype html>" in answer.data


def test_the_stylesheet_is_squeezed_too(http: FlaskClient) -> None:
    with http.get("/static/site.css", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"{" in gzip.decompress(answer.data)


def test_a_file_the_browser_has_already_is_not_sent_again(http: FlaskClient) -> None:
    with http.get("/static/site.css") as first:
        tag = first.headers["ETag"]
    with http.get("/static/site.css", headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304
        assert again.data == b""
