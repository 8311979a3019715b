"""Words of the rows that add up others."""

from __future__ import annotations

import re
from typing import Final

TOTAL: Final = re.compile(
    r"(?:grand |sub[ -]?|sous-)?"
    r"(?:totals?|total general|totale|totales|totaux|totaal|summe|suma|razem|итого|всего)"
    r"(?:\s*[:=(#\d].*| [^\W\d]+(?: [^\W\d]+)?)?"
    r"|.{1,60} (?:sub)?totals?|(?:gesamt|zwischen|end)summe"
    r"|sum|average|mean|count|promedio|media|recuento|mittelwert|durchschnitt|anzahl"
    r"|somme|moyenne|nombre|somma|soma|média|gemiddelde|celkem",
    re.IGNORECASE,
)
"""Matches the whole label of such a row: "Total", "Mérida Total", "Zwischensumme", "Итого"."""
