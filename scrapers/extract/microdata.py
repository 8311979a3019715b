"""Microdata (itemscope, itemprop) as the same nodes JSON-LD gives."""

from __future__ import annotations

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


@once
def microdata(page: Page) -> list[tuple[Node, str]]:
    """Every outermost item of the page, its parts inside it."""
    scopes = page.tree.css("[itemscope]")[:MAX_ITEMS]
    if not scopes:
        return []
    nodes: dict[int, Node] = {}
    inner: set[int] = set()
    for scope in scopes:
        kind = (scope.attributes.get("itemtype") or "").strip()
        nodes[scope.mem_id] = {"@type": kind.split(" ")[0].rsplit("/", 1)[-1]}
        if identity := scope.attributes.get("itemid"):
            nodes[scope.mem_id]["@id"] = identity
    for element in page.tree.css("[itemprop]"):
        owner = _owner(element, nodes)
        if owner is None:
            continue
        value: Any = nodes.get(element.mem_id) if "itemscope" in element.attributes else _value(element)
        inner.add(element.mem_id)
        for name in (element.attributes.get("itemprop") or "").split():
            _add(nodes[owner], name, value)
    return [
        (node, f"microdata {node['@type']}")
        for key, node in nodes.items()
        if key not in inner and "breadcrumblist" not in kinds(node)
    ]


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
