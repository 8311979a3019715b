"""JSON-LD of a page as a flat list of nodes, whatever it is wrapped in."""

from __future__ import annotations

from typing import Any, Final

from parsing.text import words
from scrapers.extract.loading import load_all, unescaped, walk
from scrapers.extract.page import Page, once
from scrapers.extract.schema import Node, kinds

MAX_JSONLD: Final = 4_000
_BESIDE: Final = words(
    "isSimilarTo isRelatedTo containedInPlace containsPlace review breadcrumb makesOffer hasOfferCatalog"
    " relatedLink significantLink workExample isPartOf publisher"
)


@once
def jsonld(page: Page) -> list[tuple[Node, str]]:
    """Every outermost typed node, with where it was found; parts stay inside their whole."""
    found: list[tuple[Node, str]] = []
    for script in page.tree.css('script[type*="ld+json"]'):
        for node in _roots(unescaped(load_all(script.text() or ""))):
            label = "/".join(sorted(str(kind) for kind in _types(node)))
            found.append((node, f"json-ld {label}"))
    return found[:MAX_JSONLD]


def items(page: Page) -> list[Node]:
    """The entries of the page's item lists, in order."""
    found: list[Node] = []
    for script in page.tree.css('script[type*="ld+json"]'):
        for node, _, _ in walk(unescaped(load_all(script.text() or ""))):
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
