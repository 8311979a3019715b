"""What a county's file holds: where its records are, and which column of them is which field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.county.columns import Column
from config.county.keys import KEY_RULES, KeyOrder, KeyRule
from config.county.options import (
    ArcGISOptions,
    AuctionOptions,
    DelimitedOptions,
    FixedWidthOptions,
    GeoOptions,
    SocrataOptions,
)

ONLINE: Final = frozenset({"arcgis", "socrata", "realauction"})
"""Types that are asked page by page; only auctions may have a path instead, of saved pages."""


class Layer(BaseModel):
    """One layer or file of a county, and the kinds of records that are made of its rows."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    type: str
    url: str | None = Field(None, description="Where it is fetched from.")
    path: Path | None = Field(None, description="Or the file; a relative path is from the county's file.")
    title: str | None = None
    complete: bool = Field(
        True, description="Whether it shows all there is of its kinds: what it no longer shows may be gone."
    )
    point: Literal["centroid", "point", "geocode"] | None = Field(
        None, description="What its points are; by default as the layer itself shows."
    )
    key_order: KeyOrder | None = Field(
        None, description="The order of section, township and range in its parcel ids, where it is its own."
    )
    blank: Literal["keep", "clear"] = Field(
        "keep", description="Whether a blank cell says nothing, or that there is none."
    )
    schedule: str | None = Field(
        None, description="When it is loaded: a cron expression, in the county's time."
    )
    checked: bool = Field(
        True, description="Whether somebody has compared its url and columns with what is there."
    )
    kinds: dict[str, dict[str, Column]] = Field(description="Kind → field → the column it is read from.")

    @property
    def where(self) -> str:
        """Its url or path."""
        return self.url or str(self.path)


class ArcGISLayer(Layer):
    type: Literal["arcgis"]
    options: ArcGISOptions = ArcGISOptions()


class SocrataLayer(Layer):
    type: Literal["socrata"]
    options: SocrataOptions = SocrataOptions()


class DelimitedLayer(Layer):
    type: Literal["delimited"]
    options: DelimitedOptions = DelimitedOptions()


class FixedWidthLayer(Layer):
    type: Literal["fixed_width"]
    options: FixedWidthOptions


class AuctionLayer(Layer):
    type: Literal["realauction"]
    options: AuctionOptions = AuctionOptions()


class GeoLayer(Layer):
    type: Literal["geojson", "shapefile", "geopackage", "geoparquet"]
    options: GeoOptions = GeoOptions()


AnyLayer = ArcGISLayer | SocrataLayer | DelimitedLayer | FixedWidthLayer | AuctionLayer | GeoLayer

LAYERS: Final[dict[str, type[Layer]]] = {
    "arcgis": ArcGISLayer,
    "socrata": SocrataLayer,
    "delimited": DelimitedLayer,
    "fixed_width": FixedWidthLayer,
    "realauction": AuctionLayer,
    "geojson": GeoLayer,
    "shapefile": GeoLayer,
    "geopackage": GeoLayer,
    "geoparquet": GeoLayer,
}
"""Type → what a layer of that type may say."""


class County(BaseModel):
    """One county: how its parcel ids are read, and its layers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: str | None = None
    state: str = Field(pattern=r"^[A-Z]{2}$")
    county_fips: str = Field(pattern=r"^\d{5}$")
    time_zone: str = Field("America/New_York", description="IANA name: of dates without one, and schedules.")
    requests_per_second: float = Field(
        1.0, gt=0, le=50, description="The most that each of its servers is asked."
    )
    key: KeyRule = Field(
        KeyRule(), description="How its parcels' ids are read; by default the rule known of the county."
    )
    layers: tuple[Annotated[AnyLayer, Field(discriminator="type")], ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _known_rule(cls, given: Any) -> Any:
        if isinstance(given, dict) and "key" not in given:
            rule = KEY_RULES.get(str(given.get("county_fips")))
            return given if rule is None else {**given, "key": rule}
        return given

    def layer(self, name: str) -> AnyLayer:
        """The layer of that name. Raises KeyError."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    def source(self, layer: Layer, kind: str) -> str:
        """The name of the source that a layer is for one of its kinds."""
        return f"{self.name}.{layer.name}" + (f".{kind}" if len(layer.kinds) > 1 else "")
