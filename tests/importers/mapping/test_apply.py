"""A row of columns becomes a row of fields, by the mapping and never by guess."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from config.errors import RefusedError, UsageError
from config.listing import BIT, FIELDS
from config.source import Source
from importers.mapping import cell_reader, compile_mapping
from importers.mapping.load import parse_mapping
from importers.mapping.model import TARGETS
from parsing.staged import Unreadable
from tests.importers.mapping.rows import ACME, FETCHED, Row, mapping, staged, values
from tests.tables import rows


class TestReferences:
    def test_an_exact_header_goes_before_a_path(self) -> None:
        given = mapping(fields={"city": "address.city"})
        assert values(given, {"address.city": "Exact", "address": {"city": "Nested"}})["city"] == "Exact"
        assert values(given, {"address": {"city": "Nested"}})["city"] == "Nested"

    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("photos.0.url", "https://a.example/1"),
            ("photos[1].url", "https://a.example/2"),
            ("text.0.url", "https://a.example/3"),
            ("photos.7.url", None),
            ("nowhere.at.all", None),
            ("id.url", None),
        ],
    )
    def test_paths_reach_into_nested_values(self, path: str, found: str | None) -> None:
        cells = {
            "photos": [{"url": "https://a.example/1"}, {"url": "https://a.example/2"}],
            "text": '[{"url": "https://a.example/3"}]',
        }
        assert values(mapping(fields={"main_image_url": path}), cells)["main_image_url"] == found

    def test_every_item_of_a_list_in_its_stated_order(self) -> None:
        cells = {
            "Media": [
                {"MediaURL": "https://a.example/last"},
                {"MediaURL": "https://a.example/2", "Order": 2},
                {"MediaURL": "https://a.example/1", "Order": 1},
            ]
        }
        given = mapping(fields={"image_urls": {"from": "Media[].MediaURL", "order": "Order"}})
        assert values(given, cells)["image_urls"] == (
            '["https://a.example/1","https://a.example/2","https://a.example/last"]'
        )

    def test_the_first_column_that_is_not_blank_counts(self) -> None:
        given = mapping(fields={"price": ["list_price", "price"]})
        assert values(given, {"list_price": "N/A", "price": "250000"})["price"] == 250_000
        assert values(given, {"list_price": "199000", "price": "250000"})["price"] == 199_000

    def test_columns_in_a_list_of_their_own_are_joined(self) -> None:
        given = mapping(fields={"address": ["full", ["number", "street", "unit"]]})
        cells = {"full": "", "number": 12, "street": "Main St", "unit": "-"}
        assert values(given, cells)["address"] == "12 Main St"

    def test_headers_match_loosely_only_where_asked(self) -> None:
        cells = {"List Price": "1000000"}
        exact, loose = (mapping(fields={"price": "list_price"}, match=match) for match in ("exact", "loose"))
        assert values(exact, cells)["price"] is None
        assert values(loose, cells)["price"] == 1_000_000
        assert compile_mapping(loose, list(cells)).check().loosely == {"list_price": "List Price"}

    def test_a_price_per_foot_is_not_the_feet(self) -> None:
        given = mapping(fields={"covered_area_m2": "square feet"}, match="loose")
        assert values(given, {"$/SQUARE FEET": "300", "SQUARE FEET": "1000"})["covered_area_m2"] == Decimal(
            "92.90"
        )


class TestAbsentAndBlank:
    def test_an_absent_column_is_absent_and_a_blank_is_reported(self) -> None:
        given = mapping(fields={"city": "city", "state": "state"})
        row = staged(given, {"id": "1", "state": ""})
        assert [issue["field"] for issue in row.issues if issue["kind"] == "blank"] == ["state"]
        assert row.absent >> BIT["city"] & 1
        assert row.absent >> BIT["state"] & 1

    def test_blank_cells_clear_if_the_mapping_asks(self) -> None:
        row = staged(mapping(fields={"state": "state"}, blank="clear"), {"id": "1", "state": ""})
        assert not row.absent >> BIT["state"] & 1

    @pytest.mark.parametrize("state", ["NC", "ND"])
    def test_a_state_that_looks_like_a_blank_is_a_state(self, state: str) -> None:
        assert values(mapping(fields={"state": "st"}), {"st": state})["state"] == state


class TestReadings:
    @pytest.mark.parametrize(
        ("cell", "given", "read"),
        [
            ("total_area_m2", {"from": "LIVING AREA (SQFT)"}, Decimal("153.57")),
            ("total_area_m2", {"from": "a", "unit": "sqft"}, Decimal("153.57")),
            ("total_area_m2", {"from": "a", "unit": ["units", "sqft"]}, Decimal("1653.00")),
            ("total_area_m2", {"from": "lot_acres"}, Decimal("2023.43")),
            ("total_area_m2", {"from": "own_unit", "unit": "sqft"}, Decimal("120.00")),
            ("lot_size_m2", {"from": "typed_sqft"}, Decimal("153.57")),
        ],
    )
    def test_areas_are_in_the_unit_of_mapping_header_or_column(
        self, cell: str, given: dict[str, Any], read: Decimal
    ) -> None:
        cells = {
            "LIVING AREA (SQFT)": "1,653 ", "a": "1,653", "units": "SquareMeters", "lot_acres": 0.5,
            "own_unit": "120 m²", "typed_sqft": 1653,
        }  # fmt: skip
        assert values(mapping(fields={cell: given}), cells)[cell] == read

    def test_an_unknown_unit_is_reported_not_guessed(self) -> None:
        row = staged(
            mapping(fields={"total_area_m2": {"from": "a", "unit": "u"}}),
            {"id": "1", "a": "5", "u": "smoots"},
        )
        assert row.values[BIT["total_area_m2"]] is None
        assert [
            (issue["kind"], issue["text"]) for issue in row.issues if issue["field"] == "total_area_m2"
        ] == [("unparseable", "5")]

    @rows(
        ("field", "parse", "cell", "read"),
        [
            ("construction_year", "date", "1998-05-01", None),
            ("price_max", "number", "1.234.567,89", Decimal("1234567.89")),
            ("price", "number", "1.234,5", Decimal("1234.50")),
            ("bedrooms", "integer", "3 beds", 3),
            ("latitude", "coordinates", "20.5, -100.25", Decimal("20.50000000")),
            ("longitude", "coordinates", {"lat": 20.5, "lng": -100.25}, Decimal("-100.25000000")),
            ("gps_coordinates", "coordinates", "POINT(-100.25 20.5)", "20.50000000,-100.25000000"),
            ("is_featured", "bool", "sí", True),
            ("agent_name", "email", "Ann <ann@a.example>", "ann@a.example"),
            ("features", "list", "pool; garden", '["pool","garden"]'),
            ("title", "text", "  Casa  ", "Casa"),
            ("address", "address", "Calle 5", "Calle 5"),
        ],
    )
    def test_a_mapping_chooses_how_a_column_is_read(
        self, field: str, parse: str, cell: Any, read: Any
    ) -> None:
        given = mapping(fields={field: {"from": "x", "parse": parse}}, options={"decimal": ","})
        assert values(given, {"x": cell})[field] == read

    def test_dates_are_read_by_the_format_and_no_other(self) -> None:
        given = mapping(fields={"listing_date": "d"}, options={"date_format": "%d/%m/%y"})
        assert values(given, {"d": "03/04/26"})["listing_date"] == date(2026, 4, 3)
        assert values(given, {"d": date(2026, 1, 2)})["listing_date"] == date(2026, 1, 2)
        row = staged(given, {"id": "1", "d": "2026-04-03"})
        assert [issue["kind"] for issue in row.issues if issue["field"] == "listing_date"] == ["unparseable"]

    def test_words_are_translated_however_they_are_spelled(self) -> None:
        given = mapping(
            fields={"operation_type": {"from": "t", "map": {"Residential Lease": "rent", "*": "sale"}}}
        )
        assert values(given, {"t": "ResidentialLease"})["operation_type"] == "rent"
        assert values(given, {"t": "Farm"})["operation_type"] == "sale"
        assert values(given, {"t": ""})["operation_type"] is None

    def test_a_translated_blank_leaves_the_word_to_the_next_column(self) -> None:
        given = mapping(
            fields={"standard_status": [{"from": "view", "map": {"false": "Delete", "*": ""}}, "status"]}
        )
        assert values(given, {"view": True, "status": "Active"})["standard_status"] == "Active"
        assert values(given, {"view": False, "status": "Active"})["standard_status"] == "Delete"

    @rows("field", [field.name for field in FIELDS if field.name in TARGETS])
    def test_an_unreadable_cell_is_reported_in_any_field(self, field: str) -> None:
        row = cell_reader(mapping(), ACME).read(
            {"property_id": "1", field: Unreadable("?!", "beyond us")},
            url="https://a.example/1", page_number=1, fetched_at=FETCHED,
        )  # fmt: skip
        said = [
            (issue["kind"], issue["text"], issue["why"]) for issue in row.issues if issue["field"] == field
        ]
        assert said == [("unparseable", "?!", "beyond us")]

    @pytest.mark.parametrize(
        "cell",
        [
            "t",
            {"from": "t", "map": {"*": "Mapped"}},
            {"from": [["t", "id"]]},
            {"from": "t", "parse": "text"},
        ],
    )
    def test_a_cell_that_the_file_marks_unreadable_stays_so(self, cell: Any) -> None:
        """However the mapping reads it: an error of a spreadsheet is no title, and says what it is."""
        row = staged(mapping(fields={"title": cell}), {"id": "1", "t": Unreadable("#N/A", "an error")})
        assert row.values[BIT["title"]] is None
        assert [(issue["kind"], issue["text"]) for issue in row.issues if issue["field"] == "title"] == [
            ("unparseable", "#N/A")
        ]
        assert json.loads(row.raw or b"")["t"] == {"unreadable": "#N/A", "why": "an error"}

    def test_an_unreadable_id_is_none(self) -> None:
        """Its row goes to quarantine, and says why."""
        row = staged(mapping(), {"id": Unreadable("#REF!", "is an error")})
        assert row.problem == "property_id '#REF!' is an error"


@pytest.mark.parametrize(
    ("fields", "cells", "says_nothing"),
    [
        ({"bathrooms": "baths"}, {"baths": "2"}, False),
        ({"bathrooms": "baths"}, {"baths": ""}, True),
        ({"bathrooms": "baths", "half_bathrooms": "half"}, {"baths": "2"}, True),
    ],
)
def test_whole_bathrooms_state_no_half_ones_without_a_column_for_them(
    fields: dict[str, str], cells: dict[str, str], says_nothing: bool
) -> None:
    """2.5 bathrooms that become 2 lose the half one."""
    row = staged(mapping(fields=fields), {"id": "1", **cells})
    assert bool(row.absent >> BIT["half_bathrooms"] & 1) == says_nothing


class TestPrecedence:
    GIVEN = mapping(
        fields={"price": "price", "operation_type": "op", "city": "city"},
        defaults={"currency": "DKK", "operation_type": "sale", "city": "Aarhus"},
    )

    def test_row_overrides_mapping_overrides_source(self) -> None:
        source = Source(name="acme", currency="SEK")
        row = values(self.GIVEN, {"price": "1000000", "op": "rent", "city": ""}, source)
        assert (row["currency"], row["operation_type"], row["city"]) == ("DKK", "rent", "Aarhus")
        assert values(self.GIVEN, {"price": "US$ 1,000,000"}, source)["currency"] == "USD"
        assert values(mapping(fields={"price": "price"}), {"price": "500000"}, source)["currency"] == "SEK"

    def test_a_default_that_its_field_cannot_hold_is_refused(self) -> None:
        with pytest.raises(UsageError, match="a default cannot be read"):
            cell_reader(mapping(defaults={"bedrooms": "many"}), ACME)

    def test_a_row_without_a_required_field_has_a_problem(self) -> None:
        given = mapping(fields={"title": "t", "city": "c"}, required=["title", "city"])
        assert staged(given, {"id": "1", "t": "Casa", "c": "León"}).problem is None
        problem = staged(given, {"id": "1", "t": "", "c": ""}).problem
        assert problem == "row has no title and no city, which its mapping requires"


class TestIdentity:
    def test_several_columns_are_joined(self) -> None:
        given = mapping(id=["mls", "number"])
        assert staged(given, {"mls": "CHNC", "number": 4150692}).values[BIT["property_id"]] == "CHNC|4150692"
        assert staged(given, {"mls": "", "number": None}).problem == "row has no property_id"

    def test_an_id_stays_as_it_is_written(self) -> None:
        assert staged(mapping(), {"id": "007"}).values[BIT["property_id"]] == "007"

    def test_an_id_joined_from_columns_is_spelled_as_each_would_be(self) -> None:
        given = mapping(id=["office", "ref"])
        assert staged(given, {"office": 12.0, "ref": "7001.0"}).values[BIT["property_id"]] == "12|7001"

    def test_a_joined_id_with_a_part_that_lost_digits_is_none(self) -> None:
        row = staged(mapping(id=["office", "ref"]), {"office": "12", "ref": "1.9E+18"})
        assert row.problem is not None
        assert "lost digits" in row.problem

    def test_a_file_whose_ids_lost_digits_is_refused(self) -> None:
        rows: list[Row] = [{"id": f"1.9143{number}E+18", "price": "1"} for number in range(4)]
        report = compile_mapping(mapping(id="id"), ["id", "price"]).check(sample=rows)
        with pytest.raises(RefusedError) as refused:
            report.refuse("parcels.csv")
        assert "export the column as text" in refused.value.message

    def test_a_file_without_the_id_column_is_refused_with_candidates(self) -> None:
        rows = [{"": n, "link": f"https://a.example/{n}", "ref no": f"K{n}", "city": "X"} for n in range(9)]
        report = compile_mapping(mapping(), list(rows[0])).check(sample=rows)
        with pytest.raises(RefusedError) as refused:
            report.refuse("homes.csv")
        assert refused.value.message == "homes.csv was not read: it has no column 'id' for id"
        assert [candidate.columns for candidate in report.candidates] == [("link",), ("ref no",)]
        assert "'link' (a link, its own for every listing" in (refused.value.next_step or "")

    def test_a_mapping_without_an_id_is_refused_before_reading(self) -> None:
        report = compile_mapping(parse_mapping({"name": "none"}), ["ref"]).check(sample=[{"ref": "A"}])
        assert report.refusals == ("mapping 'none' names no id column",)

    def test_half_an_id_is_none(self) -> None:
        report = compile_mapping(mapping(id=["mls", "number"]), ["number"]).check()
        assert report.absent == {"id": ("mls",)}
        assert report.refusals


class TestReport:
    def test_columns_are_mapped_absent_or_unmapped(self) -> None:
        given = mapping(
            fields={"price": ["list_price", "price"], "city": "town", "title": "a.b"}, partition="region"
        )
        report = compile_mapping(given, ["id", "price", "extra", "a", "region"]).check()
        assert report.mapped == {
            "id": ("id",), "price": ("price",), "a": ("title",), "region": ("partition",),
        }  # fmt: skip
        assert report.absent == {"city": ("town",)}
        assert report.unmapped == ("extra",)
        assert report.warnings == ("city stays unfilled: the file has no column 'town'",)
        assert report.refusals == ()

    def test_an_absent_required_column_refuses(self) -> None:
        given = mapping(fields={"title": "headline"}, required=["title", "price"])
        assert compile_mapping(given, ["id"]).check().refusals == (
            "it has no column 'headline' for title",
            "price is required, but no column is mapped to it",
        )


class TestRest:
    CELLS: ClassVar[dict[str, Any]] = {"id": "1", "town": "León", "pool": "yes", "empty": "", "": "7"}

    @pytest.mark.parametrize(
        ("extra", "features", "original"),
        [
            ("keep", None, CELLS),
            ("features", '{"pool":"yes"}', CELLS),
            ("drop", None, {"id": "1", "town": "León"}),
        ],
    )
    def test_unmapped_columns_stay_raw_become_features_or_go(
        self, extra: str, features: str | None, original: dict[str, Any]
    ) -> None:
        given = mapping(fields={"city": "town"}, extra=extra)
        assert values(given, self.CELLS)["features"] == features
        assert compile_mapping(given, list(self.CELLS)).raw(Row(self.CELLS)).original == original

    def test_raw_is_the_row_as_the_file_gave_it(self) -> None:
        assert staged(mapping(fields={"city": "town"}), {"id": "1", "town": "León"}).raw == (
            '{"id":"1","town":"León"}'.encode()
        )

    def test_a_partition_is_read_row_by_row(self) -> None:
        mapper = compile_mapping(mapping(partition="region"), ["id", "region"])
        assert mapper.raw(Row({"id": "1", "region": " north "})).partition == "north"
        assert mapper.raw(Row({"id": "1", "region": None})).partition is None
