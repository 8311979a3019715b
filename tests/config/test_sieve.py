"""A sieve never says of a text that a pattern finds nothing in it where the pattern finds something."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from config import sieve
from config.sieve import finds_none, fits_none
from parsing import operation
from parsing.vocabulary.field_names import LABELS
from scrapers.extract import amounts, counted, naming, places, scripts
from tests.tables import rows

PATTERNS = {
    "money": amounts.MONEY,
    "no price": amounts._NO_PRICE,
    "sign": amounts._SIGN,
    "label": naming._LABEL,
    "number and label": naming.VALUE_LABEL,
    "label and number": counted._LABEL_NUMBER,
    "unit": naming._UNIT_ONLY,
    "operation": operation._WORD,
    "hint": scripts._HINT,
    "text of a script": scripts._SCALAR,
    "place of a script": places._ASSIGNED,
    "marked place": places._MARKED,
    "centred place": places._CENTRED,
}
"""The patterns of pages that a sieve is made of."""
LINES = """
    Price: $1,250,000 MXN · 4 beds (3 bedrooms), 2.5 baths; 1,238 sqft lot £450pcm 1.234,56 € per m² 2,580万円
    Recámaras: 3 Baños 2½ superficie útil 120 m² precio a consultar Kaufpreis auf Anfrage Wohnfläche ca. 95 qm
    for-sale TO LET en venta zu vermieten lat: 20.967370, lng: -89.592586; L.marker([20.9673, -89.5925])
    center: new google.maps.LatLng(20.96737,-89.59258) var price = "900000"; LİSTİNG ﬁxer K ſale ½ ² Ⅷ ٣
    x\x00y
""".strip().splitlines()
WORDS = " ".join(LINES).split()


@pytest.fixture(autouse=True)
def made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "_PAYS_AFTER", 0)


def _texts() -> list[str]:
    """Words of pages alone, two together with different marks between them, and longer runs of them."""
    chance = random.Random(7)
    texts = [
        "",
        *map(str.strip, LINES),
        *WORDS,
        *(f"{one}{mark}{other}" for one, other in pairwise(WORDS) for mark in " \n-_"),
    ]
    texts += [" ".join(chance.choices(WORDS, k=chance.randrange(2, 9))) for _ in range(400)]
    texts += [re.sub(r"\\.|[^\w ]", "", name) for name in LABELS.values()]
    return [*texts, *map(str.upper, texts)]


@rows("name", PATTERNS)
def test_a_sieve_lets_through_every_text_in_which_the_pattern_finds_something(name: str) -> None:
    pattern, texts = PATTERNS[name], _texts()
    is_not_in, is_not = finds_none(pattern), fits_none(pattern)
    found = [text for text in texts if pattern.search(text)]
    assert found
    assert not [text for text in found if is_not_in(text)]
    assert not [text for text in texts if pattern.fullmatch(text) and is_not(text)]
    assert sum(map(is_not_in, WORDS)) > len(WORDS) / 4  # it is worth asking


@pytest.mark.parametrize(
    ("pattern", "found", "passed_over"),
    [
        (
            r"(?<!\w)rent(?!\w)|(?<![\d.,])\d{3}",
            ["rent", "to rent.", "x450", "rent rent"],
            ["parent", "rents"],
        ),
        (r"(?<![^\W\d_])m(?![^\W\d_])", ["m", "5m2", "_m_"], ["am", "mi"]),
        (r"a$", ["a", "a\n"], ["b"]),
        (r"[^\W\d_]{2}\d", ["éa1", "ß\u0131\u0663"], ["a1"]),
        (r"[\w.]+@\w|[^\s\w]\s\S\D\W", ["ñ@ñ", "-\u2003a-\u0301"], ["@"]),
        (r"(?P<a>x{2,3})(?:y){,2}z{2000}", ["xx" + "z" * 2000], ["x"]),
    ],
)
def test_a_sieve_knows_what_may_not_stand_beside_a_match(
    pattern: str, found: list[str], passed_over: list[str]
) -> None:
    compiled = re.compile(pattern)
    says_no = finds_none(compiled)
    assert [text for text in found if compiled.search(text) and not says_no(text)] == found
    assert [text for text in passed_over if says_no(text)] == passed_over


def test_a_sieve_of_words_without_case_knows_turkish_letters_and_halves_of_pairs() -> None:
    listing = re.compile("listing", re.IGNORECASE)
    says_no = finds_none(listing)
    assert listing.search("L\u0130STING") and not says_no("L\u0130STING")
    assert not says_no("\ud800 listing")
    with pytest.raises(ValueError, match="these flags"):
        finds_none(re.compile("^a", re.MULTILINE))
    with pytest.raises(ValueError, match="no reference"):
        finds_none(re.compile(r"(a)\1"))


def test_a_sieve_is_made_once_enough_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "_PAYS_AFTER", 9)
    is_not_in = finds_none(re.compile("rent"))
    assert [is_not_in("sale") for _ in range(4)] == [False, False, True, True]
    assert not is_not_in("rent")
