"""The next file of a source: what happens to real files from day to day, and what goes wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from tests.services.workflows.imports.files import SHAPES, File, Line, Shape

Lines = list[Line]
Operation = Callable[[Random, Shape, Lines], Lines]


def _some(chance: Random, lines: Lines, most: float) -> Iterator[Line]:
    """Up to so many of the lines, to change."""
    yield from chance.sample(lines, int(len(lines) * chance.random() * most))


def add(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """New listings, much like others."""
    fresh = []
    for _ in range(chance.randrange(1, 12)):
        model = dict(chance.choice(lines))
        model[shape.id] = f"{model[shape.id]}9{chance.randrange(10**6)}"
        model[shape.price] = _price(model[shape.price], 1 + chance.random() / 10)
        fresh.append(model)
    return lines + fresh


def drop(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """Listings that are gone: a few, or far too many."""
    gone = set(chance.sample(range(len(lines)), int(len(lines) * chance.choice((0.03, 0.1, 0.19, 0.3)))))
    return [line for index, line in enumerate(lines) if index not in gone]


def reorder(chance: Random, shape: Shape, lines: Lines) -> Lines:
    return chance.sample(lines, len(lines))


def reprice(chance: Random, shape: Shape, lines: Lines) -> Lines:
    for line in _some(chance, lines, chance.choice((0.1, 0.45, 1))):
        line[shape.price] = _price(line[shape.price], 0.8 + chance.random() / 3)
    return lines


def leap(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """Another currency or unit."""
    for line in _some(chance, lines, chance.choice((0.04, 0.3, 0.6))):
        line[shape.price] = _price(line[shape.price], 1.8)
    return lines


def level(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """One price wherever one looks, as a broken page would have it."""
    for line in _some(chance, lines, chance.choice((0.1, 0.5))):
        line[shape.price] = "777000"
    return lines


def reword(chance: Random, shape: Shape, lines: Lines) -> Lines:
    for line in _some(chance, lines, chance.choice((0.1, 0.4))):
        column = chance.choice(shape.changing)
        if "YEAR" in column:
            line[column] = f"{chance.randrange(1890, 2025)}"
        else:
            line[column] += ", https://photos.example/new.jpg" if "photos" in column else " bis"
    return lines


def room(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """Another number of rooms; more than a house has only where no repeat could stand in for the row."""
    times = Counter(line[shape.id] for line in lines)
    for line in _some(chance, lines, 0.1):
        line[shape.beds] = chance.choice(("1", "2", "3", "4", "99" if times[line[shape.id]] == 1 else "5"))
    for line in _some(chance, lines, 0.1):
        line[shape.baths] = chance.choice(("1", "2", "3", "4"))
    if shape.baths != "full_baths":
        for line in _some(chance, lines, chance.choice((0.1, 0.4))):
            line[shape.baths] = chance.choice(("1.5", "2.5"))
    return lines


def close(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """The source's own word that a listing left the market, or is back."""
    for line in _some(chance, lines, chance.choice((0.1, 0.4))):
        for column, words in (("STATUS", ("Sold", "Active", "Pending")), ("status", ("SOLD", "FOR_SALE"))):
            if column in line:
                line[column] = chance.choice(words)
    return lines


def blank(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """A column that is empty, throughout or here and there."""
    column = chance.choice((shape.price, shape.beds, *shape.changing))
    share = chance.choice((0.1, 0.19, 0.4, 1))
    for line in lines if share == 1 else _some(chance, lines, share):
        line[column] = chance.choice(("", "", "-", "N/A"))
    return lines


def zero(chance: Random, shape: Shape, lines: Lines) -> Lines:
    for line in _some(chance, lines, chance.choice((0.1, 0.4, 1.0))):
        line[shape.price] = "0"
    return lines


def volatile(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """Only what says nothing of the home."""
    for line in lines:
        line[shape.unmapped] = str(chance.randrange(400))
        line[shape.volatile] = str(chance.randrange(1, 9))
    return lines


def restyle(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """The same values written otherwise."""
    for line in _some(chance, lines, 1):
        line[shape.price] = _restyled(line[shape.price])
        column = chance.choice(shape.changing)
        line[column] = f"  {line[column]} "
    return lines


def repeat(chance: Random, shape: Shape, lines: Lines) -> Lines:
    """Ids that come twice: the same line, a poorer one with another price, or one that is as good."""
    again = []
    for line in _some(chance, lines, 0.08):
        if line[shape.beds] == "99":
            continue
        other = dict(line)
        how = chance.randrange(3)
        if how:
            other[shape.price] = _price(line[shape.price], 0.9 + chance.random() / 5)
        if how == 1:
            other[shape.beds] = ""
        again.append(other)
    return chance.sample(lines + again, len(lines) + len(again))


def cut(chance: Random, shape: Shape, lines: Lines) -> Lines:
    return lines[: int(len(lines) * 0.3)]


def empty(chance: Random, shape: Shape, lines: Lines) -> Lines:
    return []


EVERYDAY: tuple[Operation, ...] = (
    add,
    add,
    drop,
    reorder,
    reprice,
    reword,
    room,
    close,
    volatile,
    restyle,
    repeat,
)
GONE_WRONG: tuple[Operation, ...] = (leap, level, blank, zero, cut, empty)


def mutate(chance: Random, file: File) -> File:
    """The next day's file: a few everyday changes, and now and then something that went wrong."""
    shape, lines = SHAPES[file.kind], [dict(line) for line in file.lines]
    operations = chance.sample(EVERYDAY, chance.randrange(4))
    if chance.random() < 0.5:
        operations.append(chance.choice(GONE_WRONG))
    for operation in operations:
        if lines:
            lines = operation(chance, shape, lines)
    return _columns(chance, file.with_lines(lines))


def _columns(chance: Random, file: File) -> File:
    """Columns come, go and change places; a mapped one goes now and then."""
    shape, columns = SHAPES[file.kind], list(file.columns)
    what = chance.randrange(12)
    if what == 0:
        columns.insert(chance.randrange(len(columns)), f"new column {chance.randrange(99)}")
    elif what == 1 and shape.unmapped in columns:
        columns.remove(shape.unmapped)
    elif what == 2:
        columns[1:] = chance.sample(columns[1:], len(columns) - 1)  # a disclaimer stands in the first
    elif what == 3:
        gone = chance.choice((shape.beds, *shape.changing))
        columns = [column for column in columns if column != gone]
    return replace(file, columns=tuple(columns))


def _amount(text: str) -> int:
    digits = "".join(char for char in text.partition(".")[0] if char.isdigit())
    return int(digits or 0)


def _price(text: str, factor: float) -> str:
    amount = str(round(_amount(text) * factor))
    return f"${int(amount):,}" if text.startswith("$") else amount


def _restyled(text: str) -> str:
    amount = _amount(text)
    if amount < 1000:
        return text
    return f"{amount}.00" if text.startswith("$") else f"${amount:,}"
