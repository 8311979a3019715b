"""What a proposal adds to a column where its name or its values prove it, and what it is not certain of."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.errors import RefusedError
from config.source import Source
from importers.intake import choose_mapping, find_input
from importers.mapping import suggest, to_toml
from importers.mapping.header_factor import factor_in_header
from importers.mapping.load import parse_mapping
from importers.mapping.suggest import CERTAIN, Suggestion
from tests.importers.mapping.rows import values
from tests.tables import rows


def suggested(rows: list[dict[str, Any]], **more: Any) -> Suggestion:
    return suggest(list(rows[0]), rows, **more)


def table(*columns: str, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


class Offline:
    """Fetches nothing: the inputs are local files."""

    async def download(self, url: str, target: Path) -> None:
        raise AssertionError(url)

    def connect(self, url: str) -> Any:
        raise AssertionError(url)


async def chosen(folder: Path, text: str) -> Any:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    async with find_input(str(path), access=Offline()) as given:
        return await choose_mapping(given, None, sheet=None)


class TestFactor:
    @rows(
        ("header", "factor"),
        [
            ("Price (Lakh)", 100_000), ("Price (in Lakhs)", 100_000), ("price_in_lacs", 100_000),
            ("PriceLakh", 100_000), ("Price (Rs. Cr)", 10_000_000), ("Price Crores", 10_000_000),
            ("Preis in T€", 1000), ("Preis (TEUR)", 1000), ("Price ('000)", 1000), ("price_000s", 1000),
            ("Prix (k€)", 1000), ("Price (k)", 1000), ("Precio (miles)", 1000), ("Cena (tys. zł)", 1000),
            ("Price (million)", 10**6), ("Harga (juta)", 10**6), ("Цена (млн руб)", 10**6),
            ("价格(万)", 10**4),
            ("Price", None), ("Price (USD)", None), ("Precio (mil)", None), ("Price (L)", None),
            ("Price per m²", None), ("Mill Lane price", None), ("Bin Price", None),
        ],
    )  # fmt: skip
    def test_a_name_states_a_multiple_or_nothing(self, header: str, factor: int | None) -> None:
        """ "mil" is a thousand or a million, "L" a litre or a lakh: such a word proves nothing."""
        found = factor_in_header(header)
        assert (None if found is None else found[0]) == factor

    ROWS = table("Ref", "Title", "Price (Lakh)", rows=[
        ("P1", "2 BHK in Baner", "45.5"), ("P2", "3 BHK in Baner", "54.005"), ("P3", "Villa", "177"),
        ("P4", "Flat in Aundh", "39.07"), ("P5", "Flat in Kothrud", "61"), ("P6", "Flat", "2.5 Cr"),
    ])  # fmt: skip

    def test_a_price_in_lakh_gets_its_factor_with_the_words_that_say_so(self) -> None:
        found = suggested(self.ROWS)
        assert 'price = { from = "Price (Lakh)", factor = 100000 }  # 0.98, named so; its name says' in (
            to_toml(found)
        )
        source = Source(name="a", country="IN", currency="INR")
        prices = [values(found.mapping, row, source)["price"] for row in self.ROWS]
        assert prices == [4_550_000, 5_400_500, 17_700_000, 3_907_000, 6_100_000, 25_000_000]

    def test_small_amounts_without_such_a_word_are_left_out_with_a_hint(self) -> None:
        rows = [{**row, "price": row["Price (Lakh)"]} for row in self.ROWS[:5]]
        for row in rows:
            del row["Price (Lakh)"]
        text = to_toml(suggested(rows))
        assert "price" not in suggested(rows).mapping.fields
        assert '# "price": perhaps price: named so; 40% of the values fit, but amounts from 39.07' in text
        assert "state a factor" in text


class TestBase:
    ROWS = table("id", "title", "url", "photo", rows=[
        (f"A{number}", f"Home {number}", f"/homes/{number}", f"/img/{number}.jpg") for number in range(1, 7)
    ])  # fmt: skip

    def test_relative_links_are_recognised_and_wait_for_the_page_they_are_relative_to(self) -> None:
        found = suggested(self.ROWS)
        text = to_toml(found)
        assert "# LOOK AT THIS: 6 of 6 links of 'url' begin with '/', 6 of 6 links of 'photo'" in text
        assert '# base = "https://…/"' in text
        assert set(found.mapping.fields) >= {"source_url", "main_image_url"}
        assert found.mapping.base is None
        assert all(guess.confidence < 0.6 for guess in found.mapped if guess.column in ("url", "photo"))

    def test_they_are_relative_to_where_the_file_was_fetched_from(self) -> None:
        found = suggested(self.ROWS, base="https://homes.example/feed.json")
        assert values(found.mapping, self.ROWS[0])["source_url"] == "https://homes.example/homes/1"
        assert parse_mapping(tomllib.loads(to_toml(found))) == found.mapping

    def test_absolute_links_need_none(self) -> None:
        rows = [{**row, "url": f"https://a.example{row['url']}", "photo": None} for row in self.ROWS]
        assert suggested(rows, base="https://a.example/").mapping.base is None


def test_a_date_in_the_files_name_is_offered_as_a_comment() -> None:
    text = to_toml(suggested(TestBase.ROWS, name="homes_20260301"))
    assert '# file_date = { name = "(\\\\d{8})" }' in text
    assert "file_date" not in to_toml(suggested(TestBase.ROWS, name="homes_20269901"))


def test_a_column_called_rent_makes_the_listings_rents() -> None:
    rows = table("ref", "Address", "Monthly Rent", rows=[
        (f"R{number}", f"{number} Oak Ave", f"${1400 + number}") for number in range(6)
    ])  # fmt: skip
    assert suggested(rows).mapping.defaults == {"operation_type": "rent"}
    both = [{**row, "Type": "for sale"} for row in rows]
    assert "operation_type" not in suggested(both).mapping.defaults or (
        suggested(both).mapping.defaults["operation_type"] == "rent"
    )


@pytest.mark.parametrize(
    ("number", "street", "address"),
    [
        ("House Number", "Street", "12 High Street"),
        ("Hausnummer", "Strasse", "High Street 12"),
        ("address.number", "address.street", "12 High Street"),
    ],
)
def test_a_street_and_its_house_number_are_joined(number: str, street: str, address: str) -> None:
    rows = table("ref", number, street, rows=[
        (f"R{each}", str(12 + each), "High Street") for each in range(6)
    ])  # fmt: skip
    assert values(suggested(rows).mapping, rows[0])["address"] == address


class TestIds:
    def test_a_house_number_is_not_the_id_beside_one(self) -> None:
        rows = [
            {"properties": {"number": str(10 + each), "street": "Oak Ave", "id": f"x{each}"}}
            for each in range(6)
        ]
        assert suggested(rows).mapping.id == ("properties.id",)

    def test_the_id_of_an_agent_is_not_the_homes(self) -> None:
        rows = [{"agent": {"id": f"g{each}"}, "ref": f"r{each}"} for each in range(6)]
        assert suggested(rows).mapping.id == ("ref",)

    def test_ids_that_some_homes_share_are_never_certain_and_it_is_said(self) -> None:
        rows = [
            {"ref": f"R{min(each, 92)}", "title": f"Home {each}", "price": f"{each + 200}000"}
            for each in range(100)
        ]
        first = suggested(rows).ids[0]
        assert (first.columns, first.confidence < CERTAIN) == (("ref",), True)
        assert "93% of the listings have their own" in first.why
        assert "7 rows repeat another's" in first.why

    def test_units_of_one_address_speak_against_the_address(self) -> None:
        rows = [
            {"link": f"https://a.example/b/{each // 4}", "apt": str(each % 4), "beds": "2"}
            for each in range(12)
        ]
        assert suggested(rows).mapping.id != ("link",)

    def test_a_column_named_like_an_id_that_repeats_says_so(self) -> None:
        rows = [{"Incident ID": f"N{each // 2}", "note": "x"} for each in range(6)]
        assert '# "Incident ID": named like an id, but 6 rows share 3 of them' in to_toml(suggested(rows))


class TestCertainty:
    async def test_a_price_column_that_cannot_be_read_stops_an_import_without_review(
        self, tmp_path: Path
    ) -> None:
        text = "id;titel;preis\n" + "".join(f"G-{n};Wohnung {n};ab Mitte 16hundert\n" for n in range(6))
        with pytest.raises(RefusedError, match="'preis' is perhaps price: named so, but 0% of the values"):
            await chosen(tmp_path, text)

    async def test_ids_that_repeat_stop_it_too(self, tmp_path: Path) -> None:
        rows = "".join(f"R{min(n, 92)},Home {n},{n + 200}000\n" for n in range(100))
        with pytest.raises(RefusedError, match="the id is not certain"):
            await chosen(tmp_path, "ref,title,price\n" + rows)

    async def test_what_values_prove_is_used_and_said(self, tmp_path: Path) -> None:
        rows = "".join(f"R{n},Home {n},{n + 200}000\n" for n in range(9))
        found = await chosen(tmp_path, "ref,title,price\n" + rows)
        assert (found.mapping.id, set(found.mapping.fields)) == (("ref",), {"title", "price"})
        assert "certain enough" in found.note


SWISS = [
    {
        "id": f"100-{number}",
        "type": "buy",
        "categories": ["flat"],
        "availability": {"state": "active"},
        "address": {"street": f"Seestrasse {number}", "locality": "Zug", "region": "ZG"},
        "seller": {
            "organization": {
                "website": {"title": "Muster", "url": "https://muster.example"},
                "address": {"street": "Bankstrasse 1"},
            }
        },
        "characteristics": {"numberOfRooms": 3.5, "areaBwf": 98 + number},
        "prices": {
            "currency": "CHF",
            "buy": {"price": 4500 + number, "referring": "m2" if number == 3 else "all"},
        },
        "localizations": [{"lang": "de", "title": f"Wohnung {number}"}],
    }
    for number in range(1, 9)
]  # fmt: skip


def test_prices_of_which_some_are_per_area_are_not_certain() -> None:
    """An agency's export in the shape of SwissRETS: 4500 is the price of a square metre."""
    found = suggested(SWISS)
    (price,) = (guess for guess in found.mapped if guess.target == "price")
    assert price.confidence < CERTAIN
    assert "'prices.buy.referring' says that some are per area" in price.why
    assert not any(guess.column.startswith("seller.") for guess in found.mapped)
    assert [guess.column for guess in found.mapped if guess.target == "property_type"] == []


def test_a_proposal_with_every_key_reads_back() -> None:
    rows = [
        {**row, "Price (k€)": f"45{number}", "Hausnummer": "7", "Strasse": "Am Markt"}
        for number, row in enumerate(TestBase.ROWS)
    ]
    found = suggested(rows, base="https://a.example/")
    assert parse_mapping(tomllib.loads(to_toml(found))) == found.mapping
    assert found.mapping.fields["price"].factor == Decimal(1000)
