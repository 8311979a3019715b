"""The model of a mapping file: columns, defaults, policies and options."""

from __future__ import annotations

import codecs
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from config.listing import FIELD
from config.source import Source
from importers.mapping.base import LINKS, checked_base
from importers.mapping.factor import FACTORED
from importers.mapping.parse import PARSERS
from importers.mapping.pattern import matcher
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


class MisplacedKey(ValueError):
    """A key that its field cannot have; `path` leads to it inside the mapping."""

    def __init__(self, path: tuple[str, ...], why: str) -> None:
        super().__init__(why)
        self.path = path


def _usable_pattern(pattern: str | None) -> str | None:
    if pattern is not None:
        matcher(pattern)
    return pattern


def _usable_base(base: str | None) -> str | None:
    return None if base is None else checked_base(base)


Pattern = Annotated[str | None, AfterValidator(_usable_pattern)]
"""A regular expression with one group, in RE2's syntax."""
Base = Annotated[str | None, AfterValidator(_usable_base)]
"""The absolute http(s) url of a page that links are relative to."""


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
    pattern: Pattern = None
    """Reads a part of the cell: what its group matches."""
    factor: Annotated[Decimal, Field(gt=0, allow_inf_nan=False, max_digits=20)] | None = None
    """What a bare number is multiplied by: 100000 of a column in lakh."""
    base: Base = None
    """The page that the cell's links are relative to."""

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


def _check_use(target: str, cell: Cell, path: tuple[str, ...]) -> None:
    """Raise MisplacedKey for a key that says nothing of a field of this kind."""
    reading = cell.parse or FIELD[target].read
    if cell.factor is not None and reading not in FACTORED | {"number"}:
        raise MisplacedKey((*path, "factor"), f"{target} is no number that a factor could multiply")
    if cell.base is not None and FIELD[target].read not in LINKS:
        raise MisplacedKey((*path, "base"), f"{target} is no link that a base could complete")
    for column in cell.columns:
        if isinstance(column, Cell):
            _check_use(target, column, path)


def _as_file_date(value: Any) -> Any:
    return {"on": value} if isinstance(value, str | date) else value


class FileDate(BaseModel):
    """The moment a file is of: stated, in the file's name, or in a column."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    on: datetime | None = None
    """The moment itself; one without a zone is UTC, a day is its beginning."""
    name: Pattern = None
    """Finds the date in the name of the file."""
    column: str | None = Field(None, alias="from")
    """The column that has it."""
    format: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    """How the name or the column writes it, where that could be read in two ways."""

    @field_validator("on", mode="before")
    @classmethod
    def _a_moment(cls, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError as error:
                raise ValueError(f"{value!r} is not a date such as 2026-03-01") from error
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        if isinstance(value, datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=UTC)
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.on, self.name, self.column)) != 1:
            raise ValueError('state a date, or one of "name" (a pattern) and "from" (a column)')
        return self


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
    id_pattern: Pattern = None
    """Reads the id out of its column: the number at the end of a link."""
    rows: str | None = None
    partition: str | None = None
    base: Base = None
    """The page that the links of all fields are relative to."""
    file_date: Annotated[FileDate | None, BeforeValidator(_as_file_date)] = None
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

    @model_validator(mode="after")
    def _keys_have_a_use(self) -> Self:
        for target, cell in self.fields.items():
            _check_use(target, cell, ("fields", target))
        if self.id_pattern is not None and len(self.id) != 1:
            raise MisplacedKey(("id_pattern",), "it reads an id of one column, and the mapping has another")
        return self

    def columns(self) -> tuple[str, ...]:
        """Every column the mapping names, each once."""
        found = dict.fromkeys(self.id)
        for cell in self.fields.values():
            found |= dict.fromkeys(cell.names())
        if self.partition is not None:
            found[self.partition] = None
        if self.file_date is not None and self.file_date.column is not None:
            found[self.file_date.column] = None
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
