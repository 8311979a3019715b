"""Small charts of text: how values are spread, and how large a share is."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from cli.encoding import takes_all

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_PLAIN_LEVELS: Final = ".:-=+*#@"
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_WIDEST: Final = 4
_UNITS: Final = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))
_AS_IT_IS: Final = 10_000


def can_draw() -> bool:
    """Whether stdout takes block characters; where not, charts are of ASCII."""
    return takes_all(sys.stdout)


def spread(bins: Iterable[tuple[int, int]], width: int, *, plain: bool = False) -> str:
    """A histogram of at most `width` characters, from the first of the bins (number, count) to the last.

    Neighbouring bins share a character where there are more of them than characters; where there are few,
    each is drawn up to four wide. The fewest listings are still visible; a bin without any is a blank.
    """
    counts = dict(bins)
    first, last = min(counts), max(counts)
    step = -(-(last - first + 1) // width)
    heights = [0] * ((last - first) // step + 1)
    for number, count in counts.items():
        heights[(number - first) // step] += count
    levels, most = _PLAIN_LEVELS if plain else _LEVELS, max(heights)
    drawn = (levels[-(-len(levels) * height // most) - 1] if height else " " for height in heights)
    return "".join(each * min(_WIDEST, width // len(heights)) for each in drawn)


def bar(count: int, most: int, width: int, *, plain: bool = False) -> str:
    """A bar of `width` characters for `most`, and of at least one."""
    return ("#" if plain else "█") * max(1, round(width * count / most))


def meter(share: float, width: int, *, plain: bool = False) -> str:
    """A share of 0 to 1 as a bar of at most `width` characters, to an eighth of one.

    What is not nothing is visible, and what is not the whole does not look like it.
    """
    share = min(max(share, 0.0), 1.0)
    if plain:
        full = round(share * width)
        full = min(max(full, 1), width - 1) if 0 < share < 1 else full
        return "#" * full + "." * (width - full)
    eighths = round(share * width * 8)
    eighths = min(max(eighths, 1), width * 8 - 1) if 0 < share < 1 else eighths
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def sparkline(values: Iterable[float | None], *, plain: bool = False) -> str:
    """A character a value, from the lowest to the highest; a blank where there is none.

    Values that are all the same are drawn half as high.
    """
    numbers = list(values)
    known = [each for each in numbers if each is not None]
    if not known:
        return ""
    levels, least, span = _PLAIN_LEVELS if plain else _LEVELS, min(known), max(known) - min(known)
    middle = len(levels) // 2
    return "".join(
        " "
        if each is None
        else levels[round((each - least) / span * (len(levels) - 1))]
        if span
        else levels[middle]
        for each in numbers
    )


def compact(number: float) -> str:
    """A number in a few characters: 950, 12k, 4.4M, 43bn; below 10,000 with at most two decimals."""
    if abs(number) < _AS_IT_IS:
        return f"{number:.2f}".rstrip("0").rstrip(".")
    size, unit = next(pair for pair in _UNITS if abs(number) >= pair[0])
    scaled = number / size
    return f"{scaled:.{0 if abs(scaled) >= 100 else 1}f}".removesuffix(".0") + unit
