"""The generated portal is the same every time, and changes by exactly the stated shares."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.listings import Portal, Row, listing


def by_id(rows: Iterable[Row]) -> dict[str, Row]:
    return {row["property_id"]: row for row in rows}


def test_a_listing_depends_on_its_number_alone() -> None:
    assert listing(7) == listing(7)
    assert listing(7) != listing(8)


def test_a_scrape_shows_every_listing_once() -> None:
    rows = list(Portal(500).second_scrape())

    assert len(rows) == len(by_id(rows)) == Portal(500).expected().rows


def test_the_second_scrape_changes_what_it_promises() -> None:
    portal = Portal(1000)
    first, second = by_id(portal.first_scrape()), by_id(portal.second_scrape())
    changed = [name for name in first.keys() & second.keys() if first[name] != second[name]]
    fields = [
        field for name in changed for field in first[name] if first[name][field] != second[name].get(field)
    ]

    assert len(second.keys() - first.keys()) == portal.expected().new == 20
    assert len(first.keys() - second.keys()) == portal.expected().gone == 10
    assert len(changed) == portal.expected().changed == 50
    assert len(fields) == portal.expected().changed_fields == 60


def test_the_second_scrape_comes_in_another_order() -> None:
    first, second = (
        [row["property_id"] for row in rows]
        for rows in (Portal(200).first_scrape(), Portal(200).second_scrape())
    )

    assert second != sorted(second, key=lambda name: first.index(name) if name in first else -1)
