"""What a layer may say beside its columns, a model a type of layer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Options(BaseModel):
    """What every type of layer may say."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ArcGISOptions(Options):
    """A layer of an ArcGIS server, by its REST interface."""

    where: str = Field("1=1", description="Which features, in the server's SQL: CLASS = 'R'.")
    geometry: bool = Field(True, description="Whether places and outlines are asked for.")
    page: int | None = Field(
        None, ge=1, le=100_000, description="Features a request; by default as the layer says."
    )
    row_count: bool = Field(
        True, description="Whether the layer is asked how many features it has, and held to it."
    )


class SocrataOptions(Options):
    """A data set of a Socrata portal, by its SODA interface."""

    where: str | None = Field(None, description="Which rows, in SoQL: caseinfostatus = 'Open'.")
    order: str = Field(
        ":id", description="A column that is never equal in two rows, so that pages do not overlap."
    )
    page: int = Field(1000, ge=1, le=50_000, description="Rows a request.")
    token: str | None = Field(
        None,
        pattern=r"^[A-Z][A-Z0-9_]*$",
        description="The environment variable that holds the portal's app token.",
    )


class DelimitedOptions(Options):
    """A delimited text, also in a zip."""

    delimiter: str | None = None
    encoding: str | None = None
    skip_rows: int | None = Field(None, ge=0, description="Lines before the header.")
    inside: str | None = Field(None, description="The file inside a zip.")
    header: tuple[str, ...] = Field((), description="The names of the columns, of a file that has no header.")

    @model_validator(mode="after")
    def _each_once(self) -> DelimitedOptions:
        if twice := next((name for name in self.header if self.header.count(name) > 1), None):
            raise ValueError(f"two columns are named {twice!r}")
        return self


class FixedColumn(Options):
    """Where a column of a fixed-width file stands."""

    name: str = Field(min_length=1)
    start: int = Field(ge=1, description="The column of its first character, from 1.")
    width: int = Field(ge=1)


class FixedWidthOptions(Options):
    """A text whose columns stand at fixed places of each line."""

    columns: tuple[FixedColumn, ...] = Field((), description="Name, start and width of each.")
    layout: str | None = Field(
        None,
        description="Or a CSV file with the columns name, start, width; its path is from the county's file.",
    )
    encoding: str = "cp1252"
    skip_rows: int = Field(0, ge=0, description="Lines before the first row.")
    inside: str | None = Field(None, description="The file inside a zip.")

    @model_validator(mode="after")
    def _one_of_two(self) -> FixedWidthOptions:
        if bool(self.columns) == (self.layout is not None):
            raise ValueError("give either columns or layout")
        names = [column.name for column in self.columns]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two columns are named {twice!r}")
        return self


class AuctionOptions(Options):
    """Pages of an auction calendar."""

    days_back: int = Field(0, ge=0, le=366, description="Days before today whose auctions are read too.")
    days_ahead: int = Field(60, ge=0, le=366, description="Days from today on.")
    type: Literal["FORECLOSURE", "TAXDEED"] | None = Field(None, description="Only auctions of this type.")


class GeoOptions(Options):
    """A file of shapes: GeoJSON, shapefile, GeoPackage or GeoParquet."""

    layer: str | None = Field(None, description="The layer of a file that has several.")
    crs: str | None = Field(
        None,
        pattern=r"^EPSG:\d{4,6}$",
        description="The coordinate system, of a file that names none: EPSG:2881.",
    )
    encoding: str | None = Field(None, description="Of a shapefile's texts that states none: cp1252.")
