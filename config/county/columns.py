"""Which columns of a layer fill a field of a record, and how their cells are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.county.kinds import Kind

Form = Literal["iso", "us", "day_first", "epoch_ms", "epoch_s", "digits"]
"""How days are written: digits are 20170417 or 20170417.142044."""

MADE: Final = frozenset(("state", "parcel_id_normalized", "address_normalized"))
"""Fields that are made from others, and never from a column."""

WORDED_BY: Final = {
    "tax_sales": "deed_status",
    "tax_certificates": "payment_code",
    "foreclosures": "auction_status",
    "code_violations": "case_status",
}
"""The field whose words say what a record's `status` is, where no column is named for `status`."""

PLACED_BY: Final = {"latitude": "@latitude", "longitude": "@longitude", "shape": "@shape"}
"""The cells of a row's geometry, which fill these fields where no column is named for them."""

POINT_OF: Final = "@location_kind"
"""The cell that says what the point of a row's geometry is."""


class Column(BaseModel):
    """How one field is filled. The short form is the column's name alone: address = "SITUS"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str | None = Field(None, min_length=1, description="The column that fills the field.")
    columns: tuple[str, ...] = Field((), description="Or several, joined, or the first that is not blank.")
    by: str = Field(" ", description="What stands between joined columns.")
    take: Literal["all", "first"] = Field("all", description="Whether `columns` are joined or tried in turn.")
    const: str | int | float | bool | None = Field(None, description="Or one value for every row.")
    year: str | None = Field(None, min_length=1, description="Or, for a day, the column of its year …")
    month: str | None = Field(None, min_length=1, description="… of its month …")
    day: str | None = Field(None, min_length=1, description="… and of its day; without one, the first.")
    words: dict[str, str | bool] = Field({}, description='What its words mean; "" is a blank cell.')
    none: tuple[str, ...] = Field((), description="Texts that say that there is none: Hidden.")
    times: Decimal | None = Field(None, gt=0, description="What a number is multiplied by: acres by 43560.")
    form: Form | None = Field(None, description="How days are written, where it does not show.")
    zero: Literal["none", "value"] | None = Field(
        None, description="Whether a 0 says that there is none; by the field, where it is not said."
    )
    positive: bool = Field(False, description="For a flag: whether any number above 0 is a yes.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_way(self) -> Column:
        ways = [
            self.column is not None,
            bool(self.columns),
            self.const is not None,
            self.year is not None,
        ]
        if sum(ways) != 1:
            raise ValueError("exactly one of column, columns, const and year says where the value comes from")
        if self.year is not None and self.month is None:
            raise ValueError("year needs month beside it")
        if self.year is None and (self.month is not None or self.day is not None):
            raise ValueError("month and day need year beside them")
        return self

    def names(self) -> Iterator[str]:
        """The columns that it reads."""
        for name in (self.column, *self.columns, self.year, self.month, self.day):
            if name is not None:
                yield name


def names_of(columns: Mapping[str, Column]) -> list[str]:
    """Every column that a layer's fields are read from, once: what its rows must have."""
    return list(dict.fromkeys(name for column in columns.values() for name in column.names()))


def problems_of(kind: Kind, columns: Mapping[str, Column]) -> list[str]:
    """Why these columns cannot fill records of the kind; empty where they can."""
    reads = {field.name: field.read for field in kind.fields}
    problems = [
        f"{name} is no field of {kind.name}: {', '.join(known for known in reads if known not in MADE)}"
        for name in columns
        if name not in reads
    ]
    problems += [f"{name} is made from other fields; leave it out" for name in columns if name in MADE]
    for name in kind.key:
        needed = "parcel_id" if name == "parcel_id_normalized" else name
        if needed not in columns:
            problems.append(f"{needed} is missing: it names a {kind.singular}")
    for name, column in columns.items():
        read = reads.get(name, "")
        if column.year is not None and read != "date":
            problems.append(f"{name} is no day: year and month cannot fill it")
        if column.times is not None and read not in ("number", "money", "whole"):
            problems.append(f"{name} is no number: it cannot be multiplied by {column.times}")
        if column.positive and read != "flag":
            problems.append(f"{name} is no yes or no: positive says nothing of it")
    return problems
