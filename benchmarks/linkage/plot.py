"""Curves of precision over recall as an SVG that is readable on light and on dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from benchmarks.linkage.quality import Quality

_WIDTH: Final = 720
_HEIGHT: Final = 420
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 50, 700, 370
_COLOURS: Final = ("#2f7ed8", "#e07b00", "#1a9850", "#c2408b", "#7b5bd6", "#a08000")


@dataclass(frozen=True, slots=True)
class Curve:
    """A tool on a set: precision and recall, threshold by threshold."""

    name: str
    points: Sequence[Quality]
    dashed: bool = False


def plot(title: str, curves: Sequence[Curve]) -> str:
    """An SVG of the corner where the curves are; both axes begin at the same share."""
    least = min(
        (min(point.precision, point.recall) for curve in curves for point in curve.points), default=0.0
    )
    start = max(0.0, int(least * 20) / 20)
    return "\n".join(_svg(title, curves, min(start, 0.95))) + "\n"


def _svg(title: str, curves: Sequence[Curve], start: float) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13">'
    )
    yield f"<title>{escape(title)}</title>"
    yield (
        "<style>text{fill:#333}.grid{stroke:#8886;stroke-width:1}"
        "@media (prefers-color-scheme: dark){text{fill:#ddd}}</style>"
    )
    yield f'<text x="{_LEFT}" y="26" font-size="16">{escape(title)}</text>'
    for step in range(6):
        share = start + (1 - start) * step / 5
        x, y = _at(share, share, start)
        yield f'<path class="grid" d="M{x:.1f} {_TOP}V{_BOTTOM}M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        yield f'<text x="{x:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{share:.2f}</text>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.2f}</text>'
    yield f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_BOTTOM + 38}" text-anchor="middle">recall</text>'
    yield f'<text x="{_LEFT - 8}" y="{_TOP - 10}" text-anchor="end">precision</text>'
    for number, curve in enumerate(curves):
        yield from _curve(number, curve, start)
    yield "</svg>"


def _curve(number: int, curve: Curve, start: float) -> Iterator[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    points = [_at(point.recall, point.precision, start) for point in curve.points]
    dash = ' stroke-dasharray="6 4"' if curve.dashed else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>'
    y = _BOTTOM - 14 - 20 * number
    yield f'<path d="M{_LEFT + 14} {y - 4}h28" stroke="{colour}" stroke-width="2"{dash}/>'
    yield f'<text x="{_LEFT + 50}" y="{y}">{escape(curve.name)}</text>'


def _at(recall: float, precision: float, start: float) -> tuple[float, float]:
    def along(share: float) -> float:
        return (share - start) / (1 - start)

    return _LEFT + along(recall) * (_RIGHT - _LEFT), _BOTTOM - along(precision) * (_BOTTOM - _TOP)
