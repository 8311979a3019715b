"""Versions: what is refused, by the name of what is wrong; what one says never changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from config.errors import NotFoundError, UsageError
from database.handle import Database
from services.county.scoring import add_version, list_versions, read_weights, simulate, use_version
from services.county.scoring.versions import as_toml


def bands(*given: dict[str, float]) -> dict[str, Any]:
    return {"signals": {"market_value": {"bands": list(given)}}}


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"weights": {"distress": 0.4}}, "the weights sum to 1.05, not to 1"),
    ({"weights": {"distress": 0.3500000011}}, "the weights sum to 1.0000000011, not to 1"),
    ({"weights": {"luck": 0}}, 'there is no component "luck"'),
    ({"weights": {"distress": -0.1}}, "weight of distress is -0.1"),
    ({"weights": {"distress": "much"}}, 'weight of distress is "much"'),
    ({"weights": {"distress": 0.33333333333}}, "at most 10 decimals"),
    ({"tiers": {"B": 75}}, "the tiers do not descend: B begins at 75"),
    ({"tiers": {"D": 1}}, "tier D begins at 1"),
    ({"tiers": {"E": 1}}, 'there is no tier "E"'),
    ({"caps": {"distress": {"luck": 5}}}, 'there is no category "luck" of distress'),
    ({"caps": {"distress": {"tax": 101}}}, "cap of distress.tax is 101"),
    ({"signals": {"surname": {"points": 5}}}, 'there is no signal "surname"'),
    ({"signals": {"tax_sale": {"colour": 5}}}, 'signal "tax_sale" has no "colour"'),
    ({"signals": {"tax_sale": {"half_life_days": 0}}}, 'half_life_days of signal "tax_sale" is 0'),
    ({"signals": {"tax_sale": {"neutral": 5}}}, 'signal "tax_sale" is of single records'),
    (
        {"signals": {"tax_sale": {"bands": [{"to": 1, "points": 1}, {"from": 1, "points": 2}]}}},
        "there or not",
    ),
    (bands(), 'signal "market_value" has no bands'),
    (bands({"from": 5, "points": 1}), "leave a gap below 5"),
    (bands({"to": 5, "points": 1}), "leave a gap from 5 on"),
    (bands({"to": 5, "points": 1}, {"from": 6, "points": 2}), "leave a gap between 5 and 6"),
    (bands({"to": 5, "points": 1}, {"from": 4, "points": 2}), "bands 1 and 2 .* overlap"),
    (bands({"points": 1}, {"from": 4, "points": 2}), "bands 1 and 2 .* overlap"),
    (bands({"to": 5, "points": 101}, {"from": 5, "points": 2}), "points of band 1 .* is 101"),
    ({"near_metres": 5000}, "near_metres is 5000"),
    ({"moon": 1}, '"moon" is nothing that a version says'),
)


async def test_weights_that_are_none_are_refused_by_what_is_wrong_with_them(database: Database) -> None:
    for given, message in REFUSED:
        with pytest.raises(UsageError, match=message):
            await simulate(database, given)
        with pytest.raises(UsageError, match=message):
            await add_version(database, {"name": "wrong", **given}, actor="ana")
    with pytest.raises(UsageError, match="no name"):
        await add_version(database, {"near_metres": 100}, actor="ana")
    assert [each.name for each in await list_versions(database)] == ["standard"]


async def test_the_page_on_scores_says_what_the_version_that_comes_with_the_program_does(
    database: Database,
) -> None:
    page = Path(__file__).parents[4].joinpath("docs", "scoring.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    (standard,) = await list_versions(database)
    for signal, given in standard.definition["signals"].items():
        (row,) = [line for line in rows if f"`{signal}`" in line.split("|")[1]]
        numbers = set(re.findall(r"[\d.]+", row.replace(",", "")))
        said = [band["points"] for band in given["bands"]] + [given["neutral"], given["half_life_days"]]
        assert {f"{number:g}" for number in said if number} <= numbers, signal
    for part, weight in standard.definition["weights"].items():
        assert f"{weight:.2f} × {part}" in page


async def test_a_version_is_a_file_and_stays_as_it_is(
    database: Database, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    (standard,) = await list_versions(database)
    file = tmp_path / "weights.toml"
    file.write_text(as_toml(standard.definition), encoding="utf-8")
    assert await add_version(database, read_weights(file), actor="ana") == standard.version
    file.write_text('name = "near"\nnear_metres = 100\n[signals.tax_sale]\npoints = 12.5\n', encoding="utf-8")
    number = await add_version(database, read_weights(file), actor="ana")
    with pytest.raises(UsageError, match='has the name "near" and says something else'):
        await add_version(database, {"name": "near"}, actor="ana")
    await use_version(database, number)
    with pytest.raises(NotFoundError, match="no version 99"):
        await use_version(database, 99)
    changed = {each.version: each for each in await list_versions(database)}[number]
    assert (changed.is_current, changed.created_by) == (True, "ana")
    expected = {**standard.definition, "name": "near", "near_metres": 100, "note": None}
    expected["signals"] = {
        **standard.definition["signals"],
        "tax_sale": {**standard.definition["signals"]["tax_sale"], "bands": [{"points": 12.5}]},
    }
    assert changed.definition == expected
    for table in ("versions", "weights", "tiers", "caps", "signals", "bands"):
        for change in ("update county.score_{} set version = version + 7", "delete from county.score_{}"):
            with pytest.raises(asyncpg.PostgresError, match="is as it is for good"):
                await superuser.execute(change.format(table))
    for text, message in (
        ("weights = 5", "weights is a table"),
        ("caps.distress = 5", "is a table"),
        ("][", "cannot be read"),
        ("[weights]\ndistress = nan", "weights.distress is nan"),
        ("[signals.tax_sale]\nbands = [{from = -inf, points = 1}]", r"bands\.1\.from is -inf"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=message):
            read_weights(file)
    with pytest.raises(NotFoundError, match="no file"):
        read_weights(tmp_path / "none.toml")
