"""`history` of one listing, change by change, and `diff` of two moments of a source."""

from __future__ import annotations

from datetime import timedelta

from tests.catalogue import START, Catalogue, home, homes
from tests.cli.conftest import Cli
from tests.cli.sessions import today

A_1 = ("--source", "acme", "--property-id", "A-1")


def moment(day: float) -> str:
    return (START + timedelta(days=day)).isoformat()


async def test_every_change_of_a_listing_says_when_what_who_and_which_session(
    acme: Catalogue, cli: Cli
) -> None:
    day = today() - 5
    await acme.run(homes(2), day=day)
    cut = await acme.run([home(1, price=900_000), home(2)], day=day + 1)
    await cli("pin", *A_1, "--field", "title", "--value", "Casa bonita")
    newest, then, first = (await cli("history", *A_1, "--json")).document["changes"]
    assert (newest["field_name"], newest["new_value"], newest["origin"]) == ("title", "Casa bonita", "edit")
    assert (then["field_name"], then["old_value"], then["new_value"]) == ("price", 1_001_000, 900_000)
    assert (then["session_id"], then["origin"]) == (str(cut.session_id), "sync")
    assert (first["change_type"], first["field_name"]) == ("created", None)
    shown = (await cli("history", *A_1)).stdout
    assert "1,001,000 → 900,000" in shown
    assert str(cut.session_id)[:8] in shown
    assert "first seen" in shown
    only = (await cli("history", *A_1, "--field", "price", "--json")).document["changes"]
    assert [each["field_name"] for each in only] == ["price"]


async def test_a_long_history_comes_in_pages(acme: Catalogue, cli: Cli) -> None:
    day = today() - 8
    for nth in range(4):
        await acme.run([home(1, price=1_000_000 + nth * 100_000), home(2)], day=day + nth)
    first = (await cli("history", *A_1, "--limit", "3", "--json")).document
    rest = (await cli("history", *A_1, "--before", str(first["before"]), "--json")).document
    assert [each["new_value"] for each in first["changes"]] == [1_300_000, 1_200_000, 1_100_000]
    assert ([each["change_type"] for each in rest["changes"]], rest["before"]) == (["created"], None)
    more = (await cli("history", *A_1, "--limit", "3")).stdout.splitlines()[-1]
    assert more == (
        f"… more: property-manager history --source acme --property-id A-1 --before {first['before']}"
    )


async def test_the_history_of_nothing_names_what_was_meant(acme: Catalogue, cli: Cli) -> None:
    await acme.run(homes(2), day=today())
    unknown = await cli("history", "--source", "acme", "--property-id", "A-11")
    assert (unknown.exit_code, "did you mean A-1?" in unknown.stderr) == (2, True)
    wrong = await cli("history", *A_1, "--field", "pirce")
    assert (wrong.exit_code, "did you mean price?" in wrong.stderr) == (2, True)


async def test_two_moments_differ_in_what_is_not_as_it_was(acme: Catalogue, cli: Cli) -> None:
    """A price that rose and fell again is no difference; one that fell twice is one, from first to last."""
    day = today() - 10
    await acme.run(homes(3), day=day)
    await acme.run([home(1, price=900_000), home(2, price=5), home(3)], day=day + 1)
    await acme.run([home(1, price=800_000), home(2), home(3), home(4)], day=day + 2)
    given = ("diff", "--source", "acme", "--from", moment(day + 0.5), "--to", moment(day + 2.5))
    document = (await cli(*given, "--json")).document
    assert document["counts"] == {"new": 1, "removed": 0, "back": 0, "changed": 1}
    first, second = document["listings"]
    assert first["fields"] == [{"field": "price", "old": 1_001_000, "new": 800_000, "changes": 2}]
    assert (second["property_id"], second["what"], second["fields"]) == ("A-4", "new", [])
    shown = (await cli(*given)).stdout
    assert "1 new, 1 changed." in shown
    assert "price 1,001,000 → 800,000 (2 changes)" in shown


async def test_two_sessions_differ_as_live_did_after_each(acme: Catalogue, cli: Cli) -> None:
    day = today() - 10
    first = await acme.run(homes(3), day=day)
    await acme.run([home(1, price=900_000), home(2), home(3)], day=day + 1)
    last = await acme.run([home(1, price=900_000), home(3)], day=day + 2)
    ids = [str(each.session_id)[:8] for each in (last, first)]
    document = (await cli("diff", "--session-id", ids[0], "--session-id", ids[1], "--json")).document
    assert [(each["property_id"], each["what"]) for each in document["listings"]] == [
        ("A-1", "changed"),
        ("A-2", "removed"),
    ], "the earlier session is the first, in whatever order they are given"


async def test_a_difference_comes_in_pages_that_can_be_copied(acme: Catalogue, cli: Cli) -> None:
    day = today() - 5
    await acme.run(homes(5), day=day)
    given = ("--source", "acme", "--from", moment(day - 1), "--to", moment(day + 1))
    shown = await cli("diff", *given, "--limit", "3")
    assert "5 new." in shown.stdout
    more = shown.stdout.splitlines()[-1].removeprefix("… more: property-manager ").split()
    assert [each["property_id"] for each in (await cli(*more, "--json")).document["listings"]] == [
        "A-4",
        "A-5",
    ]


async def test_what_cannot_be_compared_is_refused(acme: Catalogue, cli: Cli) -> None:
    staged = await acme.stage(homes(1), day=today())
    for options in (
        (),
        ("--source", "acme"),
        ("--session-id", str(staged)),
        ("--session-id", str(staged), "--session-id", str(staged)),
        ("--source", "acme", "--from", "2026-11-03", "--to", "2026-11-02"),
        ("--source", "acme", "--from", "2020-01-01", "--to", "2999-01-01"),
    ):
        assert (await cli("diff", *options)).exit_code == 2
