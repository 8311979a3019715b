"""Where countries lie, in whole degrees, and the words for the directions of the compass."""

from __future__ import annotations

from typing import Final, NamedTuple

from parsing.text import words


class Box(NamedTuple):
    """A country between two latitudes and two longitudes, its islands included where homes are sold there."""

    south: int
    north: int
    west: int
    east: int


_BOXES: Final = (
    "AE:22,27,51,57 AR:-56,-21,-74,-53 AT:46,49,9,18 AU:-44,-9,112,154 BD:20,27,88,93 BE:49,52,2,7"
    " BG:41,45,22,29 BO:-23,-9,-70,-57 BR:-34,6,-74,-34 CA:41,84,-142,-52 CH:45,48,5,11"
    " CL:-56,-17,-110,-66 CN:18,54,73,135 CO:-5,14,-82,-66 CR:5,12,-88,-82 CY:34,36,32,35 CZ:48,52,12,19"
    " DE:47,56,5,16 DK:54,58,8,16 DO:17,20,-73,-68 EC:-6,2,-92,-75 EE:57,60,21,29 EG:21,32,24,37"
    " ES:27,44,-19,5 FI:59,71,19,32 FR:41,52,-6,10 GB:49,61,-9,2 GE:41,44,39,47 GH:4,12,-4,2"
    " GR:34,42,19,30 GT:13,18,-93,-88 HK:22,23,113,115 HN:12,18,-90,-82 HR:42,47,13,20 HU:45,49,16,23"
    " ID:-12,7,94,142 IE:51,56,-11,-5 IL:29,34,34,36 IN:6,36,68,98 IS:63,67,-25,-13 IT:35,48,6,19"
    " JP:20,46,122,154 KE:-5,5,33,42 KR:33,39,124,132 KZ:40,56,46,88 LK:5,10,79,82 LT:53,57,20,27"
    " LU:49,51,5,7 LV:55,59,20,29 MA:20,36,-18,0 MT:35,37,14,15 MX:14,33,-119,-86 MY:0,8,99,120"
    " NG:4,14,2,15 NI:10,16,-88,-82 NL:50,54,3,8 NO:57,72,4,32 NP:26,31,80,89 NZ:-48,-34,166,179"
    " PA:7,10,-83,-77 PE:-19,0,-82,-68 PH:4,22,116,127 PK:23,38,60,78 PL:49,55,14,25 PT:30,43,-32,-6"
    " PY:-28,-19,-63,-54 QA:24,27,50,52 RO:43,49,20,30 RS:42,47,18,24 SA:16,33,34,56 SE:55,70,10,25"
    " SG:1,2,103,105 SI:45,47,13,17 SK:47,50,16,23 SV:13,15,-91,-87 TH:5,21,97,106 TR:35,43,25,45"
    " TW:21,27,118,123 TZ:-12,0,29,41 UA:44,53,22,41 UG:-2,5,29,36 US:17,72,-180,-64 UY:-36,-30,-59,-53"
    " VN:8,24,102,110 ZA:-35,-22,16,33"
)
BOXES: Final = {
    country: Box(*map(int, edges.split(",")))
    for country, _, edges in (entry.partition(":") for entry in _BOXES.split())
}
"""By country, the box it lies in."""

COMPASS: Final[dict[str, tuple[str, ...]]] = {
    "n": (
        "north",
        "norte",
        "nord",
        "noord",
        "polnoc",
        "с.ш.",
        "с. ш.",
        "сш",
        "latitude north",
        "북위",
        "北緯",
        "北纬",
    ),
    "s": ("south", "sur", "sud", "sul", "sued", "zuid", "ю.ш.", "ю. ш.", "юш", "남위", "南緯", "南纬"),
    "e": ("east", "este", "est", "leste", "ost", "oost", "в.д.", "в. д.", "вд", "동경", "東経", "东经"),
    "w": ("west", "oeste", "ouest", "ovest", "з.д.", "з. д.", "зд", "서경", "西経", "西经"),
}
"""By direction, its names; the letters stand for themselves."""
OEST: Final = words(
    "AD AR BO BR CL CO CR CU DO EC ES FR GT HN IT MX NI PA PE PT PY SV UY VE MA DZ TN SN CI LU PR"
)
"""Where O is the west: oeste, ouest, ovest …"""
OST: Final = words("DE AT LI NL")
"""… and where it is the east: Ost, oost."""
LEADING_ZEROS: Final = frozenset(
    ("CT", "MA", "ME", "NH", "NJ", "RI", "VT", "PR", "CONNECTICUT", "MASSACHUSETTS", "MAINE", "NEW HAMPSHIRE",
     "NEW JERSEY", "RHODE ISLAND", "VERMONT", "PUERTO RICO")
)  # fmt: skip
"""Where the ZIP codes of the United States begin with 0."""
