"""Where a fetch may go: the first address, a redirect, and where a name leads at that moment."""

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from directory.errors import SourceBroken
from importers.addresses import checked_url, is_public
from importers.fetch import Fetcher
from tests.importers.hostile import LIMITS, Hostile, Wire, head, in_turn, says, sends_on

PUBLIC = "93.184.215.14"


# --- where a redirect may lead ---


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://sample.example/file",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://printer.local/",
        "https://files.localhost./",
        "https://router/",
        "https://name:word@sample.example/",
        "https://sample.example:22/",
        "//10.0.0.1/",
        "http://sample.example/",
        "https://[::1",
        "gopher://127.0.0.1:70/_",
    ],
)
def test_no_redirect_leads_inside_or_away_from_https(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path, location: str
) -> None:
    hostile.acts["/"] = [sends_on(location)]
    with pytest.raises(SourceBroken, match="may not be fetched"):
        fetcher.save(hostile.url + "/", tmp_path / "file")
    assert len(hostile.asked) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [str(0x7F000001), "0x7f.1", "127.1", "010.0.0.1"])
def test_a_number_written_oddly_is_judged_by_where_it_leads(tmp_path: Path, number: str) -> None:
    fetcher = Fetcher(LIMITS)
    with pytest.raises(SourceBroken, match=r"may not be fetched|cannot be found"):
        fetcher.save(f"https://{number}/", tmp_path / "file")
    fetcher.close()


def test_redirects_in_a_circle_end(hostile: Hostile, fetcher: Fetcher, tmp_path: Path) -> None:
    hostile.acts["/a"], hostile.acts["/b"] = (
        [sends_on("/b", "307 Temporary")],
        [sends_on("/a", "308 Permanent")],
    )
    with pytest.raises(SourceBroken, match="without end"):
        fetcher.save(hostile.url + "/a", tmp_path / "file")
    assert len(hostile.asked) == LIMITS.redirects + 1


def test_a_redirect_takes_no_key_to_another_port_and_its_own_host_header(
    hostile: Hostile, fetcher: Fetcher, tmp_path: Path
) -> None:
    other = Hostile()
    other.acts["/"] = [says(b"file")]
    hostile.acts["/"] = [sends_on(other.url + "/")]
    fetcher.save(hostile.url + "/", tmp_path / "file", headers={"Authorization": "Bearer s3cret"})
    other.stop()
    assert hostile.asked[0].headers["authorization"] == "Bearer s3cret"
    assert "authorization" not in other.asked[0].headers
    assert other.asked[0].headers["host"] == f"127.0.0.1:{other.port}"


# --- names that answer one way and then another ---


def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    wire = Wire(head(content_length="4") + b"file")
    fetcher = Fetcher(LIMITS, resolve=in_turn([PUBLIC], ["10.0.0.1"], ["127.0.0.1"]), network=wire)
    path = fetcher.save("https://feed.sample.example/x", tmp_path / "file")
    assert path.read_bytes() == b"file"
    assert wire.connected == [PUBLIC]
    assert wire.names == ["feed.sample.example"]
    assert b"Host: feed.sample.example\r\n" in wire.sent[0]
    with pytest.raises(SourceBroken, match=r"feed\.sample\.example may not be fetched"):
        fetcher.save("https://feed.sample.example/x", tmp_path / "file")
    assert wire.connected == [PUBLIC]
    assert path.read_bytes() == b"file"
    fetcher.close()


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], [PUBLIC, "192.168.0.1"], [PUBLIC, "::1"], ["fe80::1%eth0"], [], ["not a number"]]
)
def test_a_name_with_any_address_inside_is_not_connected_to(tmp_path: Path, found: Sequence[str]) -> None:
    wire = Wire(b"")
    fetcher = Fetcher(LIMITS, loopback=True, resolve=in_turn(found), network=wire)
    with pytest.raises(SourceBroken, match="may not be fetched"):
        fetcher.save("https://feed.sample.example/", tmp_path / "file")
    assert wire.connected == []
    fetcher.close()


def test_localhost_that_leads_elsewhere_is_refused_where_this_machine_is_allowed(tmp_path: Path) -> None:
    wire = Wire(b"")
    fetcher = Fetcher(LIMITS, loopback=True, resolve=in_turn(["10.0.0.1"]), network=wire)
    with pytest.raises(SourceBroken, match="may not be fetched"):
        fetcher.save("http://localhost/", tmp_path / "file")
    assert wire.connected == []
    fetcher.close()


def test_the_next_address_of_a_name_is_tried_when_one_takes_no_connection(tmp_path: Path) -> None:
    wire = Wire(head(content_length="4") + b"file", refusing=["2606:2800:21f::1"])
    fetcher = Fetcher(LIMITS, resolve=in_turn(["2606:2800:21f::1", PUBLIC]), network=wire)
    fetcher.save("https://feed.sample.example/", tmp_path / "file")
    assert wire.connected == ["2606:2800:21f::1", PUBLIC]
    fetcher.close()


def test_a_certificate_of_another_name_is_final(tmp_path: Path) -> None:
    wire = Wire(b"", is_impostor=True)
    fetcher = Fetcher(LIMITS, resolve=in_turn([PUBLIC], [PUBLIC]), network=wire)
    with pytest.raises(SourceBroken, match="its certificate is not valid"):
        fetcher.save("https://feed.sample.example/", tmp_path / "file")
    assert len(wire.connected) == 1
    fetcher.close()


@pytest.mark.parametrize(("errno", "tries"), [(socket.EAI_NONAME, 1), (socket.EAI_AGAIN, 3)])
def test_a_name_that_is_not_known_is_asked_again_only_if_it_may_be_later(
    tmp_path: Path, errno: int, tries: int
) -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        raise socket.gaierror(errno, "no")

    fetcher = Fetcher(LIMITS, resolve=resolve)
    with pytest.raises(SourceBroken, match=r"feed\.sample\.example (cannot be found|did not give)"):
        fetcher.save("https://feed.sample.example/", tmp_path / "file")
    assert len(asked) == tries
    fetcher.close()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::10.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:100.64.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "2002:7f00:1::1",
        "2002:c0a8:101::1",
        "3fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "5f00::1",
        "name",
        "127.0.0.1:80",
    ],
)
def test_an_address_that_not_everybody_reaches_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2606:2800:21f::1",
        "2a00:1450::1",
        "::ffff:93.184.215.14",
        "64:ff9b::93.184.215.14",
        "2002:5db8:d70e::1",
    ],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost.", "a.localhost", "a.local", "a.internal", "a", "127.0.0.1"]
)
def test_a_name_that_leads_inside_by_definition_is_refused_unasked(host: str) -> None:
    with pytest.raises(SourceBroken, match="may not be fetched"):
        checked_url(f"https://{host}/")


def test_only_ports_of_https_are_asked() -> None:
    assert checked_url("https://sample.example:8443/feed").port == 8443
    for port in (80, 22, 6379, 65535):
        with pytest.raises(SourceBroken, match="may not be fetched"):
            checked_url(f"https://sample.example:{port}/feed")
