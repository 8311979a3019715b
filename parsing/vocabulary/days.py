"""How days are written: months, words before a day, years of other calendars; folded but for scripts."""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    "january jan enero ene januar janner janvier janv gennaio gen janeiro januari styczen stycznia sty"
    " ledna leden ocak января янв січня ianuarie tammikuuta gener",
    "february feb febrero februar fevrier fevr fev febbraio fevereiro februari luty lutego unora unor"
    " subat февраля фев лютого februarie febr helmikuuta pebruari febrer",
    "march mar marzo marz mars marco maart marzec marca mrz mrt brezna brezen mart marts maret марта мар"
    " березня martie marcius marc maaliskuuta",
    "april apr abril abr avril avr aprile kwiecien kwietnia kwi dubna duben nisan апреля апр квітня"
    " aprilie aprilis huhtikuuta",
    "may mayo mai maggio mag maio mei maj maja kvetna kveten mayis мая май травня majus toukokuuta",
    "june jun junio juni juin giugno giu junho czerwiec czerwca cze cervna cerven haziran июня июн червня"
    " iunie junius kesakuuta",
    "july jul julio juli juillet juil luglio lug julho lipiec lipca lip cervence cervenec temmuz июля июл"
    " липня iulie julius heinakuuta",
    "august aug agosto ago aout augustus sierpien sierpnia sie srpna srpen agustos agustus augusti"
    " августа авг серпня augusztus elokuuta",
    "september sep sept septiembre set setiembre septembre settembre setembro wrzesien wrzesnia wrz zari"
    " eylul сентября сен сент вересня septembrie szeptember szept syyskuuta",
    "october oct octubre oktober okt octobre ottobre ott outubro out pazdziernik pazdziernika paz rijna"
    " rijen ekim октября окт жовтня octombrie lokakuuta",
    "november nov noviembre novembre novembro listopad listopada lis listopadu kasim ноября ноя noiembrie"
    " marraskuuta",
    "december dec diciembre dic dezember dez decembre dicembre dezembro grudzien grudnia gru prosince"
    " prosinec aralik desember декабря дек грудня decembrie joulukuuta",
)
"""The twelve months, each in the words and short forms of many languages."""
THAI_MONTHS: Final = (
    "มกราคม ม.ค.", "กุมภาพันธ์ ก.พ.", "มีนาคม มี.ค.", "เมษายน เม.ย.", "พฤษภาคม พ.ค.", "มิถุนายน มิ.ย.",
    "กรกฎาคม ก.ค.", "สิงหาคม ส.ค.", "กันยายน ก.ย.", "ตุลาคม ต.ค.", "พฤศจิกายน พ.ย.", "ธันวาคม ธ.ค.",
)  # fmt: skip
"""The same in Thai, whose vowels are no letters of their own."""
ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "s": 1925}
"""Japan's eras, with the year before their first one."""
LISTED: Final = (
    "(?:first )?(?:listed|added|posted|published|date listed|listing date|list date|"
    "on (?:the )?market(?: since)?|date)",
    "publicado", "publicada", "anunciado", "ingresado", "alta", "en l[ií]nea", "publi[ée]e?",
    "mise? en ligne",
    "annonce du", "inserito", "pubblicato", "online seit", "eingestellt", "inserat vom", "geplaatst",
    "aangeboden", "publicerad", "dodano", "размещено", "опубликовано", "добавлено", "fr[åa]n", "ngày đăng",
)  # fmt: skip
"""Words that say that a day is the one a listing was published on …"""
LISTED_ON: Final = ("on", "el", "em", "le", "il", "am", "op", "den", "dnia", "since", "desde", "from")
"""… and what may stand after them."""
