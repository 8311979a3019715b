"""The database erases what it holds exactly as rows are cleaned before they are staged."""

from __future__ import annotations

import json

import asyncpg

from parsing.contact import Contact
from parsing.erase import Eraser
from tests.parsing.test_contact import EMAIL, MEXICAN, OTHERS, SPELLINGS

TEXTS = [
    *SPELLINGS,
    *OTHERS,
    *(f"Llame al {text}, {text} o {text}" for text in SPELLINGS),
    *("Juan.Perez@example.com juan.perez@example.com,juan.perez@example.com", "ñjuan.perez@example.com"),
]


async def test_postgres_and_python_leave_the_same_of_every_text(superuser: asyncpg.Connection) -> None:
    eraser = Eraser([MEXICAN, EMAIL, Contact("phone", "612345678")])
    for text in TEXTS:
        left = await superuser.fetchval(
            r"select regexp_replace($1, $2, '\1\2\3[erased]', 'g')", text, eraser.pattern
        )
        assert left == eraser.text(text)
        screened = await superuser.fetchval(
            "select property_manager.contains_contact($1, $2, $3)",
            text,
            eraser.screen,
            eraser.excerpt_pattern,
        )
        assert screened >= eraser.is_in(text)
        for ascii_only in (True, False):
            raw = json.dumps({"a": [text, 9991234567, 1.5], "b\n": text}, ensure_ascii=ascii_only)
            left = await superuser.fetchval(
                "select property_manager.erased_json($1, $2, $3)", raw, eraser.pattern, eraser.bare_pattern
            )
            assert left == eraser.json(raw)
