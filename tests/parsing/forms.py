"""The texts that a short pattern of a word list stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any


def forms(pattern: str) -> list[str]:
    """Every text of a pattern made of letters, choices, sets, options and endings; nothing else is a word."""
    found = list(dict.fromkeys(_forms(_parser.parse(pattern))))
    assert all(re.fullmatch(pattern, text) for text in found), pattern
    return found


def _forms(parts: Any) -> Iterator[str]:
    for chosen in product(*(list(_one(kind, value)) for kind, value in parts)):
        yield "".join(chosen)


def _one(kind: Any, value: Any) -> Iterator[str]:
    if kind is op.LITERAL:
        yield chr(value)
    elif kind is op.IN:
        for inner, letter in value:
            assert inner is op.LITERAL, f"a range or class stands for no certain word: {value}"
            yield chr(letter)
    elif kind is op.BRANCH:
        for branch in value[1]:
            yield from _forms(branch)
    elif kind is op.SUBPATTERN:
        yield from _forms(value[3])
    elif kind is op.MAX_REPEAT and value[:2] == (0, 1):
        yield ""
        yield from _forms(value[2])
    elif kind is op.MAX_REPEAT and value[1] is op.MAXREPEAT:  # any ending, or beginning
        yield "a" * value[0]
    elif kind in (op.AT, op.ASSERT_NOT):  # what stands around the word
        yield ""
    else:
        raise AssertionError(f"{kind} stands for no certain word")
