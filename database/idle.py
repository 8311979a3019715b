"""Stops an embedded server that nobody has used for a while: a small process beside it.

Run as `python -m database.idle HOME SECONDS`; it leaves its starter at once and ends with the server.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

_INTERVAL: Final = 60.0


def watch(home: Path, seconds: float) -> None:
    """Begin to watch the server of `home`."""
    subprocess.run(  # noqa: S603 (our own interpreter and module)
        [sys.executable, "-m", "database.idle", str(home), str(seconds)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )


async def stop_when_idle(home: Path, seconds: float) -> None:
    """Return once the server has stopped, by us or by others."""
    from database.embedded import Embedded  # noqa: PLC0415 (which starts us)

    server = Embedded(home)
    watched, used = server.status(), time.time()
    while (now := server.status()).running and now.pid == watched.pid:
        await asyncio.sleep(min(_INTERVAL, seconds / 4))
        if await server.clients():
            used = time.time()
        used = max(used, server.last_asked_for())
        if time.time() - used > seconds:
            await server.stop()


def main() -> None:
    home, seconds = Path(sys.argv[1]), float(sys.argv[2])
    if os.fork() == 0:
        os.setsid()
        asyncio.run(stop_when_idle(home, seconds))


if __name__ == "__main__":
    main()
