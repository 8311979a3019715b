"""A database whose handle holds the key of erased contacts."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from database.direct import DirectDatabase
from database.erasure_key import ErasureKey
from tests.catalogue import Catalogue

KEY = SecretStr("a key for tests, held outside the database")


@pytest.fixture
def keyed(database: DirectDatabase) -> DirectDatabase:
    database.erasure_key = ErasureKey(KEY)
    return database


@pytest.fixture
def acme(keyed: DirectDatabase, catalogue: Catalogue) -> Catalogue:
    return catalogue
