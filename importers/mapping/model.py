"""The model of a mapping file: columns, defaults, policies and options."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from config.listing import FIELD
from config.source import Source
from importers.mapping.parse import PARSERS
from importers.mapping.units import is_unit
from parsing.nearest import UnknownName

TARGETS: Final[tuple[str, ...]] = tuple(
    name for name in FIELD if name not in ("property_id", "address_normalized")
)
"""The fields a mapping may fill: the id has a key of its own, the normal form follows from the address."""


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str | dict) else value


def _known_targets(names: Any, what: str) -> None:
    for name in names:
        if name not in TARGETS:
            raise UnknownName(what, str(name), TARGETS)


class Cell(BaseModel):
    """How one field is filled: the first of its columns that is not blank, and how it is parsed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    columns: Annotated[tuple[Column, ...], BeforeValidator(_as_tuple)] = Field(alias="from", min_length=1)
    """A column; several joined with a blank (a list in the list); or a cell read in its own way."""
    parse: str | None = None
    """Another reading than the field's own."""
    unit: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    """The unit of a bare area: a unit, or the column that names it; the first that is not blank."""
    map: dict[str, str | bool | int | float] | None = None
    """Words of the file → words of ours; "*" is any other word, and "" is blank."""
    order: str | None = None
    """The key by which the items of a list are put in order, before one is taken."""

    @field_validator("parse")
    @classmethod
    def _known_parse(cls, name: str | None) -> str | None:
        if name is not None and name not in PARSERS:
            raise UnknownName("parse", name, tuple(PARSERS))
        return name

    def names(self) -> tuple[str, ...]:
        """Every column it may read, each once."""
        found: dict[str, None] = {}
        for column in self.columns:
            found |= dict.fromkeys(names_in(column))
        return tuple(found | dict.fromkeys(word for word in self.unit if not is_unit(word)))


Column = str | Annotated[tuple[str, ...], Field(min_length=1)] | Cell


def names_in(column: Column) -> tuple[str, ...]:
    """The column names of one of a cell's alternatives."""
    if isinstance(column, Cell):
        return column.names()
    return (column,) if isinstance(column, str) else column


def _as_cell(value: Any) -> Any:
    return {"from": value} if isinstance(value, str | list | tuple) else value


class Options(BaseModel):
    """How the file is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str | None = None
    delimiter: str | None = Field(None, min_length=1)
    skip_rows: int | None = Field(None, ge=0)
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'", "’", ""] | None = None
    date_format: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    sheet: str | int | None = None
    neutralised: bool = False
    """Whether texts have the apostrophe that our export puts before what a spreadsheet would run."""
    drop_if_blank: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    drop_if: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]] = Field(default_factory=dict)
    """Column → words, "" for blank: a row that has one of them in each of these columns is dropped."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                codecs.lookup(name)
            except LookupError as error:
                raise ValueError(f"there is no encoding {name!r}") from error
        return name

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal is not None and self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands are both {self.decimal!r}")
        return self

    @property
    def decimal_mark(self) -> Literal[".", ","] | None:
        """The decimal mark, stated or implied by the mark of thousands."""
        if self.decimal is not None:
            return self.decimal
        return "," if self.thousands == "." else "." if self.thousands == "," else None


class Mapping(BaseModel):
    """Which column is which field, and whatever else has to be known to read one kind of file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    source: str | None = None
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    id: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    rows: str | None = None
    partition: str | None = None
    match: Literal["exact", "loose"] = "exact"
    """Loose: a header in another case or spacing is the same column, when no header is exactly it."""
    fields: dict[str, Annotated[Cell, BeforeValidator(_as_cell)]] = Field(default_factory=dict)
    defaults: dict[str, Any] = Field(default_factory=dict)
    required: tuple[str, ...] = ()
    blank: Literal["keep", "clear"] | None = None
    volatile: tuple[str, ...] = ()
    extra: Literal["keep", "features", "drop"] = "keep"
    options: Options = Options()

    @field_validator("fields", "defaults", "required", "volatile", mode="before")
    @classmethod
    def _known_fields(cls, value: Any, info: Any) -> Any:
        if isinstance(value, dict | list | tuple):
            _known_targets(value, f"field in {info.field_name!r}")
        return value

    def columns(self) -> tuple[str, ...]:
        """Every column the mapping names, each once."""
        found = dict.fromkeys(self.id)
        for cell in self.fields.values():
            found |= dict.fromkeys(cell.names())
        if self.partition is not None:
            found[self.partition] = None
        return tuple(found)

    def source_facts(self, base: Source) -> Source:
        """The source to read with: what the mapping states overrides the source."""
        currency = self.defaults.get("currency")
        stated: dict[str, Any] = {
            "currency": currency if isinstance(currency, str) and len(currency) == 3 else None,
            "country": self.country,
            "decimal_mark": self.options.decimal_mark,
            "blank": self.blank,
            "volatile": self.volatile or None,
        }
        given = {name: value for name, value in stated.items() if value is not None}
        return Source.model_validate({**base.model_dump(), **given}) if given else base
