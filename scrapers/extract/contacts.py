"""The contacts of a listing: agents are persons, agencies are companies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from parsing.text import squeeze, words
from parsing.vocabulary.boxes import AGENCY_BOXES, AGENT_BOXES
from parsing.vocabulary.field_names import FIELD_OF
from scrapers.extract.facts import Fact, Spot
from scrapers.extract.values import first, is_scalar, key_name

MAX_NESTING: Final = 3
_NAMES: Final = words("name fullname displayname legalname alternatename")
_PHONES: Final = words("phones telephones phonenumbers telephonenumbers phonenumber telephone phone")
_COMPANY: Final = re.compile(
    r"\b(?:s\.?\s?c|s\.?\s?l(?:\.?\s?u)?|s\.?\s?a(?:\.?\s?s)?|s\.?\s?r\.?\s?l|s\.?\s?p\.?\s?a|sarl|sas|gmbh|kg|ag|ltd|llc|l\.l\.c"
    r"|inc|plc|b\.?v|n\.?v|a\.?b|a/s|oy|kft|lda|ltda|s\.a\. de c\.v|sp\. ?z ?o\.? ?o|s\.?r\.?o|pty)\.?$"
    r"|\b(?:inmobiliari[ao]s?|inmuebles|bienes ra[ií]ces|imobili[aá]ri[ao]s?|im[oó]veis|immobiliare"
    r"|immobilier"
    r"|immobili[eè]re|immobilien|makelaars?|makelaardij|nieruchomo[sś]ci|reality|real estate|realty|realtors"
    r"|estate agents?|estates|properties|lettings|residential|homes|m[aä]klare|fastighetsbyr[aå]|grupo"
    r"|group)\b",
    re.IGNORECASE,
)
_FIELDS: Final = words("agent_name agent_phone agent_email agency_name")


def is_company(name: str) -> bool:
    """Whether a name is a company's by its legal form or its trade."""
    return _COMPANY.search(squeeze(name)) is not None


def read_contact(name: str, node: dict[str, Any], spot: Spot, nesting: int = 0) -> Iterator[Fact]:
    """Facts of a box named `agent`, `office`, `publisher` and the like."""
    agency = name in AGENCY_BOXES
    for key, value in node.items():
        inner = key_name(key)
        here = spot.at(key)
        if isinstance(value, dict) and (inner in AGENCY_BOXES or inner in AGENT_BOXES):
            if nesting < MAX_NESTING:
                yield from read_contact(inner, value, here, nesting + 1)
        elif isinstance(value, dict) and inner in _PHONES:
            if number := _number(value):
                yield here.fact("agent_phone", number, nesting + 5 * agency)
        elif isinstance(value, list) and inner in _PHONES:
            number = next((_number(item) for item in value if _number(item)), None)
            if number:
                yield here.fact("agent_phone", number, nesting + 5 * agency)
        elif isinstance(value, str) and value.strip() and (field := _field(inner, agency=agency)):
            yield here.fact(field, value, nesting + (5 if agency and field != "agency_name" else 0))


def _number(item: Any) -> Any:
    found = (
        first(item, ("number", "phone", "value", "localNumber", "formatted"))
        if isinstance(item, dict)
        else item
    )
    return found if is_scalar(found) else None


def _field(name: str, *, agency: bool) -> str | None:
    if name in _NAMES:
        return "agency_name" if agency else "agent_name"
    if name in AGENCY_BOXES:
        return "agency_name"
    field = FIELD_OF.get(name, ("",))[0]
    return field if field in _FIELDS else None
