"""What an import says of itself is true: unread cells, repeated ids, files that are out of order."""

from __future__ import annotations

import pytest

from config.errors import UsageError
from database.direct import DirectDatabase
from services.reports.sessions import superseded_rows
from tests.services.workflows.imports.conftest import Importing, as_csv, row, rows, synced

TIMED = """
name = "acme"
id = "Ref"
{more}
[defaults]
currency = "MXN"
[fields]
title = "Title"
price = "Price"
scraped_at = "Seen"
"""


def seen(number: int, day: int | str, price: int = 1_000_000) -> dict[str, object]:
    return row(number, Seen=f"2024-03-{day:02}" if isinstance(day, int) else day, Price=str(price))


async def test_unread_cells_are_told_with_their_lines(importing: Importing) -> None:
    """In a known source too, whose rows would freeze without a word."""
    await importing(as_csv(rows(5)))
    result = synced(await importing(as_csv(rows(5, Beds="zwei bis drei Zi.")), day=1))

    assert result.status == "held"
    assert result.reasons[0].sentence.startswith(
        'bedrooms: cannot be read in 5 of 5 rows: "zwei bis drei Zi." (line 2), '
    )
    assert [example.line for example in result.unread[0].examples] == [2, 3, 4]


async def test_a_session_that_waits_has_its_unread_cells(importing: Importing) -> None:
    result = await importing(as_csv([*rows(3), row(4, Baths="?!")]), auto_sync=False)

    (session,) = result.sessions
    assert [(field.field, field.unreadable) for field in session.unread] == [("bathrooms", 1)]


async def test_a_blank_column_is_not_called_gone(importing: Importing) -> None:
    await importing(as_csv(rows(60)))

    blank = synced(await importing(as_csv(rows(60, Beds="")), day=1, dry_run=True))
    gone = synced(await importing(as_csv(rows(60), without=["Beds"]), day=1, dry_run=True))

    assert [reason.sentence.partition(";")[0] for reason in blank.reasons] == [
        "bedrooms would lose its value in 60 of 60 known rows: its cells are blank"
    ]
    assert [reason.code for reason in gone.reasons] == ["column_gone"]


async def test_the_later_row_of_a_repeated_id_wins(importing: Importing) -> None:
    table = [row(n, Price=str(price)) for n in range(1, 21) for price in (1_100_000, 1_000_000)]

    result = synced(await importing(as_csv(table)))

    assert result.status == "applied", result.reasons
    lost = await superseded_rows(importing.database, result.session_id)
    assert [(each.line, each.winner_line) for each in lost[:2]] == [(2, 3), (4, 5)]
    assert [(one.field, int(one.lost), int(one.kept)) for one in lost[0].differences] == [
        ("price", 1_100_000, 1_000_000)
    ]
    assert result.warnings[0].startswith("20 superseded rows differ, each from the row of its id ")


async def test_rows_that_lost_are_the_same_each_time_a_file_is_imported(importing: Importing) -> None:
    """Also when other values of both rows change: no change is invented, and the report can be compared."""
    prices = (1_100_000, 1_000_000)
    first = synced(await importing(as_csv([row(1, Price=str(price)) for price in prices])))
    again = synced(await importing(as_csv([row(1, Price=str(price)) for price in prices]), day=1))
    changed = synced(await importing(as_csv([row(1, Price=str(price), Beds="7") for price in prices]), day=2))

    reports = [await superseded_rows(importing.database, each.session_id) for each in (first, again, changed)]
    assert reports[0] == reports[1] == reports[2]
    assert first.superseded == again.superseded == changed.superseded == tuple(reports[0])
    assert (again.metrics.changed_fields, changed.metrics.changed_fields) == (0, 1)


@pytest.mark.parametrize("blank", ["", "unknown"])
async def test_a_time_of_its_own_decides_before_the_order(
    importing: Importing, database: DirectDatabase, blank: str
) -> None:
    """A row without a time is the oldest, wherever it stands."""
    path = importing.folder / "timed.toml"
    path.write_text(TIMED.format(more=""), encoding="utf-8")
    table = [seen(1, 5, 1_000_000), seen(1, 1, 1_100_000), seen(1, blank, 1_200_000)]

    result = synced(await importing(as_csv(table), mapping=str(path)))

    lost = await superseded_rows(database, result.session_id)
    assert {(each.line, each.winner_line) for each in lost} == {(3, 2), (4, 2)}


async def test_an_older_file_after_a_newer_one_is_held(importing: Importing) -> None:
    path = importing.folder / "timed.toml"
    path.write_text(TIMED.format(more=""), encoding="utf-8")
    await importing(as_csv([seen(1, 22, 1_100_000), seen(2, 22)]), mapping=str(path))

    older = [seen(1, 20, 1_000_000), seen(2, 20), seen(3, 20)]
    held = synced(await importing(as_csv(older), day=1, mapping=str(path)))
    newer = [seen(1, 23, 1_050_000), seen(2, 23), seen(3, 20)]
    applied = synced(await importing(as_csv(newer), day=2, mapping=str(path)))

    assert [reason.sentence for reason in held.reasons] == [
        "1 listing would change by rows that are older than what live shows, such as A-1 "
        "(of 2024-03-20 00:00 UTC, live is of 2024-03-22 00:00 UTC): import the newest file last, "
        "or approve the plan to go back"
    ]
    assert applied.status == "applied", applied.reasons


async def test_an_older_complete_file_removes_nothing(importing: Importing) -> None:
    path = importing.folder / "timed.toml"
    path.write_text(TIMED.format(more=""), encoding="utf-8")
    await importing(as_csv([seen(1, 22), seen(2, 22)]), mapping=str(path))

    held = synced(await importing(as_csv([seen(1, 20)]), day=1, mapping=str(path)))

    assert [reason.code for reason in held.reasons] == ["older_rows"]


DATED = """
name = "acme"
id = "Ref"
file_date = { name = "_(\\\\d{8})" }
[defaults]
currency = "MXN"
[fields]
title = "Title"
price = "Price"
"""


async def test_a_file_is_of_the_date_in_its_name_and_an_older_one_is_held(
    importing: Importing, database: DirectDatabase
) -> None:
    path = importing.folder / "dated.toml"
    path.write_text(DATED, encoding="utf-8")
    mapping = str(path)
    first = await importing(as_csv([row(1), row(2)]), name="homes_20240322.csv", mapping=mapping)
    assert synced(first).status == "applied"

    cut = as_csv([row(1, Price="900000"), row(2)])
    older = synced(await importing(cut, name="homes_20240320.csv", day=1, mapping=mapping))
    newer = synced(await importing(cut, name="homes_20240323.csv", day=2, mapping=mapping))

    assert [reason.code for reason in older.reasons] == ["older_rows"]
    assert newer.status == "applied", newer.reasons
    with pytest.raises(UsageError, match="its name has no date"):
        await importing(cut, name="homes.csv", day=3, mapping=mapping)


async def test_times_that_the_import_gave_never_hold_a_row(importing: Importing) -> None:
    await importing(as_csv(rows(3)), day=5)

    assert synced(await importing(as_csv(rows(3, Beds="4")), day=6)).status == "applied"
