"""`rules`: what rows are checked by, what other thresholds would find, and changing them."""

from __future__ import annotations

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import today


async def test_rules_are_listed_with_their_thresholds(acme: Catalogue, cli: Cli) -> None:
    found = {each["name"]: each for each in (await cli("rules", "list", "--json")).document["rules"]}
    assert found["price_range"]["config"].keys() >= {"min", "max"}
    assert found["required_title"]["severity"] == "error"
    shown = (await cli("rules", "list")).stdout
    assert "bedrooms_range" in shown
    one = (await cli("rules", "show", "bedrooms_range")).stdout
    assert "max 200" in one


async def test_a_trial_finds_what_a_threshold_would_and_changes_nothing(acme: Catalogue, cli: Cli) -> None:
    await acme.run([home(1, bedrooms=9), home(2, bedrooms=8), home(3, bedrooms=2)], day=today())
    as_it_is = (await cli("rules", "test", "bedrooms_range", "--json")).document
    assert (as_it_is["failing"], as_it_is["looked_at"], as_it_is["rows"]) == (0, 3, [])
    tried = (await cli("rules", "test", "bedrooms_range", "--max", "7", "--json")).document
    assert [(row["property_id"], row["value"]) for row in tried["rows"]] == [("A-1", "9"), ("A-2", "8")]
    assert (await cli("rules", "show", "bedrooms_range", "--json")).document["config"]["max"] == 200
    shown = (await cli("rules", "test", "bedrooms_range", "--max", "7", "--limit", "1")).stdout
    assert "bedrooms_range with max 7 fails 2 of 3 rows" in shown
    assert shown.endswith("next: property-manager rules set bedrooms_range --max 7\n")
    more = next(line for line in shown.splitlines() if line.startswith("… more: "))
    rest = (await cli(*more.removeprefix("… more: property-manager ").split(), "--json")).document
    assert ([row["property_id"] for row in rest["rows"]], rest["after"]) == (["A-2"], None)


async def test_the_next_sync_checks_by_the_rule_as_it_was_set(acme: Catalogue, cli: Cli) -> None:
    """Also a row that has not changed since it passed."""
    rows = [home(1, bedrooms=9), *homes(3)[1:]]
    await acme.run(rows, day=today() - 1)
    ended = await cli("rules", "set", "bedrooms_range", "--max", "7", "--json")
    assert (ended.document["config"], ended.document["version"]) == ({"min": 0, "max": 7}, 2)
    synced = await acme.run(rows, day=today())
    assert synced.metrics.quarantined_properties == 1


async def test_a_rule_is_switched_off_and_made_milder(acme: Catalogue, cli: Cli) -> None:
    assert (await cli("rules", "set", "bedrooms_range", "--severity", "warning")).exit_code == 0
    assert "warning, off" in (await cli("rules", "set", "bedrooms_range", "--off")).stdout
    found = (await cli("rules", "show", "bedrooms_range", "--json")).document
    assert (found["severity"], found["active"], found["version"]) == ("warning", False, 3)
    assert (await cli("rules", "set", "bedrooms_range", "--on", "--json")).document["active"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("set bedroom_range --max 7", "did you mean bedrooms_range?"),
        ("set bedrooms_range", "say what to change"),
        ("set bedrooms_range --regex x", "has no regex"),
        ("set required_title --min 1", "has no min"),
        ("set bedrooms_range --min 300", "is more than the most"),
        ("set valid_email --regex [", "valid_email"),
        ("test image_urls_are_http", "is tried by a sync alone"),
        ("show nothing_like_it", "property-manager rules list"),
    ],
)
async def test_what_a_rule_cannot_be_is_refused(words: str, said: str, acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(1), day=today())
    ended = await cli("rules", *words.split())
    assert (ended.exit_code, said in ended.stderr) == (2, True), ended.stderr
