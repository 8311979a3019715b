"""Numbers as people and programs write them: separators of every country, fractions, whole numbers."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from config.errors import DoubtError, ParseError
from parsing.text import one_line

NUMBER: Final = r"(?:\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?(?![.,]?\d)|\d+(?:[.,'’]\d+)*)"
"""A run of digits with its separators, inside text that `one_line` has normalised."""

MOST_DIGITS: Final = 40
_MACHINE: Final = re.compile(r"[+-]?\d{1,40}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,2})?")
_FRACTION: Final = re.compile(r"(?<![\d.,])(\d+)?(?: |[-–] ?)?(\d)⁄(\d+)")
_FIRST_MARK_LOST: Final = re.compile(r"\d{4},\d{3}")
"""An amount whose comma groups thousands, as no amount has three decimals: "$2100,000"."""
_MILLIONS: Final = re.compile(r"\d{1,3}'\d{3},\d{3}(?:\.\d{1,2})?")
_LEADING_POINT: Final = re.compile(r"(?<![\w.,'’)])\.(?=\d)")
_TYPED: Final = re.compile(r"(?<![\d.,/])(?:(\d{1,3})(?: |[-–]| and | y ))?([1-9])/([2-8]|10|16)(?![\d/.,])")
_SIGN: Final = re.compile(r"[$€£₹¥₩₽₺₫]")
_FINE: Final = Decimal("0.000001")
_ARABIC: Final = {
    0x066B: ".",
    0x066C: ",",
    **{
        ord(digit): str(value)
        for start in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
        for value, digit in enumerate(map(chr, range(start, start + 10)))
    },
}
_AROUND: Final = re.compile(rf"(?P<before>[^\d]*?)(?P<sign>[-−] ?)?(?P<number>{NUMBER})(?P<after>[^\d]*)")
_THOUSAND: Final = 3

_COMMA_COUNTRIES: Final = (
    "AD AL AM AO AR AT AW AX AZ BA BE BF BG BI BJ BL BO BQ BR BY CD CF CG CI CL CO CR CV CY CZ DE DK DZ "
    "EA EC EE ES FI FO FR GA GE GF GL GN GP GQ GR GW HR HT HU IC ID IS IT KG KZ LA LB LT LU LV LY MA MC "
    "MD ME MF MK ML MQ MR MZ NC NE NL NO PF PL PM PT PY RE RO RS RU SE SI SJ SK SM SN SR ST TG TJ TL TM "
    "TN TR UA UY UZ VA VE VN WF XK YT ZA"
)
"""Countries whose most spoken official language, in Paraguay Spanish, has a decimal comma in Unicode's CLDR.

Not among them are Brunei, Cameroon, Mauritius, Rwanda and Seychelles, where English figures are usual too.
"""
_COMMA: Final = frozenset(_COMMA_COUNTRIES.split())


def decimal_mark_of(country: str | None) -> str | None:
    """The decimal mark people of a country write; None where the country is not known."""
    if country is None:
        return None
    return "," if country in _COMMA else "."


def read_digits(digits: str, *, decimal_mark: str | None, money: bool = False) -> Decimal:
    """The value of one run matched by `NUMBER`.

    One mark before exactly three digits is the only real doubt: in money it groups thousands, else the
    decimal mark decides, and without one a comma groups and a point is decimal.
    """
    if len(digits) > MOST_DIGITS:
        raise ParseError(digits, f"a number of more than {MOST_DIGITS} characters")
    run = digits.replace(" ", "").replace("’", "'")
    if "'" in run:  # Mexico's millions: 1'850,000
        run = run.replace("'", "," if _MILLIONS.fullmatch(run) else "")
    point, comma = run.count("."), run.count(",")
    if point and comma:
        decimal = "." if run.rindex(".") > run.rindex(",") else ","
        if run.count(decimal) > 1:
            raise ParseError(digits, "its separators contradict each other")
    elif money and decimal_mark != "," and _FIRST_MARK_LOST.fullmatch(run):
        return Decimal(run.replace(",", ""))
    elif point + comma == 1:
        decimal = _single_mark(run, "." if point else ",", decimal_mark, money)
    else:
        decimal = ""
    grouping = run.split(decimal)[0] if decimal else run
    _check_groups(digits, grouping)
    return Decimal(
        run.replace("." if decimal == "," else ",", "").replace(decimal or ".", "." if decimal else "")
    )


def _single_mark(run: str, mark: str, decimal_mark: str | None, money: bool) -> str:
    whole, rest = run.split(mark)
    if money and len(rest) == _THOUSAND < len(whole) and mark != (decimal_mark or "."):
        number = Decimal(whole + rest)
        raise DoubtError(run, "its thousands are not grouped in threes", (number, number / 1000))
    if len(rest) != _THOUSAND or len(whole) > _THOUSAND or whole == "0":
        return mark
    if decimal_mark is not None:
        return mark if mark == decimal_mark else ""
    return mark if mark == "." and not money else ""


def _check_groups(digits: str, grouped: str) -> None:
    """Thousands come in threes; India's lakhs in twos above the last three."""
    first, *rest = re.split("[.,]", grouped)
    if not rest:
        return
    if len(first) > _THOUSAND or len(rest[-1]) != _THOUSAND or any(len(part) not in (2, 3) for part in rest):
        raise ParseError(digits, "its thousands are not grouped in threes")


def plain_figures(line: str) -> str:
    """A line of `one_line` in one notation: "1½" is "1.5", ".5" is "0.5", Arabic separators are ours."""
    if "." in line:
        line = _LEADING_POINT.sub("0.", line)
    if line.isascii():
        return line
    if "⁄" in line:
        line = _FRACTION.sub(_as_decimal, line)
    return line.translate(_ARABIC)


def is_money(text: str) -> bool:
    """Whether a currency sign stands in a text that should hold another number."""
    return _SIGN.search(text) is not None


def typed_fractions(line: str) -> str:
    """A line with typed fractions as decimals: "2 1/4" is "2.25", "1/2" is "0.5"; "75/85" is none."""
    return _TYPED.sub(_as_decimal, line) if "/" in line else line


def _as_decimal(found: re.Match[str]) -> str:
    whole, top, bottom = found.groups()
    if bottom == "0":
        raise ParseError(found[0], "a fraction of nothing")
    if int(top) >= int(bottom):
        return found[0]
    value = Decimal(whole or 0) + Decimal(top) / Decimal(bottom)
    return f"{value.quantize(_FINE).normalize():f}"


def parse_number(text: object, *, decimal_mark: str | None = None) -> Decimal:
    """One number, whatever words stand around it: "1,653", "3½", "5 beds", "2.5", "1e3"."""
    if isinstance(text, int | float | Decimal) and not isinstance(text, bool):
        return _typed(text)
    if not isinstance(text, str):
        raise ParseError(text, "not a number")
    line = typed_fractions(plain_figures(one_line(text)))
    if _MACHINE.fullmatch(line) and not (decimal_mark == "," and _is_doubtful(line)):
        return Decimal(line)
    return _read_words(line, decimal_mark)


def _is_doubtful(line: str) -> bool:
    whole, _, rest = line.lstrip("+-").partition(".")
    return len(rest) == _THOUSAND and 1 <= len(whole) <= _THOUSAND and whole != "0"


def _typed(value: float | Decimal) -> Decimal:
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, ValueError) as error:
        raise ParseError(value, "not a number that can be kept") from error
    if not number.is_finite():
        raise ParseError(str(number), "not a finite number")
    if abs(number.adjusted()) > MOST_DIGITS:
        raise ParseError(value, f"a number of more than {MOST_DIGITS} digits")
    return number


def _read_words(line: str, decimal_mark: str | None) -> Decimal:
    found = _AROUND.fullmatch(line)
    if found is None:
        raise ParseError(line, "more than one number" if re.search(r"\d", line) else "no number in it")
    number = read_digits(found["number"], decimal_mark=decimal_mark)
    return -number if found["sign"] and not found["before"].strip() else number


def parse_integer(text: object, *, decimal_mark: str | None = None) -> int:
    """A whole number; "12.0" counts as one, "2.5" does not."""
    number = parse_number(text, decimal_mark=decimal_mark)
    if number != number.to_integral_value():
        raise ParseError(text if isinstance(text, str) else str(number), "not a whole number")
    return int(number)
