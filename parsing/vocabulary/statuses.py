"""How listings say where they stand, by RESO's StandardStatus."""

from __future__ import annotations

from typing import Final

STATUSES: Final[dict[str, tuple[str, ...]]] = {
    "Active": (
        "aktivni", "tillsalu", "tilsalg", "公開中", "販売中", "募集中", "available", "available now",
        "available immediately", "disponible", "disponivel", "disponibile", "activa", "activo", "ativo",
        "actif", "attivo", "aktiv", "aktywna", "aktywne", "active listing", "active offer", "new",
        "new listing", "new price", "price change", "price changed", "price reduced", "price drop",
        "price increased", "reduced", "extended", "back on market", "back on the market", "back to market",
        "in stock", "live", "on market", "on the market", "still available", "published", "publicado",
        "publicada", "relisted", "verfügbar", "frei", "just listed", "new construction", "beschikbaar",
        "dostępne", "dostępny", "dostępna", "volné", "k dispozici", "elérhető", "disponibil", "satışta",
        "ledig", "tillgänglig", "в продаже", "доступно", "доступен", "свободна", "在售", "待租", "在租",
        "판매중", "distressed", "auction", "for auction", "foreclosure", "short sale", "open house",
        "for sale by owner", "fsbo",
    ),
    "Active Under Contract": (
        "sousoption", "enoption", "申込みあり", "申込有り", "거래중", "contingent", "under offer unavailable",
        "under offer available", "under contract showing", "under contract - show",
        "under contract taking backups", "under offer", "sale agreed", "let agreed", "sold stc", "sstc",
        "sstcm", "sold stcm", "sold subject to contract", "sold subject to concluded missives",
        "let subject to contract", "let stc", "active contingent", "active with contract",
        "active with contingency", "active with offer", "active kick out", "active with kick-out",
        "active option", "active option contract", "option pending", "active first right of refusal",
        "contingent show", "contingent no show", "contingent - continue to show", "backup", "backup offers",
        "active backup", "pending taking backups", "taking backups", "accepting backup offers",
        "accepting backups", "pending continue to show", "pending show", "sous compromis",
        "compromis de vente", "compromis signé", "sous offre", "sous promesse", "offre acceptée", "onder bod",
        "verkocht onder voorbehoud", "verhuurd onder voorbehoud", "onder optie", "bajo oferta", "con oferta",
        "oferta aceptada", "en negociación", "sale agreed subject to contract", "offer accepted",
        "under negotiation", "conditionally sold", "sold conditionally", "sold conditional", "conditional",
        "proposta accettata", "sotto proposta", "in trattativa", "com proposta", "em negociação",
        "under option", "bud lagt", "köpt under förhandling", "商談中", "申込あり", "계약중",
    ),
    "Canceled": (
        "cancelled", "cancelado", "cancelada", "annulé", "annulée", "storniert", "annullato", "cancellation",
    ),
    "Closed": (
        "satildi", "kiralandi", "契約済", "契約済み", "売約済み", "売却済み", "賃貸済", "已租出", "已成交",
        "sallt", "slutpris", "solgte", "leietut", "loues", "elkelt", "berbeadva", "vendut", "llogat", "venut",
        "prodato", "iznajmljeno", "مؤجر", "sold", "sold out", "sold prior to auction", "sold at auction",
        "sold by us", "recently sold", "vendido", "vendida", "rented", "rented out", "rentado", "rentada",
        "leased", "leased out", "let", "let by us", "alquilado", "alquilada", "verkauft", "vermietet",
        "vendu", "vendue", "loué", "louée", "settled", "completed", "complete", "exchanged",
        "exchanged contracts", "purchased", "sale completed", "completed sale", "closed sale", "sale closed",
        "venduto", "venduta", "affittato", "affittata", "locato", "verkocht", "verhuurd", "arrendado",
        "arrendada", "alugado", "alugada", "locado", "locada", "solgt", "utleid", "udlejet", "såld",
        "slutsåld", "uthyrd", "myyty", "vuokrattu", "satıldı", "kiralandı", "sprzedane", "sprzedany",
        "sprzedana", "wynajęte", "wynajęty", "wynajęta", "prodáno", "prodaný", "prodané", "predané",
        "predaný", "pronajato", "pronajaté", "prenajaté", "eladva", "kiadva", "vândut", "închiriat",
        "продано", "продан", "продана", "сдано", "сдан", "сдана", "арендовано", "здано", "πουλήθηκε",
        "πωλήθηκε", "ενοικιάστηκε", "已售", "已售出", "售罄", "售出", "已租", "已出租", "成約済", "成約済み",
        "売却済", "売約済", "계약완료", "거래완료", "판매완료", "terjual", "tersewa", "đã bán", "đã cho thuê",
        "ขายแล้ว", "เช่าแล้ว", "تم البيع", "تم التأجير", "مباع", "מכור", "נמכר", "הושכר",
    ),
    "Coming Soon": (
        "próximamente", "preview", "pre market", "not yet available", "available soon", "demnächst",
        "bientôt disponible", "prossimamente", "em breve", "binnenkort", "komende tiid", "skoro",
        "kommer snart", "kommande", "kommend", "wkrótce", "brzy", "скоро в продаже", "launching soon",
        "to be released",
    ),
    "Delete": (
        "deleted",
    ),
    "Expired": (
        "expirado", "expirada", "vencido", "vencida", "expiré", "abgelaufen", "scaduto", "verlopen", "lapsed",
    ),
    "Hold": (
        "rezervovany", "rezervovana", "reserverat", "bokad", "zadano", "senalizado", "consenal", "vergeben",
        "已预订", "예약중", "on hold", "temporarily off market", "temporarily off the market",
        "temp off market", "temporarily withdrawn", "paused", "pausado", "pausada", "suspended", "suspendido",
        "suspendida", "suspendu", "sospeso", "wstrzymane", "pozastaveno", "reserved", "reservado",
        "reservada", "apartado", "apartada", "separado", "separada", "señado", "señada", "reserviert",
        "réservé", "réservée", "gereserveerd", "riservato", "riservata", "zarezerwowane", "zarezerwowany",
        "rezerwacja", "rezervováno", "rezervované", "rezervace", "rezervat", "rezervirano", "lefoglalva",
        "foglalt", "varattu", "reserveret", "reserverad", "reservert", "rezerve", "opsiyonlu",
        "забронировано", "зарезервирано", "резерв", "бронь", "κρατημένο", "예약", "booked", "đã đặt cọc",
        "จองแล้ว", "محجوز",
    ),
    "Incomplete": (
        "draft", "borrador", "entwurf", "brouillon", "bozza", "rascunho", "concept",
    ),
    "Pending": (
        "under contract", "pending sale", "sale pending", "pending lease", "lease pending", "rental pending",
        "pending rental", "under agreement", "en proceso", "contract", "pending inspection",
        "pending do not show", "pending contract", "in escrow", "in contract", "offer pending",
        "deposit taken", "deposit paid", "application pending", "under application", "application approved",
        "zarezerwowana", "交渉中",
    ),
    "Withdrawn": (
        "neaktualni", "募集終了", "掲載終了", "off market", "off the market", "removed", "delisted",
        "not active", "non active", "unavailable", "not available", "no longer available", "no longer listed",
        "no longer on the market", "inactive", "inactivo", "inactiva", "inaktiv", "inactief", "retirado",
        "retirada", "retiré", "retirée", "not for sale", "not for rent", "no disponible", "non disponible",
        "non disponibile", "indisponible", "indisponível", "não disponível", "nicht verfügbar",
        "nicht mehr verfügbar", "nie verfügbar", "niet beschikbaar", "niet meer beschikbaar",
        "ya no disponible", "plus disponible", "n'est plus disponible", "non più disponibile", "niedostępne",
        "nieaktualne", "nedostupné", "stažené", "ritirato", "zurückgezogen", "ingetrokken",
        "withdrawn from sale", "снято с продажи", "снят с продажи", "не актуально", "неактивно",
        "yayından kaldırıldı", "下架", "已下架",
    ),
}  # fmt: skip
"""By status, other words for it, with their accents; they are compared without accents, blanks and marks."""
UNAVAILABLE: Final = (
    "not available", "no disponible", "non disponible", "non disponibile", "unavailable",
)  # fmt: skip
"""Blanks of other fields; of a status, that the home is withdrawn."""
