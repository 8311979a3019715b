"""A command on a host whose clock is wrong: `python -m tests.faults.shifted DAYS ARGUMENTS…`."""

import datetime
import runpy
import sys
import time
from pathlib import Path


def shift(by: datetime.timedelta) -> None:
    """Shift this process's wall clock for every module that is imported from now on."""
    true_time, true_datetime = time.time, datetime.datetime

    class AnyDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, true_datetime)

    class Shifted(true_datetime, metaclass=AnyDatetime):  # type: ignore[misc,valid-type]
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return true_datetime.now(tz) + by

    datetime.datetime = Shifted  # type: ignore[misc]
    time.time = lambda: true_time() + by.total_seconds()


if __name__ == "__main__":
    shift(datetime.timedelta(days=float(sys.argv.pop(1))))
    runpy.run_path(str(Path(__file__).parents[2] / "property_manager_cli.py"), run_name="__main__")
