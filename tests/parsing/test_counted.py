"""A number counts what a field counts only where the words beside it say so, in any language."""

from __future__ import annotations

import re
from typing import Final

import pytest

from config.errors import DoubtError
from parsing.counts import Bathrooms, parse_count

COUNTED: Final = {
    "bedrooms": (
        "3 Beds",
        "3 bed",
        "3-bed",
        "3 BR",
        "3 Bedroom(s)",
        "3 Bdrms",
        "3 bedrms",
        "Bedrooms: 3",
        "Beds 3",
        "# of Bedrooms: 3",
        "3 habitaciones",
        "3 Hab.",
        "3 dormitorios",
        "Dorm.: 3",
        "3 recámaras",
        "3 Recs",
        "3 alcobas",
        "3 cuartos",
        "3 quartos",
        "3 qtos",
        "3 dorms",
        "3 chambres",
        "3 ch.",
        "Nbre de chambres : 3",
        "3 Schlafzimmer",
        "3 SZ",
        "Anzahl Schlafzimmer 3",
        "3 slaapkamers",
        "3 slpk.",
        "Aantal slaapkamers: 3",
        "3 camere da letto",
        "3 camere",
        "3 sypialnie",
        "3 sypialni",
        "3 ložnice",
        "3 spálne",
        "3 hálószoba",
        "3 háló",
        "3 dormitoare",
        "3 yatak odası",
        "3 спальни",
        "3 спальня",
        "3 спальных",
        "3 soverom",
        "3 sov",
        "3 sovrum",
        "3 soveværelser",
        "3 makuuhuonetta",
        "3 mh",
        "3 υπνοδωμάτια",
        "3 kamar tidur",
        "3 KT",
        "3 phòng ngủ",
        "3 PN",
        "3 寝室",
        "3室",
        "3 غرف نوم",
        "3 חדרי שינה",
        "3 ห้องนอน",
        "3 bilik",
        "3 double bedrooms",
        "3 large bedrooms",
        "3 beds (1 en-suite)",
        "3 miegamieji",
        "3 guļamistabas",
        "3 magamistuba",
        "3 spavaće sobe",
        "3 спални",
        "3 BHK",
        "3 bedroom house",
        "3 bedroom flat",
        "3 Bedroom Apartment",
        "3 bed detached",
        "Schlafzimmer: 3",
    ),
    "bathrooms": (
        "2 Baths",
        "2 Ba",
        "2 bathroom",
        "2 full baths",
        "2 baños",
        "2 baños completos",
        "2 banheiros",
        "2 salles de bain",
        "2 SdB",
        "2 Badezimmer",
        "2 Bäder",
        "2 badkamers",
        "2 bagni",
        "2 łazienki",
        "2 koupelny",
        "2 fürdőszoba",
        "2 băi",
        "2 banyo",
        "2 ванные",
        "2 санузла",
        "2 санвузли",
        "2 bad",
        "2 badrum",
        "2 kylpyhuonetta",
        "2 μπάνια",
        "2 kamar mandi",
        "2 KM",
        "2 phòng tắm",
        "2 卫",
        "2 WC",
        "Bathrooms 2",
        "Baños: 2",
        "2 aseos",
        "2 sanitarios",
        "2 kúpeľne",
        "2 kupaonice",
    ),
    "parking_spaces": (
        "2 cars",
        "2 car garage",
        "2-car garage",
        "2 garage spaces",
        "2 parking",
        "2 spaces",
        "2 cajones",
        "2 cocheras",
        "2 estacionamientos",
        "2 plazas de garaje",
        "2 vagas",
        "2 vagas de garagem",
        "2 places de parking",
        "2 Stellplätze",
        "2 Tiefgaragenstellplätze",
        "2 parkeerplaatsen",
        "2 posti auto",
        "2 miejsca parkingowe",
        "2 parkovací místa",
        "2 parkolóhely",
        "2 locuri de parcare",
        "2 otopark",
        "2 машиноместа",
        "2 parkeringsplatser",
        "2 covered",
        "2 attached",
        "Garage 2",
        "2 lugares",
        "2 autos",
        "2 garajes",
        "2 parqueaderos",
        "2 boxes",
        "2 P-plasser",
    ),
}


@pytest.mark.parametrize(("field", "text"), [(field, text) for field in COUNTED for text in COUNTED[field]])
def test_a_number_beside_a_word_for_what_is_counted_is_read(field: str, text: str) -> None:
    read = parse_count(text, field)
    number = re.search(r"\d", text)
    assert number is not None
    assert (read.full if isinstance(read, Bathrooms) else read) == int(number[0])


@pytest.mark.parametrize("text", ["Calle 12", "Lot 3", "3 mosquitos", "Model 5 house", "3 Hunde erlaubt"])
@pytest.mark.parametrize("field", ["bedrooms", "bathrooms", "parking_spaces"])
def test_a_number_beside_other_words_is_doubtful_and_its_reading_kept(field: str, text: str) -> None:
    with pytest.raises(DoubtError, match="no word for what is counted") as doubt:
        parse_count(text, field)
    assert doubt.value.readings == (re.sub(r"\D", "", text),)


@pytest.mark.parametrize("text", ["3", "3 xyz", "3.", "( 3 )"])
def test_a_number_alone_or_before_an_abbreviation_is_read(text: str) -> None:
    assert parse_count(text, "bedrooms") == 3
