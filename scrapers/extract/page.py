"""A page parsed once: its tree, its own address and ids, and what counts as this page's address."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar
from urllib.parse import parse_qsl, unquote, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from config.errors import ExtractionError
from config.sieve import finds_none
from parsing.text import compact, squeeze
from scrapers.extract.links import (
    ID_PARAMS,
    REMEMBERED,
    carries,
    clean,
    has_id,
    id_of,
    shape,
    split,
    tokens,
)

MAX_HTML: Final = 20_000_000
MAX_DEPTH: Final = 20_000
MAX_NESTING: Final = 200

# elements that never nest, or close by themselves, do not count for depth
_TAG = re.compile(
    r"<(/?)(?!(?:img|br|meta|link|input|hr|source|area|base|col|wbr|p|li|td|tr|th|dt|dd|option)\b)[a-z]",
    re.IGNORECASE,
)

_JSON_ATTRIBUTE = re.compile(r"""="(?:\{|\[)&(?:quot|#34);|='[{\[]["{\[]""")
_STEP = r"[\w~%-]+(?:\.[\w~%-]+)*"
_PLAIN = re.compile(
    rf"(?:https?://[A-Za-z0-9_.-]+(?::[0-9]+)?)?/(?:{_STEP}(?:/{_STEP})*/?)?(?:\?[\w~%=&+.,-]+)?"
)
"""A path and its query, with or without a host, that is joined as it is: nothing to resolve or leave out."""
_HAS_NO_SHADOW = finds_none(re.compile("shadowrootmode", re.IGNORECASE))
_TEMPLATE = re.compile(r"<(/?)template\b[^>]*>", re.IGNORECASE)


class Script(NamedTuple):
    """A script of a page: its element, its type in lower case, and its text."""

    element: LexborNode
    kind: str
    text: str


class Above(NamedTuple):
    """The ids of an element and of all that it stands in, the nearest first, and their tags."""

    ids: tuple[int, ...]
    tags: frozenset[str]


_NOTHING = Above((), frozenset())


class Page:
    """One document and the names it goes by."""

    def __init__(self, html: str, url: str) -> None:
        self.url = url
        self.remembered: dict[Any, Any] = {}
        """What `once` has read of the page."""
        self._absolute: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._above: dict[int, Above] = {}
        _refuse_bombs(html, url)
        self.has_json_attributes = _JSON_ATTRIBUTE.search(html) is not None
        """Whether any element may carry a state in an attribute."""
        self.tree = LexborHTMLParser(_with_shadow_roots(html))

    @cached_property
    def canonical(self) -> str | None:
        """The address the page gives itself; a saved or mirrored page names the host it came from."""
        for css, name in (("link[rel=canonical]", "href"), ('meta[property="og:url"]', "content")):
            node = self.tree.css_first(css)
            found = node.attributes.get(name) if node else None
            if found and self.absolute(found).startswith("http"):
                return self.absolute(found)
        return None

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The url it came from and the one it calls its own."""
        own = (self.url, self.canonical) if self.canonical else (self.url,)
        return tuple(dict.fromkeys(own))

    @cached_property
    def id_in_url(self) -> str | None:
        """The id in the page's address: a query parameter, else the last token that looks like one."""
        return next((found for address in self.addresses if (found := id_of(address))), None)

    @cached_property
    def links(self) -> list[str]:
        """Where the page's anchors lead, absolute, in order."""
        return [link for _, link in self.anchors if link.startswith("http")]

    @cached_property
    def anchors(self) -> list[tuple[LexborNode, str]]:
        """The page's anchors and where they lead, in order; empty where an address cannot be read."""
        return [(node, self.absolute(node.attributes.get("href") or "")) for node in self.tree.css("a[href]")]

    @cached_property
    def scripts(self) -> list[Script]:
        """The page's scripts, in order."""
        return [
            Script(node, (node.attributes.get("type") or "").lower(), node.text() or "")
            for node in self.tree.css("script")
        ]

    def above(self, node: LexborNode) -> Above:
        """An element and what it stands in; no page means anything by nesting further than `MAX_NESTING`."""
        climbed: list[LexborNode] = []
        at: LexborNode | None = node
        while at is not None and len(climbed) < MAX_NESTING:
            if (known := self._above.get(at.mem_id)) is not None:
                break
            climbed.append(at)
            at = at.parent
        else:
            known = _NOTHING
        is_whole = at is None or known is not _NOTHING
        for below in reversed(climbed):
            key = below.mem_id
            known = Above((key, *known.ids[: MAX_NESTING - 1]), known.tags | {str(below.tag)})
            if is_whole:
                self._above[key] = known
        return known

    @cached_property
    def _tokens(self) -> frozenset[str]:
        return frozenset().union(*map(tokens, self.addresses))

    def is_own_id(self, value: Any) -> bool:
        """Whether an id found on the page is the one in its address."""
        return carries(self.addresses, self._tokens, value)

    def is_own_url(self, value: Any) -> bool:
        """Whether a url found on the page is the page's own."""
        return isinstance(value, str) and bool(value) and self.address_key(value) in self._own_keys

    @cached_property
    def _own_keys(self) -> frozenset[str]:
        return frozenset(self.address_key(a) for a in self.addresses)

    def address_key(self, value: str) -> str:
        """What makes two addresses the same page here: host and path, and an id if the query holds it.

        Where the path has no id either, all of the query counts, but for what tracks a visit.
        """
        known = self._keys.get(value)
        if known is None:
            known = self._keys[value] = _address_key(clean(self.absolute(value)))
        return known

    def absolute(self, value: str) -> str:
        """A url as the page means it; an unreadable one becomes the empty string."""
        known = self._absolute.get(value)
        if known is None:
            try:
                known = self._joined(value.strip())
            except ValueError:
                known = ""
            self._absolute[value] = known
        return known

    def _joined(self, value: str) -> str:
        """What `urljoin` makes of a url; it takes ten times as long for a plain one."""
        if _PLAIN.fullmatch(value) and self._origin:
            return self._origin + value if value[0] == "/" else value
        return urljoin(self._base, value)

    @cached_property
    def _origin(self) -> str | None:
        """Scheme and host of the page, where they can stand before a path as they are."""
        root = urljoin(self._base, "/")
        return root[:-1] if root.startswith(("http://", "https://")) and root.count("/") == 3 else None

    @cached_property
    def _base(self) -> str:
        node = self.tree.css_first("base[href]")
        href = node.attributes.get("href") if node else None
        try:
            return urljoin(self.url, href) if href else self.url
        except ValueError:
            return self.url

    @cached_property
    def heading(self) -> LexborNode | None:
        """The heading of the page: the first h1 with a text."""
        return next((node for node in self.tree.css("h1") if squeeze(node.text())), None)

    @cached_property
    def spine(self) -> frozenset[int]:
        """The heading and all that it stands in: no part of the page about something else."""
        return frozenset() if self.heading is None else frozenset(self.above(self.heading).ids)

    @cached_property
    def site_name(self) -> str | None:
        """What the site calls itself."""
        node = self.tree.css_first('meta[property="og:site_name"]')
        return node.attributes.get("content") if node else None

    def meta(self, *names: str) -> str | None:
        """The first meta tag of one of these names that has content."""
        return next((self.metas[name] for name in names if name in self.metas), None)

    @cached_property
    def metas(self) -> dict[str, str]:
        """Meta tags by property or name, the first of each."""
        found: dict[str, str] = {}
        for node in self.tree.css("meta[content]"):
            name = node.attributes.get("property") or node.attributes.get("name")
            content = (node.attributes.get("content") or "").strip()
            if name and content:
                found.setdefault(name.lower(), content)
        return found


_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")


def once(read: Callable[Concatenate[Page, _Asked], _Found]) -> Callable[Concatenate[Page, _Asked], _Found]:
    """Let a function of a page, and of hashable arguments by position, read the same page only once.

    What it returns is shared by all who ask, and not to be changed.
    """

    @wraps(read)
    def remembering(page: Page, /, *args: _Asked.args, **named: _Asked.kwargs) -> _Found:
        key = (read, *args, *named.items())
        if key not in page.remembered:
            page.remembered[key] = read(page, *args, **named)
        found: _Found = page.remembered[key]
        return found

    return remembering


def _with_shadow_roots(html: str) -> str:
    """The page with its declarative shadow roots as plain elements: a browser shows what is in them."""
    if _HAS_NO_SHADOW(html):
        return html
    parts: list[str] = []
    opened: list[bool] = []
    at = 0
    for match in _TEMPLATE.finditer(html):
        if match[1]:
            is_shadow = opened.pop() if opened else False
        else:
            is_shadow = "shadowrootmode" in match[0].lower()
            opened.append(is_shadow)
        if is_shadow:
            parts += [html[at : match.start()], f"<{match[1]}div>"]
            at = match.end()
    return "".join([*parts, html[at:]])


def _refuse_bombs(html: str, url: str) -> None:
    """A tree parser's time grows with the square of the depth, so depth is looked at before parsing."""
    if len(html) > MAX_HTML:
        raise ExtractionError(
            f"reading {url}: the page is {len(html):,} characters long, more than {MAX_HTML:,}",
            next_step="Check what the address serves; a listing page is at most a few megabytes.",
        )
    if html.count("<") < MAX_DEPTH:
        return
    depth = 0
    for match in _TAG.finditer(html):
        depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > MAX_DEPTH:
            raise ExtractionError(
                f"reading {url}: its elements are nested more than {MAX_DEPTH:,} deep",
                next_step="Check what the address serves; no browser would show such a page.",
            )


@lru_cache(maxsize=REMEMBERED)
def _address_key(url: str) -> str:
    parts = split(url)
    query = parse_qsl(parts.query) if parts.query else []
    ids = [v for name, v in query if compact(name) in ID_PARAMS]
    if query and not ids and not has_id(shape(url)):
        ids = [f"{name}={v}" for name, v in sorted(query)]
    return "|".join([parts.netloc.lower().removeprefix("www."), unquote(parts.path).rstrip("/"), *ids])


@lru_cache(maxsize=REMEMBERED)
def host(url: str) -> str:
    """Host without `www.`; empty when the url cannot be read."""
    try:
        return (split(url).netloc or "").lower().removeprefix("www.")
    except ValueError:
        return ""
