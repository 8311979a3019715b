"""A table of rows that one test goes through.

`parametrize` makes a test of each row, which every worker of a run has to find, set up, report and forget:
more work than a check of a millisecond. Rows that need nothing of their own, neither a database nor a folder
nor a fixture, are gone through by one test. It fails with every row that fails, not with the first.
"""

from __future__ import annotations

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import pytest

SHOWN: Final = 10
"""So many failures are shown in full; the rows of the others are named."""
_LONGEST: Final = 300

Test = Callable[..., None]


def rows(
    names: str | Sequence[str], values: Iterable[Any], *, ids: Iterable[str] = ()
) -> Callable[[Test], Test]:
    """Run a test for each row, in the notation of `pytest.mark.parametrize`, all in one test.

    Two of them, one above the other, run it for every pair of their rows.
    """
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [dict(zip(listed, row if len(listed) > 1 else (row,), strict=True)) for row in values]
    called = dict(enumerate(ids))

    def decorate(test: Test) -> Test:
        if inspect.iscoroutinefunction(test):
            raise TypeError("a test that waits is no quick check: use pytest.mark.parametrize")

        @functools.wraps(test)
        def each(*args: Any, **fixtures: Any) -> None:
            assert table, "the table has no rows"
            failed: list[tuple[str, BaseException]] = []
            for number, row in enumerate(table):
                try:
                    test(*args, **fixtures, **row)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 whatever it is, it is told
                    failed.append((f"row {called.get(number, number + 1)}: {_written(row)}", error))
            if failed:
                pytest.fail(_told(failed, len(table)), pytrace=False)

        signature = inspect.signature(test)
        each.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[value for name, value in signature.parameters.items() if name not in listed]
        )
        return each

    return decorate


def _written(row: dict[str, Any]) -> str:
    written = ", ".join(f"{name}={value!r}" for name, value in row.items())
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"


def _told(failed: list[tuple[str, BaseException]], of: int) -> str:
    """Every row that fails, and how the first ones do."""
    told = [f"{len(failed)} of {of} rows fail"]
    for written, error in failed[:SHOWN]:
        inside = error.__traceback__ and error.__traceback__.tb_next  # without the line that called the test
        told += ["", written, *traceback.format_exception(error.with_traceback(inside))]
    return "\n".join([*told, "", *(written for written, _ in failed[SHOWN:])])
