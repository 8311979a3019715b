"""The same home in the states of many frameworks: indexed, streamed, cached by name, kept in an attribute."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from config.source import Source
from scrapers.extract import Page, extract_index, page_kind
from tests.scrapers.extract.conftest import Read, document, jsonld

HOME: dict[str, Any] = {
    "id": 4711001,
    "price": {"amount": 425000, "currency": "GBP"},
    "bedrooms": 3,
    "address": {"line1": "4 Mill Lane", "city": "Oakham"},
    "agent": {"name": "Ada Finch", "phone": "01572 000 111"},
    "photos": [{"url": "/p/1.jpg"}, {"url": "/p/2.jpg"}],
}
ELM: dict[str, Any] = {"id": 4711002, "price": {"amount": 1, "currency": "GBP"}, "bedrooms": 9}
PICTURES = ["https://homes.example/p/1.jpg", "https://homes.example/p/2.jpg"]
STATE = {"home": HOME, "other": [ELM, ELM]}


def indexed(state: Any, *, is_stream: bool = False) -> list[Any]:
    """A value written once each, the parts named by their numbers; a stream numbers the keys too."""
    values: list[Any] = []

    def put(value: Any) -> int:
        at = len(values)
        values.append(value)
        if isinstance(value, dict):
            values[at] = {f"_{put(key)}" if is_stream else key: put(item) for key, item in value.items()}
        elif isinstance(value, list):
            values[at] = [put(item) for item in value]
        return at

    put(state)
    return values


def nuxt_3() -> str:
    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: number + 1 for key, number in value.items()}
        return [number + 1 for number in value] if isinstance(value, list) else value

    values = [["ShallowReactive", 1], *map(later, indexed({"data": STATE}))]
    return f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(values)}</script>'


def nuxt_2() -> str:
    body = json.dumps(STATE).replace("425000", "a").replace('"Oakham"', "b").replace('"Ada Finch"', "c")
    call = f'(function(a,b,c,d){{d.x=1;return {{data:[{body}]}}}}(425000,"Oakham","Ada Finch",{{}}))'
    return f"<script>window.__NUXT__={call};</script>"


def react_router() -> str:
    stream = json.dumps(json.dumps(indexed({"loaderData": STATE}, is_stream=True)) + "\n")
    return f"<script>window.__reactRouterContext.streamController.enqueue({stream});</script>"


def svelte_kit() -> str:
    data = f"[null,{{type:'data',data:{json.dumps(STATE)}}}]"
    return (
        f"<script>{{ kit.start(app, element, {{ node_ids: [0, 2], data: {data}, form: null }}); }}</script>"
    )


def flight() -> str:
    """Rows that name one another, one of them a text that no line ends."""
    text = "Réf. 12:{ " * 9
    rows = f"1:T{len(text.encode()):x},{text}2:{json.dumps(HOME['address'])}\n3:{json.dumps(HOME['agent'])}\n"
    home = {**HOME, "address": "$2", "agent": "$5:props:agent", "description": "$1"}
    rows += f'4:I[12,[],"Page"]\n5:{json.dumps(["$", "i", None, {"agent": "$3"}])}\n'
    rows += f"6:{json.dumps(['$', '$L4', None, {'listing': home}])}\n"
    pushes = (json.dumps([1, rows[at : at + 70]]) for at in range(0, len(rows), 70))
    return "".join(f"<script>self.__next_f.push({push})</script>" for push in pushes)


def attribute() -> str:
    page = {"component": "Home/Show", "props": {"home": HOME, "similar": [ELM]}}
    return f'<div id="app" data-page="{html.escape(json.dumps(page))}"></div>'


def island() -> str:
    def tagged(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [0, {key: tagged(item) for key, item in value.items()}]
        return [1, [tagged(item) for item in value]] if isinstance(value, list) else [0, value]

    props = html.escape(json.dumps({"listing": tagged(HOME)}))
    return f'<astro-island props="{props}"></astro-island>'


def script(state: Any) -> str:
    return f"<script>window.__STATE__ = {json.dumps(state)};</script>"


def apollo() -> str:
    photos = [{"__ref": "Photo:1"}, {"__ref": "Photo:2"}]
    listing = {**HOME, "__typename": "Listing", "price": {"__ref": "Price:9"}, "photos": photos}
    listing |= {"agent": {"__ref": "Agent:7"}, "address": {"__ref": "Address:4711001"}}
    return script(
        {
            "ROOT_QUERY": {"listing": {"__ref": "Listing:4711001"}},
            "Listing:4711002": {**ELM, "address": {"__ref": "Address:4711002"}},
            "Address:4711002": {"line1": "1 Elm Row", "city": "Melton"},
            "Listing:4711001": listing,
            "Address:4711001": HOME["address"],
            "Price:9": HOME["price"],
            "Agent:7": {**HOME["agent"], "listings": [{"__ref": "Listing:4711001"}]},
            "Photo:1": HOME["photos"][0],
            "Photo:2": HOME["photos"][1],
        }
    )


def relay() -> str:
    photos = {"edges": [{"node": photo} for photo in HOME["photos"]]}
    records = {"L1": {**HOME, "photos": photos, "agent": {"__ref": "A1"}}, "A1": HOME["agent"]}
    return script({"root": {"home": {"__ref": "L1"}}, **records})


def normalised() -> str:
    """A store whose objects have the ids of rows in other tables; kept as text."""
    listing = {"id": 4711001, "priceId": 4, "bedrooms": 3, "addressId": 9, "agentId": 7, "photoIds": [1, 2]}
    tables = {
        "listings": {"byId": {"4711001": listing, "4711002": ELM}, "allIds": [4711001, 4711002]},
        "prices": {"4": HOME["price"], "5": ELM["price"]},
        "addresses": {"9": HOME["address"], "8": {"line1": "1 Elm Row", "city": "Melton"}},
        "agents": {"7": HOME["agent"]},
        "photos": {"1": HOME["photos"][0], "2": HOME["photos"][1]},
    }
    return f"<script>window.__S__ = JSON.parse({json.dumps(json.dumps({'entities': tables}))});</script>"


def json_api() -> str:
    plain = {key: HOME[key] for key in ("price", "bedrooms", "address")}
    related = {
        "agent": {"data": {"type": "agents", "id": "7"}},
        "photos": {"data": [{"type": "photos", "id": "1"}, {"type": "photos", "id": "2"}]},
    }
    document_of = {
        "data": {"type": "homes", "id": "4711001", "attributes": plain, "relationships": related},
        "included": [
            {"type": "agents", "id": "7", "attributes": HOME["agent"]},
            {"type": "photos", "id": "1", "attributes": HOME["photos"][0]},
            {"type": "photos", "id": "2", "attributes": HOME["photos"][1]},
        ],
    }
    return f'<script type="application/json">{json.dumps(document_of)}</script>'


WRAPPINGS = (
    nuxt_3,
    nuxt_2,
    react_router,
    svelte_kit,
    flight,
    attribute,
    island,
    apollo,
    relay,
    normalised,
    json_api,
)


@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=lambda wrapping: wrapping.__name__)
def test_a_home_is_read_whole_and_nothing_of_another(read: Read, wrapping: Any) -> None:
    raw = read(document(wrapping())).raw
    assert (raw["property_id"], raw["price"], raw["currency"], raw["bedrooms"]) == (
        "4711001",
        425000,
        "GBP",
        3,
    )
    assert (raw["address"], raw["city"]) == ("4 Mill Lane", "Oakham")
    assert (raw["agent_name"], raw["agent_phone"]) == ("Ada Finch", "01572 000 111")
    assert raw["image_urls"] == PICTURES


def test_objects_that_name_one_another_for_ever_are_read_once(read: Read) -> None:
    ring = {f"N:{n}": {**ELM, "next": {"__ref": f"N:{(n + 1) % 50}"}} for n in range(50)}
    ring["N:0"] = {**HOME, "next": {"__ref": "N:1"}}
    assert read(document(script(ring))).raw["bedrooms"] == 3
    loop = [["Reactive", 1], {"id": 2, "price": 3, "bedrooms": 4, "self": 1}, 4711001, 425000, 3]
    page = f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(loop)}</script>'
    assert read(document(page)).raw["price"] == 425000


@pytest.mark.parametrize("depth", [100, 450, 900])
def test_objects_inside_of_objects_end_somewhere(read: Read, depth: int) -> None:
    deep = '{"__ref": "x", "a":' * depth + "1" + "}" * depth
    scripts = f'<script type="application/json">{deep}</script><astro-island props="{html.escape(deep)}">'
    scripts += f'</astro-island><script type="application/ld+json">[{deep}, {{"@id": "#a"}}]</script>'
    push = json.dumps([1, f"1:{deep}\n"])
    shown = f"<p>3 bedrooms</p><script>self.__next_f.push({push})</script>"
    assert read(document(shown + scripts)).raw["bedrooms"] == "3"


def test_nodes_that_all_name_one_another_are_put_together_only_so_often(read: Read) -> None:
    """Twenty that each of two hundred names would be half a billion."""
    nodes = [
        {"@id": f"#{n}", "@type": "Place", "knows": [{"@id": f"#{(3 * n + k) % 200}"} for k in range(20)]}
        for n in range(200)
    ]
    assert read(document("<p>3 bedrooms</p><p>$99,000</p>", jsonld(*nodes))).raw["bedrooms"] == "3"


@pytest.mark.parametrize("is_cached", [True, False], ids=["cache", "plain"])
def test_a_list_that_only_the_data_has_is_a_list(is_cached: bool) -> None:
    """The page is an empty shell: a browser builds the cards from its data."""
    numbers = range(501, 507)
    homes = {
        f"Home:{n}": {"url": f"/house/{n}", "price": {"amount": n * 1000}, "bedrooms": 3} for n in numbers
    }
    results = [{"__ref": name} for name in homes] if is_cached else list(homes.values())
    state = {"ROOT": {"search": {"results": results}}, **(homes if is_cached else {})}
    page = Page(document(f"<h1>Homes</h1>{script(state)}"), "https://homes.example/search/perth")
    assert page_kind(page) == "index"
    found = extract_index(page, Source(name="homes"))
    assert found.links == [f"https://homes.example/house/{n}" for n in numbers]
    assert [card["price"] for card in found.cards] == [n * 1000 for n in numbers]


def test_a_listing_that_lists_others_in_its_data_is_no_list() -> None:
    others = [{"url": f"/house/{n}", "price": n * 1000, "bedrooms": 3} for n in range(501, 507)]
    page = Page(document(script({"results": others})), "https://homes.example/house/4711001")
    assert page_kind(page) != "index"
