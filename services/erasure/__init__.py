"""Erasure: personal data overwritten everywhere on request, and suppressed from then on."""

from services.erasure.erase import (
    Erasure,
    ErasureRecord,
    erase_contact,
    erase_listing,
    lift_erasure,
    list_erasures,
)
from services.erasure.files import overwrite_in_files

__all__ = [
    "Erasure",
    "ErasureRecord",
    "erase_contact",
    "erase_listing",
    "lift_erasure",
    "list_erasures",
    "overwrite_in_files",
]
