"""What this installation requires of its database: migrations, code and listing fields."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from config.errors import MigrationError
from config.listing import BIT, FIELDS
from database.template import Snippets, expand, read_snippets
from sql import CODE


@dataclass(frozen=True, slots=True)
class Script:
    """A SQL file of the checkout, as written and with its loops and snippets written out."""

    path: str
    source: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration."""

    version: str
    name: str
    script: Script


@dataclass(frozen=True, slots=True)
class Checkout:
    """What this program requires of its database."""

    migrations: tuple[Migration, ...]
    code: tuple[Script, ...]

    @property
    def code_version(self) -> str:
        """A hash of the code and the listing fields."""
        parts = [*(f"{script.path}\0{script.text}" for script in self.code), listing_fields()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def checkout() -> Checkout:
    """The checkout of this installation; read once."""
    return read(files("sql"), CODE)


def read(root: Traversable, order: tuple[str, ...]) -> Checkout:
    """The migrations of `root`, and the code of its subsystems in the given order.

    A subsystem is a folder, or one in a folder: "county/records". Raises MigrationError for a folder or file
    without a place in the order.
    """
    folders = {name for folder in root.iterdir() for name in _subsystems(folder)}
    strange = folders - {*order, "migrations", "queries", "snippets"}
    if strange:
        raise MigrationError(
            f"sql/{min(strange)} is not in the order of subsystems",
            next_step="name it in CODE in sql/__init__.py",
        )
    snippets = read_snippets(root)
    code = [
        script
        for folder in order
        if folder in folders
        for script in _scripts(root, folder, r"\d\d_\w+", snippets)
    ]
    # no snippets: a migration stays as it was when it was applied
    migrations = [_migration(script) for script in _scripts(root, "migrations", r"\d{14}_\w+", {})]
    versions = [migration.version for migration in migrations]
    for version in versions:
        if versions.count(version) > 1:
            raise MigrationError(f"two migrations have the version {version}")
    return Checkout(tuple(migrations), tuple(code))


def _subsystems(folder: Traversable, within: str = "") -> Iterator[str]:
    """The folder, by its path below the root, and those in it; one that only holds others is none itself."""
    if folder.is_dir() and folder.name != "__pycache__":
        path = f"{within}{folder.name}"
        inner = [name for each in folder.iterdir() for name in _subsystems(each, f"{path}/")]
        yield from inner
        if not inner or any(each.name.endswith(".sql") for each in folder.iterdir()):
            yield path


def _scripts(root: Traversable, folder: str, pattern: str, snippets: Snippets) -> list[Script]:
    found = []
    for file in sorted(root.joinpath(folder).iterdir(), key=lambda file: file.name):
        path = f"sql/{folder}/{file.name}"
        if not file.name.endswith(".sql"):
            continue
        if not re.fullmatch(pattern, file.name.removesuffix(".sql")):
            raise MigrationError(f"{path}: the name does not say where it comes in the order")
        source = file.read_text(encoding="utf-8")
        found.append(Script(path, source, expand(source, path, snippets)))
    return found


def _migration(script: Script) -> Migration:
    version, _, name = script.path.rpartition("/")[2].removesuffix(".sql").partition("_")
    return Migration(version, name, script)


def listing_fields() -> str:
    """The declared fields as a JSON list, the content of table listing_fields."""
    return json.dumps(
        [
            {
                "name": field.name,
                "bit": BIT[field.name],
                "sql_type": field.sql,
                "field_group": field.group,
                "compare": field.compare,
                "tolerance": None if field.tolerance is None else str(field.tolerance),
                "confidence": str(field.confidence),
                "weight": str(field.weight),
                "monitored": field.monitored,
                "role": field.role,
                "description": field.description,
            }
            for field in FIELDS
        ]
    )
