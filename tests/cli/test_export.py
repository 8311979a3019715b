"""`export`: to stdout or to a file that is whole or not there."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today


async def test_csv_on_stdout(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(2), day=today())
    ended = await cli("export")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert [row["property_id"] for row in csv.DictReader(ended.stdout.splitlines())] == ["A-1", "A-2"]


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
async def test_stdout_by_its_names_holds_nothing_but_the_listings(
    name: str, acme: Catalogue, cli: Cli
) -> None:
    await acme.run(homes(2), day=today())
    ended = await cli("export", "--out", name)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == (await cli("export")).stdout
    then = await cli("as-of", "--at", datetime.now(UTC).isoformat(), "--out", name)
    assert len(list(csv.DictReader(then.stdout.splitlines()))) == 2


async def test_formulas_get_an_apostrophe_unless_the_file_is_for_machines(acme: Catalogue, cli: Cli) -> None:
    await acme.run([home(1, title="=1+1")], day=today())
    now = datetime.now(UTC).isoformat()
    for command in (("export",), ("as-of", "--at", now, "--out", "-")):
        (safe,) = csv.DictReader((await cli(*command)).stdout.splitlines())
        (raw,) = csv.DictReader((await cli(*command, "--raw")).stdout.splitlines())
        assert (safe["title"], raw["title"]) == ("'=1+1", "=1+1")


async def test_only_a_source_and_a_status(acme: Catalogue, cli: Cli) -> None:
    other = await other_source(acme, "other")
    await acme.run(homes(2), day=today())
    await other.run(homes(3), day=today())
    ended = await cli("export", "--source", "other", "--format", "jsonl", "--status", "active")
    assert [json.loads(line)["source"] for line in ended.stdout.splitlines()] == ["other"] * 3
    assert (await cli("export", "--status", "removed", "--json")).document == []


@pytest.mark.parametrize("name", ["all.csv", "all.json", "all.jsonl", "all.parquet"])
async def test_a_file_is_written_as_its_name_ends(
    name: str, acme: Catalogue, cli: Cli, tmp_path: Path
) -> None:
    await acme.run(homes(2), day=today())
    ended = await cli("export", "--out", name, "--json")
    assert ended.document == {"rows": 2, "format": name[4:], "file": name, "at": None}
    written = (tmp_path / name).read_bytes()
    assert written.startswith(
        {"csv": b"source,", "json": b"[\n{", "jsonl": b"{", "parquet": b"PAR1"}[name[4:]]
    )
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]


async def test_an_earlier_moment(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(1), day=today() - 2)
    await acme.run(homes(2), day=today() - 1)
    ended = await cli("export", "--at", "2026-11-01", "--out", "then.csv")
    assert ended.exit_code == 0
    assert ended.stdout.startswith("Nothing was known at 2026-11-01 00:00:00 UTC: the first change is of ")
    now = datetime.now(UTC).isoformat()
    assert len((await cli("export", "--at", now, "--json")).document) == 2


async def test_an_empty_export_is_explained_on_stderr(acme: Catalogue, cli: Cli) -> None:
    ended = await cli("export", "--json")
    assert ended.document == []
    assert ended.stderr.startswith("There are no listings yet.")


WRONG = {
    "a format nobody knows": ("export", "--format", "xml"),
    "parquet as text": ("export", "--format", "parquet"),
    "two documents in one place": ("export", "--format", "csv", "--json"),
    "a time that is none": ("export", "--at", "tuesday"),
    "a time to come": ("export", "--at", "2999-01-01"),
    "a source nobody knows": ("export", "--source", "acne"),
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
async def test_wrong_usage(arguments: tuple[str, ...], acme: Catalogue, cli: Cli) -> None:
    ended = await cli(*arguments)
    assert ended.exit_code == 2
    assert "next:" in ended.stderr or ended.document["error"]["next"]


async def test_a_file_that_cannot_be_written_leaves_nothing(
    acme: Catalogue, cli: Cli, tmp_path: Path
) -> None:
    ended = await cli("export", "--out", "no/such/folder/all.csv")
    assert ended.exit_code == 1
    assert "Writing no/such/folder/all.csv: No such file or directory" in ended.stderr
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
