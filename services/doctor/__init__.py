"""Is everything as promised: the catalogue against its audit, grants, leases, schema against model."""

from services.doctor.checks import Finding, examine

__all__ = ["Finding", "examine"]
