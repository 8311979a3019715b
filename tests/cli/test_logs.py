"""The log: its owner's alone, of bounded size, in whole lines, and never a reason to fail."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import stat
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from cli import logs
from cli.logfile import LogFile, LogLines
from config import trail
from config.home import open_to_others
from services.staging import SessionWriter
from tests.cli.conftest import Cli, Command

WRITER = """
import logging, sys
from pathlib import Path
from cli.logfile import LogFile, LogLines
handler = LogFile(Path(sys.argv[1]), largest=4_000, kept=500)
handler.setFormatter(LogLines("%(message)s"))
log = logging.getLogger("writer")
log.addHandler(handler)
for number in range(400):
    log.error("writer %s line %d %s", sys.argv[2], number, "x" * 50)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def record(text: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("test", logging.ERROR, __file__, 1, text, values, None)


def test_home_and_log_are_made_for_their_owner_alone(
    open_umask: object, home: Path, command: Command
) -> None:
    assert command("db", "stop").exit_code == 0
    assert mode(home) == 0o700
    assert mode(home / "logs") == 0o700
    assert mode(home / "logs" / "property_manager.log") == 0o600
    assert open_to_others(home) == []


def test_a_log_that_was_left_open_is_closed_and_an_open_home_is_reported(
    home: Path, command: Command
) -> None:
    (home / "logs").mkdir(parents=True, mode=0o755)
    home.chmod(0o755)
    log = home / "logs" / "property_manager.log"
    log.touch(0o644)
    command("db", "stop")
    assert (mode(home / "logs"), mode(log)) == (0o700, 0o600)
    assert open_to_others(home) == [home]


async def test_doctor_names_what_others_can_read(home: Path, cli: object) -> None:
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    ended = await cli("doctor", "--json")  # type: ignore[operator]
    (check,) = [one for one in ended.document["checks"] if "closed to other accounts" in one["check"]]
    assert (check["found"], check["next_step"]) == (1, f"chmod go-rw {home}")
    home.chmod(0o700)
    ended = await cli("doctor", "--json")  # type: ignore[operator]
    assert ended.exit_code == 0


def test_a_full_log_is_rotated_and_old_ones_go(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    handler = LogFile(file, largest=1_000, kept=2)
    for number in range(100):
        handler.emit(record("line %d %s", number, "x" * 80))
    handler.close()
    kept = sorted(path.name for path in tmp_path.glob("a.log*"))
    assert kept == ["a.log", "a.log.1", "a.log.2"]
    assert all(path.stat().st_size < 1_200 and mode(path) == 0o600 for path in tmp_path.glob("a.log*"))
    assert "line 99 " in file.read_text()


def test_processes_that_rotate_at_once_lose_no_line_and_mix_none(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(file), str(number)]) for number in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    lines = [line for path in tmp_path.glob("a.log*") for line in path.read_text().splitlines()]
    expected = [f"writer {who} line {number} {'x' * 50}" for who in range(4) for number in range(400)]
    assert sorted(lines) == sorted(expected)
    assert len(list(tmp_path.glob("a.log.*"))) > 10


def test_a_log_that_cannot_be_written_is_said_once_and_without_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = LogFile(tmp_path / "a.log")
    os.close(handler._descriptor)
    handler._descriptor = os.open("/dev/full", os.O_WRONLY)
    for _ in range(2):
        handler.emit(record("Pl4nted"))
    handler.close()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "No space left" in said
    assert "Pl4nted" not in said


def test_a_record_is_one_line_and_a_traceback_is_indented(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    handler = LogFile(file)
    handler.setFormatter(LogLines("%(levelname)s %(message)s"))
    try:
        int("postgresql://u:Pl4nted@h/d \x1b]0;title\x07\nERROR forged")
    except ValueError:
        broken = record("page \x1b[2J \u202e https://h.example/?token=Pl4nted\nERROR forged")
        broken.exc_info = sys.exc_info()
        handler.emit(broken)
    handler.close()
    text = file.read_text()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "Pl4nted" not in text
    first, *rest = text.splitlines()
    assert first.startswith("ERROR page \\x1b[2J \\u202e https://h.example/?token=***")
    assert all(line.startswith("  ") for line in rest)


def test_warnings_of_libraries_go_to_the_log_and_not_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = logs.open_in(tmp_path / "home")
    try:
        logging.getLogger("py.warnings").warning("%s", "lib.py:1: UserWarning: \x1b[31mred")
    finally:
        logs.close()
    assert capsys.readouterr().err == ""
    assert "UserWarning: \\x1b[31mred" in file.read_text()


async def test_lines_as_json_name_the_source_and_session_and_no_secret(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line of the file and of stderr is one object; what belongs to a session says so."""
    monkeypatch.setenv("PROPERTY_MANAGER_LOG_FORMAT", "json")
    file = home.parent / "homes.csv"
    file.write_text("property_id,title,price,city\nA-1,Casa,1000000,Mérida\n", encoding="utf-8")

    async def touched(self: SessionWriter) -> None:
        """What a part of the program may log while a session is open."""
        try:
            int("https://u:Pl4nted@h/\nforged")
        except ValueError:
            log.warning("page %s\nforged", "https://h.example/?token=Pl4nted", exc_info=True)
        await flush(self)

    flush, log = SessionWriter.flush, logging.getLogger("services.tried")
    monkeypatch.setattr(SessionWriter, "flush", touched)
    done = await cli("import", "--file", str(file), "--source", "acme", "--json", "--debug")
    lines = (home / "logs" / "property_manager.log").read_text().splitlines()
    said = [json.loads(line) for line in lines]
    (planted,) = [line for line in said if line["logger"] == "services.tried"][:1]
    assert (planted["source"], planted["session"]) == ("acme", done.document["session_id"])
    assert planted["level"] == "warning" and planted["message"].endswith("\\nforged")
    assert planted["error"]["kind"] == "ValueError"
    assert "Pl4nted" not in "".join(lines) + done.stderr
    assert "session" not in said[0] and said[0]["message"] == "property-manager import started"
    assert json.loads(done.stderr.splitlines()[0])["time"].endswith("+00:00")


def test_lines_of_several_sessions_at_once_name_none_and_of_two_tasks_each_its_own() -> None:
    first, second = uuid4(), uuid4()

    async def partitions() -> list[UUID | None]:
        seen = []
        with trail.trail("acme"):
            for session in (first, second):
                trail.begin("acme", session)
                seen.append(trail.current().session)
            trail.end(first)
            seen.append(trail.current().session)
        return [*seen, trail.current().session]

    async def one(source: str, session: UUID) -> tuple[str | None, UUID | None]:
        with trail.trail(source):
            await asyncio.create_task(opened(source, session))
            return trail.current().source, trail.current().session

    async def opened(source: str, session: UUID) -> None:
        trail.begin(source, session)

    async def both() -> list[tuple[str | None, UUID | None]]:
        return list(await asyncio.gather(one("acme", first), one("other", second)))

    assert asyncio.run(partitions()) == [first, None, second, None]
    assert asyncio.run(both()) == [("acme", first), ("other", second)]
