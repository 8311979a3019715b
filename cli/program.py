"""How the program was started, and next steps written so that what they name can be copied and run."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

from cli.names import GROUPS, NAMES

NAME: Final = "property-manager"
_SCRIPT: Final = "property_manager_cli.py"

_COMMAND: Final = "|".join(
    rf"{name} [a-z]+" if name in GROUPS else name for name in sorted(NAMES, key=len, reverse=True)
)
_SEE: Final = rf"(?:(?<=see )|(?<=from ))(?:{_COMMAND})(?=[ ,:;.)]|$)"
_BARE: Final = rf"(?:^|(?<=: )|(?<=, )|(?<=; )|(?<= or )|(?<=then )|(?<=run ))(?:{_COMMAND})(?=[,;)]| -|$)"
_OF_A_GROUP: Final = rf"(?:^|(?<=: )|(?<=, )|(?<= or )|(?<=then ))(?:{'|'.join(GROUPS)}) [a-z]+(?= |$)"
_NAMED: Final = re.compile(rf"(?:{NAME} (?={_COMMAND}|--))|{_SEE}|{_BARE}|{_OF_A_GROUP}")
_LED_IN: Final = re.compile(
    rf"^(?:see:? |run:? )(?={NAME} (?:{_COMMAND})((?: (?:--?[a-z]\S*( \S+)?|\S*[\dA-Z]\S*))*)$)"
)


def program() -> str:
    """What starts this program in the caller's shell and folder, as they started it.

    "property-manager" where that is on the PATH, else the path of the script, quoted for a shell; of
    `python property_manager_cli.py` the interpreter too.
    """
    started = Path(sys.argv[0])
    if started.name == _SCRIPT:
        return f"{_reached(Path(sys.executable))} {_short(started)}"
    return _reached(started) if started.name == NAME else NAME


def command(text: str) -> str:
    """A command of this program as it is typed here: "sync --approve 91c0" with the program before it."""
    return f"{program()} {text}"


def next_line(text: str) -> str:
    """The line that says what to type or do next."""
    return f"next: {runnable(text)}"


def runnable(step: str) -> str:
    """A next step with the program before each command that it names.

    "see plans list" becomes the command alone, so that what follows "next:" can be copied.
    """
    whole = _NAMED.sub(lambda found: f"{NAME} {found[0].removeprefix(f'{NAME} ')}", step)
    started = program()
    return re.sub(rf"{NAME} (?={_COMMAND}|--)", lambda _: f"{started} ", _LED_IN.sub("", whole))


def _reached(file: Path) -> str:
    """A program by its name where the PATH leads to this very one, else by its path."""
    found = shutil.which(file.name)
    return file.name if found and Path(found).absolute() == file.absolute() else _short(file)


def _short(file: Path) -> str:
    """A path from the working folder where the file is below it, else the whole."""
    whole, here = file.absolute(), Path.cwd()
    if here == Path(here.anchor) or not whole.is_relative_to(here):
        return shlex.quote(str(whole))
    below = str(whole.relative_to(here))
    return shlex.quote(below if "/" in below or file.name == _SCRIPT else f"./{below}")
