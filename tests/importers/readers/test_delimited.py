"""CSV: the dialect is detected, good rows are read, bad rows are problems with their bytes."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import UsageError
from importers import ImportFileError, ReadLimits
from importers.readers.lines import CutLine, split_lines
from tests.importers.conftest import Read

HEAD = "id,title,price\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_the_delimiter_is_detected(read: Read, delimiter: str) -> None:
    rows = [["id", "title", "price"], ["1", "Hus, stort; fint", "1.000,50"], ["2", "Lejlighed", "2.000,00"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    found = read(text.getvalue())
    assert found.dialect["delimiter"] == delimiter
    assert [list(cells.values()) for cells in found.cells] == rows[1:]
    assert not found.warnings


def test_decimal_commas_are_not_delimiters(read: Read) -> None:
    found = read("id;pris;areal\n" + "".join(f"{n};{n}.000,50;{n},5\n" for n in range(1, 30)))
    assert found.dialect["delimiter"] == ";"
    assert found.cells[0] == {"id": "1", "pris": "1.000,50", "areal": "1,5"}


def test_the_dialect_with_more_columns_wins(read: Read) -> None:
    found = read("id\tcity, state\tprice\n1\tAsheville, NC\t5\n2\tSalem, OR\t6\n")
    assert found.columns == ["id", "city, state", "price"]


def test_a_stated_delimiter_is_used(read: Read) -> None:
    assert read("id;a,b\n1;2,3\n", delimiter=";").columns == ["id", "a,b"]
    assert read("id\ta\n1\t2\n", delimiter="tab").columns == ["id", "a"]
    with pytest.raises(ImportFileError, match="one character"):
        read(HEAD, delimiter="||")


def test_single_quotes_enclose_cells_if_used_throughout(read: Read) -> None:
    found = read("id,title\n'1','a, b'\n'2','c, d'\n")
    assert found.cells == [{"id": "1", "title": "a, b"}, {"id": "2", "title": "c, d"}]


def test_an_apostrophe_is_not_a_quote(read: Read) -> None:
    found = read("id,title\n1,'t Gooi villa\n2,O'Brien's\n")
    assert [cells["title"] for cells in found.cells] == ["'t Gooi villa", "O'Brien's"]


def test_quotes_escaped_by_backslash_are_read(read: Read) -> None:
    found = read('"id","title"\n"1","He said \\"hi\\", ok"\n"2","x"\n')
    assert found.cells[0]["title"] == 'He said "hi", ok'
    assert not found.problems


def test_excel_states_its_delimiter_in_the_first_line(read: Read) -> None:
    found = read("sep=;\nid;title\n1;a,b\n")
    assert found.cells == [{"id": "1", "title": "a,b"}]
    assert found.why_skipped == [(1, "preamble", 1)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_lines_may_end_in_any_way(read: Read, ending: str) -> None:
    found = read(f"id,title{ending}1,a{ending}2,b{ending}")
    assert found.cells == [{"id": "1", "title": "a"}, {"id": "2", "title": "b"}]
    assert [record.line for record in found.records] == [2, 3]


def test_a_cell_may_hold_line_breaks(read: Read) -> None:
    found = read(HEAD + '1,"two\r\nlines",3\n2,b,4\n')
    assert found.cells[0]["title"] == "two\r\nlines"
    assert [record.line for record in found.records] == [2, 4]


def test_another_line_break_inside_a_cell_ends_no_line(read: Read) -> None:
    found = read('id,title\r1,"two\nlines"\r2,b\r')
    assert [cells["title"] for cells in found.cells] == ["two\nlines", "b"]


def test_lines_before_the_header_are_skipped_and_counted(read: Read) -> None:
    found = read("Export of 2026-01-01\n\nAll listings;;\nid;title;price\n1;a;2\n2;b;3\n")
    assert found.columns == ["id", "title", "price"]
    assert found.dialect["header_line"] == 4
    assert found.why_skipped == [(1, "preamble", 1), (2, "blank", 1), (3, "preamble", 1)]
    assert found.rows_read == 5


def test_lines_to_skip_may_be_stated(read: Read) -> None:
    found = read("a,b,c\n1,2,3\nid,title,price\n1,x,2\n", skip_rows=2)
    assert found.columns == ["id", "title", "price"]
    assert found.why_skipped == [(1, "preamble", 2)]


def test_a_long_header_and_a_disclaimer_are_recognised(read: Read) -> None:
    """One portal's export has both."""
    found = read(
        "SALE TYPE,ADDRESS,PRICE,URL (SEE https://example.com/pricing FOR INFO ON PRICING),MLS#\r\n"
        '"In accordance with local MLS rules, some MLS listings are not included in the download"\r\n'
        "MLS Listing,42 Celebration Pl,451500,https://example.com/1,4227140\r\n"
        "MLS Listing,35 Windsor Rd,900000,https://example.com/2,4227474\r\n"
    )
    assert found.columns[3].startswith("URL (SEE")
    assert found.why_skipped == [(2, "disclaimer", 1)]
    assert [cells["PRICE"] for cells in found.cells] == ["451500", "900000"]


def test_an_unnamed_column_is_called_by_its_position(read: Read) -> None:
    found = read(",address,price\n0,Main St 1,5\n1,Main St 2,6\n")
    assert found.columns == ["column 1", "address", "price"]
    assert "Column 1 has no name" in found.warnings[0]


def test_row_names_without_a_header_come_first(read: Read) -> None:
    found = read('"address","price"\n"1","Main St 1",5\n"2","Main St 2",6\n')
    assert found.cells[0] == {"column 1": "1", "address": "Main St 1", "price": "5"}


def test_a_trailing_delimiter_adds_a_column(read: Read) -> None:
    found = read("id,title\n1,a,\n1,b,\n")
    assert found.columns == ["id", "title", "column 3"]
    assert not found.problems


def test_repeated_column_names_are_numbered(read: Read) -> None:
    found = read("id,price,price,price (2)\n1,a,b,c\n")
    assert found.cells == [{"id": "1", "price": "a", "price (3)": "b", "price (2)": "c"}]
    assert "Two columns are named 'price'" in found.warnings[0]


def test_a_table_without_a_header_gives_a_warning(read: Read) -> None:
    found = read("1,House,200000\n2,Flat,100000\n")
    assert "looks like data" in found.warnings[0]


def test_blank_rows_and_a_repeated_header_are_skipped_with_their_lines(read: Read) -> None:
    found = read(HEAD + "1,a,2\n\n , ,\n" + HEAD + "2,b,3\n")
    assert found.why_skipped == [(3, "blank", 2), (5, "repeated header", 1)]
    assert len(found.cells) == 2
    assert found.rows_read == 5
    apart = read(HEAD + "1,a,2\n\n2,b,3\n\n")
    assert apart.why_skipped == [(3, "blank", 1), (5, "blank", 1)]


def test_rows_blank_in_the_stated_columns_are_dropped(read: Read) -> None:
    found = read(HEAD + "1,a,2\n,,Notes 2\n,x,3\n", drop_if_blank=("id", "title"))
    assert [cells["price"] for cells in found.cells] == ["2", "3"]
    assert found.why_skipped == [(3, "blank: id, title", 1)]


def test_rows_with_a_stated_word_are_dropped(read: Read) -> None:
    found = read(HEAD + "1,a,2\n2,gone,2\n3,sold,3\n4,gone,2\n", drop_if={"title": ("gone", "sold")})
    assert [cells["id"] for cells in found.cells] == ["1"]
    assert found.why_skipped == [(3, "title: gone", 1), (4, "title: sold", 1), (5, "title: gone", 1)]
    found = read(HEAD + "1,gone,2\n2,gone,\n3,a,\n", drop_if={"title": ("gone",), "price": ("", "0")})
    assert [cells["id"] for cells in found.cells] == ["1", "3"]
    assert found.why_skipped == [(3, "title: gone, price: blank", 1)]


def test_ragged_rows_are_problems_with_their_bytes(read: Read) -> None:
    found = read(HEAD + "1,a,2\n2,b\n3,c,4,5\n4,d,6,\n")
    short, long = found.problems
    assert short.problem == "listings, line 3: 2 cells where the header has 3"
    assert (short.raw, short.cells) == (b"2,b\n", {"id": "2", "title": "b"})
    assert (long.line, long.raw) == (4, b"3,c,4,5\n")
    assert [cells["id"] for cells in found.cells] == ["1", "4"]


def test_an_unclosed_quote_loses_only_its_own_line(read: Read) -> None:
    found = read(HEAD + '1,a,2\n2,"open,3\n3,c,4\n4,"d ""x""",5\n5,e,6\n')
    (torn,) = found.problems
    assert "line 3, column 'title': a quote that is never closed" in str(torn.problem)
    assert (torn.raw, torn.cells["id"]) == (b'2,"open,3\n', "2")
    assert [cells["id"] for cells in found.cells] == ["1", "3", "4", "5"]


def test_rows_inside_a_late_closing_quote_are_read(read: Read) -> None:
    found = read(HEAD + '1,a,2\n2,"open\n3,c,4\n4,x",5,6\n5,e,6\n')
    assert [cells["id"] for cells in found.cells] == ["1", "3", "5"]
    assert [problem.raw for problem in found.problems] == [b'2,"open\n', b'4,x",5,6\n']


def test_a_cell_over_the_limit_is_an_unclosed_quote(read: Read) -> None:
    rows = "".join(f"{number},b,3\n" for number in range(1000))
    found = read(HEAD + f'x,"open\n{rows}y",3\n', limits=ReadLimits(record=1000))
    assert len(found.cells) == 1000
    assert found.problems[0].raw == b'x,"open\n'


def test_a_misplaced_quote_is_a_problem(read: Read) -> None:
    found = read(HEAD + '1,"a" x,2\n2,b,3\n')
    assert "a quote in the wrong place" in str(found.problems[0].problem)
    assert [cells["id"] for cells in found.cells] == ["2"]


def test_a_quote_open_at_the_end_keeps_the_rows_before(read: Read) -> None:
    found = read(HEAD + '1,a,2\n2,"b')
    assert found.problems[0].raw == b'2,"b'
    assert found.incomplete == "listings, line 3: the file ends in the middle of a row"
    assert len(found.cells) == 1


def test_nul_bytes_are_a_problem_of_their_row(read: Read) -> None:
    found = read(HEAD + "1,a\0b,2\n2,b,3\n")
    assert found.problems[0].problem == "listings, line 2, column 'title': a NUL byte"
    assert found.problems[0].raw == b"1,a\0b,2\n"


@pytest.mark.parametrize("content", ["", "\n\n", HEAD])
def test_an_empty_file_has_no_rows(read: Read, content: str) -> None:
    found = read(content)
    assert found.records == []


def test_a_truncated_file_gives_its_rows_and_is_incomplete(read: Read) -> None:
    whole = HEAD + "".join(f"{n},title of {n},{n}000\n" for n in range(300))
    found = read(whole[: len(whole) // 3 - 7])
    assert len(found.records) > 90
    assert len(found.problems) == 1
    assert "ends in the middle of a row" in str(found.incomplete)


def test_a_line_over_the_limit_is_cut_and_reading_continues(read: Read) -> None:
    found = read(HEAD + "1," + "x" * 900_000 + ",2\n2,b,3\n", limits=ReadLimits(record=10_000))
    (long,) = found.problems
    assert long.problem == "listings, line 2: 900,004 bytes in one line; its first 65,536 are kept"
    assert len(long.raw or b"") == 65_536
    assert found.cells == [{"id": "2", "title": "b", "price": "3"}]


def test_a_header_over_the_limit_is_refused(read: Read) -> None:
    with pytest.raises(UsageError, match="line 1"):
        read("x" * 900_000, limits=ReadLimits(record=10_000))


def test_an_endless_line_does_not_fill_memory() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(400):
            yield b"x" * 250_000
        yield b"\nnext\n"

    tracemalloc.start()
    cut, following = split_lines(endless(), b"\n", 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(cut, CutLine)
    assert cut.length == 100_000_000
    assert following == b"next\n"
    assert peak < 8_000_000


@given(st.lists(st.binary(max_size=9), max_size=12), st.integers(1, 6))
def test_no_byte_is_lost_for_any_chunking(pieces: list[bytes], longest: int) -> None:
    whole = b"".join(pieces)
    lines = list(split_lines(iter(pieces), b"\n", longest + 100))
    assert b"".join(lines) == whole
    assert all(line.count(b"\n") <= 1 for line in lines)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 9**9).map(str),
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20),
            st.sampled_from(["", "1", "two words", 'a "quote"', "semi;colon", "x\ny"]),
        ),
        min_size=1,
        max_size=15,
    )
)
def test_any_written_csv_is_read_back(read: Read, rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "title", "note"), *rows])
    found = read(text.getvalue(), delimiter=",", encoding="utf-8")
    assert [tuple(cells.values()) for cells in found.cells] == rows
    assert not found.problems


def test_a_row_that_adds_up_others_is_no_listing(read: Read) -> None:
    """It begins with a word for a total, and at least half of it is blank."""
    found = read("id;title;price;city\na;Haus 1;100;Ulm\nSumme;;100;\nTotal;Haus;100;Ulm\n")
    assert [cells["id"] for cells in found.cells] == ["a", "Total"]
    assert found.why_skipped == [(3, "total", 1)]


def test_a_text_written_as_a_formula_is_the_text(read: Read) -> None:
    """Exports write `="02139"` so that a spreadsheet keeps the zero; other formulas stay as they are."""
    found = read('id,zip,title\n"=""a""","=""02139""",=1+1\nb,="02140",x\n')
    assert [tuple(cells.values()) for cells in found.cells] == [("a", "02139", "=1+1"), ("b", "02140", "x")]


def test_a_header_in_two_lines_names_the_columns(read: Read) -> None:
    """The second line names what the first leaves blank; neither line is a row, repeated ones neither."""
    head = "Ref,Address,Price,,Area,\n,,Min,Max,Plot,Built\n"
    found = read(head + "A1,12 Elm St,250000,260000,400,120\n" + head + "A2,14 Elm St,350000,,500,140\n")
    assert found.columns == ["Ref", "Address", "Min", "Max", "Plot", "Built"]
    assert [cells["Built"] for cells in found.cells] == ["120", "140"]
    assert not found.warnings


def test_a_line_of_units_below_the_header_belongs_to_it(read: Read) -> None:
    found = read("ref;price;plot\n;EUR;(sq ft)\nA1;250000;4000\nA2;350000;5000\n")
    assert found.columns == ["ref", "price (EUR)", "plot (sq ft)"]
    assert [cells["ref"] for cells in found.cells] == ["A1", "A2"]


def test_a_first_row_with_blanks_is_no_second_line_of_the_header(read: Read) -> None:
    found = read("ref,title,price,\nA1,Cottage,,x\n,Barn,1000,y\n")
    assert [list(cells.values())[:2] for cells in found.cells] == [["A1", "Cottage"], ["", "Barn"]]
