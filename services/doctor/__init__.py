"""Is everything as promised: the catalogue against its audit, grants, leases, schema against model."""

from services.doctor.checks import Finding, examine
from services.doctor.installation import CheckUp, check_up

__all__ = ["CheckUp", "Finding", "check_up", "examine"]
