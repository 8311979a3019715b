"""A small process that stops an embedded server after a time without clients.

Run as `python -m database.embedded.idle HOME SECONDS`; it detaches itself and ends with the server.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Final

from database.embedded.server import Embedded

_INTERVAL: Final = 60.0


async def stop_when_idle(home: Path, seconds: float) -> None:
    """Stop the server after so many seconds without a client; return once it has stopped."""
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
