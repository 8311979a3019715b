"""Every word of every list, read from a page and from a file: the answer is the same."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from config.listing import BIT
from config.source import Source
from importers.mapping.header_names import meanings
from importers.mapping.load import load_mapping
from importers.mapping.model import TARGETS
from importers.mapping.units import unit_in_header
from parsing.area import square_metres
from parsing.operation import operation_of, parse_operation
from parsing.rows import CellReader
from parsing.staged import StagedRow
from parsing.text import compact, fold
from parsing.vocabulary import blank, field_names, money, operations, units
from scrapers.extract.facts import Fact, Spot, Trust
from scrapers.extract.listing import extract_listing
from scrapers.extract.merge import merge
from scrapers.extract.naming import field_of
from scrapers.extract.objects import field_named, read_object
from scrapers.extract.page import Page
from tests.importers.mapping.rows import FETCHED, mapping, staged
from tests.parsing.cells import a_cell
from tests.parsing.forms import forms
from tests.scrapers.extract.conftest import document, jsonld
from tests.tables import rows

URL = "https://homes.example/oakham/rosewood-cottage-4711001"
PORTAL = Source(name="portal", hosts=("homes.example",))
HOUSE = {"@type": "House", "floorSize": {"value": 142, "unitCode": "MTK"}}


def by_page(body: str = "", head: str = "", source: Source = PORTAL) -> StagedRow:
    """The staged row of a page."""
    raw = extract_listing(Page(document(body, head), URL), source).raw
    return CellReader(source).read(raw, url=URL, page_number=None, fetched_at=FETCHED)


def by_file(field: str, cell: Any, source: Source = PORTAL, **cells: Any) -> StagedRow:
    """The staged row of a line of a file."""
    row = {"id": "1", field: cell, **cells}
    return staged(mapping(fields={name: name for name in row if name != "id"}), row, source)


def answer(row: StagedRow, field: str) -> tuple[Any, bool, list[str]]:
    """The value, whether the row leaves live's value alone, and what was noticed."""
    kinds = [issue["kind"] for issue in row.issues if issue["field"] == field]
    return row.values[BIT[field]], bool(row.absent >> BIT[field] & 1), kinds


class TestBlank:
    @rows("word", [word for word in (*blank.MARKS, *blank.WORDS) if word])
    def test_a_blank_in_structured_data_reads_like_a_cell(self, word: str) -> None:
        house = HOUSE | {"numberOfBedrooms": word}
        page = by_page(head=jsonld(house))
        assert answer(page, "bedrooms") == answer(by_file("bedrooms", word), "bedrooms")
        assert answer(page, "bedrooms") == (None, True, ["blank"])

    @rows("word", [*blank.MARKS, *blank.WORDS])
    def test_a_blank_loses_to_a_value(self, word: str) -> None:
        house = HOUSE | {"numberOfBedrooms": word}
        seller = {"offers": {"@type": "Offer", "seller": {"@type": "Person", "name": word}}}
        page = by_page("<p>Bedrooms: 3</p><p>Agent: Ana López</p>", jsonld(house | seller))
        assert (page.values[BIT["bedrooms"]], page.values[BIT["agent_name"]]) == (3, "Ana López")

    def test_facts_that_are_blank_are_not_merged(self) -> None:
        stated = Fact("agent_name", "Ana López", Trust.TEXT, "label")
        facts = [Fact("agent_name", "N/A", Trust.JSONLD, "json-ld"), stated]
        assert merge(facts)[0] == {"agent_name": "Ana López"}

    @pytest.mark.parametrize("state", sorted(blank.STATES))
    def test_a_state_may_be_written_like_a_blank(self, state: str) -> None:
        house = HOUSE | {"address": {"addressRegion": state}}
        assert answer(by_page(head=jsonld(house)), "state") == (state, False, [])
        assert answer(by_file("state", state), "state") == (state, False, [])
        assert answer(by_file("city", state), "city") == (None, True, ["blank"])

    def test_a_field_of_blanks_follows_the_policy_of_its_source(self) -> None:
        clearing = PORTAL.model_copy(update={"blank": "clear"})
        house = HOUSE | {"numberOfBedrooms": "n/d"}
        assert answer(by_page(head=jsonld(house), source=clearing), "bedrooms") == (None, False, ["blank"])
        assert answer(by_file("bedrooms", "n/d", clearing), "bedrooms") == (None, False, ["blank"])


WORDS_OF_OPERATIONS = [("sale", word) for word in sorted(operations.SALE)] + [
    ("rent", word) for word in sorted(operations.RENT)
]


class TestOperations:
    @rows(("operation", "word"), WORDS_OF_OPERATIONS)
    def test_a_labelled_word_reads_like_a_cell(self, operation: str, word: str) -> None:
        page = by_page(f"<p>4 beds</p><dl><dt>Transaction type</dt><dd>{word.title()}</dd></dl>")
        assert answer(page, "operation_type") == (operation, False, [])
        assert answer(by_file("operation_type", word.title()), "operation_type") == (operation, False, [])

    @rows(("operation", "word"), WORDS_OF_OPERATIONS)
    def test_a_heading_reads_like_a_price_label(self, operation: str, word: str) -> None:
        assert operation_of(word) == parse_operation(word) == operation
        page = by_page(f"<h1>Casa Azul, {word}</h1><p>4 beds</p>")
        line = by_file("price", f"{word} $1,250,000")
        assert page.values[BIT["operation_type"]] == line.values[BIT["operation_type"]] == operation

    @pytest.mark.parametrize(
        ("text", "operation"),
        [
            ("House in a prime location for sale", "sale"),
            ("Flat for sale, 990 years left on the lease", "sale"),
            ("Let us show you this house. For sale", "sale"),
            ("House by the inlet", None),
            ("To let or for sale", None),
            ("Location appartement 3 pièces", "rent"),
            ("Maison en location, proche de la vente", None),
            ("Flat to let", "rent"),
        ],
    )
    def test_words_of_two_meanings_give_way_in_running_text(self, text: str, operation: str | None) -> None:
        assert operation_of(text) == operation


AREAS = [
    (unit, word) for unit, patterns in units.AREAS.items() for pattern in patterns for word in forms(pattern)
]
LENGTHS = [
    (unit, word)
    for unit, patterns in units.LENGTHS.items()
    for pattern in patterns
    for word in forms(pattern)
]
UNCLEAR = {form for word in units.UNCLEAR for form in forms(word)}


class TestUnits:
    @rows(("unit", "word"), AREAS + LENGTHS + [(u, c) for c, u in units.CODES.items()])
    def test_a_unit_beside_a_number_reads_like_a_unit_column(self, unit: str, word: str) -> None:
        page = by_page(head=jsonld(HOUSE | {"floorSize": {"value": 1000, "unitText": word}}))
        fields = {"covered_area_m2": {"from": "area", "unit": "unit"}}
        line = staged(mapping(fields=fields), {"id": "1", "area": 1000, "unit": word}, PORTAL)
        expected = square_metres(Decimal(1000), unit)
        assert answer(page, "covered_area_m2") == answer(line, "covered_area_m2") == (expected, False, [])

    @rows(("unit", "word"), [pair for pair in AREAS if pair[1] not in UNCLEAR])
    def test_a_unit_in_visible_text_reads_like_a_cell(self, unit: str, word: str) -> None:
        line = by_file("covered_area_m2", f"1000 {word}")
        expected = square_metres(Decimal(1000), unit)
        assert answer(line, "covered_area_m2") == (expected, False, [])
        for text in (f"Floor area: 1000 {word}", f"1000 {word} construidos"):
            page = by_page(f"<p>4 beds</p><p>{text}</p>")
            assert answer(page, "covered_area_m2") == (expected, False, [])

    @rows(("unit", "word"), AREAS)
    def test_a_unit_in_a_key_reads_like_a_unit_in_a_header(self, unit: str, word: str) -> None:
        assert unit_in_header(f"Living area ({word})") == unit
        if not compact(word):
            return  # a key has Latin letters only
        named = field_named(compact(f"living area {word.replace('²', '2')}"))
        assert named[0] is None or (named[0], named[2]) == ("covered_area_m2", unit)

    @pytest.mark.parametrize("word", ["sqft", "sqm", "m2", "acres", "hectares", "squarefeet", "squaremetres"])
    def test_keys_end_with_units(self, word: str) -> None:
        assert field_named(f"lotsize{word}")[0] == "lot_size_m2"

    @pytest.mark.parametrize("text", ["10 ft", "2 AC", "5 m"])
    def test_lengths_in_running_text_are_not_areas(self, text: str) -> None:
        assert by_page(f"<p>4 beds</p><p>{text}</p>").values[BIT["total_area_m2"]] is None


def in_forms(*lists: tuple[str, ...]) -> list[str]:
    """Every text of these patterns; one that needs another word after it gets one."""
    found = [form for patterns in lists for pattern in patterns for form in forms(pattern)]
    return [f"{form}agent" if form.endswith(" ") else form for form in found]


def priced(text: str) -> StagedRow:
    """The staged row of a page that shows a text where its price stands."""
    return by_page(f'<p>4 beds</p><p class="price">{text}</p>')


def price_of(row: StagedRow) -> list[tuple[Any, bool, list[str]]]:
    """The answers of a price and the fields it speaks for."""
    return [answer(row, name) for name in ("price", "currency", "price_period", "price_note")]


MARKS = [
    (code, form)
    for code, marks in money.MARKS.items()
    for mark in marks
    for form in forms(re.escape(mark).replace(r"\?", "?"))
]
MARKS += [(code, code) for code in sorted(money.CODES)]
MARKS += [(money.USUAL.get(mark), mark) for mark in money.SHARED if mark != "ft"]


LONGER = "for this home at the end of Mill Lane"
"""Of two amounts a page's reader prefers the shorter text: a word that is not known would win by it."""


class TestMoney:
    @rows(("code", "mark"), MARKS)
    def test_a_price_in_text_reads_like_a_cell(self, code: str | None, mark: str) -> None:
        for text in (f"{mark} 450,000", f"450,000 {mark}"):
            page, line = by_page(f"<p>4 beds</p><p>{text}</p>"), by_file("price", text)
            assert (page.values[BIT["price"]], page.values[BIT["currency"]]) == (450_000, code)
            assert price_of(page) == price_of(line)

    @rows(("code", "mark"), MARKS)
    def test_a_currency_cell_reads_the_same(self, code: str | None, mark: str) -> None:
        page = by_page(head=jsonld(HOUSE | {"offers": {"price": 450000, "priceCurrency": mark}}))
        line = by_file("currency", mark, price=450000)
        assert answer(page, "currency") == answer(line, "currency")
        assert line.values[BIT["currency"]] == code

    @rows("mark", sorted(money.UNCLEAR_MARKS))
    def test_unclear_marks_need_three_digits(self, mark: str) -> None:
        for form in forms(re.escape(mark).replace(r"\?", "?")):
            assert by_page(f"<p>4 beds</p><p>{form} 12</p>").values[BIT["price"]] is None

    @rows(
        ("factor", "word"),
        [(factor, word) for factor, patterns in money.SCALES.items() for word in in_forms(patterns)],
    )
    def test_multipliers(self, factor: Decimal, word: str) -> None:
        text = f"{'₹' if word == 'l' else '₫'}450 {word}"
        page, line = by_page(f"<p>4 beds</p><p>{text}</p>"), by_file("price", text)
        assert page.values[BIT["price"]] == line.values[BIT["price"]] == factor * 450

    @rows("text", in_forms(money.ON_REQUEST))
    def test_no_price_is_stated_in_clear_words(self, text: str) -> None:
        page, line = by_page(f"<p>4 beds</p><p>{text}</p>"), by_file("price", text)
        assert price_of(page) == price_of(line)
        assert answer(page, "price") == (None, False, ["stated_none"])

    @rows("text", in_forms(money.ON_REQUEST_IN_CELL))
    def test_no_price_is_stated_beside_the_word_price(self, text: str) -> None:
        page = by_page(f"<p>4 beds</p><dl><dt>Price</dt><dd>{text}</dd></dl>")
        line = by_file("price", text)
        assert price_of(page) == price_of(line)
        assert answer(page, "price")[2] in (["stated_none"], ["blank"])
        assert answer(by_page(f"<p>4 beds</p><p>{text}</p>"), "price")[2] == []

    @rows("word", in_forms(money.OLD, money.OLD_BEFORE_AMOUNT, money.OLD_UNLESS_ALONE))
    def test_old_prices(self, word: str) -> None:
        page = by_page(f"<p>4 beds</p><p>{word} $5,000,000</p><p>$4,650,000 {LONGER}</p>")
        line = by_file("price", f"{word} $5,000,000 ahora $4,650,000")
        assert page.values[BIT["price"]] == line.values[BIT["price"]] == 4_650_000
        assert line.values[BIT["offers"]] is None

    @rows("word", in_forms(money.NEW))
    def test_new_prices(self, word: str) -> None:
        text = f"antes $5,000,000 {word} $4,650,000"
        assert priced(text).values[BIT["price"]] == by_file("price", text).values[BIT["price"]] == 4_650_000

    @pytest.mark.parametrize("word", in_forms(money.CUT))
    def test_price_cuts(self, word: str) -> None:
        text = f"{word} from $5,000,000 to $4,650,000"
        assert priced(text).values[BIT["price"]] == by_file("price", text).values[BIT["price"]] == 4_650_000

    @rows("word", in_forms(money.FEES, money.FEES_BEFORE_AMOUNT))
    def test_fees(self, word: str) -> None:
        line = by_file("price", f"$25,000 + {word} $2,000")
        assert (line.values[BIT["price"]], line.values[BIT["offers"]]) == (25_000, None)
        for fee in (f"<p>{word} $2,000</p>", f"<p>{word}</p><p>$2,000</p>"):
            assert by_page(f"<p>4 beds</p>{fee}<p>$25,000 {LONGER}</p>").values[BIT["price"]] == 25_000

    @rows("word", in_forms(money.FEES_BEFORE_AMOUNT))
    def test_a_price_may_include_fees(self, word: str) -> None:
        text = f"$25,000 {word} incl"
        assert priced(text).values[BIT["price"]] == by_file("price", text).values[BIT["price"]] == 25_000

    @rows("word", in_forms(money.ASIDES))
    def test_amounts_beside_the_price_of_a_page(self, word: str) -> None:
        page = by_page(f"<p>4 beds</p><p>{word} $2,000</p><p>$25,000 {LONGER}</p>")
        assert page.values[BIT["price"]] == 25_000

    @pytest.mark.parametrize("title", ["Casa en condominio", "Prima casa", "Golden Oaks", "Casas elegantes"])
    def test_headlines_before_the_price_are_not_fees(self, title: str) -> None:
        assert by_page(f"<p>4 beds</p><p>{title}</p><p>$25,000</p>").values[BIT["price"]] == 25_000


KEYS = [(field, name) for field, line in field_names.KEYS.items() for name in line.split()]
CLAIMED: dict[str, str] = {}
for _field, _name in KEYS:
    CLAIMED.setdefault(_name, _field)


class TestFieldNames:
    @rows(("field", "name"), [(f, n) for f, n in KEYS if CLAIMED[n] == f])
    def test_a_key_of_a_page_means_what_a_column_means(self, field: str, name: str) -> None:
        if field != "property_id":  # a mapping finds ids by their values
            assert field in [meant for meant, _, _ in meanings(name)]
        facts = read_object({name: a_cell(field)}, Spot("state", Trust.STATE))
        found = {"image_urls": "image_urls"}.get(field, field)
        assert facts == [] or found in {fact.field for fact in facts}
        assert field_named(name)[0] == field

    @rows(
        ("field", "label"),
        [
            (field, form)
            for field, pattern in field_names.LABELS.items()
            for form in forms(pattern)
            if form == form.strip()
        ],
    )
    def test_a_label_of_a_page_means_what_a_header_means(self, field: str, label: str) -> None:
        assert field_of(label) is not None
        if field in TARGETS and field_of(label) == field:
            assert field in [meant for meant, _, _ in meanings(label)]

    @rows(("field", "name"), [(f, name) for f, line in field_names.HEADERS.items() for name in line.split()])
    def test_names_of_columns_only(self, field: str, name: str) -> None:
        assert field in [meant for meant, _, _ in meanings(name)]
        assert field_named(name)[0] != field

    @pytest.mark.parametrize("name", ["own", "plain"])
    def test_the_general_mappings_use_the_same_names(self, name: str) -> None:
        for field, cell in load_mapping(name).fields.items():
            for column in cell.names():
                assert field in [meant for meant, _, _ in meanings(column)], column

    def test_no_list_repeats_a_name(self) -> None:
        for field, line in (*field_names.KEYS.items(), *field_names.HEADERS.items()):
            names = line.split()
            assert len(names) == len(set(names)), field
            assert [compact(name) for name in names] == names
        assert not set(KEYS) & {(f, n) for f, line in field_names.HEADERS.items() for n in line.split()}


@pytest.mark.parametrize(
    ("text", "other"), [("Straße", "STRASSE"), ("2½ Baños", "2 1/2 banos".replace(" 1/", "1⁄")), ("m²", "m2")]
)
def test_one_definition_of_the_same_text(text: str, other: str) -> None:
    assert fold(text) == fold(other)


def test_a_header_without_a_unit_names_none() -> None:
    """A unit none of whose words count in a header must not be found in every one."""
    assert all(units.HEADER_WORD.values())
    assert [unit_in_header(header) for header in ("area", "lot", "Built up", "a", "")] == [None] * 5
