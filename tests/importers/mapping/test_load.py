"""What a mapping file may hold, and the errors for what it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from config.errors import NotFoundError, UsageError
from config.listing import FIELDS
from config.source import Source
from importers.mapping import load_mapping, shipped_mappings
from importers.mapping.load import parse_mapping
from tests.importers.mapping.rows import mapping

FULL: dict[str, Any] = {
    "name": "acme",
    "source": "acme",
    "id": ["mls", "number"],
    "rows": "data.items",
    "partition": "region",
    "fields": {
        "title": "headline",
        "price": ["list_price", "price"],
        "total_area_m2": {"from": ["sqft"], "parse": "area", "unit": "sqft"},
    },
    "defaults": {"currency": "DKK"},
    "required": ["title"],
    "blank": "clear",
    "volatile": ["description"],
    "extra": "drop",
    "options": {
        "encoding": "latin-1", "delimiter": ";", "skip_rows": 2, "decimal": ",", "thousands": ".",
        "date_format": "%d.%m.%Y", "sheet": "Homes", "drop_if_blank": ["headline"],
    },
}  # fmt: skip


def test_toml_and_json_are_equivalent(tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text(json.dumps(FULL))
    (tmp_path / "acme.toml").write_text(
        'id = ["mls", "number"]\n[fields]\ntitle = "headline"\nprice = ["list_price", "price"]\n'
    )
    from_json, from_toml = (load_mapping(tmp_path / f"acme.{suffix}") for suffix in ("json", "toml"))
    assert from_json.id == from_toml.id == ("mls", "number")
    assert from_json.fields["price"] == from_toml.fields["price"]
    assert from_toml.name == "acme", "a mapping is called like its file where it does not say"


def test_everything_the_contract_names_is_understood() -> None:
    given = parse_mapping(FULL)
    assert given.partition == "region"
    assert given.fields["total_area_m2"].unit == ("sqft",)
    assert given.options.drop_if_blank == ("headline",)
    assert given.options.date_format == ("%d.%m.%Y",)
    assert given.columns() == ("mls", "number", "headline", "list_price", "price", "sqft", "region")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"feilds": {}}, "unknown key 'feilds'; did you mean 'fields'?"),
        ({"options": {"delimeter": ";"}}, "unknown key in options 'delimeter'; did you mean 'delimiter'?"),
        ({"fields": {"prise": "p"}}, "unknown field in 'fields' 'prise'; did you mean 'price'?"),
        ({"defaults": {"curency": "EUR"}}, "did you mean 'currency'?"),
        ({"required": ["titel"]}, "did you mean 'title'?"),
        ({"volatile": ["scores"]}, "unknown field in 'volatile' 'scores'"),
        ({"fields": {"price": {"from": "p", "pars": "price"}}}, "did you mean 'parse'?"),
        ({"fields": {"price": {"from": "p", "parse": "prize"}}}, "'prize'; did you mean 'price'?"),
        ({"fields": {"price": {"from": "p", "parse": "xyzzy"}}}, "known are price, area, number, "),
        ({"fields": {"property_id": "id"}}, "unknown field"),
        ({"options": {"encoding": "klingon"}}, "there is no encoding 'klingon'"),
        ({"options": {"decimal": ",", "thousands": ","}}, "decimal and thousands are both ','"),
        ({"blank": "ignore"}, "blank: "),
        ({"fields": {"price": []}}, "fields.price"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        mapping(**keys)
    assert message in refused.value.message
    assert refused.value.exit_code == 2


def test_a_mistyped_name_of_a_shipped_mapping_gets_a_suggestion() -> None:
    with pytest.raises(NotFoundError) as refused:
        load_mapping("redfinn")
    assert "did you mean 'redfin'?" in refused.value.message
    assert "realtor" in (refused.value.next_step or "")


@pytest.mark.parametrize("text", ["= 3", "{", "[1]", '{"name": "x"', "\x00"])
def test_a_file_without_a_mapping_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    with pytest.raises(UsageError, match=r"broken\.json"):
        load_mapping(tmp_path / "broken.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml: No such file"):
        load_mapping(tmp_path / "nowhere.toml")


def test_own_folders_come_before_the_shipped_mappings(tmp_path: Path) -> None:
    (tmp_path / "redfin.toml").write_text('id = "number"\n')
    assert load_mapping("redfin", folders=[tmp_path]).id == ("number",)
    assert {"realtor", "redfin", "zillow", "mls", "reso", "plain", "own"} <= set(shipped_mappings())


@pytest.mark.parametrize("name", sorted(shipped_mappings()))
def test_every_shipped_mapping_is_sound(name: str) -> None:
    given = load_mapping(name)
    assert given.name == name
    assert given.id
    assert given.extra != "features", "columns that count days would change every listing every day"


def test_a_mapping_overrides_the_source() -> None:
    base = Source(name="acme", currency="USD", country="US", volatile=("title",))
    facts = mapping(
        defaults={"currency": "DKK"}, blank="clear", volatile=["description"], options={"thousands": "."}
    ).source_facts(base)
    assert (facts.currency, facts.blank, facts.volatile, facts.decimal_mark) == (
        "DKK",
        "clear",
        ("description",),
        ",",
    )
    assert facts.country == "US"
    assert mapping().source_facts(base) is base


def test_our_own_mapping_names_every_field() -> None:
    assert {*load_mapping("own").fields, "property_id", "address_normalized"} >= {
        field.name for field in FIELDS
    }
