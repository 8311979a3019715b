"""`as-of`, `explain` and `cleanup` as a person and a program read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.times import parse_time
from config.errors import UsageError
from config.text import format_time
from services.history.retention import compact
from tests.catalogue import START, Catalogue, at, home, homes, since
from tests.cli.conftest import Cli
from tests.cli.sessions import today


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-03", "2026-11-03 00:00:00 UTC"),
        ("2026-11-03T18:00", "2026-11-03 18:00:00 UTC"),
        ("2026-11-03 18:00:30Z", "2026-11-03 18:00:30 UTC"),
        (" 2026-11-03T18:00:00-06:00 ", "2026-11-04 00:00:00 UTC"),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, meant: str) -> None:
    assert format_time(parse_time(text)) == meant


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "17"])
def test_an_invalid_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a time"):
        parse_time(text)


async def past(acme: Catalogue) -> float:
    """Two homes, the first one's price raised a day later; all of it ended days ago."""
    first = today() - 10
    await acme.run(homes(2, currency="MXN"), day=first)
    await acme.run([home(1, price=1_500_000), home(2)], day=first + 1)
    return first


def written(day: float) -> str:
    return (START + timedelta(days=day)).isoformat()


async def test_as_of_shows_listings_as_they_stood(acme: Catalogue, cli: Cli) -> None:
    first = await past(acme)
    output = (await cli("as-of", "--at", written(first + 0.5), "--source", "acme")).stdout
    assert output.startswith(f"2 listings as of {format_time(at(first + 0.5))}")
    assert "1,001,000" in output
    assert "1,500,000" not in output
    document = (await cli("as-of", "--at", written(first + 2), "--source", "acme", "--json")).document
    assert (document["total"], [one["price"] for one in document["listings"]]) == (2, [1_500_000, 1_002_000])


async def test_as_of_shows_one_listing_whole(acme: Catalogue, cli: Cli) -> None:
    first = await past(acme)
    asked = ("as-of", "--at", written(first + 0.5), "--source", "acme", "--property-id", "A-1")
    output = (await cli(*asked)).stdout
    assert f"acme A-1 as of {format_time(at(first + 0.5))}" in output
    assert "Calle 1" in output
    assert (await cli(*asked, "--json")).document["listing"]["price"] == 1_001_000


async def test_as_of_shows_each_value_of_a_listing_whole(acme: Catalogue, cli: Cli) -> None:
    row = home(
        1, latitude=20.9673702, construction_year=1998, description="casa " * 30, amenities=["alberca"]
    )
    await acme.run([row], day=today() - 1)
    output = await cli("as-of", "--at", written(today()), "--source", "acme", "--property-id", "A-1")
    shown = dict(line.split(maxsplit=1) for line in output.stdout.splitlines() if len(line.split()) > 1)
    assert [shown[name].strip() for name in ("latitude", "construction_year", "price", "amenities")] == [
        *("20.9673702", "1998", "1,001,000"),
        '["alberca"]',
    ]
    assert shown["description"].split() == ["casa"] * 30


async def test_as_of_names_the_time_a_listing_was_first_known(acme: Catalogue, cli: Cli) -> None:
    first = await past(acme)
    ended = await cli("as-of", "--at", written(first - 1), "--source", "acme", "--property-id", "A-1")
    assert ended.exit_code == 0
    assert (
        f"acme A-1 was not yet known at {format_time(at(first - 1))}; first known at {format_time(at(first))}"
        in (" ".join(ended.stdout.split()))
    )


async def test_as_of_refuses_by_name_what_was_folded(acme: Catalogue, cli: Cli) -> None:
    first = await past(acme)
    await compact(acme.database, since(first + 2), actor="ana")
    for more in ([], ["--source", "acme", "--property-id", "A-1"]):
        ended = await cli("as-of", "--at", written(first), *more, "--json")
        assert (ended.exit_code, ended.document["error"]["code"]) == (3, "before_history")
        assert ended.document["error"]["message"].startswith("history of acme begins on")
    assert (await cli("export", "--at", written(first))).exit_code == 3


async def test_as_of_refuses_the_future_and_an_id_without_its_source(acme: Catalogue, cli: Cli) -> None:
    await past(acme)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert (await cli("as-of", "--at", tomorrow)).exit_code == 2
    ended = await cli("as-of", "--at", "2026-11-03", "--property-id", "A-1")
    assert (ended.exit_code, "next: add --source NAME" in ended.stderr) == (2, True)


async def test_as_of_writes_a_file_in_the_format_of_its_name(
    acme: Catalogue, cli: Cli, tmp_path: Path
) -> None:
    first = await past(acme)
    out = tmp_path / "then.jsonl"
    ended = await cli("as-of", "--at", written(first), "--out", str(out), "--json")
    assert (ended.document["total"], ended.document["format"]) == (2, "jsonl")
    assert '"price": 1001000' in out.read_text()


async def test_explain_prints_the_chain_and_each_link(acme: Catalogue, cli: Cli) -> None:
    await past(acme)
    output = (await cli("explain", "--source", "acme", "--property-id", "A-1", "--field", "price")).stdout
    first, *links = output.splitlines()
    assert first.startswith("1,500,000 ← 1500000 ← https://acme.example/A-1 fetched ")
    text = "\n".join(links)
    for link in (
        "change",
        "rules",
        "passed all that apply",
        "session",
        "staged row",
        "row 1: price = 1500000",
        "url",
    ):
        assert link in text
    assert "Before that" in text


async def test_explain_prints_a_line_for_each_field(acme: Catalogue, cli: Cli) -> None:
    await past(acme)
    asked = ("explain", "--source", "acme", "--property-id", "A-2")
    output = (await cli(*asked)).stdout
    assert 'Casa 2 en venta ← "Casa 2 en venta" ← https://acme.example/A-2' in output
    fields = {one["field"]: one for one in (await cli(*asked, "--json")).document["fields"]}
    assert fields["price"]["raw"]["cells"] == {"price": 1_002_000}
    assert fields["price"]["change"]["kind"] == "created"


async def test_explain_of_an_unknown_listing(acme: Catalogue, cli: Cli) -> None:
    first = await past(acme)
    asked = ("explain", "--source", "acme", "--property-id", "A-1")
    early = await cli(*asked, "--at", written(first - 1))
    assert (early.exit_code, "was not yet known at" in early.stdout) == (0, True)
    assert (await cli("explain", "--source", "acme", "--property-id", "nope")).exit_code == 2
    assert (await cli(*asked, "--field", "prise")).exit_code == 2


@pytest.mark.parametrize("time", ["yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59-12:00"])
async def test_at_refuses_an_invalid_time(acme: Catalogue, cli: Cli, time: str) -> None:
    refused = await cli("as-of", "--at", time, "--json")
    assert (refused.exit_code, refused.document["error"]["message"]) == (2, f'--at "{time}" is not a time')


async def test_cleanup_counts_what_it_would_fold_and_folds_it(acme: Catalogue, cli: Cli) -> None:
    await past(acme)
    asked = ("cleanup", "--days", "30", "--compact-days", "5")
    output = (await cli(*asked, "--dry-run")).stdout.splitlines()
    assert output[1] == "Would fold 1 change of 1 listing, older than 5 days."
    done = (await cli(*asked, "--json")).document
    assert (done["folded_listings"], done["folded_changes"], done["compact_days"]) == (1, 1, 5)
    assert (await cli(*asked, "--json")).document["folded_changes"] == 0
    assert (await cli("doctor")).exit_code == 0
