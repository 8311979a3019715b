"""Runs Airflow on this machine, for this machine alone, until Ctrl-C; then nothing of it is left running.

`make airflow` starts it with Airflow's own Python. Words that are given are started instead of
`airflow standalone`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

ROOT: Final = Path(__file__).resolve().parent.parent
GRACE_SECONDS: Final = 10.0
"""How long processes may take to end politely, before they are killed."""
ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SUBREAPER: Final = 36
"""prctl(2) of Linux: what has lost its parent becomes this process's child."""


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of Airflow; what is given counts, apart from the PATH, which `airflow` has to be on."""
    home = given.get("AIRFLOW_HOME") or str(ROOT / ".airflow")
    port = given.get("AIRFLOW__API__PORT") or "8080"
    usual = {
        "AIRFLOW_HOME": home,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": port,
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), given.get("PATH") or os.defpath))
    zone = given.get("PROPERTY_MANAGER_TIME_ZONE") or _zone(given)
    return {**usual, **given, "PATH": path} | ({"PROPERTY_MANAGER_TIME_ZONE": zone} if zone else {})


def _zone(given: Mapping[str, str]) -> str | None:
    """The time zone of the first county that is loaded; None where its file cannot be read."""
    program = given.get("PROPERTY_MANAGER_PROGRAM") or str(ROOT / ".venv/bin/property-manager")
    county, *_ = [*given.get("PROPERTY_MANAGER_COUNTIES", "").replace(",", " ").split(), "orange-fl"]
    words = [program, "county", "show", county, "--json"]
    shown = subprocess.run(words, check=False, capture_output=True, text=True)
    if shown.returncode:
        print(f"county {county} cannot be read, so times are those of New York: {shown.stdout.strip()}")
        return None
    zone: str = json.loads(shown.stdout)["time_zone"]
    return zone


def port_is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def adopt() -> None:
    """Become the parent of all that is started and outlives its own; elsewhere than on Linux it is init."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def end_all() -> None:
    """End every process that was started from here, whatever session or group it has put itself into.

    The program's own database server is left alone: others may use it, and it ends by itself when idle.
    """
    asked: set[psutil.Process] = set()
    politely = True
    while left := [each for each in psutil.Process().children(recursive=True) if not _is_server(each)]:
        for process in left:
            if not politely or process not in asked:
                _signal(process, signal.SIGTERM if politely else signal.SIGKILL)
        asked.update(left)
        _, alive = psutil.wait_procs(left, timeout=GRACE_SECONDS if politely else 1)
        politely = politely and not alive


def _is_server(process: psutil.Process) -> bool:
    try:
        return process.name() == "postgres" or "database.embedded.idle" in process.cmdline()
    except psutil.Error:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def main(words: list[str]) -> int:
    """Run until it ends, or until Ctrl-C or SIGTERM."""
    os.umask(0o077)  # the password is in a file
    env = environment(os.environ)
    port, home = int(env["AIRFLOW__API__PORT"]), Path(env["AIRFLOW_HOME"])
    if not port_is_free(port):
        print(f"port {port} is taken; next: AIRFLOW__API__PORT={port + 1} make airflow", file=sys.stderr)
        return 2
    home.mkdir(parents=True, exist_ok=True)
    print(f"Airflow comes up at http://127.0.0.1:{port} in about a minute; Ctrl-C ends it.")
    print(f"User: admin. Password: {home / 'simple_auth_manager_passwords.json.generated'}", flush=True)
    for number in ENDS:  # also where a shell put it into the background, which ignores Ctrl-C
        signal.signal(number, signal.default_int_handler)
    adopt()
    try:
        return subprocess.Popen(words or ["airflow", "standalone"], env=env, start_new_session=True).wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for number in ENDS:
            signal.signal(number, signal.SIG_IGN)
        print("Airflow ends.", flush=True)
        end_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
