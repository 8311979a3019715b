"""The page on quality defines what the code measures, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg

from services.quality.measures import CHARACTERISTICS
from tests.catalogue import Catalogue

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")


def rows_of(header: str) -> list[list[str]]:
    """The cells of the table that begins with this header."""
    table = PAGE[PAGE.index(header) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


async def test_every_measure_is_defined(catalogue: Catalogue) -> None:
    known = await catalogue.superuser.fetch(
        "select characteristic || ': ' || measure as name from property_manager.quality_characteristics()"
        " order by place"
    )
    assert [row[0] for row in rows_of("| measure |")] == [each["name"] for each in known]


def test_every_characteristic_is_defined() -> None:
    assert tuple(row[0] for row in rows_of("| characteristic |")) == CHARACTERISTICS


async def test_the_limits_of_what_is_unusual_are_those_of_the_code(catalogue: Catalogue) -> None:
    known = await catalogue.superuser.fetch("select * from property_manager.unusual_from()")
    listed = {row[0]: row for row in rows_of("| kind |")}
    assert set(listed) == {each["kind"] for each in known}
    for each in known:
        if each["kind"] != "price level":  # in powers of ten
            mild, severe = (int(re.findall(r"\d+", cell)[0]) for cell in listed[each["kind"]][3:5])
            assert (mild / 100, severe / 100) == (each["mild"], each["severe"])


async def test_its_queries_run(catalogue: Catalogue) -> None:
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    for query in block.replace("5c1f0a52-…", "5c1f0a52-0000-4000-8000-000000000000").split(";\n"):
        if query.strip():
            try:
                await catalogue.superuser.fetch(query)
            except asyncpg.PostgresError as error:
                assert error.sqlstate == "PMNOF", query
