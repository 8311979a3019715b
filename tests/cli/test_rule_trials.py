"""`rules test`: what a rule would find in live and in the last session of each source, before it is saved."""

from __future__ import annotations

import asyncpg
import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import other_source, today
from tests.tables import rows as each_of


@pytest.fixture
async def nine(acme: Catalogue) -> Catalogue:
    """A source with nine homes live and in its last session; two have more than seven bedrooms."""
    await acme.run([home(1, bedrooms=9), home(2, bedrooms=8), *homes(9)[2:]], day=today())
    return acme


async def test_a_trial_finds_what_other_settings_would_and_changes_nothing(nine: Catalogue, cli: Cli) -> None:
    as_it_is = (await cli("rules", "test", "bedrooms_range", "--json")).document["trials"][0]["places"]
    assert [(each["failing"], each["looked_at"], each["rows"]) for each in as_it_is] == [
        (0, 9, []),
        (0, 9, []),
    ]

    tried = (await cli("rules", "test", "bedrooms_range", "--max", "7", "--json")).document["trials"][0]
    live, session = tried["places"]
    for place in (live, session):
        found = [(row["property_id"], row["value"]) for row in place["rows"]]
        assert sorted(found) == [("A-1", "9"), ("A-2", "8")]
        assert (place["judged"], place["failing"], round(place["share"], 3)) == (9, 2, 0.222)
    assert (live["session_id"], [row["raw"] for row in session["rows"]]) == (None, ["9", "8"])
    assert (await cli("rules", "show", "bedrooms_range", "--json")).document["config"]["max"] == 200

    shown = (await cli("rules", "test", "bedrooms_range", "--max", "7", "--limit", "1")).stdout
    assert "bedrooms_range with max 7; nothing was changed." in shown
    assert shown.endswith("next: property-manager rules set bedrooms_range --max 7\n")
    more = next(line for line in shown.splitlines() if line.startswith("… more: "))
    rest = (await cli(*more.removeprefix("… more: property-manager ").split(), "--json")).document
    (place,) = rest["trials"][0]["places"]
    assert ([row["property_id"] for row in place["rows"]], place["after"]) == (["A-2"], None)


KINDS = {
    "required, which a known listing keeps": (["--kind", "required", "--field", "agency_name"], 9, 0),
    "range": (["--kind", "range", "--field", "bedrooms", "--min", "4"], 7, 7),
    "pattern": (["--kind", "pattern", "--field", "title", "--regex", "[12] en"], 7, 7),
    "one_of": (["--kind", "one_of", "--field", "city", "--value", "Lima"], 9, 9),
    "length": (["--kind", "length", "--field", "title", "--max", "3"], 9, 9),
    "compare": (
        ["--kind", "compare", "--field", "bathrooms", "--operator", ">=", "--other", "floor_number"],
        0,
        0,
    ),
    "unique": (["--kind", "unique", "--field", "main_image_url"], 0, 0),
    "unique, shared": (["--kind", "unique", "--field", "description"], 9, 9),
    "custom": (["--kind", "custom", "--function", "many_rooms"], 2, 2),
    "of no row": (["--kind", "length", "--field", "title", "--max", "3", "--when", "operation=rent"], 0, 0),
    "of some rows": (
        ["--kind", "length", "--field", "title", "--max", "3", "--when", "operation=sale"],
        9,
        9,
    ),
    "of this source": (["--kind", "length", "--field", "title", "--max", "3", "--when", "source=acme"], 9, 9),
}


@pytest.mark.parametrize(("words", "in_live", "in_session"), KINDS.values(), ids=KINDS)
async def test_a_rule_of_each_kind_is_tried_before_it_is_saved(
    words: list[str], in_live: int, in_session: int, nine: Catalogue, cli: Cli
) -> None:
    """In live and in the session alike; the rules stay as they were."""
    await nine.superuser.execute(
        "create function property_manager_rules.many_rooms(r public.property_scrapes_staging) returns text"
        " language sql as $$ select 'many' where r.bedrooms > 7 $$;"
        "alter function property_manager_rules.many_rooms owner to property_manager_owner"
    )
    before = (await cli("rules", "list", "--json")).document
    live, session = (await cli("rules", "test", *words, "--json")).document["trials"][0]["places"]
    assert (live["failing"], session["failing"]) == (in_live, in_session)
    assert len(live["rows"]) == min(in_live, 3)
    assert (await cli("rules", "list", "--json")).document == before


async def test_a_sync_finds_what_the_trial_said(nine: Catalogue, cli: Cli) -> None:
    """The same rows, once the rule is enabled."""
    words = ["few_rooms", "--kind", "range", "--field", "bedrooms", "--max", "7", "--severity", "error"]
    _, session = (await cli("rules", "test", *words, "--json")).document["trials"][0]["places"]
    await cli("rules", "add", *words, "--on")
    rows = [home(1, bedrooms=9), home(2, bedrooms=8), *homes(9)[2:]]
    synced = await nine.run(rows, day=today())
    assert synced.metrics.quarantined_properties == session["failing"] == 2


async def test_each_source_is_tried_and_one_can_be_chosen(nine: Catalogue, cli: Cli) -> None:
    other = await other_source(nine, "other")
    await other.run(homes(3, bedrooms=9), day=today())
    words = ["rules", "test", "bedrooms_range", "--max", "7", "--json"]
    places = (await cli(*words)).document["trials"][0]["places"]
    assert [(each["source"], each["failing"]) for each in places] == [
        ("acme", 2), ("acme", 2), ("other", 3), ("other", 3)
    ]  # fmt: skip
    places = (await cli(*words, "--source", "other")).document["trials"][0]["places"]
    assert {each["source"] for each in places} == {"other"}
    of_other = ["--kind", "required", "--field", "agency_name", "--when", "source=other", "--json"]
    places = (await cli("rules", "test", *of_other)).document["trials"][0]["places"]
    assert [(each["source"], each["judged"]) for each in places if each["judged"]] == [("other", 3)] * 2


async def test_a_pattern_that_never_ends_is_said_to_within_its_time(nine: Catalogue, cli: Cli) -> None:
    """It is no silent pass: the counts are missing, the reason is there, the command has failed."""
    await nine.superuser.execute(
        "update public.property_scrapes_staging set title = repeat('ab', 300) || 'd'"
    )
    endless = ["--kind", "pattern", "--field", "title", "--regex", ENDLESS, "--source", "acme"]
    session = await nine.superuser.fetchval("select id::text from public.scraping_sessions")
    ended = await cli("rules", "test", *endless, "--session-id", session, "--seconds", "0.5", "--json")
    (place,) = ended.document["trials"][0]["places"]
    assert (ended.exit_code, place["failing"]) == (1, None)
    assert "did not end" in place["problem"]


ENDLESS = r"^(.{1,200})(.{1,200})(.{1,200})(.{1,200})\4\3\2\1$"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "if r.bedrooms = 9 then raise exception 'nine is too much'; end if; return null;",
            "nine is too much",
        ),
        ("loop perform 1; end loop; return null;", "did not end"),
        ("delete from public.properties_live; return 'gone';", "read-only"),
    ],
    ids=["raises on a row", "never ends", "writes"],
)
async def test_a_function_that_fails_is_named_with_what_it_did(
    body: str, said: str, nine: Catalogue, cli: Cli, superuser: asyncpg.Connection
) -> None:
    """A row that it raises on is no pass; what it would have written is not there."""
    await superuser.execute(
        "create function property_manager_rules.bad(r public.property_scrapes_staging) returns text"
        f" language plpgsql as $$ begin {body} end $$;"
        "alter function property_manager_rules.bad owner to property_manager_owner"
    )
    words = ["rules", "test", "--kind", "custom", "--function", "bad", "--seconds", "1", "--source", "acme"]
    ended = await cli(*words)
    assert (ended.exit_code, said in ended.stdout) == (1, True), ended.stdout + ended.stderr
    assert await superuser.fetchval("select count(*) from public.properties_live") == 9
    if "raise" in body:
        places = (await cli(*words, "--json")).document["trials"][0]["places"]
        assert [(each["raised"]["raised"], each["raised"]["tried"]) for each in places] == [(1, 9), (1, 9)]


@each_of(
    ("words", "exit_code", "said"),
    [
        ("price_is_likely --source acme", 2, "sync --dry-run"),
        ("bedroom_range", 2, "did you mean bedrooms_range?"),
        ("bedrooms_range --source acmee", 2, "did you mean acme?"),
        ("bedrooms_range --session-id ffff", 2, "session"),
        ("bedrooms_range --regex x", 2, "has no regex"),
        ("--kind pattern --field title --regex [", 2, "invalid regular expression"),
        ("--kind range --field titel --min 1", 2, "did you mean 'title'?"),
        ("bedrooms_range --after 3", 2, "--session-id"),
    ],
)
async def test_what_cannot_be_tried_is_refused(
    words: str, exit_code: int, said: str, nine: Catalogue, cli: Cli
) -> None:
    ended = await cli("rules", "test", *words.split())
    assert (ended.exit_code, said in ended.stderr) == (exit_code, True), ended.stderr
