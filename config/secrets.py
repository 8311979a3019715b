"""Passwords and tokens hidden in urls, DSNs and texts, before they are stored, shown or logged.

`mask_url` masks one url, `mask` every url, DSN, header and token in a text. Both are stable, and what is
masked stays as it is. The rest of a url stays byte by byte, so it still names the same page. A token of a
query or path becomes `***` and a tag of eight digits that tells two tokens apart and gives neither away:
two scopes that differ only in their tokens stay two. The password of an account becomes `***`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from hashlib import pbkdf2_hmac
from typing import Any, Final
from urllib.parse import quote, unquote

from config.sieve import finds_none

MASK: Final = "***"

_TAG_DIGITS: Final = 8
_ROUNDS: Final = 1_000
"""Makes a tag a thousand times as dear to a guesser as it is to us."""
_DEEPEST: Final = 4
"""How often a value that is a url in a url, and so on, is opened."""
_LEAST_REMEMBERED: Final = 6

_MASKED: Final = re.compile(rf"\*{{3}}(?:[0-9a-f]{{{_TAG_DIGITS}}})?")
_SERVERS: Final = ("postgres", "mysql", "mariadb", "mssql", "oracle", "mongodb", "redis", "amqp")
"""The first letters of the schemes of DSNs: there everything before the last @ is user and password."""

_NOT_SECRET: Final = re.compile(r"(?:page|skip|continuation|sync|delta|next)token|tokens?count")
_SECRET_NAME: Final = re.compile(
    r"token|secret|passw|passphrase|pwd|credential|signature|authorization|bearer|jwt|sess(?:ion)?id"
    r"|(?:api|access|private|auth|client|app|shared|security|subscription|licen[cs]e|function|account|secret)"
    r"key|^(?:sig|auth|pass|pw|hmac|apisecret|cookie|sslkey)$"
)
"""Names, in lower case without marks, whose values are secrets whatever they look like."""
_PASSWORD_NAME: Final = re.compile(r"passw|passphrase|pwd|^pass$|^pw$")
"""Names of account passwords, which people choose: all of them become the same mask."""
_OFTEN_SECRET_NAME: Final = re.compile(
    r"^(?:x?key|code|session|sid|hash|ticket|mac|k|h|user(?:name)?id?key)$"
)
"""Names whose values are secrets where they look like one."""
_INNOCENT: Final = re.compile(r"\d{1,9}|[^\W\d_]{1,4}[-_]?\d{1,8}|[^\W\d]{1,12}|[^\W\d_]{1,9}-[^\W\d_]{1,9}")
"""Numbers, short words and references such as A-17."""

_HOOK: Final = re.compile(
    r"(?:web)?hooks?|webhookb\d|webhook-(?:trigger|test)|catch|(?:access[-_]?)?tokens?|(?:api[-_]?)?keys?"
    r"|secrets?|auth|triggers?",
    re.IGNORECASE,
)
"""Parts of a path after which tokens come."""
_HOOK_HOST: Final = re.compile(r"(?:^|\.)(?:web)?hooks?\.|^webhook\.", re.IGNORECASE)
_HOOK_WORDS: Final = frozenset(
    ("services", "service", "workflows", "workflow", "triggers", "trigger", "catch", "api", "token")
) | frozenset(("hook", "hooks", "webhook", "webhooks"))
_TEAM_HOOK: Final = ("services", re.compile("T[A-Z0-9]{3,}"), re.compile("B[A-Z0-9]{3,}"))
"""The parts of a path before the token of a team's web hook, on its own host or relayed by another."""
_TELEGRAM: Final = re.compile(r"(bot)\d+(?::|%3a)[\w%-]+", re.IGNORECASE)

_TOKENS: Final = re.compile(
    r"(?<![\w-])(?:xox[a-z]-[\w-]{8,}|gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}"
    r"|[sr]k_(?:live|test)_\w{8,}|sk-(?:ant-|proj-)[\w-]{8,}|sk-[a-zA-Z0-9]{20,}|whsec_\w{8,}"
    r"|sb_(?:secret|publishable)_[\w-]{8,}|sbp_\w{16,}|pit-[0-9a-f-]{32,}|A(?:KIA|SIA)[A-Z0-9]{16}"
    r"|AIza[\w-]{30,}|ya29\.[\w-]{8,}|SG\.[\w-]{8,}\.[\w-]{8,}"
    r"|eyJ[\w-]{6,4000}\.[\w-]{6,4000}(?:\.[\w-]{0,4000})?)"
)
"""Tokens that say by their beginning what they are."""

_END: Final = r"[^\s'\"<>`]"
_URL: Final = re.compile(
    rf"(?:\b(?:{'|'.join(_SERVERS)})[a-z+]*://(?:\S*@)?{_END}*|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://{_END}+)",
    re.IGNORECASE,
)
_TRAILING: Final = ".,:;!?)]}…"

_QUOTED: Final = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
_HEADER: Final = re.compile(
    rf"((?:proxy-)?authorization['\"]?\s*[:=,]\s*)(?:b?(?:{_QUOTED})|(?:[a-z]+\s+)?[^\s'\",;)}}\]]+)",
    re.IGNORECASE,
)
_COOKIE: Final = re.compile(
    rf"((?:set-)?cookie['\"]?\s*[:=,]\s*)(?:b?(?:{_QUOTED})|[^\s'\"]+=[^'\"\r\n]*)", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"\b(bearer|basic)(\s+)([\w.~+/=-]{8,})", re.IGNORECASE)
_NAMED: Final = re.compile(
    rf"(?<![\w.-])([\w.-]{{0,79}}\w)(['\"]?\s*=\s*|['\"]\s*:\s*|(?<=[\w.-]):\s+)(b?(?:{_QUOTED})|[^\s'\",;&<>)}}\]]+)"
)
"""A name and its value, in a query, a conninfo, a repr, a JSON object or a header."""

_HOLDS_NONE: Final = finds_none(_URL, _HEADER, _COOKIE, _SCHEME, _NAMED, _TOKENS)
_PLAIN_URL: Final = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?(?:/[\w.~!$&'()*+,=-]*)*", re.IGNORECASE)
"""A url of a host and a path alone."""
_PATH_HOLDS_NONE: Final = finds_none(
    _TOKENS, re.compile(r"%40|hook|catch|trigger|token|key|secret|auth|/services/|/bot", re.IGNORECASE)
)

_given: set[str] = set()


def mask(text: str) -> str:
    """The text with every password and token in it masked."""
    if not _is_plain(text) and not _HOLDS_NONE(text):
        text = _mask_text(text, 0)
    # afterwards, so that a url is masked alike by a process that was given its token and one that was not
    for secret in sorted(_given, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def mask_url(url: str) -> str:
    """One url or DSN with its passwords and tokens masked; a path or another text is masked as a text."""
    if _is_plain(url):
        return url
    return _mask_url(url, 0) if "://" in url else _mask_text(url, 0)


def _is_plain(url: str) -> bool:
    """Whether this is a url that has no place for a secret, and no token in its path."""
    return _PLAIN_URL.fullmatch(url) is not None and _PATH_HOLDS_NONE(url)


def mask_facts(value: Any) -> Any:
    """A JSON value, such as a mapping, with the urls and known tokens in it masked.

    Names and values of a text stay, as a selector or pattern may look like them: `[token=…]`.
    """
    match value:
        case str():
            masked = _URL.sub(lambda found: _found_url(found[0], 0, _ignore), value)
            return _TOKENS.sub(MASK, masked)
        case dict():
            return {name: mask_facts(item) for name, item in value.items()}
        case list() | tuple():
            return [mask_facts(item) for item in value]
    return value


def hide(value: Any, secrets: Collection[str]) -> Any:
    """A JSON value in which these secrets are masked, and nothing else; the same value without any."""
    if not secrets:
        return value
    match value:
        case str():
            for secret in sorted(secrets, key=len, reverse=True):
                value = value.replace(secret, MASK)
        case dict():
            return {name: hide(item, secrets) for name, item in value.items()}
        case list() | tuple():
            return [hide(item, secrets) for item in value]
    return value


def is_masked(url: str) -> bool:
    """Whether a url has lost a password or token, so that it cannot be fetched."""
    return MASK in url


def remember(*texts: str) -> None:
    """Mask these secrets wherever this process shows or logs them, whatever stands around them.

    Short ones and plain words are left out: a password "postgres" is also the name of a database.
    """
    for text in texts:
        if len(text) >= _LEAST_REMEMBERED and not (text.isalpha() and text.islower()) and not text.isdigit():
            _given.update({text, quote(text, safe=""), repr(text)[1:-1]})


def forget() -> None:
    """Forget what `remember` was given."""
    _given.clear()


def secrets_in(text: str) -> set[str]:
    """The passwords and tokens that masking a url or DSN takes away, as written and decoded."""
    found: set[str] = set()
    _mask_text(text, 0, found.add)
    decoded = {unquote(secret) for secret in found}
    return {secret for secret in found | decoded if secret}


def dsn_fault(dsn: str) -> str | None:
    """Why a DSN's address and password cannot be separated, or None; the answer quotes nothing of the DSN."""
    _, _, rest = dsn.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    beyond = rest[len(authority) :]
    if "@" in beyond or authority.count("@") > 1:
        return (
            "its user or password has a character that must be written as %XX: / is %2F, # %23, ? %3F, @ %40"
        )
    port = authority.rpartition("@")[2].rpartition("]")[2].rpartition(":")[2] if ":" in authority else ""
    if ":" in authority.rpartition("@")[2].rpartition("]")[2] and port and not port.isdecimal():
        return "its port is not a number; special characters of a password are written as %XX"
    return None


_Taken = Callable[[str], object]


def _ignore(secret: str) -> None:
    """Take no note of a secret."""


def _mask_text(text: str, depth: int, taken: _Taken = _ignore) -> str:
    text = _URL.sub(lambda found: _found_url(found[0], depth, taken), text)
    text = _HEADER.sub(lambda found: found[1] + _hidden(found[0][len(found[1]) :], taken), text)
    text = _COOKIE.sub(lambda found: found[1] + _hidden(found[0][len(found[1]) :], taken), text)
    text = _SCHEME.sub(lambda found: found[1] + found[2] + _hidden(found[3], taken), text)
    text = _NAMED.sub(lambda found: _named(found, taken), text)
    return _TOKENS.sub(lambda found: _hidden(found[0], taken), text)


def _found_url(text: str, depth: int, taken: _Taken) -> str:
    """Mask a url in a text, whose last marks belong to the sentence."""
    url = text.rstrip(_TRAILING)
    return _mask_url(url, depth, taken) + text[len(url) :]


def _hidden(value: str, taken: _Taken) -> str:
    """A mask, in the quotes of the value."""
    bare = value.removeprefix("b")
    if bare[:1] in ("'", '"') and bare[-1:] == bare[:1]:
        inner = bare[1:-1]
        if not _MASKED.fullmatch(inner):
            taken(inner)
        return value if _MASKED.fullmatch(inner) else f"{bare[0]}{MASK}{bare[0]}"
    if _MASKED.fullmatch(value):
        return value
    taken(value)
    return MASK


def _named(found: re.Match[str], taken: _Taken) -> str:
    name, sign, value = found[1], found[2], found[3]
    plain = _plain_name(name.rpartition(".")[2])
    if not _SECRET_NAME.search(plain) or _NOT_SECRET.search(plain):
        return found[0]
    if sign.strip() == ":" and not sign.startswith(("'", '"')) and "-" not in name:
        return found[0]  # "the token: …" is a sentence
    if value in ("None", "null", "true", "false") or value.startswith(("SecretStr(", "{", "[", "(", MASK)):
        return found[0]
    return name + sign + _hidden(value, taken)


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unquote(name).lower())


def _mask_url(url: str, depth: int, taken: _Taken = _ignore) -> str:
    before, _, rest = url.partition("://")
    prefix, _, scheme = before.rpartition(":")
    userinfo, rest = _split_userinfo(scheme, rest)
    head = f"{prefix}:" if prefix else ""
    if userinfo is not None:
        rest = f"{_mask_userinfo(scheme, userinfo, taken)}@{rest}"
    at = re.search(r"[/?#]", rest)
    authority, tail = (rest, "") if at is None else (rest[: at.start()], rest[at.start() :])
    tail, hash_mark, fragment = tail.partition("#")
    path, question, query = tail.partition("?")
    host = authority.rpartition("@")[2].lower()
    masked = _mask_path(host, path, taken)
    if question:
        masked += question + _mask_pairs(query, depth, taken)
    if hash_mark:
        route, mark, after = fragment.partition("?")
        masked += hash_mark + _mask_pairs(route, depth, taken)
        if mark:
            masked += mark + _mask_pairs(after, depth, taken)
    whole = f"{head}{scheme}://{authority}{masked}"
    return _TOKENS.sub(lambda found: _hidden(found[0], taken), whole)


def _is_dsn(scheme: str) -> bool:
    return scheme.lower().startswith(_SERVERS)


def _split_userinfo(scheme: str, rest: str) -> tuple[str | None, str]:
    """User and password, also where they have marks that end an address, and what follows them."""
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    if _is_dsn(scheme) or "@" in authority:
        before, at, _ = (rest if _is_dsn(scheme) else authority).rpartition("@")
        return (before, rest[len(before) + 1 :]) if at else (None, rest)
    _, colon, port = authority.rpartition("]")[2].partition(":")
    if colon and port and not port.isdecimal() and not _MASKED.match(port):
        before, at, after = rest.rpartition("@")
        # a password that is not followed by a host is cut off somewhere: all of it goes
        return (before, after) if at else (rest, "")
    return None, rest


def _mask_userinfo(scheme: str, userinfo: str, taken: _Taken) -> str:
    user, colon, password = userinfo.partition(":")
    if not _is_dsn(scheme):
        if userinfo != MASK:
            taken(password or user)
        return MASK
    if not colon:
        return user
    if password and not _MASKED.fullmatch(password):
        taken(password)
    return f"{user}:{MASK}" if password else userinfo


def _mask_path(host: str, path: str, taken: _Taken) -> str:
    """A path without the tokens of web hooks and without `;jsessionid=…`."""
    if "/" not in path:
        return path
    hooked = bool(_HOOK_HOST.search(host))
    parts, after_hook = path.split("/"), False
    for index, part in enumerate(parts):
        bare, semicolon, parameters = part.partition(";")
        if telegram := _TELEGRAM.fullmatch(bare):
            taken(bare[len(telegram[1]) :])
            bare = telegram[1] + MASK
        elif (hooked and bare.lower() not in _HOOK_WORDS and len(bare) >= 5) or (
            (after_hook and _looks_random(bare)) or (len(bare) >= 5 and _follows_team(parts[:index]))
        ):
            bare = _tagged(bare, taken)
        after_hook = after_hook or _HOOK.fullmatch(unquote(bare)) is not None
        parts[index] = bare + semicolon + (_mask_pairs(parameters, _DEEPEST, taken) if semicolon else "")
    return "/".join(parts)


def _follows_team(parts: list[str]) -> bool:
    word, team, channel = _TEAM_HOOK
    match parts[-3:]:
        case [first, second, third]:
            return first == word and bool(team.fullmatch(second) and channel.fullmatch(third))
    return False


def _looks_random(text: str) -> bool:
    """Whether a part of a path is a token and no word, date or number."""
    if _MASKED.fullmatch(text):
        return True
    digits, letters = any(map(str.isdigit, text)), any(map(str.isalpha, text))
    return (len(text) >= 8 and digits and letters) or (
        len(text) >= 16 and text.lower() != text and text.upper() != text and "-" not in text
    )


def _mask_pairs(query: str, depth: int, taken: _Taken) -> str:
    """The `name=value` pairs of a query or fragment."""
    return "".join(
        part if index % 2 else _mask_pair(part, depth, taken)
        for index, part in enumerate(re.split(r"([&;])", query))
    )


def _mask_pair(pair: str, depth: int, taken: _Taken) -> str:
    name, sign, value = pair.partition("=")
    if not sign:
        return _mask_nested(pair, depth, taken)
    plain = _plain_name(name)
    if value and not _NOT_SECRET.search(plain):
        if _PASSWORD_NAME.search(plain):
            return name + sign + _hidden(value, taken)
        if _SECRET_NAME.search(plain):
            return name + sign + _tagged(value, taken)
        if _OFTEN_SECRET_NAME.search(plain) and not _INNOCENT.fullmatch(unquote(value)):
            return name + sign + _tagged(value, taken)
    return name + sign + _mask_nested(value, depth, taken)


def _mask_nested(value: str, depth: int, taken: _Taken) -> str:
    """A value that is itself a url, however often it is encoded."""
    if depth >= _DEEPEST:
        return value
    plain = value
    for _ in range(_DEEPEST):
        if (decoded := unquote(plain)) == plain:
            break
        plain = decoded
    if "://" not in plain and "=" not in plain:
        return value
    masked = _mask_text(plain, depth + 1, taken)
    return value if masked == plain else quote(masked, safe="*:/@?")


def _tagged(value: str, taken: _Taken) -> str:
    if _MASKED.fullmatch(value):
        return value
    taken(value)
    return MASK + _tag(value)


@lru_cache(maxsize=50_000)
def _tag(value: str) -> str:
    made = pbkdf2_hmac("sha256", value.encode("utf-8", "surrogatepass"), b"property-manager url", _ROUNDS)
    return made.hex()[:_TAG_DIGITS]
