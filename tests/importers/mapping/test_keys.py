"""What a mapping says of a cell besides its column: factor, pattern, base and unit; and the file's date."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from config.errors import RefusedError, UsageError
from config.listing import BIT
from config.source import Source
from importers.mapping import compile_mapping, dated
from importers.mapping.load import parse_mapping
from parsing.staged import StagedRow
from tests.importers.mapping.rows import ACME, Row, mapping, staged, values
from tests.tables import rows

INDIA = Source(name="acme", currency="INR", country="IN")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def issues(row: StagedRow, field: str) -> list[tuple[str, str | None, str]]:
    return [(issue["kind"], issue["text"], issue["why"]) for issue in row.issues if issue["field"] == field]


class TestFactor:
    LAKH = mapping(fields={"price": {"from": "p", "factor": 100_000}, "operation_type": "op"})

    @pytest.mark.parametrize(
        ("cell", "price", "most"),
        [
            ("45", "4500000", None),
            ("45.5", "4550000", None),
            (45.5, "4550000", None),
            (54, "5400000", None),
            ("₹ 45", "4500000", None),
            ("54.005", "5400500", None),
            ("1,250", "125000000", None),
            ("45 - 50", "4500000", "5000000"),
            ("Rs 45 to Rs 50", "4500000", "5000000"),
            ("4.5e1", "4500000", None),
            ("½", "50000", None),
        ],
    )
    def test_a_bare_amount_and_both_ends_of_a_range_are_multiplied(
        self, cell: Any, price: str, most: str | None
    ) -> None:
        row = values(self.LAKH, {"p": cell, "op": "sale"}, INDIA)
        assert (row["price"], row["price_max"]) == (Decimal(price), None if most is None else Decimal(most))
        assert row["currency"] == "INR"

    @pytest.mark.parametrize(("cell", "price"), [("2.5 Cr", 25_000_000), ("80 Lac", 8_000_000)])
    def test_a_cell_with_a_multiplier_of_its_own_is_read_as_written(self, cell: str, price: int) -> None:
        assert values(self.LAKH, {"p": cell}, INDIA)["price"] == price

    @pytest.mark.parametrize("cell", ["2 BHK 45", "45 or 50 or 55", "45 (12 EMI)"])
    def test_a_cell_of_several_numbers_is_reported_and_not_guessed(self, cell: str) -> None:
        row = staged(self.LAKH, {"id": "1", "p": cell}, INDIA)
        assert row.values[BIT["price"]] is None
        assert issues(row, "price") == [("unparseable", cell, "several numbers, and its factor is for one")]

    @pytest.mark.parametrize("cell", ["4500000", 4500000, "1,25,000", "₹ 45,00,000"])
    def test_a_full_amount_in_a_column_of_multiples_is_doubtful(self, cell: Any) -> None:
        row = staged(self.LAKH, {"id": "1", "p": cell}, INDIA)
        assert row.values[BIT["price"]] is None
        assert [(kind, why[:21]) for kind, _, why in issues(row, "price")] == [
            ("doubtful", "a full amount already")
        ]

    @pytest.mark.parametrize("cell", ["Price on request", "", "N/A"])
    def test_a_cell_without_a_number_says_what_it_says_without_a_factor(self, cell: str) -> None:
        plain = mapping(fields={"price": "p", "operation_type": "op"})
        ours, theirs = (staged(given, {"id": "1", "p": cell}, INDIA) for given in (self.LAKH, plain))
        assert (ours.values, ours.issues) == (theirs.values, theirs.issues)

    def test_the_decimal_mark_is_the_countrys(self) -> None:
        given = mapping(country="DE", fields={"price": {"from": "p", "factor": 1000}})
        assert [values(given, {"p": cell})["price"] for cell in ("450", "450,5", "1.250")] == [
            450_000, 450_500, 1_250_000,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("cell", "square_metres"),
        [("12", "1200"), (12, "1200"), ("12 - 14", "1200"), ("85 m²", "85"), ("2 ha", "20000")],
    )
    def test_an_area_is_multiplied_unless_it_has_its_unit(self, cell: Any, square_metres: str) -> None:
        given = mapping(fields={"total_area_m2": {"from": "a", "factor": 100}})
        assert values(given, {"a": cell})["total_area_m2"] == Decimal(square_metres)

    def test_an_area_of_no_unit_is_doubtful_where_the_country_measures_in_feet(self) -> None:
        """A number of a JSON file or workbook as well; a unit in the mapping or the header settles it."""
        bare = mapping(country="US", fields={"lot_size_m2": "Lot"})
        for cell in ("7500", 7500, Decimal("7500.5")):
            assert [kind for kind, *_ in issues(staged(bare, {"id": "1", "Lot": cell}), "lot_size_m2")] == [
                "doubtful"
            ]
        metric = mapping(country="US", fields={"lot_size_m2": {"from": "Lot", "unit": "m2"}})
        named = mapping(country="US", fields={"lot_size_m2": "Lot (m2)"})
        assert values(metric, {"Lot": 7500})["lot_size_m2"] == 7500
        assert values(named, {"Lot (m2)": "7,500"})["lot_size_m2"] == 7500

    def test_a_factor_and_a_unit_go_together(self) -> None:
        given = mapping(fields={"lot_size_m2": {"from": "a", "factor": 1000, "unit": "sqft"}})
        assert values(given, {"a": "10"})["lot_size_m2"] == Decimal("929.03")

    @pytest.mark.parametrize("factor", [0, -1, "many", float("inf")])
    def test_a_factor_that_is_no_amount_is_refused(self, factor: Any) -> None:
        with pytest.raises(UsageError, match=r"fields\.price"):
            mapping(fields={"price": {"from": "p", "factor": factor}})


class TestPattern:
    GIVEN = mapping(fields={"bedrooms": {"from": "text", "pattern": r"(\d+) ?(?:beds?|hab)"}})

    def test_the_group_is_what_is_read(self) -> None:
        assert values(self.GIVEN, {"text": "Flat with 3 beds, 2 baths"})["bedrooms"] == 3

    def test_a_cell_that_does_not_match_is_reported_with_its_text(self) -> None:
        row = staged(self.GIVEN, {"id": "1", "text": "Studio"})
        (issue,) = issues(row, "bedrooms")
        assert (issue[0], issue[1]) == ("unparseable", "Studio")
        assert issue[2] == r"does not match the pattern '(\d+) ?(?:beds?|hab)'"

    def test_a_blank_cell_stays_blank(self) -> None:
        assert issues(staged(self.GIVEN, {"id": "1", "text": ""}), "bedrooms") == [("blank", "", "blank")]

    def test_numbers_are_read_as_texts_and_lists_item_by_item(self) -> None:
        given = mapping(
            fields={
                "construction_year": {"from": "built", "pattern": r"^(\d{4})"},
                "image_urls": {"from": "photos", "pattern": r"'(https://[^']+)'"},
            }
        )
        row = values(given, {"built": 19980501, "photos": ["show('https://a.example/1')"]})
        assert (row["construction_year"], row["image_urls"]) == (1998, '["https://a.example/1"]')

    def test_what_is_matched_can_be_translated_and_multiplied(self) -> None:
        given = mapping(
            fields={
                "price": {"from": "p", "pattern": r"\(([\d.]+) L\)", "factor": 100_000},
                "operation_type": {"from": "p", "pattern": r"^(\w+)", "map": {"Kauf": "sale"}},
            }
        )
        row = values(given, {"p": "Kauf (45.5 L)"}, INDIA)
        assert (row["price"], row["operation_type"]) == (4_550_000, "sale")

    def test_the_id_can_be_a_part_of_a_link(self) -> None:
        given = mapping(id="url", id_pattern=r"-(\d+)\.html$")
        assert staged(given, {"url": "https://a.example/x-77.html"}).values[BIT["property_id"]] == "77"
        problem = staged(given, {"url": "https://a.example/x"}).problem
        assert problem is not None
        assert problem.startswith("property_id 'https://a.example/x' does not match the pattern")

    def test_a_pattern_that_would_run_for_ever_elsewhere_ends_at_once(self) -> None:
        """Its time is linear: `re` would need more than the age of the universe for this cell."""
        given = mapping(fields={"title": {"from": "t", "pattern": r"^((?:a+)+)$"}})
        assert values(given, {"t": "a" * 100_000 + "!"})["title"] is None

    @pytest.mark.parametrize(
        ("pattern", "why"),
        [
            (r"(\d+", "missing"),
            (r"(\d)\1", "no look-around, no back-references"),
            (r"(?=x)(y)", "no look-around, no back-references"),
            (r"\d+", "has 0 groups"),
            (r"(\d+)-(\d+)", "has 2 groups"),
            (r"(a{1000}){1000}", "cannot be used"),
        ],
    )
    def test_a_pattern_that_cannot_be_used_is_refused(self, pattern: str, why: str) -> None:
        with pytest.raises(UsageError) as refused:
            mapping(fields={"title": {"from": "t", "pattern": pattern}})
        assert why in refused.value.message
        assert "fields.title" in refused.value.message

    def test_a_pattern_of_the_id_needs_one_column(self) -> None:
        with pytest.raises(UsageError, match="it reads an id of one column"):
            mapping(id=["office", "ref"], id_pattern="(x)")


class TestBase:
    GIVEN = mapping(
        base="https://homes.example/list/",
        fields={"source_url": "u", "image_urls": "photos", "main_image_url": "main", "title": "t"},
    )

    @pytest.mark.parametrize(
        ("link", "read"),
        [
            ("/home/7", "https://homes.example/home/7"),
            ("home/7", "https://homes.example/list/home/7"),
            ("../7.html", "https://homes.example/7.html"),
            ("?id=7", "https://homes.example/list/?id=7"),
            ("//cdn.example/7", "https://cdn.example/7"),
            ("https://other.example/7", "https://other.example/7"),
        ],
    )
    def test_a_link_is_what_a_browser_would_make_of_it_there(self, link: str, read: str) -> None:
        assert values(self.GIVEN, {"u": link})["source_url"] == read

    @pytest.mark.parametrize(
        "text", ["ask", "see agent / office", "#", "javascript:void(0)", "www.a.example"]
    )
    def test_what_is_no_relative_link_is_reported(self, text: str) -> None:
        row = staged(self.GIVEN, {"id": "1", "main": text})
        assert row.values[BIT["main_image_url"]] is None
        assert [kind for kind, *_ in issues(row, "main_image_url")] == ["unparseable"]

    @pytest.mark.parametrize(
        "photos",
        [
            ["/1.jpg", "/2.jpg"],
            "/1.jpg, /2.jpg",
            "/1.jpg|/2.jpg",
            '["/1.jpg", "/2.jpg"]',
            "['/1.jpg', '/2.jpg']",
            [{"url": "/1.jpg"}, {"url": "/2.jpg"}],
        ],
    )
    def test_pictures_are_completed_however_they_are_listed(self, photos: Any) -> None:
        assert values(self.GIVEN, {"photos": photos})["image_urls"] == (
            '["https://homes.example/1.jpg","https://homes.example/2.jpg"]'
        )

    def test_relative_links_inside_json_are_completed(self) -> None:
        given = mapping(base="https://homes.example", fields={"source_url": "links.detail"})
        row = values(given, {"links": {"detail": "/homes/7"}})
        assert row["source_url"] == "https://homes.example/homes/7"

    def test_a_field_may_have_a_base_of_its_own(self) -> None:
        given = mapping(
            base="https://homes.example/",
            fields={"source_url": "u", "main_image_url": {"from": "m", "base": "https://cdn.example/i/"}},
        )
        row = values(given, {"u": "/7", "m": "7.jpg"})
        assert (row["source_url"], row["main_image_url"]) == (
            "https://homes.example/7",
            "https://cdn.example/i/7.jpg",
        )

    def test_texts_are_no_links(self) -> None:
        assert values(self.GIVEN, {"t": "/home"})["title"] == "/home"

    @pytest.mark.parametrize("base", ["/homes", "homes.example", "ftp://homes.example/", "https://"])
    def test_a_base_that_is_relative_itself_is_refused(self, base: str) -> None:
        with pytest.raises(UsageError, match="is not an absolute http"):
            mapping(base=base)


@rows(
    ("unit", "square_metres"),
    [
        ("guntha", "1011.71"), ("Gunta", "1011.71"), ("cents", "404.69"), ("perch", "252.93"),
        ("Perches", "252.93"), ("Sq. Yards", "8.36"), ("sq yd", "8.36"), ("Gaj", "8.36"),
        ("marla", "252.93"), ("Kanal", "5058.57"), ("坪", "33.06"), ("Hectares", "100000.00"),
        ("Sq. Ft.", "0.93"),
    ],
)  # fmt: skip
@rows("ten", ["10", 10, "10.0"])
def test_a_column_may_be_declared_in_any_unit(unit: str, square_metres: str, ten: Any) -> None:
    given = mapping(fields={"lot_size_m2": {"from": "plot", "unit": unit}})
    assert values(given, {"plot": ten})["lot_size_m2"] == Decimal(square_metres)


@pytest.mark.parametrize(("country", "square_metres"), [("BD", "668.90"), ("NP", "3386.32"), (None, None)])
@pytest.mark.parametrize("ten", ["10", 10])
def test_a_unit_that_differs_from_place_to_place_is_the_countrys_or_doubtful(
    country: str | None, square_metres: str | None, ten: Any
) -> None:
    given = mapping(country=country, fields={"lot_size_m2": {"from": "plot", "unit": "Katha"}})
    row = staged(given, {"id": "1", "plot": ten})
    if square_metres is None:
        assert row.values[BIT["lot_size_m2"]] is None
        assert [kind for kind, *_ in issues(row, "lot_size_m2")] == ["doubtful"]
    else:
        assert row.values[BIT["lot_size_m2"]] == Decimal(square_metres)


class TestFileDate:
    def test_a_stated_date_is_the_time_of_every_row(self) -> None:
        given = mapping(file_date="2026-03-01", fields={"city": "c"})
        assert values(given, {"c": "X"})["scraped_at"] == datetime(2026, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("pattern", "form", "name", "day"),
        [
            (r"homes_(\d{8})", None, "homes_20260301.csv", datetime(2026, 3, 1, tzinfo=UTC)),
            (r"(\d{4}[-_]\d\d[-_]\d\d)", None, "a-2026_02_28.json", datetime(2026, 2, 28, tzinfo=UTC)),
            (r"(\d{8})", "%d%m%Y", "feed-01032026.csv", datetime(2026, 3, 1, tzinfo=UTC)),
            (r"(\d{8}T\d{4})", None, "x20260301T1830.csv", datetime(2026, 3, 1, 18, 30, tzinfo=UTC)),
        ],
    )
    def test_the_date_may_stand_in_the_files_name(
        self, pattern: str, form: str | None, name: str, day: datetime
    ) -> None:
        stated = {"name": pattern} | ({} if form is None else {"format": form})
        given = dated(mapping(file_date=stated), name, ACME, now=NOW)
        assert values(given, {})["scraped_at"] == day
        assert parse_mapping(given.model_dump(mode="json", by_alias=True, exclude_defaults=True)) == given

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("homes.csv", "its name has no date"),
            ("homes_01032026.csv", "is no sure date"),
            ("homes_20270301.csv", "which is still to come"),
        ],
    )
    def test_a_name_without_a_sure_date_is_refused(self, name: str, why: str) -> None:
        with pytest.raises(UsageError) as refused:
            dated(mapping(file_date={"name": r"_(\d+)"}), name, ACME, now=NOW)
        assert why in refused.value.message
        assert "file_date" in (refused.value.next_step or "")

    def test_the_date_may_stand_in_a_column(self) -> None:
        given = mapping(file_date={"from": "as_of", "format": "%d.%m.%y"})
        assert values(given, {"as_of": "01.03.26"})["scraped_at"] == datetime(2026, 3, 1, tzinfo=UTC)
        report = compile_mapping(given, ["id"]).check()
        with pytest.raises(RefusedError, match="it has no column 'as_of' for file_date"):
            report.refuse("homes.csv")

    def test_the_time_of_a_row_goes_before_that_of_its_file(self) -> None:
        given = mapping(file_date="2026-03-01", fields={"scraped_at": "seen"})
        assert values(given, {"seen": "2026-02-20"})["scraped_at"] == datetime(2026, 2, 20, tzinfo=UTC)
        assert values(given, {"seen": ""})["scraped_at"] == datetime(2026, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize("stated", ["1 March", {}, {"name": "(x)", "from": "y"}])
    def test_what_is_no_date_is_refused(self, stated: Any) -> None:
        with pytest.raises(UsageError, match="file_date"):
            mapping(file_date=stated)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": {"from": "t", "factor": 2}}, "fields.title.factor: title is no number"),
        ({"price": {"from": "p", "base": "https://a.example/"}}, "fields.price.base: price is no link"),
        ({"price": [{"from": "p", "factor": 2, "parse": "text"}]}, "fields.price.factor"),
    ],
)
def test_a_key_without_a_use_in_its_field_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        mapping(fields=fields)
    assert message in refused.value.message


def test_a_row_is_kept_as_the_file_gave_it() -> None:
    given = mapping(fields={"price": {"from": "p", "factor": 1000}})
    assert compile_mapping(given, ["id", "p"]).raw(Row({"id": "1", "p": "450"})).original == {
        "id": "1", "p": "450",
    }  # fmt: skip
