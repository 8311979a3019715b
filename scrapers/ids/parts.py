"""The parts of an address that can be an id: keys of its query, segments of its path, numbers in them."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from parsing.text import words

LONGEST: Final = 200
LEAST_DIGITS: Final = 3
"""A shorter number inside of a longer text is a count of rooms or a house number."""
_FILE_ENDING: Final = re.compile(r"\.(?:html?|php|aspx?|jsp|do|cfm)$", re.IGNORECASE)
_CODE: Final = re.compile(
    r"\d+|[A-Za-z]{1,5}[-_]?\d{2,}(?:[-_]?[A-Za-z0-9]{1,4})?|(?=[^-]*\d)[0-9a-f]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_TOKENS: Final = re.compile(r"[^-_.,~+ ()]+")
_NUMBERED: Final = re.compile(rf"(?=(?:\D*\d){{{LEAST_DIGITS}}})[A-Za-z]{{0,4}}\d[A-Za-z0-9]*")
_CODE_OF_LETTERS: Final = re.compile(r"[A-Z]{1,4}\d+")
_UPPER: Final = re.compile(r"[A-Z]{1,4}")
_STATES: Final = words(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh"
    " ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr nsw vic qld sa tas act nt"
)
_NOT_AN_ID: Final = words(
    "cp zip plz postcode postal codigopostal cep photo foto fotos img image pic page pag pagina usd eur gbp"
    " mxn price precio preis tel phone year ano baujahr"
)
_KEYS_OF_A_VISIT: Final = words(
    "sid session sessionid session_id phpsessid jsessionid aspsessionid sessid cfid cftoken"
    " gclid gbraid wbraid fbclid msclkid dclid yclid twclid ttclid mc_cid mc_eid _ga _gl igshid"
)
_SESSION_IN_PATH: Final = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*|/\(S\([^/]*\)\)", re.IGNORECASE
)
_WORD_OF_ID: Final = words("id ref reference mls no nr num listing property adid webid")


@lru_cache(maxsize=1_000)
def query_keys(url: str) -> dict[str, str]:
    """The keys of an address's query with their values, without blank ones and marks of a visit."""
    return {key: value for key, value in parse_qsl(urlsplit(url).query) if value and not _is_of_a_visit(key)}


def _is_of_a_visit(key: str) -> bool:
    return key.lower() in _KEYS_OF_A_VISIT or key.lower().startswith("utm_")


@lru_cache(maxsize=1_000)
def segments(url: str) -> tuple[str, ...]:
    """The segments of an address's path, decoded, the last without the ending of a file."""
    path = _SESSION_IN_PATH.sub("", urlsplit(url).path)
    found = [part for part in unquote(path).split("/") if part]
    found += [fragment] if (fragment := unquote(urlsplit(url).fragment)) else []  # a home on a page of many
    return tuple(_FILE_ENDING.sub("", part) for part in found)


def is_code(segment: str) -> bool:
    """Whether a whole segment is an id by its looks: a number, a short code, a hexadecimal key."""
    return _CODE.fullmatch(segment) is not None and not _after_another_word(segment)


def numbers(segment: str) -> list[str]:
    """The numbers inside a segment, in order, each with the upper-case letters of its code.

    Those that the word before them explains (a US state before five digits, "cp", "photo") are left out.
    """
    tokens = _TOKENS.findall(segment)
    found = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else ""
        if not _NUMBERED.fullmatch(token) or _explains(before, token):
            continue
        is_code = token.isdigit() or _CODE_OF_LETTERS.fullmatch(token) is not None
        stands_alone = is_code and _UPPER.fullmatch(before) and before.lower() not in _WORD_OF_ID
        found.append(f"{before}-{token}" if stands_alone else token)
    return found


def name(segment: str, without: frozenset[str]) -> str:
    """A segment without these numbers, which change although the home is the same."""
    return "-".join(token for token in _TOKENS.findall(segment) if token not in without)


def address(url: str) -> str:
    """The whole path and query: what any two addresses differ in. A very long one ends in its digest."""
    parts = urlsplit(url)
    path = unquote(_SESSION_IN_PATH.sub("", parts.path)).strip("/")
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and not _is_of_a_visit(pair.partition("=")[0])
    )
    text = f"{path}?{query}" if query else path or parts.netloc
    text = f"{text}#{unquote(parts.fragment)}" if parts.fragment else text
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 17]}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


def _explains(before: str, token: str) -> bool:
    word = before.lower()
    return word in _NOT_AN_ID or (word in _STATES and token.isdigit() and len(token) in (4, 5))


def _after_another_word(segment: str) -> bool:
    tokens = _TOKENS.findall(segment)
    return len(tokens) == 2 and _explains(tokens[0], tokens[1])
