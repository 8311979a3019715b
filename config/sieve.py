"""Tells at once of most texts that a regular expression finds nothing in them.

Python's `re` tries the words of a long alternation one by one, at each place of a text. RE2 looks for all
of them in one pass, but knows no look-around. So a wider pattern is asked first, which finds all that the
pattern finds, and more: what it does not find, the pattern does not find either.

The wider pattern is made when enough was read for it to pay: most commands begin and end before that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, Final

import re2

_MEMORY: Final = 32 << 20
_PAYS_AFTER: Final = 30_000
"""So many characters `re` reads in less time than RE2 takes to prepare a pattern: a tenth of a second."""
_ODD: Final = re.compile("[\u0130\u0131]")
"""Letters that `re` takes for i where case does not count, and RE2 does not."""
_TOKEN: Final = re.compile(
    r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<escape>.))|(?P<end>\$)"
    r"|(?P<look>\(\?<?[=!])|(?P<name>\(\?P<\w+>)|(?P<open>\()|(?P<close>\))"
    r"|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}",
    re.DOTALL,
)
_WIDE: Final = {"w": r"\pL\pN_", "d": r"\p{Nd}", "s": r"\s\x0b\x1c-\x1f\x{85}\p{Z}"}
_NARROW: Final = {"w": r"\pL\p{Nd}_", "d": r"\p{Nd}", "s": r"\s"}
"""Of each class what `re` has in it too, for where it is left out."""
_MOST_REPEATED: Final = 25
"""RE2 counts to a thousand, but one state for each; more is as often as may be."""


def finds_none(*patterns: re.Pattern[str]) -> Callable[[str], bool]:
    """What says of a text whether `search` finds nothing for certain, by any of these patterns."""
    flags = reduce(or_, (pattern.flags for pattern in patterns))
    wider = [widened(pattern.pattern, edges=True) for pattern in patterns]
    return _says_no(flags, wider, re2.Set.SearchSet)


def fits_none(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """What says of a text whether `pattern.fullmatch` finds nothing for certain."""
    return _says_no(pattern.flags, [widened(pattern.pattern)], re2.Set.FullMatchSet)


def _says_no(flags: int, wider: list[str], made: Callable[[re2.Options], re2.Set]) -> Callable[[str], bool]:
    if flags & (re.VERBOSE | re.MULTILINE):
        raise ValueError("a sieve is made of a pattern without these flags")
    ignores_case = bool(flags & re.IGNORECASE)
    odd = _ODD.search if ignores_case else None
    unread = _PAYS_AFTER
    ask: Callable[[str], Any] | None = None

    def ready() -> re2.Set:
        sieve = made(_options(ignores_case=ignores_case))
        for pattern in wider:
            sieve.Add(pattern)
        sieve.Compile()
        return sieve

    def says_no(text: str) -> bool:
        nonlocal ask, unread
        if ask is None:
            unread -= len(text)
            if unread > 0:
                return False
            ask = ready().Match
        try:
            found = ask(text)
        except UnicodeEncodeError:  # half of a pair of surrogates
            return False
        return not found and (odd is None or text.isascii() or odd(text) is None)

    return says_no


def _options(*, ignores_case: bool) -> re2.Options:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.never_capture = True
    options.log_errors = False
    options.case_sensitive = not ignores_case
    options.dot_nl = True
    return options


def widened(pattern: str, *, edges: bool = False) -> str:
    """A pattern for RE2 that finds all that one of `re` finds: without look-around, its classes written out.

    With `edges` it may find a character more on either side: what may not stand before or after a match, by a
    look-around at its beginning or end, is looked for there as one that may.
    """
    parts: list[str] = []
    at = depth = 0
    begins = True  # a choice of the pattern as a whole
    while (found := _TOKEN.search(pattern, at)) is not None:
        between = pattern[at : found.start()]
        parts.append(between)
        begins = not between if begins else depth == 0 and between.endswith("|")
        at = found.end()
        if found["look"]:
            inner, at = at, _closed(pattern, at)
            is_edge = begins if "<" in found["look"] else depth == 0 and pattern[at : at + 1] in ("", "|")
            if edges and is_edge and found["look"].endswith("!"):
                parts.append(_edge(pattern[inner : at - 1], before="<" in found["look"]))
        else:
            depth += any(found[kind] for kind in ("open", "name")) - bool(found["close"])
            parts.append(_wider(found))
        begins = False
    return "".join([*parts, pattern[at:]])


def _edge(unwanted: str, *, before: bool) -> str:
    """A character that is none of the unwanted, or the edge of the text; empty where that is not simple."""
    if unwanted == r"[^\W\d_]":
        inner = r"\pL"
    elif unwanted in (r"\w", r"\d"):
        inner = _NARROW[unwanted[1]]
    elif re.fullmatch(r"\[[\\\w.,]+\]", unwanted):
        inner = _set(f"[^{unwanted[1:]}")[2:-1]
    else:
        return ""
    return rf"(?:\A|[^{inner}])" if before else rf"(?:[^{inner}]|\z)"


def _closed(pattern: str, at: int) -> int:
    """Where the group that is open here is closed."""
    depth = 1
    while depth:
        found = _TOKEN.search(pattern, at)
        if found is None:
            raise ValueError(f"a group of {pattern!r} is not closed")
        at = found.end()
        depth += any(found[kind] for kind in ("open", "look", "name")) - bool(found["close"])
    return at


def _wider(found: re.Match[str]) -> str:
    """What stands for one part of a pattern."""
    if found["end"]:
        return ""  # `re` takes the last line's end for it too
    if found["code"]:
        return rf"\x{{{found['code']}}}"
    if found["name"]:
        return "(?:"
    if found["set"]:
        return _set(found["set"])
    if found["least"] is not None:
        return _count(found)
    return found[0] if found["escape"] is None else _class(found["escape"])


def _class(name: str) -> str:
    if name in "bBAZ":
        return ""  # the edge of a word or of the text: look-around too
    if name.isdigit():
        raise ValueError("RE2 knows no reference to a group")
    if name in _WIDE:
        return f"[{_WIDE[name]}]"
    return f"[^{_NARROW[name.lower()]}]" if name.lower() in _NARROW else f"\\{name}"


def _set(written: str) -> str:
    if re.search(r"\\[WDS]", written):  # a class that leaves out, in a set: any letter at all
        return r"[\pL\pN]" if written == r"[^\W\d_]" else "."
    classes = _NARROW if written[1] == "^" else _WIDE
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", written)
    return re.sub(r"\\([wds])", lambda found: classes[found[1]], plain)


def _count(found: re.Match[str]) -> str:
    """How often something is repeated."""
    most = found["most"] or (found["least"] if not found["comma"] else "0")
    if max(int(most), int(found["least"] or 0)) > _MOST_REPEATED:
        return "*"
    return f"{{{found['least'] or 0}{found['comma']}{found['most']}}}"
