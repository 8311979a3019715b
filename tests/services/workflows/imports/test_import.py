"""An import: a file becomes a session like a scrape; no row is lost and no absence assumed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from config.errors import RefusedError, UsageError
from importers.intake.partitions import MOST_PARTITIONS
from services.workflows.reprocess import reprocess
from services.workflows.suggest import suggest_mapping
from tests.catalogue import on
from tests.services.workflows.imports.conftest import Importing, as_csv, row, rows, synced


async def test_a_first_import_is_accepted_and_unmapped_fields_not_assessed(
    importing: Importing,
) -> None:
    result = synced(await importing(as_csv(rows(40))))
    assert (result.status, result.metrics.new_properties) == ("applied", 40)
    assert result.metrics.completeness_rate == 1.0
    assert result.metrics.data_quality_score is not None
    assert 0.9 < result.metrics.data_quality_score <= 1.0


async def test_a_file_that_is_imported_again_changes_nothing(importing: Importing) -> None:
    await importing(as_csv(rows(40)))
    result = synced(await importing(as_csv(list(reversed(rows(40)))), day=1))
    assert result.metrics.unchanged_properties == 40
    assert result.metrics.updated_properties == result.metrics.missing_properties == 0


async def test_absence_counts_only_when_the_file_is_declared_complete(importing: Importing) -> None:
    await importing(as_csv(rows(40)))
    partial = await importing(as_csv(rows(35)), day=1, complete=False)
    assert (partial.verdict, partial.reason) == ("partial", "imported without --complete")
    assert synced(partial).metrics.missing_properties == 0
    assert synced(partial).warnings == ("absences not counted: imported without --complete",)
    complete = synced(await importing(as_csv(rows(35)), day=2))
    assert complete.metrics.missing_properties == 5
    gone = synced(await importing(as_csv(rows(34)), day=3))
    assert (gone.metrics.removed_properties, gone.metrics.missing_properties) == (5, 1)


async def test_a_file_with_a_third_of_its_rows_is_held(importing: Importing) -> None:
    await importing(as_csv(rows(40)))
    text = as_csv(rows(40))
    lines = text.splitlines(keepends=True)
    result = synced(await importing("".join(lines[:14]), day=1))
    assert result.status == "held"
    assert "few_rows" in [reason.code for reason in result.reasons]


async def test_a_truncated_file_proves_no_absence(importing: Importing) -> None:
    await importing(as_csv(rows(40)))
    lines = as_csv(rows(40)).splitlines(keepends=True)
    result = await importing("".join(lines[:36]) + lines[36][:9], day=1)
    assert (result.verdict, result.fell_short) == ("partial", True)
    assert result.reason is not None
    assert "ends in the middle of a row" in result.reason
    assert synced(result).metrics.missing_properties == 0


async def test_a_file_without_rows_is_refused_and_removes_nothing(importing: Importing) -> None:
    await importing(as_csv(rows(5)))
    result = await importing(as_csv(rows(1)).splitlines()[0] + "\n", day=1)
    assert (result.verdict, synced(result).status) == ("suspect", "held")
    assert result.reason == "mine.csv has no rows"


@pytest.mark.parametrize("blank", ["keep", "clear"])
async def test_a_vanished_mapped_column_holds_the_plan(importing: Importing, blank: str) -> None:
    more = f'blank = "{blank}"'
    await importing(as_csv(rows(5)), more=more)
    result = await importing(as_csv(rows(5), without=["Beds"]), day=1, more=more)
    assert synced(result).status == "held"
    assert [reason.code for reason in synced(result).reasons] == ["column_gone"]
    assert "bedrooms was filled before, and the file has no column 'Beds'" in (synced(result).error or "")
    assert result.accounting.columns.vanished == ("Beds",)
    assert result.accounting.columns.absent == {"bedrooms": ("Beds",)}


@pytest.mark.parametrize("blank", ["keep", "clear"])
async def test_a_column_that_turns_blank_holds_the_plan(importing: Importing, blank: str) -> None:
    more = f'blank = "{blank}"'
    await importing(as_csv(rows(40)), more=more)
    result = await importing(as_csv(rows(40, Beds="")), day=1, more=more)
    assert "values_vanish" in [reason.code for reason in synced(result).reasons]
    assert "Beds" in result.accounting.columns.never_filled


async def test_a_mapped_column_the_file_never_had_is_noted(importing: Importing) -> None:
    result = await importing(as_csv(rows(3), without=["Beds"]))
    assert synced(result).status == "applied"
    assert result.accounting.columns.absent == {"bedrooms": ("Beds",)}


async def test_an_unmapped_column_may_come_and_go(importing: Importing) -> None:
    await importing(as_csv(rows(3)))
    result = await importing(as_csv(rows(3, Floor="2"), without=["Office"]), day=1)
    assert synced(result).metrics.unchanged_properties == 3
    assert (result.accounting.columns.appeared, result.accounting.columns.vanished) == (
        ("Floor",),
        ("Office",),
    )


@pytest.mark.parametrize(("gone", "named"), [("Ref", "id"), ("Price", "price")])
async def test_a_file_without_a_required_column_is_refused_first(
    importing: Importing, superuser: asyncpg.Connection, gone: str, named: str
) -> None:
    with pytest.raises(RefusedError, match=f"no column '{gone}' for {named}"):
        await importing(as_csv(rows(3), without=[gone]))
    assert await superuser.fetchval("select count(*) from public.scraping_sessions") == 0
    assert await superuser.fetchval("select count(*) from public.sources") == 0


async def test_every_row_read_is_skipped_or_staged(importing: Importing) -> None:
    lines = as_csv(rows(6)).splitlines()
    text = "\n".join(["Listings of today", "", *lines[:3], "", lines[0], *lines[3:], ""])
    account = (await importing(text)).accounting
    assert account.rows_read == account.rows_skipped + account.staged
    assert account.staged == 6
    assert [(each.line, each.why) for each in account.skipped] == [
        (1, "preamble"),
        (2, "blank"),
        (6, "blank"),
        (7, "repeated header"),
    ]
    assert (account.dialect["header_line"], account.encoding) == (3, "utf-8")


async def test_repeated_ids_are_counted_and_one_of_them_goes_live(importing: Importing) -> None:
    result = await importing(as_csv([*rows(3), row(2, Price="5000")]))
    assert result.accounting.repeated_ids == 1
    assert synced(result).metrics.new_properties == 3


async def test_an_unreadable_row_is_quarantined_with_its_bytes(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    lines = as_csv(rows(4)).encode().splitlines()
    bad = lines[2].replace("é".encode(), b"\xe9")
    result = await importing(b"\n".join([*lines[:2], bad, *lines[3:], b""]))
    assert (result.accounting.unreadable, synced(result).metrics.quarantined_properties) == (1, 1)
    assert synced(result).metrics.new_properties == 3
    kept = await superuser.fetchrow("select * from public.property_scrapes_staging where problem is not null")
    assert kept["raw_bytes"].rstrip() == bad
    assert kept["problem"] == "mine.csv, line 3, column 'City': bytes that are not utf-8"


async def test_a_listing_whose_row_cannot_be_read_is_not_absent(importing: Importing) -> None:
    await importing(as_csv(rows(4)))
    lines = as_csv(rows(4)).encode().splitlines()
    bad = lines[2].replace("é".encode(), b"\xe9")
    result = synced(await importing(b"\n".join([*lines[:2], bad, *lines[3:], b""]), day=1))
    assert (result.verdict, result.metrics.missing_properties) == ("complete", 0)


async def test_an_unreadable_row_without_an_id_makes_the_import_partial(importing: Importing) -> None:
    await importing(as_csv(rows(4)))
    lines = as_csv(rows(4)).splitlines()
    result = await importing("\n".join([*lines[:2], ",Casa", *lines[3:], ""]), day=1)
    assert (result.verdict, result.fell_short) == ("partial", True)
    assert synced(result).metrics.missing_properties == 0


@pytest.mark.parametrize("id", ["", None, "n/a", "-", ["A-2"], "A" * 501, "A-\ufffd2\0"], ids=repr)
async def test_a_row_that_does_not_show_its_listing_proves_no_absence(importing: Importing, id: Any) -> None:
    """The listing that seems absent may be the one whose id is blank or cannot be read."""
    await importing(json.dumps(rows(4)), name="mine.json")
    nameless = [row(1), row(2, Ref=id), row(3), row(4)]
    result = await importing(json.dumps(nameless), day=1, name="mine.json")
    assert (result.verdict, result.fell_short) == ("partial", True)
    assert result.reason == "1 row does not show which listing it is"
    assert synced(result).metrics.missing_properties == 0


async def test_the_whole_row_is_kept_as_raw_with_its_line(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    await importing(as_csv(rows(2)))
    staged = await superuser.fetchrow(
        "select raw, evidence from public.property_scrapes_staging where row_no = 2"
    )
    assert json.loads(staged["raw"]) == row(2)
    assert json.loads(staged["evidence"]) == {"line": 3}


async def test_a_listing_without_a_url_names_its_import(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    await importing(as_csv(rows(1)))
    assert await superuser.fetchval("select source_url from public.properties_live") == "import:acme/A-1"


async def test_the_session_names_the_file_and_no_folder(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    await importing(as_csv(rows(1)))
    session = await superuser.fetchrow(
        "select to_jsonb(s)::text as all, base_url from public.scraping_sessions s"
    )
    assert session["base_url"] == "mine.csv"
    assert str(importing.folder) not in session["all"]


async def test_a_new_source_takes_the_facts_of_the_mapping(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    result = await importing(
        as_csv(rows(1)), more='blank = "clear"\nvolatile = ["description"]\ncountry = "MX"'
    )
    assert result.source_is_new
    facts = json.loads(await superuser.fetchval("select facts::text from public.sources"))
    wanted = {"currency": "MXN", "country": "MX", "blank": "clear", "volatile": ["description"]}
    assert {name: facts[name] for name in wanted} == wanted


async def test_a_known_source_keeps_its_currency(importing: Importing, superuser: asyncpg.Connection) -> None:
    await importing(as_csv(rows(1)))
    path = importing.folder / "dollars.toml"
    path.write_text(importing.mapping().read_text(encoding="utf-8").replace("MXN", "USD"), encoding="utf-8")
    result = await importing(as_csv(rows(2)), day=1, mapping=str(path))
    assert not result.source_is_new
    assert await superuser.fetchval("select currency from public.sources") == "MXN"
    prices = await superuser.fetch("select property_id, currency from public.properties_live order by 1")
    assert [tuple(each) for each in prices] == [("A-1", "USD"), ("A-2", "USD")]


async def test_the_source_is_named_by_option_then_mapping_then_file(importing: Importing) -> None:
    named = 'source = "from-mapping"'
    assert (await importing(as_csv(rows(1)), more=named, source="given")).source == "given"
    assert (await importing(as_csv(rows(1)), more=named, source=None)).source == "from-mapping"
    assert (await importing(as_csv(rows(1)), source=None, name="casa.de.csv")).source == "casa"


PARTITION = 'partition = "State"'


async def test_each_partition_has_its_own_verdict(importing: Importing) -> None:
    first = await importing(as_csv(rows(40)), more=PARTITION)
    assert [(each.partition, each.rows) for each in first.sessions] == [("YUC", 20), ("CAM", 20)]
    assert first.accounting.staged == 40
    campeche = [each for each in rows(40) if each["State"] == "CAM"]
    few = [each for each in rows(40) if each["State"] == "YUC"][:4]
    second = await importing(as_csv([*few, *campeche[:19]]), day=1, more=PARTITION)
    statuses = {each.partition: each.sync and each.sync.status for each in second.sessions}
    assert statuses == {"YUC": "held", "CAM": "applied"}


def offices(**sizes: int) -> str:
    """Listings of offices of these sizes, those of the first office first."""
    numbers = iter(rows(sum(sizes.values())))
    return as_csv([next(numbers) | {"State": office} for office, size in sizes.items() for _ in range(size)])


@pytest.mark.parametrize("sizes", [{"S": 60, "N": 5}, {"N": 5, "S": 60}, {"S": 60, "M": 25, "N": 1}])
async def test_the_first_import_of_every_partition_is_a_first_session(
    importing: Importing, sizes: dict[str, int]
) -> None:
    """A small office after a large one is no outage: nothing is known of it yet."""
    result = await importing(offices(**sizes), more=PARTITION)
    assert {each.partition: each.sync and each.sync.status for each in result.sessions} == dict.fromkeys(
        sizes, "applied"
    )


async def test_a_new_partition_of_a_known_source_is_a_first_session_too(importing: Importing) -> None:
    await importing(offices(S=60), more=PARTITION)
    second = await importing(offices(S=60, N=3), day=1, more=PARTITION)
    assert [each.sync and each.sync.status for each in second.sessions] == ["applied", "applied"]


async def test_every_partition_tells_its_own_unread_cells(importing: Importing) -> None:
    table = [
        row(1, State="S", Beds="?!"),
        row(2, State="S"),
        row(3, State="N", Beds="many"),
        row(4, State="N"),
    ]
    result = await importing(as_csv(table), more=PARTITION)
    unread = {
        each.partition: [(one.field, one.examples[0].text) for one in each.unread] for each in result.sessions
    }
    assert unread == {"S": [("bedrooms", "?!")], "N": [("bedrooms", "many")]}


async def test_a_partition_that_is_not_in_the_file_is_left_alone(importing: Importing) -> None:
    await importing(as_csv(rows(10)), more=PARTITION)
    campeche = [each for each in rows(10) if each["State"] == "CAM"]
    (only,) = (await importing(as_csv(campeche), day=1, more=PARTITION)).sessions
    assert only.sync is not None
    assert (only.sync.metrics.unchanged_properties, only.sync.metrics.missing_properties) == (5, 0)


async def test_an_unreadable_row_opens_no_partition_of_its_own(importing: Importing) -> None:
    lines = as_csv(rows(4)).splitlines()
    torn = 'A-9,"Casa nueve",1,Mérida,QRO'
    result = await importing("\n".join([*lines, torn, ""]), more=PARTITION)
    assert [each.partition for each in result.sessions] == ["YUC", "CAM"]
    assert sum(each.rows for each in result.sessions) == 5


async def test_a_partition_column_has_a_limit_of_values(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    await importing(as_csv(rows(1)), auto_sync=False)
    with pytest.raises(UsageError, match="more than 1,000 values"):
        await importing(as_csv(rows(MOST_PARTITIONS + 1)), more='partition = "Ref"', auto_sync=False)
    states = await superuser.fetch("select distinct status, sync_status from public.scraping_sessions")
    assert {tuple(each) for each in states} == {("completed", "pending"), ("failed", None)}


async def test_without_sync_the_session_waits(importing: Importing) -> None:
    result = await importing(as_csv(rows(2)), auto_sync=False)
    assert result.sessions[0].sync is None
    assert result.accounting.repeated_ids is None


async def test_a_dry_run_applies_nothing(importing: Importing, superuser: asyncpg.Connection) -> None:
    result = synced(await importing(as_csv(rows(2)), dry_run=True))
    assert (result.status, result.metrics.new_properties) == ("planned", 2)
    assert await superuser.fetchval("select count(*) from public.properties_live") == 0


async def test_a_certain_proposal_is_used_and_noted(importing: Importing) -> None:
    table = [
        {"MLS#": f"M{number}", "Title": f"House {number}", "Price": f"${number}50,000", "City": "Austin"}
        for number in range(1, 31)
    ]
    result = await importing(as_csv(table), mapping=None)
    assert result.mapping_note is not None
    assert "id ← 'MLS#'" in result.mapping_note
    assert "price ← 'Price'" in result.mapping_note
    assert synced(result).metrics.new_properties == 30


async def test_unlikely_columns_of_a_certain_proposal_stay_unmapped(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    table = [
        {
            "MLS#": f"M{number}",
            "Title": f"Loft {number}",
            "Price": f"${number}50,000",
            "Weblog": f"https://x.example/{number}",
        }
        for number in range(1, 31)
    ]
    result = await importing(as_csv(table), mapping=None)
    assert result.accounting.columns.unmapped == ("Weblog",)
    assert await superuser.fetchval("select source_url from public.properties_live limit 1") is not None


async def test_an_uncertain_proposal_is_not_used(importing: Importing) -> None:
    table = [{"a": f"x{number}", "b": str(number * 1000)} for number in range(30)]
    with pytest.raises(RefusedError) as refused:
        await importing(as_csv(table), mapping=None)
    assert "no mapping was given, and the id is not certain ('a', " in refused.value.message
    assert refused.value.next_step is not None
    assert refused.value.next_step.startswith("import --suggest ")


async def test_a_file_with_shipped_columns_uses_the_shipped_mapping(importing: Importing) -> None:
    header = (
        "SALE TYPE,PROPERTY TYPE,ADDRESS,CITY,STATE OR PROVINCE,ZIP OR POSTAL CODE,PRICE,BEDS,BATHS,LOCATION,"
        "SQUARE FEET,LOT SIZE,YEAR BUILT,STATUS,URL,MLS#,LATITUDE,LONGITUDE"
    )
    line = "MLS Listing,Townhouse,1 Elm St,Austin,TX,78701,500000,3,2,Centre,1500,,1990,Active,https://e.example/1,77,30.1,-97.7"
    result = await importing(f"{header}\n{line}\n", mapping=None, source=None)
    assert result.mapping_note == "The columns are those of the shipped mapping redfin, which was used."
    assert result.source == "redfin.com"


async def test_a_table_of_a_database_is_imported_like_a_file(
    importing: Importing, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "homes.db") as db:
        db.execute('create table homes ("Ref" text, "Title" text, "Price" integer, "City" text)')
        db.executemany(
            "insert into homes values (?, ?, ?, ?)",
            [(f"A-{n}", f"Casa {n}", n * 10_000, "X") for n in (1, 2)],
        )
    db.close()
    result = await importing(Path(f"sqlite:{tmp_path}/homes.db#homes"), source=None)
    assert (result.source, result.accounting.format, result.accounting.file) == (
        "homes",
        "sqlite",
        "homes.db#homes",
    )
    assert synced(result).metrics.new_properties == 2
    assert await superuser.fetchval("select base_url from public.scraping_sessions") == "homes.db#homes"


async def test_a_quarantined_row_is_reprocessed_by_its_mapping(
    importing: Importing, superuser: asyncpg.Connection
) -> None:
    result = await importing(as_csv([row(1), row(2, Price="1e30")]))
    assert synced(result).metrics.quarantined_properties == 1
    again = await reprocess(importing.database, "acme", on(1))
    title = await superuser.fetchval(
        "select title from public.property_scrapes_staging where session_id = $1", again.session_id
    )
    assert title == "Casa 2"


async def test_a_proposal_says_what_it_is_sure_of(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(as_csv(rows(20)).replace(",", ";"))
    proposal = await suggest_mapping(str(path))
    assert proposal.dialect["delimiter"] == ";"
    assert {each.target: each.column for each in proposal.suggestion.mapped}["price"] == "Price"
    assert 'id = "Ref"' in proposal.text
