"""schema.org nodes, from JSON-LD or microdata, read as listing facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from parsing.operation import operation_of
from parsing.text import compact, fold, squeeze, words
from parsing.vocabulary.blank import is_blank_anywhere, is_empty
from scrapers.extract.facts import Fact, Spot, Trust
from scrapers.extract.identity import Identity, identify
from scrapers.extract.naming import label_fact
from scrapers.extract.page import Page
from scrapers.extract.values import images, is_scalar, quantity

Node = dict[str, Any]

DWELLINGS: Final = words(
    "accommodation apartment apartmentcomplex house singlefamilyresidence residence gatedresidencecommunity"
    " room suite landparcel townhouse condominium villa building realestate property home"
    " singlefamilydwelling"
)
LISTINGS: Final = words("realestatelisting product offer individualproduct") | DWELLINGS
MAX_NESTING: Final = 4
_VAGUE: Final = words("residence accommodation singlefamilyresidence realestate property room home building")
_PARTS: Final = words("about mainEntity itemOffered object accommodation mainEntityOfPage geo location")
_SELLERS: Final = words("agent broker seller offeredBy provider")
_OFFICES: Final = ("worksFor", "parentOrganization", "memberOf", "affiliation")
_INFORMATIVE: Final = words(
    "offers address about floorSize numberOfBedrooms numberOfRooms geo mainEntity price itemOffered"
)
_AREAS: Final = {
    "lotSize": "lot_size_m2",
    "size": "total_area_m2",
    "floorSize": "covered_area_m2",
    "area": "covered_area_m2",
}
_SCALARS: Final[dict[str, tuple[str, int]]] = {
    "name": ("title", 1),
    "headline": ("title", 2),
    "description": ("description", 1),
    "numberOfBedrooms": ("bedrooms", 1),
    "numberOfFullBathrooms": ("bathrooms", 0),
    "numberOfBathroomsTotal": ("bathrooms", 2),
    "numberOfBathrooms": ("bathrooms", 1),
    "numberOfPartialBathrooms": ("half_bathrooms", 1),
    "yearBuilt": ("construction_year", 1),
    "datePosted": ("listing_date", 1),
    "floorLevel": ("floor_number", 1),
    "sku": ("property_id", 1),
    "productID": ("property_id", 1),
    "accommodationCategory": ("property_type", 1),
    "tourBookingPage": ("virtual_tour_url", 1),
    "latitude": ("latitude", 1),
    "longitude": ("longitude", 1),
}
_ADDRESS: Final = {
    "streetAddress": "address",
    "addressLocality": "city",
    "addressRegion": "state",
    "postalCode": "postal_code",
}
_MONEY: Final = {
    "price": "price",
    "lowPrice": "price",
    "minPrice": "price",
    "highPrice": "price_max",
    "priceCurrency": "currency",
    "unitText": "price_period",
}


_ACTIONS: Final = {"sellaction": "sale", "buyaction": "sale", "rentaction": "rent"}
_OFFERS: Final = words("offer aggregateoffer")
_PERIODS: Final = {"mon": "month", "ann": "year", "wee": "week", "day": "day"}
"""UN/CEFACT's codes of the time that an amount is due for."""
_SOLD: Final = {"soldout": "Closed", "outofstock": "Closed", "reserved": "Hold", "discontinued": "Withdrawn"}


def kinds(node: Node) -> set[str]:
    """The types a node gives itself, folded, without their namespace."""
    types = node.get("@type")
    found = types if isinstance(types, list) else [types]
    return {compact(str(kind).rsplit("/", 1)[-1].rsplit(":", 1)[-1]) for kind in found if kind}


def read_nodes(nodes: list[tuple[Node, str]], page: Page, trust: Trust) -> list[Fact]:
    """Facts of the page's own listing; nodes about another page, or one of several peers, are left out."""
    return [fact for node, where in _own(nodes, page) for fact in _read(node, Spot(where, trust))]


def read_node(node: Node, page: Page) -> list[Fact]:
    """Facts of one node, whosever it is: for the entries of an item list."""
    return list(_read(node, Spot("json-ld", Trust.JSONLD)))


def _own(nodes: list[tuple[Node, str]], page: Page) -> list[tuple[Node, str]]:
    named = [(node, where, identify(names_of(node), page)) for node, where in nodes if kinds(node) & LISTINGS]
    own = [(node, where) for node, where, whose in named if whose is Identity.OWN]
    unknown = [
        (node, where)
        for node, where, whose in named
        if whose is Identity.UNKNOWN and any(not is_blank_anywhere(node.get(key)) for key in _INFORMATIVE)
    ]
    for kind in LISTINGS:
        peers = [entry for entry in unknown if kind in kinds(entry[0])]
        if len(peers) > 1:
            unknown = [entry for entry in unknown if entry not in peers or _is_headed(entry[0], page)]
    return own + unknown


def names_of(node: Node) -> Node:
    """What a node calls itself: its address may stand in its offer, its page or its @id."""
    offer = node.get("offers")
    places = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage"), offer]
    urls = [place.get("@id") or place.get("url") if isinstance(place, dict) else place for place in places]
    link = next((url for url in urls if isinstance(url, str) and "/" in url), None)
    return {"url": link, "skuId": node.get("sku") or node.get("productID") or node.get("identifier")}


def _is_headed(node: Node, page: Page) -> bool:
    """Whether the page is headed with the node's name."""
    title = fold(squeeze(str(node.get("name") or "")))
    heads = (page.heading.text() if page.heading else "", page.meta("og:title") or "")
    return bool(title) and any(title in fold(squeeze(head)) for head in heads)


def _read(node: Node, spot: Spot) -> Iterator[Fact]:
    if spot.depth > MAX_NESTING:
        return
    is_listing = bool(kinds(node) & LISTINGS)
    if kinds(node) & _OFFERS:
        yield from _read_offers([{key: part for key, part in node.items() if key not in _PARTS}], spot)
    for key, value in node.items():
        here = spot.at(key)
        if is_empty(value):
            continue
        if key in _SCALARS and is_scalar(value):
            field, rank = _SCALARS[key]
            if is_listing or field not in {"title", "description"}:
                yield here.fact(field, value, rank)
        else:
            yield from _read_part(key, value, here)
    yield from _kind(node, spot)


def _read_part(key: str, value: Any, spot: Spot) -> Iterator[Fact]:
    listed = value if isinstance(value, list) else [value]
    nodes = [item for item in listed[:20] if isinstance(item, dict)]
    if key in _AREAS and (amount := quantity(listed[0])) is not None:
        yield spot.fact(_AREAS[key], amount)
    elif key in {"image", "photo", "photos"} and (found := images(listed)):
        yield spot.fact("image_urls", found)
    elif key in {"offers", "potentialAction", "priceSpecification"}:
        yield from _read_offers(nodes, spot)
    elif key == "address":
        yield from _read_address(listed[0], spot)
    elif key in {"additionalProperty", "amenityFeature"}:
        yield from _read_properties(key, nodes, spot)
    elif key in _SELLERS and nodes:
        yield from _read_contact(nodes[0], spot)
    elif key in _PARTS and nodes:
        yield from _read(nodes[0], spot.deeper())
    elif key == "numberOfBedrooms" and nodes and (amount := quantity(nodes[0])) is not None:
        yield spot.fact("bedrooms", amount)


def _kind(node: Node, spot: Spot) -> Iterator[Fact]:
    """The type is a fact where it is a plain one: an Apartment is one, a Residence may be anything."""
    types = node.get("@type")
    for kind in types if isinstance(types, list) else [types]:
        name = str(kind).rsplit("/", 1)[-1]
        if compact(name) in DWELLINGS - _VAGUE:
            yield spot.at("@type").fact("property_type", name, 6)


def _read_offers(offers: list[Node], spot: Spot) -> Iterator[Fact]:
    listed = [offer for offer in map(_as_offer, offers[:5]) if offer]
    if len({offer["operation"] for offer in listed}) > 1:
        yield spot.fact("offers", listed)
    for i, offer in enumerate(offers[:5]):
        function = str(offer.get("businessFunction") or offer.get("category") or "").rsplit("#", 1)[-1]
        action = next((_ACTIONS[kind] for kind in kinds(offer) if kind in _ACTIONS), None)
        operation = operation_of(function) or action
        order = i if operation != "rent" else i + 5
        if operation:
            yield spot.at("businessFunction").fact("operation_type", operation, order)
        is_priced = any(_is_amount(offer.get(key)) for key in ("price", "lowPrice"))
        stated = offer if is_priced else _specified(offer)
        for key, field in _MONEY.items():
            amount = stated.get(key)
            if not is_scalar(amount) or is_empty(amount) or (field == "price" and not _is_amount(amount)):
                continue
            yield spot.at(key).fact(field, amount, order + (key != "price"))
        if (period := _period(offer)) is not None:
            yield spot.fact("price_period", period, order + 2)
        if not is_priced and is_scalar(offer.get("priceCurrency")) and not is_empty(offer["priceCurrency"]):
            yield spot.at("priceCurrency").fact("currency", offer["priceCurrency"], order + 1)
        if status := _SOLD.get(compact(str(offer.get("availability") or "").rsplit("/", 1)[-1])):
            yield spot.at("availability").fact("standard_status", status, order)
        for key in ("itemOffered", "offeredBy", "seller"):
            if isinstance(offer.get(key), dict):
                yield from _read_part(key, offer[key], spot.at(key))


def _period(offer: Node) -> str | None:
    """The time that an offer's price is for, where a code or a word of its specification says so."""
    stated = _specified(offer)
    quantity_of = stated.get("referenceQuantity")
    places = (offer, stated, quantity_of if isinstance(quantity_of, dict) else {})
    codes = (compact(str(place.get("unitCode") or "")) for place in places)
    words_of = (place.get("unitText") for place in places[1:])
    code = next((_PERIODS[code] for code in codes if code in _PERIODS), None)
    return code or next((word for word in words_of if isinstance(word, str) and word.strip()), None)


def _as_offer(offer: Node) -> dict[str, Any] | None:
    """An offer of a named operation with its amount, as the listing's offers are kept."""
    function = str(offer.get("businessFunction") or offer.get("category") or "").rsplit("#", 1)[-1]
    operation = operation_of(function) or operation_of(str(offer.get("name") or ""))
    stated = offer if _is_amount(offer.get("price")) else _specified(offer)
    if operation is None or not _is_amount(stated.get("price")):
        return None
    found = {"operation": operation, "amount": stated["price"], "currency": stated.get("priceCurrency")}
    return {**found, "period": stated.get("unitText") or _period(offer)}


def _is_amount(value: Any) -> bool:
    """Whether an offer states an amount; sites write 0 for a price that they do not give here."""
    return not is_blank_anywhere(value) and any(mark in "123456789" for mark in str(value))


def _specified(offer: Node) -> Node:
    found = offer.get("priceSpecification")
    if isinstance(found, list):
        found = next((item for item in found if isinstance(item, dict)), None)
    return found if isinstance(found, dict) else {}


def _read_address(value: Any, spot: Spot) -> Iterator[Fact]:
    if isinstance(value, str):
        yield spot.fact("address", value, 2)
    if not isinstance(value, dict):
        return
    # "Springfield, Shelby, Utopia" in place of a town: the places are in the wrong fields
    muddled = "," in str(value.get("addressLocality") or "").strip(" ,")
    for key, field in _ADDRESS.items():
        word = value.get(key)
        word = word.get("name") if isinstance(word, dict) else word
        if is_scalar(word) and not is_empty(word):
            trust = Trust.GUESS if muddled and field in {"city", "state"} else spot.trust
            yield Spot(spot.where, trust, spot.depth).at(key).fact(field, word)


def _read_properties(key: str, nodes: list[Node], spot: Spot) -> Iterator[Fact]:
    amenities = []
    for i, item in enumerate(nodes):
        amount = quantity(item) if item.keys() & {"unitCode", "unitText"} else item.get("value")
        if fact := label_fact(item.get("name"), amount, spot.at(i).where, spot.trust):
            yield fact
        elif (
            key == "amenityFeature" and item.get("name") and item.get("value") in (True, None, "true", "True")
        ):
            amenities.append(str(item["name"]))
    if amenities:
        yield spot.fact("amenities", amenities)


def _read_contact(node: Node, spot: Spot) -> Iterator[Fact]:
    office = next((node[key] for key in _OFFICES if isinstance(node.get(key), dict)), None)
    contact = {
        "agent_name" if office or "person" in kinds(node) else "agency_name": node.get("name"),
        "agent_phone": node.get("telephone"),
        "agent_email": node.get("email"),
    }
    if office:
        contact["agency_name"] = office.get("name")
    for field, word in contact.items():
        if isinstance(word, str) and word.strip():
            yield spot.fact(field, word)
