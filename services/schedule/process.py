"""A run of a job: this program again, in a process of its own that is stopped, timed and listened to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from config.secrets import mask
from services.schedule.jobs import Outcome

log = logging.getLogger(__name__)

GRACE_SECONDS: Final = 20.0
"""How long a job may take to end politely, before it is killed."""

_BOOT: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); from {module} import main; sys.exit(main())"
)
_OUTCOMES: Final[dict[int, Outcome]] = {0: "done", 3: "refused", 4: "partly"}
_LAST_BYTES: Final = 4_000
_MOST_BYTES: Final = 8_000_000


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended; `message` is the text of its error."""

    outcome: Outcome
    exit_code: int | None
    message: str | None = None
    next_step: str | None = None


class JobProcess:
    """A job that runs."""

    def __init__(self, child: asyncio.subprocess.Process, leash: int) -> None:
        self._child = child
        self._leash = leash
        self._reading = asyncio.gather(_kept(child.stdout, _MOST_BYTES), _kept(child.stderr, _LAST_BYTES))

    def keep(self) -> None:
        """Tell it that its worker is alive and still holds its run."""
        with contextlib.suppress(BrokenPipeError, BlockingIOError):
            os.write(self._leash, b".")

    async def ended(self, seconds: float) -> Ended:
        """Wait until it ends; after so many seconds it is stopped."""
        try:
            async with asyncio.timeout(seconds):
                await self._child.wait()
        except TimeoutError:
            await self.stop()
            code = self._child.returncode
            return Ended("failed", code, f"it did not end within {seconds:,.0f} s, and was stopped")
        out, err = await self._reading
        return _ended(self._child.returncode or 0, out, err)

    async def stop(self) -> None:
        """Ask it to end, as Ctrl-C does, and kill it when it does not."""
        self._signal(signal.SIGINT)
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await self._child.wait()
        except TimeoutError:
            self.kill()
            await self._child.wait()

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # not send_signal: on Python 3.11 it takes the exit code of a process that has just ended and loses it
        if self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child.pid, number)

    async def close(self) -> None:
        """Let nothing of it stay behind."""
        if self._child.returncode is None:
            self.kill()
            await self._child.wait()
        await self._reading


@asynccontextmanager
async def job_process(module: str, arguments: Sequence[str]) -> AsyncIterator[JobProcess]:
    """Run `main` of a module with a pipe as its leash and these arguments; it ends with the context."""
    theirs, ours = os.pipe()
    os.set_blocking(ours, False)
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _BOOT.format(module=module),
            json.dumps(sys.path),
            str(theirs),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=(theirs,),
            start_new_session=True,  # Ctrl-C at the terminal is for the worker, which asks its jobs to end
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    process = JobProcess(child, ours)
    try:
        yield process
    finally:
        os.close(ours)
        await process.close()


async def _kept(stream: asyncio.StreamReader | None, most: int) -> bytes:
    """The last bytes of a stream, read to its end: a pipe that nobody reads would stop the job."""
    kept = b""
    if stream is not None:
        while more := await stream.read(65_536):
            kept = (kept + more)[-most:]
    return kept


def _ended(code: int, out: bytes, err: bytes) -> Ended:
    """What the exit code and the JSON document of a command say."""
    document = _document(out)
    error = document.get("error") if isinstance(document.get("error"), dict) else None
    outcome = _OUTCOMES.get(code, "failed")
    if error is not None:
        return Ended(outcome, code, _text(error.get("message")), _text(error.get("next")))
    if outcome == "done":
        return Ended(outcome, code)
    return Ended(outcome, code, _why(code, document, err))


def _document(out: bytes) -> dict[str, Any]:
    try:
        found = json.loads(out)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _why(code: int, document: dict[str, Any], err: bytes) -> str:
    """Why a run was not done whose document has no error: what it lists, or its last line."""
    errors = [each.get("error") for each in document.get("failed", ()) if isinstance(each, dict)]
    errors += [each.get("error") for each in document.get("sessions", ()) if isinstance(each, dict)]
    errors += [
        f"{each['check']}: {each['detail']}" for each in document.get("checks", ()) if each.get("found")
    ]
    texts = [_text(each.get("message") if isinstance(each, dict) else each) for each in errors if each]
    said = "; ".join(text for text in texts if text)
    if said:
        return said
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    lines = [line for line in mask(err.decode("utf-8", "replace")).splitlines() if line.strip()]
    return lines[-1] if lines else f"it ended with exit code {code}"


def _text(value: object) -> str | None:
    return None if value is None else mask(str(value))
