"""Juan, whose contact is erased: his listings, and how his number and address are written."""

from __future__ import annotations

from typing import Any

from tests.catalogue import home

PHONE = "+529991234567"
DIGITS = "9991234567"
EMAIL = "juan.perez@example.com"


def of_juan(number: int, **fields: Any) -> dict[str, Any]:
    """A listing whose agent is Juan, who is named in its text as well."""
    return home(
        number,
        **{
            "agent_name": "Juan Pérez",
            "agent_phone": "999 123 4567",
            "agent_email": EMAIL,
            "message_url": "https://wa.me/529991234567",
            "description": f"Casa amplia.\nLlame al (999) 123-45-67 o a {EMAIL.upper()} hoy",
            "features": {"contacto": {"tel": 9991234567, "pisos": 2}},
            # not a number in one of three: a field that mostly cannot be read would hold the plan
            "parking_spaces": f"ask {EMAIL} or {DIGITS}" if number % 3 == 1 else number % 3,
            "mobile": 529991234567,
            **fields,
        },
    )
