"""Draws docs/images/quality-report.png: the top of a report on a file in which a column was renamed.

python -m docs.picture      needs `chromium` on the PATH, and the embedded database
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "images" / "quality-report.png"
_SIZE: Final = (1000, 880)
_ROWS: Final = 240
_CITIES: Final = (("Mérida", 20.97, -89.62), ("Progreso", 21.28, -89.66), ("Valladolid", 20.69, -88.2))

Row = dict[str, object]


def draw() -> None:
    """Import two good files and a bad one into a database of its own, and photograph the report."""
    with TemporaryDirectory() as folder:
        there = Path(folder)
        bad = [{("Asking price" if name == "price" else name): value for name, value in row.items()}
               for row in _homes()]  # fmt: skip
        bad[70]["bedrooms"] = bad[71]["bedrooms"] = 300
        bad[9]["latitude"], bad[9]["longitude"] = bad[9]["longitude"], bad[9]["latitude"]
        for name, rows in (
            ("monday.csv", list(_homes())),
            ("tuesday.csv", list(_homes())),
            ("wednesday.csv", bad),
        ):
            _write(there / name, rows)
            _run(there, "import", "--file", name, "--source", "acme", "--mapping", "acme.toml", "--complete")
        _run(there, "quality-report", "--source", "acme", "--html", "report.html")
        _run(there, "db", "stop")
        PICTURE.parent.mkdir(exist_ok=True)
        width, height = _SIZE
        _call(
            there,
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--window-size={width},{height}", f"--screenshot={PICTURE}", f"file://{there}/report.html"),
        )


def _homes() -> Iterator[Row]:
    for number in range(1, _ROWS + 1):
        of = random.Random(number)  # noqa: S311 - the same homes each time
        city, latitude, longitude = of.choices(_CITIES, [6, 3, 2])[0]
        yield {
            "property_id": f"H-{number}",
            "title": f"Casa {number} en {city}",
            "property_type": of.choice(["Casa", "Departamento"]),
            "operation_type": "sale",
            "address": f"Calle {number} 12",
            "city": city,
            "price": int(of.lognormvariate(15.1, 0.4)),
            "bedrooms": of.choice([1, 2, 3, 3, 4]),
            "bathrooms": of.choice([1, 2, 2]),
            "latitude": round(latitude + of.gauss(0, 0.03), 5),
            "longitude": round(longitude + of.gauss(0, 0.03), 5),
            "main_image_url": f"https://acme.example/{number}.jpg",
        }


def _write(file: Path, rows: list[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    mapping = file.parent / "acme.toml"
    if not mapping.exists():
        _run(file.parent, "import", "--suggest", file.name, "--out", mapping.name)


def _run(folder: Path, *arguments: str) -> None:
    _call(folder, "property-manager", *arguments)


def _call(folder: Path, *command: str) -> None:
    """Run a command; a plan that is held (exit code 3) is what the picture is of."""
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PROPERTY_MANAGER_HOME": str(folder / "home"),
    }
    ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: {ended.stderr or ended.stdout}")


if __name__ == "__main__":
    draw()
