"""Who may do what by the HTTP API: the one declaration. docs/security.md shows it; a test tries all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ROLES: Final = ("anon", "authenticated", "staff", "service_role")
"""Staff is an authenticated user whose token or membership says so."""

VERBS: Final = ("select", "insert", "update", "delete")

Rights = Mapping[str, frozenset[str]]
"""What each role may do; a role that is not named may do nothing."""

SELECT: Final = frozenset({"select"})
_READERS: Final[Rights] = dict.fromkeys(ROLES, SELECT)
_SERVICE_READS: Final[Rights] = {"service_role": SELECT}

RELATIONS: Final[Mapping[str, Rights]] = {
    "public.homes": _READERS,
    "public.listing_home": _READERS,
    "public.listings": _READERS,
    "public.properties_live": _READERS,
    "public.property_changes": _SERVICE_READS,
    "public.property_scrapes_staging": {"service_role": frozenset({"select", "insert"})},
    "public.property_stats": {},
    "public.scraping_errors": _SERVICE_READS,
    "public.scraping_sessions": _SERVICE_READS,
    "public.sources": _SERVICE_READS,
    "public.staging_outcomes": _SERVICE_READS,
    "public.sync_metadata": _SERVICE_READS,
    "public.validation_rules": {"service_role": frozenset({"select", "insert", "update", "delete"})},
}
"""The tables and views of the exposed schemas."""

_USERS: Final = frozenset({"authenticated", "staff", "service_role"})

FUNCTIONS: Final[Mapping[str, frozenset[str]]] = {
    "public.catalogue_version": frozenset(ROLES),
    "public.changed_listings": frozenset(ROLES),
    "public.listing_with_history": _USERS,
    "public.listings_by_city": frozenset(ROLES),
    "public.market_statistics": frozenset(ROLES),
    "public.recently_seen": frozenset(ROLES),
    "public.search_listings": frozenset(ROLES),
    "public.last_seen_at": frozenset(ROLES),
    "public.limit_calls": frozenset(ROLES),
    "public.property_statistics": _USERS,
    "public.migrate_pulled_properties_to_live": frozenset({"service_role"}),
    "public.refresh_property_stats": frozenset({"service_role"}),
    "public.take_back_pulled_properties": frozenset({"service_role"}),
    "api.staff_approve": frozenset({"staff"}),
    "api.staff_changes": frozenset({"staff"}),
    "api.staff_discard": frozenset({"staff"}),
    "api.staff_discard_rows": frozenset({"staff"}),
    "api.staff_keep_apart": frozenset({"staff"}),
    "api.staff_merge": frozenset({"staff"}),
    "api.staff_pin": frozenset({"staff"}),
    "api.staff_plans": frozenset({"staff"}),
    "api.staff_quality": frozenset({"staff"}),
    "api.staff_quarantine": frozenset({"staff"}),
    "api.staff_reprocess": frozenset({"staff"}),
    "api.staff_review": frozenset({"staff"}),
    "api.staff_sessions": frozenset({"staff"}),
    "api.staff_staged": frozenset({"staff"}),
    "api.staff_undo": frozenset({"staff"}),
    "api.staff_unpin": frozenset({"staff"}),
}
"""The functions of the exposed schemas, but for those of the service."""

SERVICE_SCHEMA: Final = "api"
"""Every other function of this schema is for service_role alone."""

VISITORS: Final = ("anon", "authenticated", "staff")
"""Who reads no contacts, unless a source permits it."""


def callers(function: str) -> frozenset[str]:
    """The roles that may call a function, by its schema and name."""
    rest = {"service_role"} if function.startswith(f"{SERVICE_SCHEMA}.") else ()
    return FUNCTIONS.get(function, frozenset(rest))


def rights(relation: str, role: str) -> frozenset[str]:
    """The verbs that a role may use on a table or view, by its schema and name."""
    return RELATIONS.get(relation, {}).get(role, frozenset())
