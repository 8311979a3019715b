"""Nothing that a value, a name or an argument holds acts on a terminal or breaks a log or a document."""

from __future__ import annotations

import json
import re
from pathlib import Path

import asyncpg
import pytest

from cli.render import Result, show, table
from cli.text import red
from docs.generate import ROOT
from tests.cli.conftest import Cli
from tests.cli.tree import READS, filled, leaves, log_of, planted

# every command is tried, `db start` too, which starts a server of its own where there is no DATABASE_URL
pytestmark = pytest.mark.direct

ACTS = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066\r\x7f"
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def acting(text: str) -> str:
    found = ACTING.search(text)
    return "" if found is None else text[max(0, found.start() - 60) : found.end() + 20]


@pytest.mark.parametrize("name", sorted(leaves()))
async def test_what_is_given_to_a_command_does_not_act(name: str, cli: Cli, home: Path) -> None:
    for words in planted(leaves()[name], f"a{ACTS}b"):
        for extra in (["--json"], ["--debug"]):  # --debug prints what is printed without it, and more
            ended = await cli(*name.split(), *words, *extra)
            assert acting(ended.stdout) == "", words
            assert acting(ended.stderr) == "", words
    assert acting(log_of(home)) == ""


async def test_what_is_stored_does_not_act(
    cli: Cli, home: Path, tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    acts = ACTS.replace("\r", "")  # which ends a row of the file
    file = tmp_path / f"feed{acts}.csv"
    file.write_text(
        f"property_id,title,price,{acts},description\nA-1,Casa{acts},100000,x{acts},d{acts}\n"
        f"A-2,Casa,{acts},x,d\n,Casa,5,x,d\n{acts},Casa,7,x,d\n"
    )
    ended = await cli("import", "--file", str(file), "--mapping", "own", "--source", "acme", "--json")
    assert acting(ended.stdout + ended.stderr) == ""
    session = json.loads(ended.stdout)["sessions"][0]["session_id"] if ended.exit_code in (0, 4) else "1"
    # as an earlier version, or another program, may have stored it
    await superuser.execute(
        "update public.scraping_sessions set session_name = $1, base_url = $1, error_message = $1", f"n{acts}"
    )
    for name, ways in READS.items():
        for words in ways:
            given = filled(words, session=session, listing="A-1")
            for extra in ([], ["--json"]):
                ended = await cli(*name.split(), *given, *extra)
                assert acting(ended.stdout) == "", name
                assert acting(ended.stderr) == "", name
    assert acting(log_of(home)) == ""


def test_lines_tables_and_titles_are_prepared(capsys: pytest.CaptureFixture[str]) -> None:
    show(
        Result({}, [f"a{ACTS}", red(f"b{ACTS}"), table([f"c{ACTS}"], [[f"d{ACTS}"]], title=f"t{ACTS}")]),
        as_json=False,
    )
    assert acting(capsys.readouterr().out) == ""


def test_a_document_is_prepared(capsys: pytest.CaptureFixture[str]) -> None:
    show(Result({f"a{ACTS}": [f"b{ACTS}"]}), as_json=True)
    printed = capsys.readouterr().out
    assert acting(printed) == ""
    assert json.loads(printed) == {f"a{ACTS}": [f"b{ACTS}"]}


def test_one_module_alone_writes_to_a_terminal() -> None:
    """Another way would be a way around the preparation."""
    ways = re.compile(r"click\.s?echo|\bprint\(|sys\.std(?:out|err)\.write|print_exc|Console\(")
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "cli").rglob("*.py")
        if ways.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"cli/render.py", "cli/logfile.py"}
