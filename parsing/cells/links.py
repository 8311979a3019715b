"""Cells of links and contacts: one address, a list of them, an e-mail address, a telephone number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from config.errors import ParseError
from config.secrets import mask_url
from parsing.cells.json import items_of
from parsing.cells.note import BLANK, Note
from parsing.cells.text import LONGEST_LABEL, as_text, careful_text, from_text
from parsing.json_text import quoted
from parsing.links import LONGEST_URL, parse_email, parse_url
from parsing.memo import Reader
from parsing.phone import is_e164, parse_phone
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

_FEWEST_PHONE_DIGITS: Final = 5
_URL_MARKS: Final = re.compile(r"[\s|]+|,\s*(?=(?:https?:)?//)|;\s*(?=(?:https?:)?//)")
_URL_KEYS: Final = ("url", "contentUrl", "MediaURL", "src", "href", "image")


_CLEAN_URL: Final = r"https?://[a-zA-Z0-9_.-]++(?::\d{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*+)?"
_IS_CLEAN_URL: Final = re.compile(_CLEAN_URL, re.ASCII).fullmatch
_MAY_JOIN: Final = re.compile(r"[,;|]").search
_ARE_CLEAN_URLS: Final = re.compile(rf"{_CLEAN_URL}(?:\n{_CLEAN_URL})*", re.ASCII).fullmatch


def read_url(value: Any) -> Any:
    if type(value) is str and len(value) <= LONGEST_URL and _IS_CLEAN_URL(value):
        return value
    text = as_text(_url_in(value))
    return BLANK if is_blank(text) else parse_url(repair(text)[0])


def read_source_url(value: Any) -> Any:
    """As `read_url`, its passwords and tokens masked; also the address we give to rows without one."""
    if isinstance(value, str) and value.startswith("import:") and value.isprintable():
        return value
    url = read_url(value)
    return mask_url(url) if type(url) is str else url


def _url_in(value: Any) -> Any:
    if isinstance(value, Mapping):
        return next((value[key] for key in _URL_KEYS if value.get(key)), "")
    if isinstance(value, list | tuple) and len(value) == 1:
        return _url_in(value[0])
    return value


def read_urls(value: Any) -> Any:
    if type(value) is list:
        try:
            lines = "\n".join(value)
        except TypeError:  # something in it is not a text
            lines = ""
        if _ARE_CLEAN_URLS(lines) and len(lines) <= LONGEST_URL and lines.count("\n") == len(value) - 1:
            return '["' + '","'.join(value) + '"]'
    if type(value) is str and value.startswith("http") and len(value) <= LONGEST_URL:
        lines = value.replace(", ", "\n")
        if not _MAY_JOIN(lines) and _ARE_CLEAN_URLS(lines):
            return '["' + lines.replace("\n", '","') + '"]'
    return _careful_urls(value)


def _careful_urls(value: Any) -> Any:
    items = items_of(value, _URL_MARKS)
    if items is None:
        return BLANK
    good, bad = [], 0
    for item in items:
        try:
            url = read_url(item)
        except ParseError:
            bad += 1
            continue
        if url is not BLANK:
            good.append(url)
    if bad and not good:
        raise ParseError(value, "no absolute http(s) address in it")
    text = "[" + ",".join(map(quoted, good)) + "]"
    return Note(text, "repaired", f"{bad} of {len(items)} addresses cannot be used") if bad else text


_IS_CLEAN_EMAIL: Final = re.compile(
    r"[\w+-]++(?:\.[\w+-]++)*+@(?:[a-zA-Z\d]++\.)++[a-zA-Z]{2,63}", re.ASCII
).fullmatch
_LONGEST_CLEAN_EMAIL: Final = 64
_careful_email: Final = from_text(parse_email)


def read_email(value: Any) -> Any:
    if type(value) is str and len(value) <= _LONGEST_CLEAN_EMAIL and _IS_CLEAN_EMAIL(value):
        return value
    return _careful_email(value)


def phone_reader(country: str | None) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str and is_e164(value):
            return value
        if isinstance(value, str) and is_blank(value):
            return BLANK
        try:
            return parse_phone(value, country=country)
        except ParseError:
            text = careful_text(value, LONGEST_LABEL)
            if isinstance(text, str) and sum(map(str.isdigit, text)) >= _FEWEST_PHONE_DIGITS:
                return text  # a mistyped number still distinguishes one agent from another
            raise

    return read
