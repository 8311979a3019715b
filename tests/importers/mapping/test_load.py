"""What a mapping file may hold, and the errors for what it may not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config.errors import NotFoundError, UsageError
from config.listing import FIELDS
from config.source import Source
from importers.mapping import load_mapping, shipped_mappings
from importers.mapping.load import parse_mapping
from tests.importers.mapping.rows import mapping
from tests.tables import rows

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


@rows(
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


TOML = """\
name = "acme"
id = "Ref"

[options]
delimiter = ";"

[fields]
# the headline
title = "Titulo"
price = [
  "Precio oferta",
  "Precio",
]
"""
JSON = """{
  "name": "acme", "id": "Ref",
  "options": {"delimiter": ";"},
  "fields": {
    "title": {"from": "price", "order": "}"},
    "price": ["Precio oferta", "Precio"]
  }
}"""


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("m.toml", 'name = "acme"', 'nam = "acme"', "line 1: unknown key 'nam'"),
        ("m.toml", "delimiter", "delimeter", "line 5: unknown key in options 'delimeter'"),
        ("m.toml", "title =", "titel =", "line 9: unknown field in 'fields' 'titel'"),
        ("m.toml", "price = [", "prize = [", "line 10: unknown field in 'fields' 'prize'"),
        ("m.toml", '"Titulo"', '{ from = "Titulo", pars = "text" }', "line 9: unknown key"),
        ("m.toml", '"Titulo"', '{ from = "T", parse = "txt" }', "line 9: fields.title.parse: unknown parse"),
        ("m.toml", '"Titulo"', '{ from = "T", factor = 10 }', "line 9: fields.title.factor: title is no"),
        ("m.toml", '"Titulo"', '{ from = "T", pattern = "x" }', "line 9: fields.title"),
        ("m.toml", '"Ref"', "7", "line 2: id"),
        ("m.toml", '"Ref"', '"Ref" x', "is no TOML: "),
        ("m.json", '"delimiter"', '"delimeter"', "line 3: unknown key in options 'delimeter'"),
        ("m.json", '"price":', '"prize":', "line 6: unknown field in 'fields' 'prize'"),
        ("m.json", '"order"', '"ordr"', "line 5: unknown key"),
        ("m.json", '"Precio"]', '"Precio",]', "is no JSON: "),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_key(tmp_path: Path, name: str, old: str, new: str, place: str) -> None:
    path = tmp_path / name
    text = TOML if name.endswith("toml") else JSON
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(UsageError) as refused:
        load_mapping(path)
    assert str(path) in refused.value.message
    assert place in refused.value.message
    if " is no " in place:
        assert re.search(r"line \d", refused.value.message)


def test_a_table_of_its_own_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('id = "a"\n\n[fields.price]\nfrom = "p"\n# in lakh\nfactor = -1\n')
    with pytest.raises(UsageError, match=r"m\.toml, line 6: fields\.price"):
        load_mapping(path)


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
