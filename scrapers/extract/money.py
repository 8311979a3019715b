"""The asking price in visible text: the amount made most of, never a fee, a rate or an old price."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from parsing.vocabulary.field_names import NO_PRICE
from scrapers.extract.content import Content
from scrapers.extract.facts import Fact, Trust

_MARK: Final = (
    r"(?:US\$|U\$[SD]|MX\$|A\$|C\$|CA\$|NZ\$|HK\$|S\$|R\$|[$€£¥₹₽₺₱฿₩₪₫]|USD|MXN|MN|M\.N\.|EUR|GBP|AUD|CAD|CHF|AED"
    r"|ZAR|INR|BRL|JPY|PLN|Rs\.?|R|kr|zł|Kč|DKK|SEK|NOK)"
)
_AMOUNT: Final = r"(?:\d[\d.,’'\s]{0,20}\d|\d)"
_SCALE: Final = r"(?:\s?(?:k|m|mm|mdp|mil(?:lones)?|million|mio|bn|lac|lakh|lacs|cr|crore|万円|万|億円))?"
MONEY: Final = re.compile(
    rf"(?<!\w){_MARK}\s?{_AMOUNT}{_SCALE}(?:\s?{_MARK}(?!\w))?"
    rf"|(?<![\w.,]){_AMOUNT}{_SCALE}\s?(?:{_MARK}(?!\w)|円)"
    r"|\d[\d.,]{0,20}\s?(?:万円|億円)",
    re.IGNORECASE,
)
_BOX: Final = re.compile(r"price|precio|prix|preis|prezzo|preco|amount|valor", re.IGNORECASE)
_NOT_ASKED: Final = re.compile(
    r"mortgage|month(?:ly)? (?:payment|repayment)|repayment|deposit|\bfees?\b|\btax|stamp|mantenimiento"
    r"|expens|hoa|insurance|estimat|est\.|\bwas\b|antes|reduced by|dropped|saving|average|avg|cost|income"
    r"|loan|per (?:m²|m2|sq)"
    r"|/ ?m²|/ ?m2|m²:|/ ?sq|per sq|sold for|last sold|enganche|cuota|previous|old|original"
    r"|down payment|rates|valuation|median|dues",
    re.IGNORECASE,
)
_STRUCK: Final = frozenset({"del", "s", "strike"})
_OLD: Final = re.compile(
    r"old|was|previous|before|strike|antes|original|crossed|discount|reduc|saving", re.IGNORECASE
)


def read_price(found: Content) -> Fact | None:
    """The most prominent amount, or the words that stand in its place."""
    best: tuple[float, str] | None = None
    for i, chunk in enumerate(found.chunks):
        if chunk.hint or len(chunk.text) > 80:
            continue
        text = _joined(found, i)
        if not (MONEY.search(text) or NO_PRICE.search(text)):
            continue
        score = _score(found, i, text)
        if score is not None and (best is None or score > best[0]):
            best = (score, text)
    return Fact("price", best[1], Trust.TEXT, f"text {best[1]!r}", 5) if best else None


def _joined(found: Content, at: int) -> str:
    """A chunk with the rest of its parent's text when that is short: "$" and "1,200" may stand apart."""
    chunk = found.chunks[at]
    if MONEY.search(chunk.text) or len(chunk.text) > 4:
        start, end = found.span(chunk.element)
        whole = " ".join(c.text for c in found.chunks[start:end] if not c.hint)
        return whole if len(whole) <= 60 and end - start <= 4 else chunk.text
    following = found.chunks[at + 1].text if at + 1 < len(found.chunks) else ""
    return f"{chunk.text}{following}" if following[:1].isdigit() else chunk.text


def _score(found: Content, at: int, text: str) -> float | None:
    before = found.chunks[at - 1].text if at else ""
    label = before if len(before) < 60 and not MONEY.search(before) else ""
    if _NOT_ASKED.search(text) or _NOT_ASKED.search(label):
        return None
    named, element = 0.0, found.chunks[at].element
    node: LexborNode | None = element
    for level in range(3):
        if node is None:
            break
        name = " ".join(
            str(node.attributes.get(key) or "") for key in ("class", "id", "data-testid", "itemprop")
        )
        if node.tag in _STRUCK or _OLD.search(name):
            return None
        if _BOX.search(name):
            named = max(named, 3.0 - level / 2)
        node = node.parent
    no_price = not MONEY.search(text)
    if no_price and (not named and len(text) > 40):
        return None
    heading = 2.0 if element.tag in {"h1", "h2", "strong", "b", "h3"} else 0.0
    return named * 2 + heading - at / 2000 - len(text) / 60 - (2.0 if no_price else 0.0)
