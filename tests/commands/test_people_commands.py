"""Agencies, people and keys from the command line."""

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.accounts.anchor import Anchor
from directory.accounts.key_files import KeptKeys, new_key, parse_keys
from directory.accounts.tables import Agency, Invitation
from directory.commands.people import read_hours
from directory.database import make_engine
from directory.errors import QueryInvalid
from directory.listings.tables import Organization
from directory.mail.tables import Outbox
from directory.settings import Settings
from tests.commands.conftest import invoke


def done(home: Path, *arguments: str) -> dict[str, Any]:
    result = invoke(home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(result: Result) -> str:
    assert result.exit_code == 2
    return result.output


def looked_up(home: Path, query: Any) -> list[Any]:
    engine = make_engine(Settings(directory_home=home).database)
    with Session(engine) as session:
        found = list(session.scalars(query))
        session.expunge_all()
    engine.dispose()
    return found


def checks(home: Path) -> dict[str, dict[str, Any]]:
    result = invoke(home, "check", "--json")
    return {each["check"]: each for each in json.loads(result.stdout)["checks"]}


def test_an_agency_is_added_with_its_hours_and_listed(home: Path) -> None:
    options = [
        "--part2",
        "yes",
        "--state",
        "pa",
        "--hours",
        "mon-tue 09:00-17:00",
        "--hours",
        "sat 10:00-12:00",
    ]
    made = done(home, "agency", "add", "River House", "--timezone", "America/Chicago", *options)
    (found,) = looked_up(home, select(Agency))
    assert (found.id, found.name, found.timezone, found.part2_program, found.state) == (
        made["id"],
        "River House",
        "America/Chicago",
        "yes",
        "PA",
    )
    assert found.response_hours == [[1, "09:00", "17:00"], [2, "09:00", "17:00"], [6, "10:00", "12:00"]]
    assert [each["name"] for each in done(home, "agency", "list")["agencies"]] == ["River House"]
    assert "River House" in invoke(home, "agency", "list").output


def test_an_agency_may_be_a_listed_organization_and_no_other(small_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(small_home, tmp_path / "listed"))
    (organization,) = looked_up(home, select(Organization.id).limit(1))
    unknown = "00000000-0000-5000-8000-000000000000"
    told = refused(invoke(home, "agency", "add", "Lake House", "--organization", unknown))
    assert "No listed organization" in told
    assert looked_up(home, select(Agency)) == []
    done(home, "agency", "add", "Lake House", "--organization", organization)
    assert [each.organization_id for each in looked_up(home, select(Agency))] == [organization]


@pytest.mark.parametrize(
    "options",
    [
        ["--timezone", "Mars/Olympus"],
        ["--state", "Penn"],
        ["--hours", "always"],
        ["--email", "me"],
        ["--part2", "x"],
    ],
    ids=str,
)
def test_an_agency_with_a_wrong_field_is_a_bad_call(home: Path, options: list[str]) -> None:
    refused(invoke(home, "agency", "add", "River House", *options))


def test_hours_may_go_round_the_weekend() -> None:
    assert read_hours("fri-mon 22:00-24:00") == [(day, "22:00", "24:00") for day in (5, 6, 0, 1)]
    for text_ in ("mon", "mon 9", "mun 09:00-10:00", "mon-tue-wed 09:00-10:00 x"):
        with pytest.raises(QueryInvalid, match="Hours are like"):
            read_hours(text_)


def test_a_person_is_invited_by_a_link_that_is_printed_once(home: Path) -> None:
    done(home, "agency", "add", "River House")
    result = invoke(
        home, "user", "add", "Maya@River.example", "--agency", "river house", "--role", "caseworker"
    )
    assert result.exit_code == 0
    link = result.stdout.strip()
    assert link.startswith("/account/invitation/")
    (invitation,) = looked_up(home, select(Invitation))
    assert (invitation.email, invitation.role) == ("maya@river.example", "caseworker")
    assert invitation.token_hash not in link
    assert looked_up(home, select(Outbox)) == []


def test_the_link_is_mailed_where_the_address_of_the_site_is_known(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://help.example")
    done(home, "agency", "add", "River House")
    told = done(home, "user", "add", "m@r.example", "--agency", "River House", "--role", "supervisor")
    assert told["mailed"]
    assert told["link"].startswith("https://help.example/account/invitation/")
    (mail,) = looked_up(home, select(Outbox))
    assert told["link"] in mail.body


def test_nobody_is_invited_to_an_agency_or_role_that_is_not_there(home: Path) -> None:
    assert "no agency" in refused(
        invoke(home, "user", "add", "m@r.example", "--agency", "Nowhere", "--role", "caseworker")
    )
    done(home, "agency", "add", "River House")
    refused(invoke(home, "user", "add", "m@r.example", "--agency", "River House", "--role", "owner"))
    refused(invoke(home, "user", "add", "nobody", "--agency", "River House", "--role", "caseworker"))


def test_keys_rotate_and_the_instance_stays_well(home: Path) -> None:
    assert checks(home)["field keys"]["ok"]
    kept = KeptKeys(home / "keys")
    before = parse_keys(kept.path.read_text())
    rotated = done(home, "keys", "rotate")
    assert rotated["retired"] == [before[0].id]
    assert [each.id for each in parse_keys(kept.path.read_text())] == [rotated["key"]]
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert checks(home)["field keys"]["ok"]
    assert "Only backups from before" in invoke(home, "keys", "rotate").output


def test_a_new_key_is_printed_for_the_environment(home: Path) -> None:
    result = invoke(home, "keys", "new")
    assert len(parse_keys(result.stdout.strip())) == 1
    assert not KeptKeys(home / "keys").path.exists()


def test_a_wrong_key_fails_the_check_and_refuses_to_serve(home: Path) -> None:
    assert checks(home)["field keys"]["ok"]
    path = KeptKeys(home / "keys").path
    path.write_text(f"{new_key()}\n")
    found = checks(home)["field keys"]
    assert not found["ok"]
    assert "not those of this database" in found["message"]
    assert "not those of this database" in refused(invoke(home, "serve"))
    path.chmod(0o644)
    assert "chmod 600" in checks(home)["field keys"]["message"]


def test_check_goes_through_the_audit(home: Path) -> None:
    done(home, "agency", "add", "River House")
    done(home, "agency", "add", "Lake House")
    assert checks(home)["audit"]["message"] == "2 entries, none changed or missing"
    assert Anchor(home / "audit_anchor").read()[-1].seq == 2
    engine = make_engine(Settings(directory_home=home).database)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        connection.execute(text("DELETE FROM audit_entry WHERE seq = 2"))
    engine.dispose()
    found = checks(home)["audit"]
    assert (found["ok"], found["message"]) == (
        False,
        "the end is cut off: entry 2 was there, 1 is now the last",
    )


def test_an_agency_is_changed_and_keeps_what_is_not_given(home: Path) -> None:
    done(home, "agency", "add", "River House", "--state", "pa", "--part2", "no")
    done(home, "agency", "set", "river house", "--part2", "yes", "--hours", "mon 09:00-12:00")
    (found,) = looked_up(home, select(Agency))
    assert (found.part2_program, found.state, found.response_hours) == ("yes", "PA", [[1, "09:00", "12:00"]])
    assert "no id of a listed" in refused(invoke(home, "agency", "set", "River House", "--organization", "x"))
    assert "time zone" in refused(invoke(home, "agency", "set", "River House", "--timezone", "Mars"))
    assert "There is no agency" in refused(invoke(home, "agency", "set", "Lake House"))


def test_nobody_is_reset_who_has_no_account(home: Path) -> None:
    assert "There is no account" in refused(invoke(home, "user", "reset-app", "nobody@river.example"))


def test_a_program_is_added_listed_rotated_and_revoked(home: Path) -> None:
    done(home, "agency", "add", "Maple House")
    scopes = ["--scope", "clients.read", "--scope", "referrals.send"]
    made = done(home, "agency", "program", "add", "Maple House", "Casework", *scopes)
    assert made["client_secret"].startswith("rds_")
    assert made["scopes"] == ["clients.read", "referrals.send"]
    newer = done(home, "agency", "program", "rotate", made["client_id"])
    assert newer["client_secret"] != made["client_secret"]
    assert newer["older_secret_until"]
    last = done(home, "agency", "program", "rotate", made["client_id"], "--at-once")
    assert last["older_secret_until"] is None
    assert invoke(home, "agency", "program", "revoke", made["client_id"]).exit_code == 0
    (listed,) = done(home, "agency", "program", "list", "Maple House")["programs"]
    assert (listed["name"], listed["last_used_at"]) == ("Casework", None)
    assert listed["revoked_at"]
    table = invoke(home, "agency", "program", "list").output
    assert made["client_id"][:8] in table
    assert "rds_" not in table


def test_a_program_of_no_agency_or_with_no_scope_is_refused(home: Path) -> None:
    assert "no agency" in refused(
        invoke(home, "agency", "program", "add", "Nowhere", "Casework", "--scope", "clients.read")
    )
    refused(invoke(home, "agency", "program", "add", "Nowhere", "Casework"))
    refused(invoke(home, "agency", "program", "revoke", "nonsense"))
