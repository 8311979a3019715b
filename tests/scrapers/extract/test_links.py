"""Addresses of listings: what of one belongs to the listing, and what only says where a visitor came from."""

from __future__ import annotations

import pytest

from scrapers.extract.links import clean, id_of

SITE = "https://acme.example"


@pytest.mark.parametrize(
    ("address", "cleaned"),
    [
        ("/homes/a-12?utm_source=mail&page=2#top", "/homes/a-12?page=2"),
        ("/homes/a-12?ref=newsletter", "/homes/a-12"),
        ("/homes/casa-4711?ref=90210", "/homes/casa-4711"),
        ("/home.php?ref=1204", "/home.php?ref=1204"),
        ("/en/home?lang=en&Ref=VL-1204", "/en/home?lang=en&Ref=VL-1204"),
        ("/home.php?source=1204&id=7", "/home.php?id=7"),
    ],
)
def test_a_reference_stays_where_it_is_the_id(address: str, cleaned: str) -> None:
    assert clean(SITE + address) == SITE + cleaned


def test_two_homes_that_only_their_references_tell_apart_stay_two() -> None:
    urls = [clean(f"{SITE}/home.php?ref={number}") for number in (1204, 1205)]
    assert [id_of(url) for url in urls] == ["1204", "1205"]
