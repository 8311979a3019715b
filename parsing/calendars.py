"""Days as Japan, Taiwan, Thailand and Vietnam write them: eras, other years, months in words."""

from __future__ import annotations

import re
from typing import Final

from parsing.vocabulary.days import ERAS, THAI_MONTHS

_ERA: Final = re.compile(
    rf"(?P<era>{'|'.join(ERAS)}) ?(?P<year>\d{{1,2}}|元)[年./-] ?(?P<month>\d{{1,2}})[月./-] ?"
    r"(?P<day>\d{1,2})日?"
)
_MINGUO: Final = re.compile(
    r"(?P<named>民[國国])? ?(?P<year>\d{2,3})[年./-] ?(?P<month>\d{1,2})[月./-] ?(?P<day>\d{1,2})日?"
)
_FIRST_OF_MINGUO: Final = 1911
_THAI_MONTH: Final = {word: number for number, words in enumerate(THAI_MONTHS, 1) for word in words.split()}
_THAI: Final = re.compile(
    rf"(?:วัน\S* ?ที่ ?)?(?P<day>\d{{1,2}}) ?(?P<month>{'|'.join(map(re.escape, _THAI_MONTH))})"
    r" ?(?:พ\.ศ\. ?)?(?P<year>\d{4}|\d{2})"
)
_BUDDHIST: Final = 543
_CENTURY: Final = 2500
_VIETNAMESE: Final = re.compile(
    r"(?:ngay )?(?P<day>\d{1,2}) thang (?P<month>\d{1,2}),? (?:nam )?(?P<year>\d{4})"
)


def day_of_other_calendar(line: str, words: str, country: str | None) -> tuple[int, int, int] | None:
    """Year, month and day of a line that only its `country` writes so; `words` is the line, folded."""
    if country == "JP" and (found := _ERA.fullmatch(line.lower())):
        year = 1 if found["year"] == "元" else int(found["year"])
        return ERAS[found["era"]] + year, int(found["month"]), int(found["day"])
    if country == "TW" and (found := _MINGUO.fullmatch(line)) and (found["named"] or len(found["year"]) == 3):
        return _FIRST_OF_MINGUO + int(found["year"]), int(found["month"]), int(found["day"])
    if country == "TH" and (found := _THAI.fullmatch(line)):
        year = int(found["year"]) + (_CENTURY if len(found["year"]) == 2 else 0)
        year -= _BUDDHIST if year > 2400 else 0
        return year, _THAI_MONTH[found["month"]], int(found["day"])
    if country == "VN" and (found := _VIETNAMESE.fullmatch(words)):
        return int(found["year"]), int(found["month"]), int(found["day"])
    return None
