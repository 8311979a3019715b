"""Contacts are found in every spelling, and nothing else is."""

from __future__ import annotations

import json

import pytest

from config.errors import UsageError
from parsing.contact import Contact, name_pattern, read_contact
from parsing.erase import Eraser
from tests.tables import rows

MEXICAN = Contact("phone", "9991234567", 52)
EMAIL = Contact("email", "juan.perez@example.com")

SPELLINGS = [
    "+529991234567",
    "+52 999 123 4567",
    "+52 1 999 123 4567",
    "0052 999 1234567",
    "52-999-123-45-67",
    "(999) 123 4567",
    "999.123.4567",
    "999 / 123 / 4567",
    "01 999 123 4567",
    "044 999 123 4567",
    "999\u00a0123\u00a04567",
    "999\u2011123\u20114567",
    "https://wa.me/529991234567?text=Hola",
    "tel:+52(999)123-4567",
    "Tel.\n9991234567.",
]
OTHERS = [
    "9991234568",
    "99912345670",
    "19991234567890",
    "999 123 456",
    "20.9991234567",
    "999-casa-1234567",
]


@rows("text", SPELLINGS)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    eraser = Eraser([MEXICAN])
    assert "4567" not in eraser.text(f"Llame al {text} hoy").replace(" ", "")
    for ascii_only in (True, False):
        raw = json.dumps({"text": f"a\n{text}", "price": 1}, ensure_ascii=ascii_only)
        assert "[erased]" in json.loads(eraser.json(raw))["text"]


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_stay(text: str) -> None:
    assert Eraser([MEXICAN]).text(text) == text


def test_a_number_that_json_holds_as_one_becomes_a_text() -> None:
    eraser = Eraser([MEXICAN])
    raw = '{"phone":9991234567,"mobile":529991234567.0,"price":99912345670,"ratio":9.991234567e9}'
    assert json.loads(eraser.json(raw)) == {
        "phone": "[erased]",
        "mobile": "[erased]",
        "price": 99912345670,
        "ratio": 9.991234567e9,
    }


@pytest.mark.parametrize(
    "text",
    [
        "juan.perez@example.com",
        "Juan.Perez@Example.COM",
        "mailto:juan.perez@example.com?subject=x",
        "juan.perez%40example.com",
        "Escriba a <juan.perez@example.com>.",
        "correo:\njuan.perez@example.com",
        "juan.perez@example.com.",
    ],
)
def test_an_address_is_found_however_it_is_written(text: str) -> None:
    eraser = Eraser([EMAIL])
    assert "perez" not in eraser.text(text).lower()
    assert "perez" not in eraser.json(json.dumps([f"x\n{text}"])).lower()


@pytest.mark.parametrize(
    "text",
    [
        "xjuan.perez@example.com",
        "juan.perez@example.com.mx",
        "juan.perez@example.community",
        "a.juan.perez@example.com",
    ],
)
def test_other_addresses_stay(text: str) -> None:
    assert Eraser([EMAIL]).text(text) == text


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ('description "Llame al 999 123 45…" → nothing', 'description "Llame al [erased]…" → nothing'),
        ('"Escriba a juan.perez@exa…"', '"Escriba a [erased]…"'),
        ('"Llame al 999 12…"', '"Llame al 999 12…"'),
    ],
)
def test_a_truncated_sentence_keeps_only_a_few_letters(sentence: str, left: str) -> None:
    assert Eraser([MEXICAN, EMAIL]).excerpt(sentence) == left


@pytest.mark.parametrize(
    ("text", "country", "contact"),
    [
        (" Juan@Example.com ", None, Contact("email", "juan@example.com")),
        ("+52 999 123 4567", None, MEXICAN),
        ("52 999 123 4567", None, MEXICAN),
        ("+52 1 999 123 4567", None, MEXICAN),
        ("999 123 4567", "MX", MEXICAN),
        ("999 123 4567", None, Contact("phone", "9991234567")),
        ("01 999 123 4567", None, Contact("phone", "9991234567")),
        ("+1 (415) 555-2671", None, Contact("phone", "4155552671", 1)),
        ("+34 612 34 56 78", None, Contact("phone", "612345678", 34)),
    ],
)
def test_a_contact_has_one_normal_form(text: str, country: str | None, contact: Contact) -> None:
    assert read_contact(text, country=country) == contact


@pytest.mark.parametrize("text", ["", "Juan", "12345", "juan@", "@nowhere.example", "1" * 30])
def test_a_refused_contact_is_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_contact(text)
    assert not text or text not in f"{refused.value.message} {refused.value.next_step}"


def test_a_name_is_found_in_json_and_across_lines() -> None:
    eraser = Eraser([], [name_pattern("Juan Pérez")])
    assert eraser.text("Asesor: Juan\nPérez, y Juan Pérezal") == "Asesor: [erased], y Juan Pérezal"
    assert json.loads(eraser.json(json.dumps(["JUAN Pérez"]))) == ["[erased]"]
