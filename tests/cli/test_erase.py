"""`erase`: what was erased is in no output, no log and no list."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.services.erasure.everything import places_of

PHONE = "+52 999 123 4567"
DIGITS = "9991234567"
EMAIL = "juan.perez@example.com"


async def stocked(acme: Catalogue) -> None:
    await acme.run([home(1, agent_phone=PHONE, agent_email=EMAIL), *homes(3)[1:]])


def written(home: Path) -> str:
    """All that the program has logged."""
    return "".join(file.read_text() for file in home.glob("logs/*"))


async def test_it_erases_a_contact_and_counts_the_rows(cli: Cli, acme: Catalogue, home: Path) -> None:
    await stocked(acme)
    ended = await cli("erase", "--contact", PHONE, "--actor", "ana", "--json")
    assert ended.exit_code == 0
    assert ended.document["kind"] == "phone"
    assert ended.document["counts"]["properties_live"] == 1
    assert ended.document["rows"] == sum(ended.document["counts"].values())
    assert await places_of(acme.superuser, DIGITS) == []
    said = ended.stdout + ended.stderr + written(home)
    assert "4567" not in said


async def test_it_prints_two_lines(cli: Cli, acme: Catalogue, home: Path) -> None:
    await stocked(acme)
    ended = await cli("erase", "--contact", EMAIL)
    assert ended.stdout.startswith("Erased an e-mail address: ")
    assert ended.stdout.endswith("It is kept out from now on: erasure 1.\n")
    assert "perez" not in ended.stdout + ended.stderr + written(home)


async def test_it_reads_the_contact_from_stdin(
    cli: Cli, acme: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stocked(acme)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{EMAIL}\n"))
    assert (await cli("erase", "--contact", "-")).exit_code == 0
    assert await places_of(acme.superuser, EMAIL) == []


async def test_a_dry_run_only_counts(cli: Cli, acme: Catalogue) -> None:
    await stocked(acme)
    ended = await cli("erase", "--contact", PHONE, "--dry-run", "--json")
    assert (ended.document["dry_run"], ended.document["erasure_id"]) == (True, None)
    assert ended.document["counts"]["properties_live"] == 1
    assert (await acme.live(1))["agent_phone"] == "+529991234567"


async def test_log_files_are_overwritten_in_place(cli: Cli, acme: Catalogue, home: Path) -> None:
    await stocked(acme)
    (home / "logs").mkdir(parents=True)
    log = home / "logs" / "property_manager.log"
    log.write_text("Ñandú: cannot read '999 123 45 67'\nwrote to Juan.Perez@example.com\n", encoding="utf-8")
    size = log.stat().st_size
    ended = await cli("erase", "--contact", PHONE, "--json")
    assert ended.document["log_places"] == 1
    begin = log.read_bytes()[:size].decode()
    assert begin == f"Ñandú: cannot read '{'*' * 13}'\nwrote to Juan.Perez@example.com\n"


async def test_it_erases_a_listing_lists_and_lifts(cli: Cli, acme: Catalogue) -> None:
    await stocked(acme)
    erased = await cli("erase", "--property-id", "A-1", "--source", "acme", "--json")
    assert (erased.document["kind"], erased.exit_code) == ("listing", 0)
    listing = await acme.live(1)
    assert (listing["agent_phone"], listing["agent_email"]) == (None, None)

    listed = await cli("erase", "--list", "--json")
    (one,) = listed.document["erasures"]
    assert (one["source"], one["property_id"], one["lifted_at"]) == ("acme", "A-1", None)
    assert "4567" not in listed.stdout
    assert "kept out" in (await cli("erase", "--list")).stdout

    lifted = await cli("erase", "--lift", str(one["id"]), "--actor", "eva")
    assert lifted.stdout.startswith(f"Lifted erasure {one['id']}")
    assert "lifted by eva" in (await cli("erase", "--list")).stdout
    again = await cli("erase", "--lift", str(one["id"]))
    assert again.stdout == f"Erasure {one['id']} is lifted already.\n"


async def test_a_contact_that_is_stored_nowhere_is_noted(cli: Cli, acme: Catalogue) -> None:
    await stocked(acme)
    ended = await cli("erase", "--property-id", "A-111", "--source", "acme", "--dry-run")
    assert ended.stdout.endswith("note: nothing that is stored holds it; check the spelling\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--contact", EMAIL, "--list"),
        ("--property-id", "A-1"),
        ("--source", "acme", "--contact", EMAIL),
        ("--contact", EMAIL, "--field", "address"),
        ("--contact", "Juan Perez 12"),
        (EMAIL,),
    ],
)
async def test_wrong_usage_does_not_repeat_the_contact(
    cli: Cli, acme: Catalogue, home: Path, arguments: tuple[str, ...]
) -> None:
    ended = await cli("erase", *arguments)
    assert ended.exit_code == 2
    assert "erez" not in ended.stdout + ended.stderr + written(home)


async def test_without_the_key_nothing_is_staged_that_was_erased(
    cli: Cli, acme: Catalogue, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stocked(acme)
    await cli("erase", "--contact", PHONE)
    key = home / "erasure.key"
    assert key.stat().st_mode & 0o777 == 0o600
    rows = tmp_path / "rows.csv"
    rows.write_text(f"property_id,title,phone\nA-9,Casa nueve,{PHONE}\n")
    asked = ("import", "--file", str(rows), "--source", "acme", "--json")

    secret = key.read_text()
    key.unlink()
    refused = await cli(*asked)
    assert refused.exit_code == 2
    assert "erasure.key" in refused.document["error"]["next"]
    assert (await cli("erase", "--contact", EMAIL, "--json")).exit_code == 2

    monkeypatch.setenv("PROPERTY_MANAGER_ERASURE_KEY", secret)
    assert (await cli(*asked)).exit_code == 0
    assert await places_of(acme.superuser, DIGITS) == []


async def test_a_key_that_is_too_short_is_refused(
    cli: Cli, acme: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROPERTY_MANAGER_ERASURE_KEY", "secret")
    ended = await cli("erase", "--contact", EMAIL)
    assert ended.exit_code == 2
    assert "16" in ended.stderr
