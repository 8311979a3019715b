"""Objects that name others instead of holding them, put back into one another.

Apollo's and Relay's caches (`{"__ref": "Agent:7"}`), normalised stores (`agentId: 7` beside a table
`agents`), JSON:API and Strapi (`attributes`, `relationships`, `included`), and connections
(`{"edges": [{"node": …}]}`).
"""

from __future__ import annotations

from typing import Any, Final

from parsing.text import compact

MAX_DEPTH: Final = 5
MAX_NESTING: Final = 60
MAX_HELD: Final = 20_000
MAX_SEEN: Final = 200_000
_MARKS: Final = (
    "__ref",
    '"attributes":{',
    '"attributes": {',
    '"attributes\\":{',
    '"edges":[',
    '"edges": [',
    '"byId',
    '"entities',
)

Node = dict[str, Any]
Rows = dict[str, Any]


def may_refer(text: str) -> bool:
    """Whether a script's text has any of the marks of such objects."""
    return any(mark in text for mark in _MARKS)


def joined(state: Any) -> Any:
    """The state with what its objects name standing in them, never an object inside of itself."""
    return _Joiner(state).join(state)


class _Joiner:
    def __init__(self, state: Any) -> None:
        self._cached: Rows = {}
        self._included: dict[tuple[str, str], Node] = {}
        self._tables: dict[str, Rows] = {}
        self._left = MAX_HELD
        self._nesting = 0
        self._index(state)

    def _index(self, state: Any) -> None:
        """Note the objects that others may name: entries of a cache, included ones, rows of tables."""
        stack = [state]
        seen = 0
        while stack and seen < MAX_SEEN:
            node = stack.pop()
            seen += 1
            if isinstance(node, list):
                stack.extend(item for item in node if isinstance(item, (dict, list)))
                continue
            for key, value in node.items():
                if isinstance(value, dict):
                    self._cached.setdefault(key, value)
                    if key == "entities" or "byId" in value:
                        self._add_tables(value if key == "entities" else {key: value})
                elif key == "included" and isinstance(value, list):
                    self._add_included(value)
                if isinstance(value, (dict, list)):
                    stack.append(value)

    def _add_tables(self, tables: Node) -> None:
        for name, table in tables.items():
            rows = table.get("byId", table.get("entities", table)) if isinstance(table, dict) else None
            if isinstance(rows, dict) and rows and all(isinstance(row, dict) for row in rows.values()):
                self._tables.setdefault(compact(str(name)), rows)

    def _add_included(self, nodes: list[Any]) -> None:
        for node in nodes:
            if isinstance(node, dict) and "type" in node and "id" in node:
                self._included[str(node["type"]), str(node["id"])] = node

    def join(self, value: Any, inside: frozenset[str] = frozenset()) -> Any:
        """A value with what it names in its place, as deep as names may lead on."""
        if not isinstance(value, (dict, list)) or self._nesting > MAX_NESTING:
            return value
        self._nesting += 1
        found = (
            [self.join(item, inside) for item in value]
            if isinstance(value, list)
            else self._object(value, inside)
        )
        self._nesting -= 1
        return found

    def _object(self, value: Node, inside: frozenset[str]) -> Any:
        if isinstance(name := value.get("__ref"), str):
            return self._held(name, self._cached.get(name), inside, value)
        if (nodes := _listed(value)) is not None:
            return [self.join(node, inside) for node in nodes]
        if isinstance(value.get("attributes"), dict) and "id" in value:
            return self._resource(value, inside)
        found = {key: self.join(item, inside) for key, item in value.items()}
        if self._tables:
            self._add_rows(found, inside)
        return found

    def _held(self, name: str, node: Any, inside: frozenset[str], otherwise: Any = None) -> Any:
        self._left -= 1
        if not isinstance(node, dict) or name in inside or len(inside) >= MAX_DEPTH or self._left < 0:
            return otherwise
        return self.join(node, inside | {name})

    def _resource(self, value: Node, inside: frozenset[str]) -> Node:
        """A resource of an API as one object: its id, its attributes, and what it is related to."""
        found = {"id": value["id"]}
        for key, item in self.join(value["attributes"], inside).items():
            found[key] = item["data"] if isinstance(item, dict) and item.keys() == {"data"} else item
        relations = value.get("relationships")
        for key, relation in (relations if isinstance(relations, dict) else {}).items():
            data = relation.get("data") if isinstance(relation, dict) else None
            if (held := self._related(data, inside)) is not None:
                found.setdefault(key, held)
        return found

    def _related(self, data: Any, inside: frozenset[str]) -> Any:
        if isinstance(data, list):
            return [held for item in data if (held := self._related(item, inside)) is not None]
        if not isinstance(data, dict):
            return None
        key = (str(data.get("type")), str(data.get("id")))
        return self._held(" ".join(key), self._included.get(key), inside)

    def _add_rows(self, found: Node, inside: frozenset[str]) -> None:
        """Put rows of other tables into an object that has their ids: `agentId: 7`, `photos: [1, 2]`."""
        present = {compact(str(key)) for key in found}
        for key, value in list(found.items()):
            name = compact(str(key))
            stem = name.removesuffix("ids").removesuffix("id")
            rows = self._rows_of(stem)
            if rows is None or (stem != name and stem in present):
                continue
            place = key if stem == name else stem
            if isinstance(value, (str, int)) and str(value) in rows:
                held = self._held(f"{stem} {value}", rows[str(value)], inside)
                found[place] = value if held is None else held
            elif isinstance(value, list) and value and all(str(item) in rows for item in value):
                held = [self._held(f"{stem} {item}", rows[str(item)], inside) for item in value]
                found[place if stem == name else f"{stem}s"] = [row for row in held if row is not None]

    def _rows_of(self, stem: str) -> Rows | None:
        """The table of a name, which may be its plural: `agent` in `agents`, `property` in `properties`."""
        names = (stem, f"{stem}s", f"{stem}es", f"{stem.removesuffix('y')}ies") if stem else ()
        return next((self._tables[name] for name in names if name in self._tables), None)


def _listed(value: Node) -> list[Any] | None:
    """The nodes of a list of names, or of a connection."""
    if isinstance(names := value.get("__refs"), list):
        return [{"__ref": name} for name in names]
    edges = value.get("edges")
    if isinstance(edges, list) and edges and all(isinstance(e, dict) and "node" in e for e in edges):
        return [edge["node"] for edge in edges]
    return None
