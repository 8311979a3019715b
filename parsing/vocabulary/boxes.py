"""The objects in a page's JSON that hold a price, a place or a person, and the keys inside them."""

from __future__ import annotations

from typing import Final

from parsing.text import in_order, words

AMOUNT_KEYS: Final = in_order(
    "amount value raw number numeric price min from exact formatted display displayvalue text label"
)
NAME_KEYS: Final = in_order("name label text value displayname displayvalue localized title es en")
STREET_KEYS: Final = in_order(
    "streetaddress fulladdress formatted formattedaddress displayaddress line line1 address street"
)
IMAGE_KEYS: Final = in_order("original full large big hd href url src contenturl largeurl fullurl")

PRICE_BOXES: Final = words(
    "price listprice pricing priceinfo pricedata pricedetail pricedetails askingprice precio prices"
    " currentprice saleprice rent rentprice money valor cost"
)
GEO_BOXES: Final = words(
    "geo point coordinate coordinates position latlng latlon gps geolocation map geocode centroid"
)
LAND_BOXES: Final = words("land lot plot parcel terrain terreno parcela grundstueck grundstuck ground")
"""Boxes in which a size is the land's."""
HOME_BOXES: Final = words("properties property units unit listings listing homes characteristics details")
"""Boxes that hold the one home that a listing is of."""
PLACE_BOXES: Final = words("address location place addressdetails ubicacion direccion propertylocation")
AGENT_BOXES: Final = words(
    "agent agents listingagent listingagents primaryagent agentdetails seller sellers contact contacts"
    " agentinfo supervisor contactinfo contactdetails attributioninfo realtor advertiser advertisers"
    " offeredby"
    " listedby salesperson"
)
AGENCY_BOXES: Final = words(
    "agencies offices customers publishers agency office broker brokerage branch company publisher"
    " estateagent realestateagent"
    " inmobiliaria organization listingoffice provider worksfor customer anunciante owner"
)
NO_PLACE: Final = words(
    "published active online offline live sold rented pending available draft expired inactive closed new"
    " used normal default attivo attiva activo activa ativo ativa aktiv actif active actief aktywny publicado"
)
"""Words under `city` or `state` that are a state of the listing."""
