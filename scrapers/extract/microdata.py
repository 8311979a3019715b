"""Microdata (itemscope, itemprop) and RDFa (typeof, property) as the same nodes JSON-LD gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborNode

from parsing.text import squeeze
from scrapers.extract.page import Page, once
from scrapers.extract.schema import Node, kinds

MAX_ITEMS: Final = 400
_VALUES: Final = {
    **dict.fromkeys(("img", "source", "video", "iframe"), "src"),
    **dict.fromkeys(("link", "a"), "href"),
    **dict.fromkeys(("data", "meter"), "value"),
    "meta": "content",
    "time": "datetime",
}


@dataclass(frozen=True, slots=True)
class _Syntax:
    """The attributes by which a markup names an item, its type, its properties and its own name."""

    name: str
    scope: str
    kind: str
    property: str
    identity: str


_MICRODATA: Final = _Syntax("microdata", "itemscope", "itemtype", "itemprop", "itemid")
_RDFA: Final = _Syntax("rdfa", "typeof", "typeof", "property", "resource")


@once
def microdata(page: Page) -> list[tuple[Node, str]]:
    """Every outermost item of the page, its parts inside it."""
    return [found for syntax in (_MICRODATA, _RDFA) for found in _items(page, syntax)]


def _items(page: Page, syntax: _Syntax) -> list[tuple[Node, str]]:
    scopes = page.tree.css(f"[{syntax.scope}]")[:MAX_ITEMS]
    if not scopes:
        return []
    nodes: dict[int, Node] = {}
    inner: set[int] = set()
    for scope in scopes:
        nodes[scope.mem_id] = {
            "@type": _local((scope.attributes.get(syntax.kind) or "").strip().split(" ")[0])
        }
        if identity := scope.attributes.get(syntax.identity):
            nodes[scope.mem_id]["@id"] = identity
    for element in page.tree.css(f"[{syntax.property}]"):
        owner = _owner(element, nodes)
        if owner is None:
            continue
        value: Any = nodes.get(element.mem_id) or _value(element)
        inner.add(element.mem_id)
        for name in (element.attributes.get(syntax.property) or "").split():
            _add(nodes[owner], _local(name), value)
    return [
        (node, f"{syntax.name} {node['@type']}")
        for key, node in nodes.items()
        if key not in inner and "breadcrumblist" not in kinds(node)
    ]


def _local(name: str) -> str:
    """A name without its namespace: "https://schema.org/House", "schema:House"."""
    return name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1]


def _owner(element: LexborNode, nodes: dict[int, Node]) -> int | None:
    parent = element.parent
    while parent is not None:
        if parent.mem_id in nodes:
            return parent.mem_id
        parent = parent.parent
    return None


def _value(element: LexborNode) -> str:
    content = element.attributes.get("content")
    if content is not None:
        return content
    name = _VALUES.get(str(element.tag))
    return squeeze((element.attributes.get(name) if name else None) or element.text())


def _add(node: Node, name: str, value: Any) -> None:
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]
