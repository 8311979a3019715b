"""`duplicates`: what a person sees of pairs and homes, and decides."""

from __future__ import annotations

import pytest

from cli.commands.duplicates import find
from services.duplicates import MERGE_AT, REVIEW_AT
from tests.catalogue import Catalogue
from tests.cli.conftest import Cli
from tests.services.duplicates.test_find import REPOSTED, flat


async def listed_twice(catalogue: Catalogue) -> None:
    """One flat on two sites, and the one below it."""
    other = await catalogue.beside("other")
    await catalogue.run([flat(floor_number=4)])
    await other.run([flat("x", **REPOSTED), flat("y", **{**REPOSTED, "floor_number": 3})])


async def test_from_finding_to_a_decision_and_back(catalogue: Catalogue, cli: Cli) -> None:
    await listed_twice(catalogue)
    found = await cli("duplicates", "find")
    assert "3 listings compared" in found.stdout
    assert "1 home merged into others, 1 pair to review." in found.stdout
    assert "duplicates list" in found.stdout

    waiting = (await cli("duplicates", "list", "--json")).document["pairs"]
    assert [pair["vetoed"] for pair in waiting] == ["other shows both"]

    split = await cli("duplicates", "split", "other/A-x", "--reason", "another balcony")
    assert "Kept apart, decision 2." in split.stdout
    assert (await cli("duplicates", "home", "acme/A-1", "--json")).document["home_id"]
    (apart,) = (await cli("duplicates", "list", "--state", "apart", "--json")).document["pairs"]
    assert {apart["left_side"]["property_id"], apart["right_side"]["property_id"]} == {"A-1", "A-x"}

    assert (await cli("duplicates", "undo", "2")).exit_code == 0
    home = (await cli("duplicates", "home", "acme/A-1", "--json")).document
    assert {side["property_id"] for side in home["listings"]} == {"A-1", "A-x"}

    log = (await cli("duplicates", "log", "--json")).document["decisions"]
    assert [(each["kind"], each["reason"]) for each in log] == [
        ("undo", None),
        ("apart", "another balcony"),
        ("merge", None),
    ]


def test_without_thresholds_the_command_searches_by_those_that_were_measured() -> None:
    given = {each.name: each.default for each in find.params}
    assert (given["merge_at"], given["review_at"]) == (MERGE_AT, REVIEW_AT)


async def test_a_pair_is_shown_side_by_side_with_what_each_comparison_says(
    catalogue: Catalogue, cli: Cli
) -> None:
    await listed_twice(catalogue)
    await cli("duplicates", "find")
    shown = await cli("duplicates", "show", "acme/A-1", "other/A-y")
    assert "one apart" in shown.stdout
    assert "they are on different floors" in shown.stdout
    assert "duplicates merge acme/A-1 other/A-y" in shown.stdout.replace(
        "other/A-y acme/A-1", "acme/A-1 other/A-y"
    )


async def test_a_person_merges_listings(catalogue: Catalogue, cli: Cli) -> None:
    await listed_twice(catalogue)
    merged = await cli(
        "duplicates", "merge", "acme/A-1", "other/A-y", "--reason", "the floor is a slip", "--json"
    )
    assert len(merged.document["listings"]) == 2
    assert "nothing changed" in (await cli("duplicates", "merge", "acme/A-1", "other/A-y")).stdout


async def test_a_home_is_shown_field_by_field_with_the_reason(catalogue: Catalogue, cli: Cli) -> None:
    """Whose value counts and why: by trust, by time, as the only one, or as all agree."""
    other = await catalogue.beside("other")
    await catalogue.run([flat(floor_number=4)])
    await other.run([flat("x", **REPOSTED)], day=1)
    await other.register(trust=80)
    await cli("duplicates", "merge", "acme/A-1", "other/A-x")
    shown = (await cli("duplicates", "home", "acme/A-1")).stdout
    lines = {line.split("  ")[0].strip(" │|"): line for line in shown.splitlines()}
    assert "other is trusted more than acme: 80 to 50" in lines["title"]
    assert "only value" in lines["floor number"]
    assert "all 2 agree" in lines["bedrooms"]
    assert "2,450,000 MXN" in lines["offer: sale"]
    found = (await cli("duplicates", "home", "other/A-x", "--json")).document["fields"]
    title = next(each for each in found if each["field_name"] == "title")
    assert (title["value"], title["source"], title["why"]) == (REPOSTED["title"], "other", "trusted")
    assert [each["source"] for each in title["others"]] == ["acme"]


async def test_merged_split_and_undone_by_a_person(catalogue: Catalogue, cli: Cli) -> None:
    """Each step shows its number and how to take it back; the log and the admin audit have all three."""
    await listed_twice(catalogue)
    merged = (await cli("duplicates", "merge", "acme/A-1", "other/A-y", "--json")).document
    split = (await cli("duplicates", "split", "other/A-y", "--json")).document
    undone = (await cli("duplicates", "undo", str(split["decision"]), "--json")).document
    assert (undone["undone"], undone["decision"]) == (split["decision"], split["decision"] + 1)
    home = (await cli("duplicates", "home", "other/A-y", "--json")).document
    assert home["home_id"] == merged["home_id"]
    assert {side["property_id"] for side in home["listings"]} == {"A-1", "A-y"}
    refused = await cli("duplicates", "undo", str(split["decision"]))
    assert refused.exit_code == 2
    assert f"is undone by decision {undone['decision']}" in refused.stderr
    audit = await catalogue.superuser.fetch("select action from api.admin_audit()")
    assert [row["action"] for row in audit] == ["merge_listings", "keep_apart", "undo_home_event"]


async def test_a_listing_that_is_not_there_is_named(catalogue: Catalogue, cli: Cli) -> None:
    await listed_twice(catalogue)
    missing = await cli("duplicates", "home", "acme/none")
    assert missing.exit_code == 2
    assert 'there is no listing "acme/none"' in missing.stderr


async def test_what_is_not_compared_is_named(catalogue: Catalogue, cli: Cli) -> None:
    """The phone of an office that has all listings, and how many listings have nothing to compare."""
    shared = {"address": None, "latitude": None, "main_image_url": None, "total_area_m2": 85}
    rows = [flat(n, **shared, title=f"Casa {n}", price=1_000_000 * n) for n in range(1, 103)]
    await catalogue.run([*rows, {"property_id": "bare", "title": "Casa"}])
    found = await cli("duplicates", "find")
    assert (
        "agent phone +529991234567 in Mérida is shared by 102 listings: not compared by it." in found.stdout
    )
    assert "1 listing could not be compared: no address" in found.stdout
    again = (await cli("duplicates", "find", "--json")).document
    assert again["crowds"] == [{"name": "agent phone +529991234567 in Mérida", "cells": 1, "listings": 102}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("find", "--merge-at", "1.1"), "1.1 is not in the range"),
        (("find", "--merge-at", "nan"), "nan is not in the range"),
        (("find", "--review-at", "0"), "is not in the range"),
        (("find", "--merge-at", "0.6", "--review-at", "0.8"), "are no thresholds"),
        (("list", "--least", "nan"), "nan is not in the range"),
        (("list", "--source", "nobody"), 'there is no source "nobody"'),
    ],
)
async def test_what_is_no_threshold_and_no_source_is_refused(
    catalogue: Catalogue, cli: Cli, options: tuple[str, ...], said: str
) -> None:
    """The sentence names what was given; nothing is compared."""
    await listed_twice(catalogue)
    refused = await cli("duplicates", *options)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert (await cli("duplicates", "find", "--json")).document["listings"] == 3


async def test_a_sync_can_look_for_duplicates_after_it(catalogue: Catalogue, cli: Cli) -> None:
    """What it brought is compared at once, where it was applied; a dry run has nothing to compare."""
    other = await catalogue.beside("other")
    await catalogue.run([flat()])
    session = str(await other.stage([flat("x", **REPOSTED)]))
    refused = await cli("sync", "--session-id", session, "--dry-run", "--find-duplicates")
    assert refused.exit_code == 2
    synced = await cli("sync", "--session-id", session, "--find-duplicates", "--json")
    assert synced.document["status"] == "applied"
    assert synced.document["duplicates"]["merged"] == 1
    third = await catalogue.beside("third")
    session = str(await third.stage([flat("y", **REPOSTED)]))
    synced = await cli("sync", "--session-id", session, "--find-duplicates")
    assert "1 listing compared" in synced.stdout
    assert "1 home merged into others" in synced.stdout


async def test_a_search_for_duplicates_can_be_a_job(catalogue: Catalogue, cli: Cli) -> None:
    """A worker runs it as it is typed; nothing is decided by a job."""
    await listed_twice(catalogue)
    installed = await cli("schedule", "install", "--cron", "40 * * * *", "duplicates", "find")
    assert installed.stdout.splitlines()[0] == "duplicates-find runs at 40 * * * * UTC, by a worker."
    (job,) = (await cli("schedule", "list", "--json")).document["jobs"]
    assert job["command"] == ["duplicates", "find"]


async def test_nothing_to_show_is_said(catalogue: Catalogue, cli: Cli) -> None:
    assert "No pair waits for a decision." in (await cli("duplicates", "list")).stdout
    assert "Nothing was merged or kept apart yet." in (await cli("duplicates", "log")).stdout
    assert "0 listings compared" in (await cli("duplicates", "find")).stdout
