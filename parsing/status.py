"""Where a listing stands, as one of RESO's eleven StandardStatus values."""

from __future__ import annotations

import re
from typing import Final

from parsing.operation import operation_in
from parsing.text import fold, one_line, plain

STANDARD: Final = (
    "Active", "Active Under Contract", "Canceled", "Closed", "Coming Soon", "Delete", "Expired", "Hold",
    "Incomplete", "Pending", "Withdrawn",
)  # fmt: skip
_SQUEEZE: Final = re.compile(r"[\W_]+")
_LONGEST: Final = 40
_PART: Final = re.compile(r" [-–—|/] |[,(;:]")
"""Between a status and what else is said: "Sold STC - off the market"."""
_OTHER_WORDS: Final = {
    "Active": (
        "available disponible activa activo new newlisting pricechange pricereduced backonmarket instock "
        "live onmarket onthemarket published "
        "publicado publicada relisted verfugbar justlisted newconstruction aktivni aktywna aktywne "
        "aktiv volne "
        "tillsalu tilsalg ledig 公開中 販売中 募集中 在售 在租"
    ),
    "Active Under Contract": (
        "contingent undercontractshowing underoffer saleagreed letagreed soldstc sstc "
        "soldsubjecttocontract "
        "activecontingent activewithcontract contingentshow backup takingbackups acceptingbackupoffers "
        "souscompromis compromisdevente compromissigne sousoffre onderbod verkochtondervoorbehoud "
        "bajooferta saleagreedsubjecttocontract letstc offeraccepted underoption sousoption enoption "
        "onderoptie intrattativa propostaaccettata emnegociacao 商談中 申込あり 申込みあり 申込有り "
        "계약중 거래중"
    ),
    "Canceled": "cancelled cancelado cancelada",
    "Closed": (
        "sold vendido vendida rented rentado rentada leased let alquilado alquilada verkauft vermietet "
        "vendu "
        "loue soldout settled completed recentlysold exchanged venduto venduta affittato affittata "
        "verkocht "
        "verhuurd arrendado arrendada alugado alugada letbyus soldbyus solgt utleid udlejet sald uthyrd "
        "myyty "
        "vuokrattu satildi satıldı kiralandi kiralandı sprzedane sprzedany wynajete wynajety prodano "
        "prodany pronajato eladva "
        "kiadva vandut inchiriat продано продан продана "
        "сдано сдан сдана 已售 已售出 已租 成約済 成約済み 계약완료 契約済 契約済み 売約済 売約済み 売却済 "
        "売却済み 賃貸済 "
        "已租出 已成交 거래완료 sallt slutpris slutsald solgte utleid leietut loues vendue louee elkelt "
        "berbeadva vendut llogat venut prodato iznajmljeno πουληθηκε πωληθηκε ενοικιαστηκε ขายแล้ว เช่าแล้ว "
        "מכור נמכר הושכר مباع مؤجر"
    ),
    "Coming Soon": "proximamente preview premarket",
    "Delete": "deleted",
    "Expired": "expirado vencido vencida",
    "Hold": (
        "onhold temporarilyoffmarket reserved reservado reservada apartado apartada paused pausado "
        "suspended "
        "reserviert gereserveerd riservato rezervovano rezervovany rezervace rezervovana rezerwacja "
        "zarezerwowane zarezerwowany reserverad reserverat bokad reserveret reservert varattu foglalt "
        "rezervat reserve reservee zadano senalizado consenal vergeben забронировано бронь 已预订 "
        "예약중 จองแล้ว"
    ),
    "Incomplete": "draft borrador",
    "Pending": "undercontract pendingsale underagreement enproceso contract",
    "Withdrawn": (
        "offmarket removed delisted notactive unavailable notavailable nolongeravailable inactive "
        "inactivo inactiva offthemarket retirado retirada notforsale nieaktualne neaktualni "
        "募集終了 掲載終了 已下架 снятоспродажи inaktiv"
    ),
}
_BY_KEY: Final = {_SQUEEZE.sub("", status.casefold()): status for status in STANDARD} | {
    _SQUEEZE.sub("", fold(word)): status for status, words in _OTHER_WORDS.items() for word in words.split()
}


def is_off_market(text: str) -> bool:
    """Whether a text is the name of a status other than active: sold, let, reserved, withdrawn."""
    status = parse_standard_status(text) if 1 < len(text) <= _LONGEST else "Active"
    return status in STANDARD and status != "Active"


def parse_standard_status(text: str) -> str:
    """The RESO status; "For Sale" is Active, "SOLD" is Closed, and an unknown one stays as it is."""
    word = plain(text).removeprefix("https://schema.org/").removeprefix("http://schema.org/")
    key = _SQUEEZE.sub("", word)
    if status := _BY_KEY.get(key) or _BY_KEY.get(_SQUEEZE.sub("", _PART.split(word)[0])):
        return status
    if key.startswith("not") or len(word.split()) > 4 or operation_in(word) is None:
        return one_line(text)
    return "Active"
