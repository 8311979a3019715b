"""Text that any database holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.text import LONGEST_VALUE, one_line, plain, repair


def test_what_no_database_holds_is_removed_or_replaced() -> None:
    assert repair("a\x00b\ud800c") == ("ab\ufffdc", True)
    assert repair("\ud83c\udfe0") == ("🏠", True)


def test_tidying_does_not_count_as_repair() -> None:
    assert repair(" one\r\ntwo\u2028three\x07\ufeff ") == ("one\ntwo\nthree", False)


def test_one_line_folds_white_space_and_compatibility_forms() -> None:
    assert one_line(" １２\u00a0m²\n ㎡ ") == "12 m2 m2"
    assert plain("Búscalo en MÉXICO") == "buscalo en mexico"
    with pytest.raises(ParseError):
        one_line("x" * (LONGEST_VALUE + 1))


@given(st.text() | st.text(st.characters(categories=["Cs", "Cc", "Zs", "Lu"])))
def test_repaired_text_is_utf8_and_stays_as_it_is(text: str) -> None:
    once, _ = repair(text)
    assert "\x00" not in once
    assert repair(once.encode().decode()) == (once, False)
