"""A table of rows that one test goes through.

`parametrize` makes a test of each row, which every worker of a run has to find, set up, report and forget,
with a database of its own where it asks for one: more work than a quick check. Rows that leave nothing
behind, as they only read, compute or are refused, are gone through by one test. It fails with every row that
fails, not with the first.
"""

from __future__ import annotations

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest

SHOWN: Final = 10
"""So many failures are shown in full; the rows of the others are named."""
_LONGEST: Final = 300

Test = Callable[..., Any]


def rows(
    names: str | Sequence[str], values: Iterable[Any], *, ids: Iterable[str] = ()
) -> Callable[[Test], Test]:
    """Run a test for each row, in the notation of `pytest.mark.parametrize`, all in one test.

    Two of them, one above the other, run it for every pair of their rows. Fixtures are made once for all.
    """
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [dict(zip(listed, row if len(listed) > 1 else (row,), strict=True)) for row in values]
    called = dict(enumerate(ids))

    def decorate(test: Test) -> Test:
        def each(*args: Any, **fixtures: Any) -> None:
            told = _Told(called)
            for row in table:
                with told.row(row):
                    test(*args, **fixtures, **row)
            told.end()

        async def each_in_turn(*args: Any, **fixtures: Any) -> None:
            told = _Told(called)
            for row in table:
                with told.row(row):
                    await test(*args, **fixtures, **row)
            told.end()

        whole = each_in_turn if inspect.iscoroutinefunction(test) else each
        functools.update_wrapper(whole, test)
        signature = inspect.signature(test)
        whole.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[value for name, value in signature.parameters.items() if name not in listed]
        )
        return whole

    return decorate


class _Told:
    """What became of the rows."""

    def __init__(self, called: dict[int, str]) -> None:
        self._called = called
        self._rows = 0
        self._failed: list[tuple[str, BaseException]] = []

    @contextmanager
    def row(self, row: dict[str, Any]) -> Iterator[None]:
        name = self._called.get(self._rows, str(self._rows + 1))
        self._rows += 1
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 whatever it is, it is told
            self._failed.append((f"row {name}: {_written(row)}", error))

    def end(self) -> None:
        assert self._rows, "the table has no rows"
        if self._failed:
            pytest.fail(_text(self._failed, self._rows), pytrace=False)


def _written(row: dict[str, Any]) -> str:
    written = ", ".join(f"{name}={value!r}" for name, value in row.items())
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"


def _text(failed: list[tuple[str, BaseException]], of: int) -> str:
    """Every row that fails, and how the first ones do."""
    told = [f"{len(failed)} of {of} rows fail"]
    for written, error in failed[:SHOWN]:
        inside = (
            error.__traceback__ and error.__traceback__.tb_next
        )  # the line that called the test is left out
        told += ["", written, *traceback.format_exception(error.with_traceback(inside))]
    return "\n".join([*told, "", *(written for written, _ in failed[SHOWN:])])
