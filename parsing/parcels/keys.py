"""Parcel ids as a county's rule has them: every way to print one gives one key, and nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, Final, NamedTuple

from config.county.keys import KeyOrder, KeyRule
from config.errors import DoubtError, ParseError
from parsing.vocabulary.blank import is_blank

LONGEST: Final = 200
_SEPARATORS: Final = re.compile(r"[\s.\-–—‐‑‒−_/\\,:;*'’`\"()\[\]]+")
_PARCELS: Final = re.compile(r"\s*(?:[,;&|/\n]|\band\b|\by\b)\s*", re.IGNORECASE)
_EXPONENT: Final = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
_WHOLE: Final = re.compile(r"(\d{4,})\.0+")
_EXACT_DIGITS: Final = 15
"""A spreadsheet keeps this many digits of a number, and makes zeros of those after them."""
_LARGEST_EXACT: Final = 2**53
_PLACES: Final = {"R": "range", "T": "township", "S": "section"}


class Key(NamedTuple):
    """A parcel's id in the county's order."""

    text: str
    note: str | None = None
    """What was repaired to get it."""


def read_key(cell: Any, rule: KeyRule, printed: KeyOrder | None = None) -> Key | None:
    """The key of a printed id; None for a blank cell.

    `printed` is the order that the source prints, by default the rule's own. Raises ParseError for what is no
    id of this county, and DoubtError for what may be one: its readings are not applied.
    """
    if (
        type(cell) is str
        and len(cell) == rule.length
        and cell.isascii()
        and cell.isdigit()
        and cell[:6].strip("0")
    ):
        return Key(_in_order(cell, cell, rule, printed or rule.order))
    text = _text(cell)
    if text is None:
        return None
    shown = _SEPARATORS.sub("", text).upper()
    if not shown.strip("0"):
        raise ParseError(text, "no id but zeros" if shown else "no id but marks")
    several = _several(text, rule, printed)
    if several:
        raise DoubtError(text, f"the ids of {len(several)} parcels", several)
    _check_letters(text, shown, rule)
    whole, note = _whole_length(text, shown, rule)
    return Key(_in_order(text, whole, rule, printed or rule.order), note)


def swapped(key: str, rule: KeyRule) -> str | None:
    """The key with its range and section swapped; None where the county's ids have no such parts."""
    if rule.order is None or len(key) < 6 or not key[:6].isdigit():
        return None
    places = [rule.order.index(letter) * 2 for letter in "RS"]
    pairs = [key[0:2], key[2:4], key[4:6]]
    first, second = (place // 2 for place in places)
    pairs[first], pairs[second] = pairs[second], pairs[first]
    return "".join(pairs) + key[6:]


def _text(cell: Any) -> str | None:
    """The cell as text, with all digits of a number; None where it is blank."""
    if isinstance(cell, bool):
        raise ParseError(str(cell), "yes or no, not a parcel's id")
    if isinstance(cell, int | float | Decimal):
        return _of_number(cell)
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        raise ParseError(cell, "not a text or a number")
    if len(cell) > LONGEST:
        raise ParseError(cell, f"longer than {LONGEST} characters")
    return _of_text(cell) or None


def _of_text(cell: str) -> str:
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    text = "".join(char for char in text if char.isprintable() or char.isspace()).strip()
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    rounded = _EXPONENT.fullmatch(text)
    return text if rounded is None else _of_exponent(text, rounded)


def _of_number(number: float | Decimal) -> str | None:
    if number != number:  # noqa: PLR0124 -- not-a-number is a blank cell
        return None
    try:
        whole = int(number)
    except (OverflowError, ValueError) as error:
        raise ParseError(str(number), "not a parcel's id") from error
    if whole < 0 or whole != number or whole.bit_length() > 200:
        raise ParseError(str(number), "a number with decimals or a sign, not a parcel's id")
    if isinstance(number, float) and whole >= _LARGEST_EXACT:
        raise ParseError(str(number), "a number too long to be exact: its last digits are lost")
    return str(whole)


def _of_exponent(text: str, found: re.Match[str]) -> str:
    """The digits of "2.72035664500001E+14", where all of them are written."""
    decimals, exponent = found[2] or "", int(found[3])
    if len(decimals) != exponent or exponent >= _EXACT_DIGITS:
        raise ParseError(text, "rounded by a spreadsheet: its last digits are lost")
    return found[1] + decimals


def _several(text: str, rule: KeyRule, printed: KeyOrder | None) -> list[str]:
    """The keys of a cell that holds more than one."""
    pieces = [piece for piece in _PARCELS.split(text) if piece]
    if len(pieces) < 2 or rule.length is None:
        return []
    if any(len(_SEPARATORS.sub("", piece)) < rule.length - rule.pad for piece in pieces):
        return []  # the marks part one id
    keys = []
    for piece in pieces:
        try:
            key = read_key(piece, rule, printed)
        except ParseError:
            return []
        if key is not None:
            keys.append(key.text)
    return list(dict.fromkeys(keys)) if len(set(keys)) > 1 else []


def _check_letters(text: str, shown: str, rule: KeyRule) -> None:
    for char in shown:
        if char.isascii() and (char.isdigit() or (char.isalpha() and rule.letters)):
            continue
        if char.isalpha() and not rule.letters:
            raise ParseError(text, f"has the letter {char}; ids of this county are digits alone")
        raise ParseError(text, f"has the character {char!r}, which no id has")
    if not any(char.isdigit() for char in shown):
        raise ParseError(text, "words, not an id")


def _whole_length(text: str, shown: str, rule: KeyRule) -> tuple[str, str | None]:
    """The id with the zeros that a spreadsheet dropped: part by part where it is printed so."""
    if rule.length is None or len(shown) == rule.length:
        return shown, None
    lost = rule.length - len(shown)
    parts = [part for part in _SEPARATORS.split(text) if part]
    if rule.parts and len(parts) == len(rule.parts) and lost > 0:
        widths = zip(parts, rule.parts, strict=True)
        if all(part.isdigit() and _is_whole(part, width) for part, width in widths):
            whole = "".join(part.zfill(width) for part, width in zip(parts, rule.parts, strict=True))
            return whole, "leading zeros of its parts restored"
    if 0 < lost <= rule.pad and len(parts) == 1 and shown[0].isdigit():
        return shown.zfill(rule.length), "leading zeros restored"
    what = "characters" if rule.letters else "digits"
    raise ParseError(text, f"has {len(shown)} {what}; ids of this county have {rule.length}")


def _is_whole(part: str, width: int) -> bool:
    """Whether only leading zeros can be missing: "01" of three digits was cut at its other end."""
    return len(part) == width or (len(part) < width and (part[0] != "0" or part == "0"))


def _in_order(text: str, whole: str, rule: KeyRule, printed: KeyOrder | None) -> str:
    """The id with its first pairs in the county's order, checked by the county's bounds."""
    if rule.order is None or printed is None:
        return whole
    if not whole[:6].isdigit() or len(whole) < 6:
        raise ParseError(text, "its range, township and section are not digits")
    key = _turned(whole, printed, rule.order)
    misfit = _misfit(key, rule.order, rule)
    if misfit is None:
        return key
    other = swapped(key, rule)
    if other is not None and _misfit(other, rule.order, rule) is None:
        why = f"its {misfit}: the source seems to print range and section the other way round"
        raise DoubtError(text, why, [other])
    raise ParseError(text, f"its {misfit}: no parcel of this county")


def _turned(whole: str, printed: KeyOrder, order: KeyOrder) -> str:
    if printed == order:
        return whole
    pairs = {letter: whole[place * 2 : place * 2 + 2] for place, letter in enumerate(printed)}
    return "".join(pairs[letter] for letter in order) + whole[6:]


def _misfit(key: str, order: KeyOrder | None, rule: KeyRule) -> str | None:
    """What says that the key is no parcel of the county; None where nothing does."""
    for place, letter in enumerate(order or ""):
        bounds = rule.bounds(letter)
        pair = int(key[place * 2 : place * 2 + 2])
        if bounds is not None and not bounds.least <= pair <= bounds.most:
            return f"{_PLACES[letter]} {pair:02} is not {bounds.least:02} to {bounds.most:02}"
    return None
