"""`sources`; which source a run is of; and that a run that staged nothing leaves none behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from demo.portal.server import Portal
from tests.catalogue import Catalogue, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import today
from tests.services.workflows.imports.conftest import MAPPING, as_csv, rows
from tests.sites import serving_content


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal() as up:
        yield up


@pytest.fixture
def mapping(tmp_path: Path) -> Callable[..., str]:
    """Write a mapping that names no source; `more` are lines of its head."""

    def write(more: str = "", currency: str = "MXN") -> str:
        path = tmp_path / "columns.toml"
        text = MAPPING.format(more=more).replace('"MXN"', f'"{currency}"')
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


async def names(cli: Cli) -> list[str]:
    return [source["name"] for source in (await cli("sources", "list", "--json")).document["sources"]]


async def left(superuser: asyncpg.Connection) -> int:
    """How many sources, scopes, sessions and leases there are."""
    count: int = await superuser.fetchval(
        "select (select count(*) from public.sources) + (select count(*) from property_manager.scopes)"
        " + (select count(*) from public.scraping_sessions) + (select count(*) from property_manager.leases)"
    )
    return count


# which source a run is of


async def test_a_scrape_finds_the_source_that_has_its_host(portal: Portal, cli: Cli) -> None:
    url = ("--url", portal.url, "--allow-private", "--max-pages", "1")
    assert (await cli("scrape", *url, "--source", "ceibas")).exit_code == 0
    again = await cli("scrape", *url, "--json")
    assert again.document["session"]["source"] == "ceibas"
    assert again.document["metrics"]["new_properties"] == 0
    assert await names(cli) == ["ceibas"]


async def test_a_download_finds_the_source_that_has_its_host(
    cli: Cli, mapping: Callable[..., str], acme: Catalogue
) -> None:
    await acme.register(hosts=("WWW.acme.example", "127.0.0.1"))
    async with serving_content(as_csv(rows(3)), "text/csv") as url:
        given = ("import", "--file", url, "--mapping", mapping(), "--allow-private")
        document = (await cli(*given, "--json")).document
        assert document["session"]["source"] == "acme"
        named = (await cli(*given, "--source", "own", "--dry-run", "--json")).document
        assert named["session"]["source"] == "own"
        assert named["status"] == "held"
        refused = await cli(*given)
    assert refused.exit_code == 2
    assert "2 sources have the host 127.0.0.1: acme, own" in refused.stderr
    assert "--source acme" in refused.stderr


async def test_a_source_that_a_file_describes_is_found_by_its_host(
    portal: Portal, cli: Cli, home: Path
) -> None:
    (home / "sources").mkdir(parents=True)
    (home / "sources" / "ceibas.toml").write_text(
        'name = "ceibas"\nhosts = ["127.0.0.1"]\ncurrency = "MXN"\nrequests_per_second = 50\n'
    )
    ended = await cli("scrape", "--url", portal.url, "--allow-private", "--max-pages", "1")
    assert ended.stdout.startswith("Created source ceibas (MXN).\n")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("acme.example", ["acme"]),
        ("www.acme.example", ["acme"]),
        ("Acme.Example.", ["acme"]),
        ("homes.acme.example", ["acme"]),
        ("rent.acme.example", []),
        ("notacme.example", []),
        ("example", []),
    ],
)
async def test_a_sub_domain_is_another_host_unless_it_is_listed(
    acme: Catalogue, host: str, found: list[str]
) -> None:
    await acme.register(hosts=("www.acme.example", "homes.acme.example"))
    assert [row["name"] for row in await acme.database.rows("sources_of_host", host)] == found


async def test_a_forgotten_source_does_not_double_a_catalogue(
    cli: Cli, mapping: Callable[..., str], tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(6)), encoding="utf-8")
    given = ("import", "--file", str(tmp_path / "mine.csv"), "--mapping", mapping())
    await cli(*given, "--source", "agency")
    doubled = await cli(*given)  # the mapping's name is acme
    assert doubled.exit_code == 3
    assert "these look like the listings of source agency" in doubled.stderr + doubled.stdout
    assert await superuser.fetchval("select count(*) from public.properties_live") == 6


# what a run leaves behind


async def test_a_mistyped_page_leaves_nothing_behind(
    portal: Portal, cli: Cli, superuser: asyncpg.Connection
) -> None:
    ended = await cli("scrape", "--url", f"{portal.url}/no-such-page", "--allow-private", "--source", "typo")
    assert ended.exit_code != 0
    assert await left(superuser) == 0


@pytest.mark.parametrize("act", ["scrape", "import"])
@pytest.mark.parametrize("where", ["named", "in the home"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            'name = "typo"\n[recipe.fields]\nprise = ".p"\n',
            "typo.toml, line 3: recipe.fields.prise: unknown field",
        ),
        (
            'name = "typo"\n[recipe.fields]\nprice = ".p["\n',
            "typo.toml, line 3: recipe.fields.price: '.p[' is not",
        ),
        (
            'name = "typo"\n[recipe]\nid = "url:("\n',
            "typo.toml, line 3: recipe.id: '(' is not a regular expression",
        ),
        ('name = "typo"\nhosts = 3\n', "typo.toml, line 2: hosts: it is a list"),
        ('name = "typo"\n[recipe\n', "typo.toml is no TOML: Expected ']'"),
        (
            'name = "typo"\nlanguage = "klingon"\n',
            "source typo: language: there is no text search configuration",
        ),
        (b"name = '\xff'", "typo.toml: it is not UTF-8 text"),
        (None, "typo.toml is a folder, not a file"),
    ],
    ids=["field", "selector", "expression", "type", "syntax", "language", "encoding", "folder"],
)
async def test_a_source_file_that_is_wrong_is_named_and_leaves_nothing_behind(
    portal: Portal,
    cli: Cli,
    home: Path,
    tmp_path: Path,
    mapping: Callable[..., str],
    superuser: asyncpg.Connection,
    act: str,
    where: str,
    content: str | bytes | None,
    said: str,
) -> None:
    """No session is opened and no source is made; exit code 2."""
    file = (home / "sources" if where == "in the home" else tmp_path) / "typo.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "mine.csv").write_text(as_csv(rows(2)), encoding="utf-8")
    given = {
        "scrape": ("--url", portal.url, "--allow-private", "--max-pages", "1"),
        "import": ("--file", str(tmp_path / "mine.csv"), "--mapping", mapping()),
    }[act]

    ended = await cli(act, *given, "--source", "typo" if where == "in the home" else str(file))

    assert ended.exit_code == 2, ended.stderr
    assert said in ended.stderr
    assert await left(superuser) == 0


async def test_a_known_source_keeps_the_failure_of_its_page(portal: Portal, cli: Cli) -> None:
    url = ("--allow-private", "--max-pages", "1", "--source", "ceibas")
    await cli("scrape", "--url", portal.url, *url)
    await cli("scrape", "--url", f"{portal.url}/no-such-page", *url)
    listed = (await cli("list-sessions", "--json")).document["sessions"]
    assert [session["status"] for session in listed] == ["failed", "completed"]


@pytest.mark.parametrize(
    "content",
    ["", "Ref,Title,Price\n", "Ref,Title\nA-1,Casa\n", as_csv(rows(3)) + 'A-4,"Casa\n'],
    ids=["empty", "no rows", "a column is missing", "cut off"],
)
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["import", "dry run"])
async def test_a_refused_import_leaves_nothing_behind(
    cli: Cli,
    mapping: Callable[..., str],
    tmp_path: Path,
    superuser: asyncpg.Connection,
    content: str,
    options: tuple[str, ...],
) -> None:
    (tmp_path / "mine.csv").write_text(content, encoding="utf-8")
    given = ("import", "--file", str(tmp_path / "mine.csv"), "--mapping", mapping(), "--source", "typo")
    ended = await cli(*given, *options)
    if ended.exit_code in (0, 4):  # rows were staged and kept
        assert await left(superuser) == 4
    else:
        assert await left(superuser) == 0, ended.stderr


async def test_an_import_that_breaks_half_way_leaves_no_new_source(
    cli: Cli, mapping: Callable[..., str], tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(as_csv(rows(1200)), encoding="utf-8")
    given = ("import", "--file", str(path), "--mapping", mapping('partition = "Ref"'), "--source", "typo")
    ended = await cli(*given)
    assert "more than 1,000 values" in ended.stderr
    assert await left(superuser) == 0


async def test_what_a_dry_run_staged_is_applied_by_its_approval_alone(
    cli: Cli, mapping: Callable[..., str], tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    """A scheduled `sync-pending` passes over it, and so does `sync`, which takes what waits."""
    (tmp_path / "mine.csv").write_text(as_csv(rows(3)), encoding="utf-8")
    given = ("import", "--file", str(tmp_path / "mine.csv"), "--source", "agency", "--mapping", mapping())
    planned = (await cli(*given, "--dry-run", "--json")).document
    await cli("sync-pending")
    assert "what a dry run planned, for approval" in (await cli("sync")).stdout
    assert await superuser.fetchval("select count(*) from public.properties_live") == 0
    (listed,) = (await cli("list-sessions", "--status", "planned", "--json")).document["sessions"]
    assert listed["source"] == "agency"
    assert (await cli("sync", "--approve", planned["plan_id"])).exit_code == 0
    assert await superuser.fetchval("select count(*) from public.properties_live") == 3


async def test_a_source_that_only_dry_runs_know_is_in_no_table_and_is_forgotten(
    cli: Cli, mapping: Callable[..., str], tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(3)), encoding="utf-8")
    given = ("import", "--file", str(tmp_path / "mine.csv"), "--source", "typo", "--mapping", mapping())
    await cli(*given, "--dry-run")
    assert await names(cli) == []
    assert "Only tried by dry runs: typo." in (await cli("sources", "list")).stdout
    assert (await cli("status", "--json")).document["sources"] == []
    await superuser.execute("update public.scraping_sessions set completed_at = now() - interval '40 days'")
    await cli("cleanup", "--days", "30")
    assert await left(superuser) == 0


async def test_a_dry_run_fixes_neither_currency_nor_country(
    cli: Cli, mapping: Callable[..., str], tmp_path: Path, superuser: asyncpg.Connection
) -> None:
    (tmp_path / "mine.csv").write_text(as_csv(rows(3)), encoding="utf-8")
    given = ("import", "--file", str(tmp_path / "mine.csv"), "--source", "agency", "--mapping")
    await cli(*given, mapping('country = "US"', currency="USD"), "--dry-run")
    await cli(*given, mapping(), "--dry-run")
    (listed,) = (await cli("sources", "list", "--json")).document["tried"]
    assert (listed["currency"], listed["country"], listed["applied"]) == ("MXN", None, False)
    await cli(*given, mapping('country = "MX"'), "--complete")
    (listed,) = (await cli("sources", "list", "--json")).document["sources"]
    assert (listed["currency"], listed["country"], listed["applied"]) == ("MXN", "MX", True)
    assert await superuser.fetchval("select distinct currency from public.properties_live") == "MXN"
    await cli(*given, mapping('country = "US"', currency="USD"), "--dry-run")
    (listed,) = (await cli("sources", "list", "--json")).document["sources"]
    assert (listed["currency"], listed["country"]) == ("MXN", "MX")


# the commands


async def test_sources_are_listed_shown_renamed_and_removed(acme: Catalogue, cli: Cli, home: Path) -> None:
    await acme.run(homes(2), day=today())
    other = await acme.beside("typo")
    await other.run(homes(1), day=today(), dry_run=True)
    listed = (await cli("sources", "list")).stdout
    assert "nothing applied, 1 pending" in listed
    shown = (await cli("sources", "show", "acme")).stdout
    assert "Listings: 2 active, 0 inactive, 0 removed" in shown

    (home / "sources").mkdir(parents=True)
    (home / "sources" / "acme.toml").write_text('name = "acme"\n')
    told = (await cli("sources", "rename", "acme", "bolt")).stdout
    assert "Renamed acme to bolt: 2 listings, 2 changes of its history." in told
    assert "Readers of the feed are told at position 2." in told
    assert "Rename its description too, and the name in it:" in told
    assert "renamed from acme to bolt" in (await cli("watch", "--no-follow")).stdout

    assert (
        "Would delete source typo: 1 session" in (await cli("sources", "remove", "typo", "--dry-run")).stdout
    )
    assert (
        "Deleted source typo: 1 session, 1 staged row"
        in (await cli("sources", "remove", "typo", "--yes")).stdout
    )
    kept = await cli("sources", "remove", "bolt")
    assert kept.exit_code == 2
    assert "sources remove 'bolt' --listings" in kept.stderr
    asked = await cli("sources", "remove", "bolt", "--listings")
    assert "Would mark 2 listings of source bolt as removed" in asked.stdout
    assert "Nothing was changed. To do it: " in asked.stdout
    gone = await cli("sources", "remove", "bolt", "--listings", "--export", "bolt.csv", "--yes")
    assert "Wrote 2 listings to bolt.csv." in gone.stdout
    assert len(Path("bolt.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert "Marked 2 listings of source bolt as removed; its history stays." in gone.stdout
    assert (await cli("rollback", "--change-set", gone.stdout.split()[-1])).exit_code == 0
    assert (await cli("doctor")).exit_code == 0


async def test_a_file_that_came_under_two_names_is_merged_into_one_source(
    cli: Cli, mapping: Callable[..., str], tmp_path: Path, home: Path, superuser: asyncpg.Connection
) -> None:
    """The merge is shown first; then the file adds nothing under INTO, and `rollback` undoes it all."""
    files = {"monday.csv": rows(6), "tuesday.csv": rows(8)[3:]}
    for name, content in files.items():
        (tmp_path / name).write_text(as_csv(content), encoding="utf-8")
    given = ("import", "--mapping", mapping(), "--file")
    await cli(*given, str(tmp_path / "monday.csv"), "--source", "acme")
    held = await cli(*given, str(tmp_path / "tuesday.csv"), "--source", "acmee", "--json")
    if held.exit_code:
        await cli("sync", "--approve", held.document["plan_id"])
    (home / "sources").mkdir(parents=True)
    (home / "sources" / "acmee.toml").write_text('name = "acmee"\n')

    planned = await cli("sources", "merge", "acmee", "acme")
    assert planned.exit_code == 0
    assert "5 listings, 2 that only acmee has, 3 that both have." in planned.stdout
    assert "Nothing was changed.    to merge them:" in planned.stdout
    assert planned.stdout.rstrip().endswith("sources merge acmee acme --yes")
    assert max(map(len, planned.stdout.splitlines()[2:-1])) <= 80
    assert await names(cli) == ["acme", "acmee"]

    merged = await cli("sources", "merge", "acmee", "acme", "--yes")
    assert "sessions of that name are refused: " in merged.stdout
    shown = "select count(*) from public.properties_live where status <> 'removed'"
    assert await superuser.fetchval(shown) == 8
    assert "merged into acme" in (await cli("sources", "list")).stdout
    again = (await cli(*given, str(tmp_path / "tuesday.csv"), "--source", "acme", "--json")).document
    assert (again["metrics"]["new_properties"], again["metrics"]["unchanged_properties"]) == (0, 5)
    refused = await cli(*given, str(tmp_path / "tuesday.csv"), "--source", "acmee")
    assert refused.exit_code == 2
    assert "source acmee was merged into acme" in refused.stderr
    assert "merged acmee into acme" in (await cli("watch", "--no-follow")).stdout

    listed = (await cli("sources", "list", "--json")).document["sources"]
    number = next(source["merge_set_id"] for source in listed if source["name"] == "acmee")
    assert f"rollback --change-set {number}" in (await cli("sources", "show", "acmee")).stdout
    undone = await cli("rollback", "--change-set", str(number))
    assert undone.exit_code == 0, undone.stderr
    assert await superuser.fetchval(shown) == 11
    assert (await cli("doctor")).exit_code == 0


async def test_a_merge_that_would_join_two_homes_shows_them_and_is_refused(acme: Catalogue, cli: Cli) -> None:
    acme.urls = False
    await acme.run(homes(3), day=today())
    other = await acme.beside("other")
    other.urls = False
    await other.run([{**row, "title": "Terreno", "address": "Avenida 1"} for row in homes(1)], day=today())
    planned = await cli("sources", "merge", "other", "acme")
    assert planned.exit_code == 3
    assert "1 id of both sources are of different homes" in planned.stdout
    assert "two homes" in planned.stdout
    refused = await cli("sources", "merge", "other", "acme", "--yes", "--json")
    assert refused.exit_code == 2
    assert refused.document["error"]["next"].endswith("--same-ids")


@pytest.mark.parametrize("words", [("show",), ("rename", "x"), ("remove",), ("merge", "x")], ids=" ".join)
async def test_an_unknown_source_is_named_with_the_nearest(
    acme: Catalogue, cli: Cli, words: tuple[str, ...]
) -> None:
    ended = await cli("sources", words[0], "acne", *words[1:], "--json")
    assert (ended.exit_code, ended.document["error"]["next"]) == (2, "did you mean acme?")


# the ids of a source


async def test_another_rule_of_ids_is_a_plan_that_is_shown_approved_and_undone(
    acme: Catalogue, cli: Cli
) -> None:
    """`sources ids --rule` changes nothing; `plans` lists and shows its plan, `sync --approve` applies it."""
    await acme.run([row | {"source_url": f"https://acme.example/h/9{row['price']}"} for row in homes(3)])

    planned = (await cli("sources", "ids", "acme", "--rule", "segment:-1", "--json")).document["plan"]
    assert (planned["status"], planned["counts"]["moves"]) == ("ready", 3)
    assert set(await acme.statuses()) == {"A-1", "A-2", "A-3"}

    mark = planned["id"][:8]
    assert mark in (await cli("plans", "list")).stdout
    shown = (await cli("plans", "show", mark)).stdout
    assert "3 of 3 listings get another id" in shown
    assert f"sync --approve {mark}" in shown

    done = (await cli("sync", "--approve", mark, "--json")).document
    assert (done["status"], done["listings"]) == ("applied", 3)
    assert set(await acme.statuses()) == {f"9100{n}000" for n in (1, 2, 3)}

    undone = await cli("rollback", "--change-set", str(done["change_set_id"]))
    assert undone.exit_code == 0
    assert set(await acme.statuses()) == {"A-1", "A-2", "A-3"}
    assert await acme.complaints() == []
