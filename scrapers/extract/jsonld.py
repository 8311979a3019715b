"""JSON-LD of a page as a flat list of nodes, whatever it is wrapped in."""

from __future__ import annotations

from typing import Any, Final

from parsing.text import words
from scrapers.extract.loading import load_all, unescaped, walk
from scrapers.extract.page import Page, once
from scrapers.extract.schema import Node, kinds

MAX_JSONLD: Final = 4_000
MAX_NAMED: Final = 4
MAX_NESTING: Final = 60
_NAME_KEYS: Final = frozenset({"@id", "@type"})
_BESIDE: Final = words(
    "isSimilarTo isRelatedTo containedInPlace containsPlace review breadcrumb makesOffer hasOfferCatalog"
    " relatedLink significantLink workExample isPartOf publisher"
)


@once
def jsonld(page: Page) -> list[tuple[Node, str]]:
    """Every outermost typed node, with where it was found; parts stay inside their whole."""
    found: list[tuple[Node, str]] = []
    for values in _linked(_blocks(page)):
        for node in _roots(values):
            label = "/".join(sorted(str(kind) for kind in _types(node)))
            found.append((node, f"json-ld {label}"))
    return found[:MAX_JSONLD]


def items(page: Page) -> list[Node]:
    """The entries of the page's item lists, in order."""
    found: list[Node] = []
    for values in _linked(_blocks(page)):
        for node, _, _ in walk(values):
            entries = node.get("itemListElement")
            if not isinstance(entries, list) or "breadcrumblist" in kinds(node):
                continue
            for entry in entries:
                inner = entry.get("item") if isinstance(entry, dict) else None
                found.append(
                    {**entry, **inner}
                    if isinstance(inner, dict)
                    else entry
                    if isinstance(entry, dict)
                    else {"url": entry}
                )
    return found


@once
def _blocks(page: Page) -> list[list[Any]]:
    """The values of each block."""
    scripts = page.tree.css('script[type*="ld+json"]')
    return [unescaped(load_all(script.text() or "")) for script in scripts]


def _linked(blocks: list[list[Any]]) -> list[list[Any]]:
    """The blocks, with the nodes that others name by their `@id` standing in these."""
    named: dict[str, Node] = {}
    is_named_only = False
    for node, _, _ in walk(blocks):
        if isinstance(name := node.get("@id"), str):
            is_named_only = is_named_only or not node.keys() - _NAME_KEYS
            if node.keys() - _NAME_KEYS:
                named.setdefault(name, node)
    return _Linker(named).linked(blocks) if is_named_only else blocks


class _Linker:
    """Puts nodes where others name them, so many in all and never one inside of itself."""

    def __init__(self, named: dict[str, Node]) -> None:
        self._named = named
        self._left = MAX_JSONLD

    def linked(self, value: Any, inside: frozenset[str] = frozenset(), nesting: int = 0) -> Any:
        """A value with the nodes that it names in their places."""
        if not isinstance(value, (dict, list)) or nesting > MAX_NESTING:
            return value
        nesting += 1
        if isinstance(value, list):
            return [self.linked(item, inside, nesting) for item in value]
        name = value.get("@id")
        if isinstance(name, str):
            if not value.keys() - _NAME_KEYS and name not in inside and self._left > 0:
                self._left -= 1
                value = self._named.get(name, value)
            elif name in inside:
                return value
            if len(inside) > MAX_NAMED:
                return value
            inside |= {name}
        return {
            key: part if key in _BESIDE else self.linked(part, inside, nesting) for key, part in value.items()
        }


def _types(node: Node) -> list[Any]:
    types = node.get("@type")
    return types if isinstance(types, list) else [types]


def _roots(value: Any) -> list[Node]:
    """Nodes of a document: of a list, of @graph, or the one itself."""
    found: list[Node] = []
    pending = [value]
    while pending and len(found) < MAX_JSONLD:
        node = pending.pop(0)
        if isinstance(node, list):
            pending = [*node, *pending]
        elif isinstance(node, dict):
            if isinstance(node.get("@graph"), list):
                pending = [*node["@graph"], *pending]
            if node.get("@type"):
                found.append({key: part for key, part in node.items() if key not in _BESIDE})
                pending.extend(_wrapped(node))
    return found


def _wrapped(node: Node) -> list[Any]:
    """The nodes that a page node is about: the page itself is not the listing."""
    if kinds(node) & {"webpage", "itempage", "website", "searchaction", "viewaction", "buyaction"}:
        return [
            node[key] for key in ("mainEntity", "about", "object") if isinstance(node.get(key), (dict, list))
        ]
    return []
