"""Several workers of `crawl run`, each a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[1] / "property_manager_cli.py"


async def crawl_in_processes(number: int, words: Sequence[str]) -> tuple[list[dict[str, Any]], list[int]]:
    """Run `crawl run` with these options so many times at once: their JSON documents and exit codes.

    Cut short, it asks each of them to end, as Ctrl-C does, and waits for them.
    """
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, str(PROGRAM), "crawl", "run", *words, "--json"), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(number)
    ]
    outputs = [asyncio.create_task(process.communicate()) for process in processes]
    try:
        await asyncio.wait(outputs)
    finally:
        for process in processes:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        await asyncio.wait(outputs)
    return [_document(output.result()[0]) for output in outputs], [
        process.returncode or 0 for process in processes
    ]


def _document(output: bytes) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        found = {"error": {"code": "died", "message": "it ended without a result", "next": None}}
    return found if isinstance(found, dict) else {}
