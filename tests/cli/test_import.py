"""`import`: a file to a session and on to live; a bad file is one clear sentence, with live untouched."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import random
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from importers.readers import contained
from tests.cli.conftest import Cli, Ended
from tests.cli.test_scrape import one_sentence
from tests.importers.readers import hazards
from tests.services.workflows.imports.conftest import MAPPING, as_csv, row, rows
from tests.sites import serving_content


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "acme.toml"
    path.write_text(MAPPING.format(more=""), encoding="utf-8")
    return str(path)


@pytest.fixture
def importing(cli: Cli, mapping: str, tmp_path: Path) -> Callable[..., object]:
    """Write a file and import it with acme's mapping."""

    async def run(content: str | bytes, *options: str, name: str = "mine.csv") -> Ended:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return await cli("import", "--file", str(path), "--mapping", mapping, "--source", "acme", *options)

    return run


async def live(superuser: asyncpg.Connection) -> int:
    return await superuser.fetchval("select count(*) from public.properties_live where status = 'active'")


# what a person sees


async def test_a_first_import_prints_its_account_and_sync(importing: Cli) -> None:
    text = "Our listings\n" + as_csv([*rows(4), row(2, Price="1250001")])
    ended = await importing(text)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.splitlines()[:3] == [
        "Created source acme (MXN).",
        "mine.csv: 6 read = 1 skipped (line 1 preamble) + 5 staged. UTF-8, ',', header on line 2.",
        "Columns: 8 mapped, 1 unmapped.",
    ]
    assert "5 rows = 4 new + 1 superseded    applied in" in ended.stdout
    assert "note: absences not counted: imported without --complete" in ended.stdout


async def test_json_is_the_sync_its_session_and_the_account(importing: Cli) -> None:
    document = (await importing(as_csv(rows(3)), "--json", "--complete")).document
    assert (document["status"], document["verdict"], document["error"]) == ("applied", "complete", None)
    assert document["session"] == {
        "id": document["session_id"],
        "source": "acme",
        "kind": "import",
        "file": "mine.csv",
        "partition": None,
        "rows": 3,
        "verdict": "complete",
        "reason": None,
    }
    account = document["accounting"]
    assert account["rows_read"] == account["rows_skipped"] + account["rows_staged"] == 3
    assert account["columns"]["mapped"]["Ref"] == ["id"]
    assert account["columns"]["unmapped"] == ["Office"]


async def test_a_dry_run_saves_a_plan_to_approve(importing: Cli, cli: Cli) -> None:
    document = (await importing(as_csv(rows(3)), "--dry-run", "--json")).document
    assert (document["status"], document["metrics"]["new_properties"]) == ("planned", 3)
    assert (await cli("sync", "--approve", document["plan_id"], "--json")).document["status"] == "applied"


async def test_a_dry_run_shows_what_would_be_live_with_its_cells(importing: Cli) -> None:
    given = [*rows(8), row(9, Price="1200000000"), row(10, Beds="some")]
    ended = await importing(as_csv(given), "--dry-run", "--show", "1")
    assert ended.exit_code == 0, ended.stderr
    lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert "A-10: new, line 11" in lines
    assert '? bedrooms – Beds "some"; unparseable: no number in it' in lines
    assert 'price 1,010,000 Price "1010000"' in lines
    assert "A-1: new, line 2" not in lines, "one listing was asked for"
    assert "price, MXN: 10 listings, median 1M; 1 far off" in lines
    assert '! A-9: 1,200,000,000 is 1,194 × the median ← Price "1200000000" (line 10)' in lines
    assert lines[-4].startswith("10 rows = 10 new"), "what to do next comes last"


async def test_the_document_of_a_dry_run_has_the_preview(importing: Cli) -> None:
    document = (await importing(as_csv(rows(3)), "--dry-run", "--json")).document
    listings = document["preview"]["listings"]
    assert [each["property_id"] for each in listings] == ["A-1", "A-2", "A-3"]
    (price,) = [each for each in listings[0]["values"] if each["field"] == "price"]
    assert (price["value"], price["origin"]["cells"], price["origin"]["line"]) == (
        1_001_000,
        {"Price": "1001000"},
        2,
    )
    assert {each["field"]: each["filled"] for each in document["preview"]["fields"]}["price"] == 3
    assert [each["measure"] for each in document["preview"]["distributions"]] == ["price"]
    assert [each["field"] for each in document["preview"]["places"]] == ["state", "city"]
    assert "preview" not in (await importing(as_csv(rows(4)), "--dry-run", "--show", "0", "--json")).document


async def test_a_dry_run_says_each_thing_once(importing: Cli) -> None:
    """Also where it is held for what cannot be read: doubts first, then what was read, then the decision."""
    ended = await importing(as_csv([*rows(6, Beds="a few"), *rows(9)[6:]]), "--dry-run", "--show", "2")
    assert ended.exit_code == 3
    said = [ended.stdout.count(text) for text in ("What was read", 'in 6 of 9 rows: "a few"', "REFUSED")]
    assert said == [1, 1, 1]
    assert ended.stdout.index("bedrooms: cannot be read") < ended.stdout.index("A-1: new")
    assert "  - bedrooms: most of its cells are unread, see above; correct the mapping" in ended.stdout


async def test_each_partition_of_a_dry_run_is_previewed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(4)))
    (tmp_path / "parts.toml").write_text(MAPPING.format(more='partition = "State"'))
    given = ("import", "--file", "mine.csv", "--mapping", "parts.toml", "--source", "acme", "--dry-run")
    document = (await cli(*given, "--json")).document
    shown = [len(each["preview"]["listings"]) for each in document["sessions"]]
    assert shown == [min(3, each["session"]["rows"]) for each in document["sessions"]]


async def test_without_auto_sync_the_session_waits(importing: Cli, cli: Cli) -> None:
    ended = await importing(as_csv(rows(3)), "--no-auto-sync")
    assert "3 rows staged, not synced.\nnext: property-manager sync --session-id " in ended.stdout
    assert (await cli("sync-pending")).exit_code == 0


async def test_partitions_are_reported_one_by_one(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(4)))
    (tmp_path / "parts.toml").write_text(MAPPING.format(more='partition = "State"'))
    given = ("--file", "mine.csv", "--mapping", "parts.toml", "--source", "acme")
    output = await cli("import", *given)
    assert output.stdout.splitlines()[3] == "YUC:"
    document = (await cli("import", *given, "--json")).document
    assert [each["session"]["partition"] for each in document["sessions"]] == ["YUC", "CAM"]
    assert (document["success"], document["accounting"]["rows_staged"]) == (True, 4)


async def test_one_held_partition_is_partly_done(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "parts.toml").write_text(MAPPING.format(more='partition = "State"'))
    given = ("import", "--file", "mine.csv", "--mapping", "parts.toml", "--source", "acme", "--complete")
    (tmp_path / "mine.csv").write_text(as_csv(rows(20)))
    await cli(*given)
    table = [each for each in rows(20) if each["State"] == "YUC" or each["Ref"] == "A-2"]
    (tmp_path / "mine.csv").write_text(as_csv(table))
    assert (await cli(*given)).exit_code == 4


# a mapping proposed


async def test_a_proposal_is_written_once(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(20)))
    ended = await cli("import", "--suggest", "mine.csv")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.startswith("Wrote mine.toml: 8 of 9 columns mapped")
    assert ended.stdout.rstrip().endswith("UTF-8, ',', header on line 1.")
    again = await cli("import", "--suggest", "mine.csv")
    assert (again.exit_code, one_sentence(again)) == (2, True)
    elsewhere = await cli("import", "--suggest", "mine.csv", "--out", "other.toml", "--json")
    assert elsewhere.document["file"] == "other.toml"
    assert (tmp_path / "other.toml").read_text() == (tmp_path / "mine.toml").read_text()


async def test_a_proposed_mapping_imports_its_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(20)))
    await cli("import", "--suggest", "mine.csv")
    document = (await cli("import", "--file", "mine.csv", "--mapping", "mine.toml", "--json")).document
    assert (document["status"], document["metrics"]["new_properties"]) == ("applied", 20)
    assert document["session"]["source"] == "mine"


# bad input: one sentence, or everything readable imported and the rest set aside with its bytes

TRUNCATED_ZIP = io.BytesIO()
with zipfile.ZipFile(TRUNCATED_ZIP, "w") as _archive:
    _archive.writestr("mine.csv", as_csv(rows(500)))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "photo.csv"),
        (
            "essay.csv",
            "Houses are where people live. There is not much more to say about them.\n",
            "essay.csv",
        ),
        ("cut.zip", TRUNCATED_ZIP.getvalue()[:900], "is a zip that cannot be opened"),
        ("broken.json", '{"a": [1, 2', "broken.json"),
        ("wrong.csv", as_csv(rows(3), without=["Ref"]), "no column 'Ref' for id"),
    ],
)
async def test_a_file_without_listings_is_refused(
    importing: Cli, superuser: asyncpg.Connection, name: str, content: str | bytes, said: str
) -> None:
    await importing(as_csv(rows(3)))
    ended = await importing(content, name=name)
    assert ended.exit_code in (2, 3)
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2
    assert await live(superuser) == 3


async def test_an_empty_list_is_refused_and_live_untouched(
    importing: Cli, superuser: asyncpg.Connection
) -> None:
    await importing(as_csv(rows(3)), "--complete")
    ended = await importing("[]", "--complete", name="mine.json")
    assert ended.exit_code == 3
    assert "The import is suspect: mine.json has no rows." in ended.stdout
    assert await live(superuser) == 3


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n"])
async def test_an_empty_file_of_unknown_columns_is_called_empty(
    cli: Cli, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(content)
    ended = await cli("import", "--file", str(path))
    assert (ended.exit_code, ended.stderr.splitlines()[0]) == (2, "e.csv is empty")


async def test_the_name_of_a_source_is_refused_in_plain_words(cli: Cli, mapping: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(as_csv(rows(3)))
    ended = await cli("import", "--file", str(path), "--mapping", mapping, "--source", "a/b")
    assert ended.exit_code == 2
    assert "it has no / and no control characters" in ended.stderr
    assert "pattern" not in ended.stderr


async def test_a_missing_file_is_reported(cli: Cli) -> None:
    ended = await cli("import", "--file", "nowhere.csv", "--json")
    assert (ended.exit_code, ended.document["error"]["code"]) == (2, "not_found")


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            lambda line: line.replace("é".encode(), b"\xe9"),
            "mine.csv, line 3, column 'City': bytes that are not utf-8",
        ),
        (lambda line: line + b",more,cells", "mine.csv, line 3: 11 cells where the header has 9"),
        (lambda line: b",".join(line.split(b",")[:4]), "mine.csv, line 3: 4 cells where the header has 9"),
        (lambda line: line.replace(b"A-2,", b'A-2,"', 1), "mine.csv, line 3, column 'City': a quote"),
    ],
    ids=["invalid bytes", "too many cells", "too few cells", "an open quote"],
)
async def test_a_bad_row_is_set_aside_and_the_rest_goes_live(
    importing: Cli, superuser: asyncpg.Connection, spoil: Callable[[bytes], bytes], problem: str
) -> None:
    lines = as_csv(rows(5)).encode().splitlines()
    ended = await importing(b"\n".join([*lines[:2], spoil(lines[2]), *lines[3:], b""]), "--json")
    assert ended.exit_code == 0, ended.stdout
    account, metrics = ended.document["accounting"], ended.document["metrics"]
    assert (account["rows_staged"], account["rows_unreadable"]) == (5, 1)
    assert (metrics["new_properties"], metrics["quarantined_properties"]) == (4, 1)
    kept = await superuser.fetchrow("select * from public.property_scrapes_staging where problem is not null")
    assert kept["problem"].startswith(problem)
    assert kept["raw_bytes"].rstrip() == spoil(lines[2])


async def test_a_line_without_end_is_set_aside(importing: Cli, superuser: asyncpg.Connection) -> None:
    lines = as_csv(rows(3)).encode().splitlines()
    endless = b'A-9,"' + b"x" * (9 << 20) + b'",1,a,b,c,d,e,f'
    ended = await importing(b"\n".join([*lines[:2], endless, *lines[2:], b""]), "--json")
    assert ended.exit_code == 0
    assert ended.document["metrics"]["new_properties"] == 3
    assert ended.document["accounting"]["rows_unreadable"] == 1


async def test_two_columns_of_one_name_are_both_kept(importing: Cli, superuser: asyncpg.Connection) -> None:
    text = as_csv(rows(2)).replace("Office", "Title")
    ended = await importing(text)
    assert ended.exit_code == 0
    raw = json.loads(await superuser.fetchval("select raw from public.property_scrapes_staging limit 1"))
    assert {"Casa 1", "Centro"} <= set(raw.values())
    assert (
        await superuser.fetchval("select title from public.properties_live where property_id = 'A-1'")
        == "Casa 1"
    )


async def test_a_truncated_gzip_is_imported_up_to_the_cut(
    importing: Cli, superuser: asyncpg.Connection
) -> None:
    noise = random.Random(1)
    table = [row(number, Text=noise.randbytes(40).hex()) for number in range(1, 2001)]
    packed = gzip.compress(as_csv(table).encode())
    ended = await importing(packed[: len(packed) // 3], "--complete", name="mine.csv.gz")
    assert ended.exit_code == 4
    assert "The import is partial: " in ended.stdout
    assert 0 < await live(superuser) < 2000


async def test_numbers_of_two_locales_are_read_row_by_row(
    importing: Cli, superuser: asyncpg.Connection
) -> None:
    table = [row(1, Price="1.250.000,00"), row(2, Price="1,250,000.00"), row(3, Price="unknown sum")]
    ended = await importing(as_csv(table), "--json")
    prices = await superuser.fetch("select property_id, price from public.properties_live order by 1")
    assert [(each["property_id"], int(each["price"])) for each in prices] == [
        ("A-1", 1_250_000),
        ("A-2", 1_250_000),
    ]
    assert ended.document["metrics"]["quarantined_properties"] == 1


# usage


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--file", "a.csv", "--suggest", "a.csv"),
        ("--file", "a.csv", "--out", "b.toml"),
        ("--file", "a.csv", "--dry-run", "--no-auto-sync"),
        ("--file", "a.csv", "--query", "select 1"),
        ("--file", "a.csv", "--mapping", "redfn"),
    ],
)
async def test_what_cannot_be_meant_is_wrong_usage(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.csv").write_text(as_csv(rows(2)))
    ended = await cli("import", *arguments)
    assert (ended.exit_code, ended.stdout, one_sentence(ended)) == (2, "", True)


async def test_a_mapping_with_an_unknown_key_is_refused_with_a_suggestion(
    importing: Cli, mapping: str
) -> None:
    Path(mapping).write_text('id = "Ref"\nfeilds = {}\n')
    ended = await importing(as_csv(rows(2)))
    assert ended.exit_code == 2
    assert "did you mean 'fields'" in ended.stderr


async def test_stdin_needs_a_source(cli: Cli, mapping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    given(as_csv(rows(2)))
    assert (await cli("import", "--file", "-", "--mapping", mapping)).exit_code == 2
    given(as_csv(rows(2)))
    ended = await cli("import", "--file", "-", "--mapping", mapping, "--source", "acme")
    assert ended.exit_code == 0, ended.stderr
    assert "stdin: 2 read = 2 staged." in ended.stdout


async def test_a_blank_id_in_a_complete_file_is_partly_done(
    importing: Cli, superuser: asyncpg.Connection
) -> None:
    assert (await importing(as_csv(rows(5)), "--complete")).exit_code == 0
    ended = await importing(as_csv([row(1), row(2, Ref=""), *rows(5)[2:]]), "--complete")
    assert ended.exit_code == 4, ended.stderr
    assert "1 row does not show which listing it is" in ended.stdout
    assert await live(superuser) == 5


async def test_a_reader_that_is_ended_is_one_sentence(
    importing: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contained, "CHILD", hazards.__name__)
    content = gzip.compress(as_csv(rows(2_000)).encode())
    ended = await importing(content, "--dry-run", "--json", name="abort.csv.gz")
    assert (ended.exit_code, ended.document["error"]["code"]) == (2, "reader_failed")
    assert ended.document["error"]["message"].startswith("abort.csv.gz cannot be read: its reader gave up")


async def test_a_limit_of_memory_is_a_setting(importing: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "CHILD", hazards.__name__)
    monkeypatch.setenv("PROPERTY_MANAGER_READER_MB", "300")
    ended = await importing(gzip.compress(as_csv(rows(2_000)).encode()), name="allocate.csv.gz")
    assert ended.exit_code == 2
    assert "it needs more than 300 MB of memory" in ended.stderr
    assert one_sentence(ended)


async def test_a_reader_that_fails_leaves_its_traceback_to_the_log(
    importing: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contained, "CHILD", hazards.__name__)
    ended = await importing(gzip.compress(as_csv(rows(2_000)).encode()), name="fail.csv.gz")
    assert ended.exit_code == 2
    assert one_sentence(ended)
    assert "Traceback" in (home / "logs" / "property_manager.log").read_text(encoding="utf-8")


async def test_the_name_of_a_file_may_be_no_text(
    cli: Cli, mapping: str, tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    """Names of files are bytes; a database holds text."""
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text(as_csv(rows(3)), encoding="utf-8")
    ended = await cli("import", "--file", str(path), "--mapping", mapping, "--source", "acme")
    assert ended.exit_code == 0, ended.stderr
    assert await superuser.fetchval("select base_url from public.scraping_sessions") == "caf\ufffd.csv"


@pytest.mark.parametrize("name", ["/dev/zero", "."])
async def test_what_is_no_file_is_refused(name: str, cli: Cli) -> None:
    for option in ("--file", "--suggest"):
        ended = await cli("import", option, name)
        assert ended.exit_code == 2
        assert "not a file" in ended.stderr
        assert one_sentence(ended)


# over the network


@contextlib.asynccontextmanager
async def serving(content: bytes, *, status: int = 200) -> AsyncIterator[str]:
    """The address of a feed with that content."""
    async with serving_content(content, "application/octet-stream", status=status) as base:
        yield f"{base}/feeds/mine.csv.gz?token=secret"


async def test_a_url_is_fetched_and_imported(cli: Cli, mapping: str, superuser: asyncpg.Connection) -> None:
    content = gzip.compress(as_csv([row(n, Text="x" * 3000) for n in range(1, 501)]).encode())
    async with serving(content) as url:
        ended = await cli("import", "--file", url, "--mapping", mapping, "--allow-private", "--json")
    assert ended.exit_code == 0, ended.stdout
    assert ended.document["session"]["file"] == "mine.csv.gz"
    assert ended.document["session"]["source"] == "127.0.0.1"
    assert ended.document["metrics"]["new_properties"] == 500
    stored = await superuser.fetchval(
        "select string_agg(to_jsonb(s)::text, '') from public.scraping_sessions s"
    )
    assert "secret" not in stored


async def test_the_name_of_a_download_may_be_no_text(cli: Cli, mapping: str) -> None:
    async with serving(as_csv(rows(3)).encode()) as url:
        named = url.replace("mine.csv.gz", "mi%00ne%e9.csv")
        ended = await cli("import", "--file", named, "--mapping", mapping, "--allow-private", "--json")
    assert ended.exit_code == 0, ended.stdout
    assert ended.document["session"]["file"] == "mine\ufffd.csv"


async def test_a_url_on_this_machine_needs_permission(cli: Cli, mapping: str) -> None:
    async with serving(b"") as url:
        ended = await cli("import", "--file", url, "--mapping", mapping)
    assert ended.exit_code == 2
    assert "--allow-private" in ended.stderr


async def test_a_url_that_refuses_is_reported(cli: Cli, mapping: str) -> None:
    async with serving(b"no", status=403) as url:
        ended = await cli("import", "--file", url, "--mapping", mapping, "--allow-private")
    assert ended.exit_code == 3
    assert "refused us (403)" in ended.stderr


async def test_rows_that_lost_to_another_of_their_id_are_shown_with_how_they_differ(
    importing: Cli, cli: Cli
) -> None:
    """A page at a time, with the command that shows the next one."""
    await importing(as_csv([row(1, Price="900000"), row(1), row(2, Price="800000"), row(2)]))
    session = (await cli("list-sessions", "--json")).document["sessions"][0]["id"][:8]
    given = ("session-details", "--session-id", session, "--superseded")
    shown = (await cli(*given, "--limit", "1")).stdout
    assert "price" in shown
    assert "A-1" in shown
    more = next(line for line in shown.splitlines() if line.startswith("… more: property-manager "))
    rest = (await cli(*more.removeprefix("… more: property-manager ").split(), "--json")).document
    assert ([each["property_id"] for each in rest["rows"]], rest["after"]) == (["A-2"], None)
