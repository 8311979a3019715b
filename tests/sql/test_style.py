"""How SQL files are written: narrow, and with a comment above each function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

WIDTH = 110


def sql_files() -> Iterator[tuple[str, Traversable]]:
    """Every file but the migrations, which stay as they were when they were applied."""
    for folder in files("sql").iterdir():
        if folder.is_dir() and folder.name != "migrations":
            yield from _in(folder, "sql")


def _in(folder: Traversable, within: str) -> Iterator[tuple[str, Traversable]]:
    for each in folder.iterdir():
        path = f"{within}/{folder.name}"
        if each.is_dir():
            yield from _in(each, path)
        elif each.name.endswith(".sql"):
            yield f"{path}/{each.name}", each


def test_no_line_is_wider_than_the_limit() -> None:
    wide = [
        f"{path}:{number}: {len(line)} characters"
        for path, file in sql_files()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > WIDTH
    ]
    assert wide == []


def test_every_function_type_and_view_has_a_header_comment() -> None:
    bare = []
    for path, file in sql_files():
        lines = file.read_text(encoding="utf-8").splitlines()
        for above, line in zip(["", *lines], lines, strict=False):
            made = re.match(r"create (?:function|type|view) ([\w.]+)", line)
            if made and not above.startswith("-- "):
                bare.append(f"{path}: {made[1]}")
    assert bare == []
