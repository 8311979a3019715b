"""The geometry of what is drawn as SVG: lines over sessions, and places on a map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from services.reports.quality import Places, Point

COLOURS: Final = 6
"""How many cities have a colour of their own on a map."""
_LEAST_SPAN: Final = 0.02
_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)
"""Degrees between two lines of a map's grid."""


@dataclass(frozen=True)
class Dot:
    """A point of a line, in the units of its drawing."""

    x: float
    y: float
    value: float


@dataclass(frozen=True)
class Line:
    """Figures of sessions as a line; what is missing breaks it into several."""

    width: float
    height: float
    runs: Sequence[str]
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Mark:
    """A place on a map; `colour` is the number of its city's colour, and null where it has none."""

    x: float
    y: float
    kind: str
    colour: int | None
    at_edge: bool


@dataclass(frozen=True)
class Label:
    """A text on a map."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Map:
    """Places as they lie, north up; lines of longitude and latitude with their degrees."""

    width: float
    height: float
    marks: Sequence[Mark]
    cities: Sequence[Label]
    meridians: Sequence[Label]
    parallels: Sequence[Label]
    legend: Sequence[tuple[int, str, int]]
    """Colour, city and rows."""


def line_of(values: Sequence[float | None], width: float, height: float, pad: float = 4) -> Line:
    """The figures from left to right, the highest at the top; equal ones lie in the middle."""
    known = [each for each in values if each is not None]
    least, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    step = (width - 2 * pad) / max(1, len(values) - 1)
    runs: list[list[str]] = [[]]
    dots = []
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        share = (value - least) / span if span else 0.5
        x = round(pad + index * step, 1)
        y = round(height - pad - share * (height - 2 * pad), 1)
        runs[-1].append(f"{x},{y}")
        dots.append(Dot(x, y, value))
    return Line(width, height, [" ".join(run) for run in runs if len(run) > 1], dots)


def map_of(places: Places, width: float = 720, most: float = 460) -> Map | None:
    """The places of a session; null where none has coordinates.

    It shows where the usual ones are. What lies beyond is drawn at the edge that is nearest to it.
    """
    usual = [each for each in places.points if each.kind == "usual"]
    if not usual:
        return None
    frame = _Frame(usual, width, most)
    colours = {city.name: index for index, city in enumerate(places.cities[:COLOURS])}
    marks = [frame.mark(each, colours.get(each.city or "")) for each in places.points]
    marks.sort(key=lambda mark: mark.kind != "usual")  # what is doubtful is drawn last, so it is seen
    return Map(
        width,
        frame.height,
        marks,
        list(frame.labels(places)),
        list(frame.meridians()),
        list(frame.parallels()),
        [(colours[city.name], city.name, city.rows) for city in places.cities[:COLOURS]],
    )


class _Frame:
    """What part of the earth a map shows, and where on it a place is."""

    def __init__(self, points: Sequence[Point], width: float, most: float) -> None:
        south, north = _edges([each.latitude for each in points])
        west, east = _edges([each.longitude for each in points])
        # a degree of longitude is shorter the further it is from the equator
        squeeze = max(0.1, math.cos(math.radians((south + north) / 2)))
        wanted = width * (north - south) / ((east - west) * squeeze)
        self.width = width
        self.height = round(min(most, max(260.0, wanted)), 1)
        if wanted > self.height:
            west, east = _widened(west, east, (north - south) * width / self.height / squeeze)
        else:
            south, north = _widened(south, north, (east - west) * squeeze * self.height / width)
        self.south, self.north, self.west, self.east = south, north, west, east

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) / (self.east - self.west) * self.width
        y = (self.north - latitude) / (self.north - self.south) * self.height
        return round(x, 1), round(y, 1)

    def mark(self, point: Point, colour: int | None) -> Mark:
        x, y = self.at(point.longitude, point.latitude)
        inner_x, inner_y = min(max(x, 8), self.width - 8), min(max(y, 8), self.height - 8)
        return Mark(inner_x, inner_y, point.kind, colour, (inner_x, inner_y) != (x, y))

    def labels(self, places: Places) -> Iterator[Label]:
        """The names of cities, the largest first; one that would hide another is left out."""
        taken: list[tuple[float, float]] = []
        for city in places.cities[:COLOURS]:
            if city.longitude is None or city.latitude is None:
                continue
            x, y = self.at(city.longitude, city.latitude)
            if any(abs(x - other) < 110 and abs(y - above) < 20 for other, above in taken):
                continue
            if 0 <= x <= self.width and 0 <= y <= self.height:
                taken.append((x, y))
                anchor = "end" if x > self.width - 90 else "start" if x < 90 else "middle"
                yield Label(x, max(16.0, y - 18), city.name, anchor)

    def meridians(self) -> Iterator[Label]:
        for degree in _ticks(self.west, self.east):
            yield Label(self.at(degree, 0)[0], self.height - 6, _degrees(degree, "E", "W"))

    def parallels(self) -> Iterator[Label]:
        for degree in _ticks(self.south, self.north):
            yield Label(6, self.at(0, degree)[1], _degrees(degree, "N", "S"), "start")


def _edges(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the most, with some room around them."""
    least, most = min(values), max(values)
    return _widened(least, most, max((most - least) * 1.16, _LEAST_SPAN))


def _widened(least: float, most: float, span: float) -> tuple[float, float]:
    middle = (least + most) / 2
    return middle - span / 2, middle + span / 2


def _ticks(least: float, most: float) -> Iterator[float]:
    step = next((each for each in _STEPS if (most - least) / each <= 6), _STEPS[-1])
    for number in range(math.ceil(least / step), math.floor(most / step) + 1):
        yield round(number * step, 2)


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}° {positive if value > 0 else negative}" if value else "0°"
