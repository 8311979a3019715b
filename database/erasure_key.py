"""The secret key for the hashes of erased contacts, kept outside of the database.

There are few phone numbers: with both the hashes and the key, all of them are found in minutes. So a dump, a
backup or a stolen login of the database must not contain the key.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from config.errors import UsageError
from config.home import make_private

_FILE: Final = "erasure.key"
_SHORTEST: Final = 16
_CHECK: Final = b"check\x00which key this is"


class ErasureKey:
    """The key of the environment, else that of a file in the home."""

    def __init__(self, given: SecretStr | None = None, home: Path | None = None) -> None:
        self._given = given
        self._file = None if home is None else home.expanduser() / _FILE

    def find(self) -> bytes | None:
        """The key, or None. Raises UsageError when it is too short or its file cannot be read."""
        if self._given is not None:
            key = self._given.get_secret_value().encode()
            if len(key) < _SHORTEST:
                raise UsageError(
                    f"PROPERTY_MANAGER_ERASURE_KEY is shorter than {_SHORTEST} characters",
                    next_step="set it to a long random secret: openssl rand -hex 32",
                )
            return key
        if self._file is None or not self._file.exists():
            return None
        try:
            return self._file.read_bytes().strip()
        except OSError as error:
            raise self._unusable(error) from error

    def find_or_make(self) -> bytes:
        """The key; a new one is stored the first time, in a file that only its owner can read."""
        if (key := self.find()) is not None:
            return key
        if self._file is None:
            raise UsageError(
                "erasing a contact needs a secret key", next_step="set PROPERTY_MANAGER_ERASURE_KEY"
            )
        made = secrets.token_hex(32).encode()
        try:
            make_private(self._file.parent)
            beside = self._file.with_name(f"{_FILE}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(made)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(beside, self._file)  # whole or not at all; of two at once, one is first
            except FileExistsError:
                made = self._file.read_bytes().strip()
            finally:
                beside.unlink()
        except OSError as error:
            raise self._unusable(error) from error
        return made

    def _unusable(self, error: OSError) -> UsageError:
        return UsageError(
            f"cannot keep the key of erased contacts in {self._file}: {error.strerror}",
            next_step="set PROPERTY_MANAGER_ERASURE_KEY, or PROPERTY_MANAGER_HOME to a folder of yours",
        )


def check_of(key: bytes) -> bytes:
    """A value that differs between keys and does not reveal them."""
    return hmac.digest(key, _CHECK, sha256)


@lru_cache(maxsize=20_000)
def hash_of(key: bytes, kind: str, normal: str) -> bytes:
    """The hash of a normalised contact in the list of erased ones."""
    return hmac.digest(key, f"{kind}\x00{normal}".encode(), sha256)
