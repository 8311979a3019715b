"""What would act on a terminal is shown; every letter of every script stays."""

from __future__ import annotations

import json

import pytest

from config.terminal import json_text, lines, one_line
from tests.tables import rows

ACTING = [
    *map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]),
    *map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]),
    "\ud800",
    "\udfff",
]


@rows("char", ACTING)
def test_a_character_that_acts_is_shown(char: str) -> None:
    assert one_line(f"a{char}b").isprintable()
    if char in "\n\t":
        assert lines(f"a{char}b") == f"a{char}b"
    else:
        assert lines(f"a{char}b").isprintable()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("a\u202egnp.exe", "a\\u202egnp.exe"),
        ("a\r\nb", "a\\r\\nb"),
    ],
)
def test_how_it_is_shown(text: str, seen: str) -> None:
    assert one_line(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "דירה בתל אביב\u200f, 3 חדרים",
        "شقة في القاهرة",
        "می\u200cخواهم",
        "👩\u200d👩\u200d👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤\ufe0f",
        "Ме́рида, Müñchen, 東京, हिन्दी, e\u0301",
        "4 400 000 €, 12\u00a0000\u202fm²",
        "a\\x1b as text",
    ],
)
def test_text_of_every_script_stays(text: str) -> None:
    assert one_line(text) == text
    assert lines(text) == text
    assert json.loads(json_text(json.dumps(text, ensure_ascii=False))) == text


def test_json_keeps_its_values_and_holds_nothing_that_acts() -> None:
    value = {"".join(ACTING[:-2]): ["".join(ACTING[:-2])]}
    text = json_text(json.dumps(value, ensure_ascii=False))
    assert text.isprintable()
    assert json.loads(text) == value
