"""`leads`: every command over scored parcels, for people and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.catalogue import Catalogue
from tests.cli.conftest import Cli
from tests.services.county.scoring.parcels import TODAY, county_of, day
from tests.services.county.scoring.test_scores import put_worked_parcels

URGENT = 'name = "urgent"\n[weights]\ndistress = 0\nvalue = 0\nlocation = 0\nurgency = 1\n'


async def test_leads_are_scored_listed_explained_and_tried(
    catalogue: Catalogue, cli: Cli, tmp_path: Path
) -> None:
    async def asked(*words: str) -> Any:
        """The document of a command; for people it is a text without a fault."""
        shown = await cli("leads", *words)
        assert (shown.exit_code, shown.stderr) == (0, ""), words
        return (await cli("leads", *words, "--json")).document

    assert "Nothing was scored yet" in (await cli("leads", "tiers")).stdout
    county = await county_of(catalogue)
    await put_worked_parcels(county)
    done = await cli("leads", "score", "--as-of", str(TODAY))
    assert "5 leads, 5 new, 0 changed, 0 as before" in done.stdout
    assert (await asked("score", "--as-of", str(TODAY)))["scored"] == 0

    found = await asked("list")
    assert [each["parcel_id_normalized"] for each in found["leads"]][:3] == ["3ALL", "1TAX", "2COURT"]
    page = await asked("list", "--after", "1TAX", "--limit", "1", "--city", "orlando")
    assert ([each["total"] for each in page["leads"]], page["more"]) == ([48.38], True)
    assert len((await asked("list", "--tier", "c", "--min", "48.38", "--max", "50"))["leads"]) == 1
    assert (await asked("list", "--tier", "B"))["leads"] == []
    assert (await asked("list", "--county", "elsewhere"))["leads"] == []
    assert (await asked("show", "3ALL"))["assessed_value"] == 120_000
    explained = (await cli("leads", "explain", "3ALL")).stdout
    for said in (
        "0.35 × 100 distress",
        "= 86.25",
        "all of tax gives 60 at most",
        "fewer than five neighbours",
    ):
        assert said in explained, said
    assert "USD 200,000" in explained
    assert [each["leads"] for each in (await asked("tiers"))["tiers"]] == [1, 0, 2, 2]

    weights = tmp_path / "weights.toml"
    weights.write_text(URGENT, encoding="utf-8")
    tried = await asked("simulate", "--weights", str(weights))
    assert (tried["moved"], tried["leads"][0]["from_tier"], tried["leads"][0]["to_tier"]) == (2, "C", "D")
    assert (await asked("versions", "add", str(weights)))["version"] == 2
    assert (await asked("replay", "--version", "2", "--from", str(TODAY)))["moved"] == 2
    await asked("versions", "use", "2")
    assert [each["is_current"] for each in (await asked("versions", "list"))["versions"]] == [False, True]
    (tmp_path / "again.toml").write_text(
        (await cli("leads", "versions", "show", "2")).stdout, encoding="utf-8"
    )
    assert (await asked("versions", "add", str(tmp_path / "again.toml")))["version"] == 2
    assert "every lead" in (await cli("leads", "score", "--as-of", str(day(1)))).stdout
    assert len((await asked("show", "1TAX"))["moves"]) == 1
    assert (await asked("forget", "--before", "2026", "--dry-run"))["years"] == {}

    for words, said in (
        (("show", "nothing"), 'there is no parcel "nothing"'),
        (("versions", "show", "9"), "there is no version 9"),
        (("replay", "--version", "9"), "there is no version 9"),
        (("simulate", "--weights", str(tmp_path / "none.toml")), "there is no file"),
        (("list", "--min", "101"), "--min"),
    ):
        ended = await cli("leads", *words)
        assert (ended.exit_code, said in ended.stderr) == (2, True), (words, ended.stderr)
    weights.write_text("[weights]\nurgency = 0.5\n", encoding="utf-8")
    refused = await cli("leads", "simulate", "--weights", str(weights))
    assert "the weights sum to 0.5, not to 1" in refused.stderr or "sum to" in refused.stderr
