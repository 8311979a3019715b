"""How money is written: currencies, multipliers, what stands in place of a price or beside one.

Words are folded; a word may be a short pattern. What a sentence may also mean is named apart: a cell of a
price column is about a price, a page's text need not be.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from parsing.text import words

CODES: Final = words(
    "AED AMD AOA ARS AUD AZN BAM BDT BGN BHD BOB BRL BWP BYN CAD CHF CLF CLP CNY COP CRC CZK DKK DOP DZD"
    " EGP ETB EUR"
    " GBP GEL GHS GTQ HKD HNL HUF IDR ILS INR IQD ISK JMD JOD JPY KES KRW KWD KZT LBP LKR MAD MDL MKD MOP"
    " MUR MXN MYR"
    " MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SEK SGD THB TND TRY"
    " TTD TWD"
    " TZS UAH UGX USD UYU VND XAF XOF ZAR ZMW"
)
ISO_4217: Final = CODES | words(
    "AFN ALL ANG AWG BBD BIF BMD BND BSD BTN BZD CDF CHE CHW COU CUC CUP CVE DJF ERN FJD FKP GIP GMD GNF GYD"
    " HRK HTG IRR KGS KHR KMF KPW KYD LAK LRD LSL LYD MGA MMK MNT MRU MVR MWK MXV PGK SBD SCR SDG SHP SLE"
    " SLL SOS"
    " SRD SSP STN SVC SYP SZL TJS TMT TOP USN UYI UZS VED VES VUV WST XCD XPF YER ZWG ZWL"
)
"""Every currency that has a code; the others are hardly seen on pages and have no signs of their own here."""
MARKS: Final[dict[str, tuple[str, ...]]] = {
    "USD": ("us$", "u$s", "u$d", "usd$", "us dollars?", "dolares", "dólares", "dólar", "dolar", "dlls?.?",
            "dls.?", "american dollars?", "$us", "у.е.", "دولار", "долл.?"),
    "MXN": ("mx$", "mxn$", "mex$", "m.n.", "m.n", "mn", "pesos mexicanos", "moneda nacional"),
    "CAD": ("ca$", "cad$", "cdn$"), "AUD": ("a$", "au$", "aud$"), "NZD": ("nz$",), "NAD": ("n$",),
    "JMD": ("j$",), "TTD": ("tt$",), "HKD": ("hk$",),
    "SGD": ("s$", "sgd$"), "TWD": ("nt$",), "BRL": ("r$", "reais"), "EUR": ("€", "euros?", "евро", "ευρώ"),
    "GBP": ("£", "pounds?", "gbp£"), "CHF": ("sfr.?", "fr.", "franken", "francs suisses", "swiss francs?",
    "franchi"), "JPY": ("円", "yen", "jp¥"),
    "INR": ("₹", "rupees?"), "KRW": ("₩", "원"), "PHP": ("₱",), "CNY": ("rmb", "cn¥"),
    "TRY": ("₺", "tl"), "PLN": ("zł", "złotych"), "CZK": ("kč",), "AED": ("د.إ",), "SAR": ("ر.س",),
    "EGP": ("ج.م", "جنيه", "جنيها"), "KWD": ("د.ك",), "QAR": ("ر.ق",), "ZAR": ("r", "rands?"),
    "RUB": ("₽", "руб.?", "р."), "ILS": ("₪", "nis", "ש\"ח", "ש״ח", "שקל", "שקלים"), "JOD": ("jds?",),
    "THB": ("฿", "baht", "บาท"),
    "VND": ("₫", "đ", "đồng"), "IDR": ("rp.?", "rupiah"), "MYR": ("rm",), "NGN": ("₦", "naira"),
    "KES": ("kshs?.?",), "GHS": ("gh₵", "₵"), "PEN": ("s/.?", "soles"), "UAH": ("₴", "грн.?"),
    "CRC": ("₡", "colones"), "PYG": ("₲", "gs.?"), "BOB": ("bs.?",), "CLF": ("uf",), "COP": ("col$",),
    "NIO": ("córdobas", "cordobas"), "PAB": ("balboas?",), "HNL": ("lempiras?", "lps.?"),
    "ARS": ("ar$",),
    "DOP": ("rd$",), "BDT": ("৳", "taka", "tk.?"), "GEL": ("₾",), "GTQ": ("quetzal", "quetzales"),
    "BWP": ("pulas?",), "HUF": ("forint",),
    "KZT": ("₸", "тг.?", "тенге"), "BGN": ("лв.?",), "UYU": ("$u",), "MOP": ("mop$",), "AZN": ("₼",),
    "AMD": ("֏",), "TZS": ("tshs?.?",), "UGX": ("ushs?.?",),
}  # fmt: skip
"""By currency, the signs and words that mean no other one; `?` makes the character before it optional."""
SHARED: Final[dict[str, tuple[str, ...]]] = {
    "$": ("MXN", "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "ARS", "CLP", "COP", "UYU", "DOP", "TWD", "TTD",
          "JMD", "NIO"),
    "pesos": ("MXN", "ARS", "CLP", "COP", "UYU", "DOP", "PHP"),
    "peso": ("MXN", "ARS", "CLP", "COP", "UYU", "DOP", "PHP"),
    "¥": ("JPY", "CNY"), "ft": ("HUF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"), "rs.": ("INR", "PKR", "LKR", "NPR", "MUR"), "lei": ("RON",),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"), "dirhams": ("AED", "MAD"), "dirham": ("AED",
    "MAD"), "francs": ("CHF", "XOF", "XAF"), "درهم": ("AED", "MAD"),
    "dh": ("AED", "MAD"), "dhs": ("AED", "MAD"), "dh.": ("AED", "MAD"), "dhs.": ("AED", "MAD"),
    "元": ("CNY", "TWD", "HKD", "MOP"), "c$": ("CAD", "NIO"),
    "ريال": ("SAR", "QAR", "OMR"), "ریال": ("SAR", "QAR", "OMR"), "riyals": ("SAR", "QAR"),
    "دينار": ("KWD", "BHD", "JOD", "IQD", "TND", "DZD"), "fcfa": ("XOF", "XAF"), "f cfa": ("XOF", "XAF"),
    "francs cfa": ("XOF", "XAF"), "cfa": ("XOF", "XAF"), "रु": ("INR", "NPR"), "रू": ("INR", "NPR"),
}  # fmt: skip
"""By sign or word, the currencies that share it."""
USUAL: Final = {
    "¥": "JPY", "rs": "INR", "rs.": "INR", "pesos": "MXN", "peso": "MXN", "lei": "RON", "kr.": "DKK",
    "درهم": "AED", "dh": "AED", "dhs": "AED", "dh.": "AED", "dhs.": "AED", "元": "CNY", "c$": "CAD",
}  # fmt: skip
"""The currency of a shared mark where neither source nor country is known."""
LOCAL_SIGNS: Final[dict[str, str]] = {
    "GTQ": r"q",
    "HNL": r"l",
    "BWP": r"p",
    "PHP": r"p",
    "NGN": r"n",
    "KES": r"shs?",
    "UGX": r"shs?",
    "TZS": r"shs?",
}
"""By currency, the letters before an amount that stand for it where it is the local money."""
LOCAL_WORDS: Final[dict[str, dict[str, str]]] = {
    "HUF": {"mft": "millio ft", "eft": "ezer ft", "mrdft": "mrd ft"},
    "NOK": {"mnok": "mill nok"},
    "DKK": {"mdkk": "mio dkk"},
    "SEK": {"msek": "mio sek"},
    "EUR": {"meur": "mio eur"},
    "BRL": {"mi": "milhoes"},
}
"""By currency, abbreviations after an amount that stand for these words where it is the local money."""
UNCLEAR_MARKS: Final = words(
    "jds? rwf etb cfa bam mdl pulas? r rm rp.? tl uf gs.? fr. s/.? mn pounds? try mad pen bob ron cop gel"
    " nis mop bs.? tk.?"
)
"""Also words, abbreviations or rooms: in running text they need an amount of at least three digits."""
COUNTRIES: Final = dict(
    pair.split(":", maxsplit=1)
    for pair in words(
        "AE:AED AR:ARS AT:EUR AU:AUD BD:BDT BE:EUR BG:EUR BA:BAM BF:XOF BH:BHD BJ:XOF BO:BOB BR:BRL"
        " BW:BWP CA:CAD CH:CHF CI:XOF CL:CLP CM:XAF CN:CNY CO:COP CR:CRC"
        " CY:EUR CZ:CZK DE:EUR DK:DKK DO:DOP DZ:DZD EC:USD EE:EUR EG:EGP ES:EUR ET:ETB FI:EUR FR:EUR"
        " GA:XAF GB:GBP GE:GEL GH:GHS"
        " GR:EUR GT:GTQ HK:HKD HN:HNL HR:EUR HU:HUF ID:IDR IE:EUR IL:ILS IN:INR IQ:IQD IS:ISK IT:EUR"
        " JM:JMD JO:JOD JP:JPY KE:KES KR:KRW KW:KWD"
        " KZ:KZT LK:LKR LT:EUR LU:EUR LV:EUR MA:MAD MD:MDL ME:EUR MK:MKD ML:XOF MO:MOP MT:EUR MU:MUR"
        " MX:MXN MY:MYR NA:NAD NG:NGN NI:NIO NL:EUR NO:NOK NP:NPR"
        " NZ:NZD OM:OMR PA:USD PE:PEN PH:PHP PK:PKR PL:PLN PR:USD PT:EUR PY:PYG QA:QAR RO:RON RS:RSD"
        " RU:RUB RW:RWF SA:SAR SE:SEK"
        " SG:SGD SI:EUR SK:EUR SN:XOF SV:USD TG:XOF TH:THB TN:TND TR:TRY TT:TTD TW:TWD TZ:TZS UA:UAH"
        " UG:UGX US:USD UY:UYU VN:VND ZA:ZAR"
    )
)
"""By country, what its listings are priced in."""

SCALES: Final[dict[Decimal, tuple[str, ...]]] = {
    Decimal(1_000): (
        r"k(?!\.? ?k)", "thousand", "mil", "mila", "mille", "mii", "tausend", r"tsd\.?", "thsd", "tys",
        r"tys\.", r"tis\.?", "tisíc", "ezer", "bin", "ribu", "rb", "tkr", "tuhat", "nghìn", "ngàn", "тыс",
        r"тыс\.", r"т\. ?р\.?", "тысяч[аи]?", "тис", r"тис\.", "хил", r"хил\.", "χιλ", r"χιλ\.", "χιλιάδες",
        "ألف", "אלף",
        "हज़ार", "হাজার", "ہزار", "พัน",
    ),
    Decimal(10_000): ("万", "만", "萬", "หมื่น"),
    Decimal(100_000): ("lacs?", "lakhs?", "l", "लाख", "লাখ", "لاکھ", "แสน"),
    Decimal(1_000_000): (
        "m", "mm", "mn", r"mill\.?", "millón", "millones", "million(?:s|en|er|i)?", r"mio\.?", "mdp", "mdd",
        "milhão", "milhões", "mln", r"mln\.", "milione", "milioni", "miljoen", "miljoner", "milyon", "millió",
        "milión", "milion(?:y|ů|i|ów|e|a)?", "miljonit?", r"milj\.?", "juta", "jt", "triệu", "milioane",
        "mkr", "mnkr", "млн", r"млн\.", "миллион(?:ов|а)?", "мільйон(?:ів|и)?", "εκατ", r"εκατ\.",
        "εκατομμύρια", "مليون", "میلیون", "מיליון", "मिलियन", "ล้าน", "百万", "百萬", "백만",
    ),
    Decimal(10_000_000): ("crores?", r"cr\.?", "करोड़", "কোটি", "کروڑ", "千万", "千萬", "천만"),
    Decimal(100_000_000): ("億", "亿", "억"),
    Decimal(1_000_000_000): (
        "bn", "b", "billion", r"mrd\.?", "mld", r"mld\.", "milliarden?", "milliárd", "miliardo", "miliardi",
        "miljard", "milyar", "miliar", "milyard", "mm ?mdp", "tỷ", "tỉ", "млрд", r"млрд\.",
        "миллиард(?:а|ов)?", "مليار", "میلیارد",
    ),
}  # fmt: skip
"""By factor, the words that multiply an amount, with their accents; "mm mdp" before "mm"."""
SCALES_OF: Final[dict[str, dict[str, Decimal]]] = {
    "tr": {"VND": Decimal(1_000_000)},
    "ty": {"VND": Decimal(1_000_000_000)},
    "t": {"EUR": Decimal(1_000), "CHF": Decimal(1_000)},
    "천": {"KRW": Decimal(10_000_000)},
}
"""Words that multiply only amounts of these currencies."""
MIL_IS_THOUSAND: Final = words(
    "AD AO AR BO BR CL CO CR CU DO EC ES GT HN MX MZ NI PA PE PT PY SV UY VE"
    " ARS BOB BRL CLP COP CRC CUP DOP GTQ HNL MXN NIO PEN PYG UYU VES AOA MZN"
)
"""Countries and currencies where "mil" is a thousand: in Spanish and Portuguese."""
MIL_IS_MILLION: Final = words(
    "CZ SK SI HR RO RS BA MY SG GB IE AU NZ IN PK PH ZA HK NG KE GH"
    " CZK RON RSD BAM MYR SGD GBP AUD NZD INR PKR PHP ZAR HKD NGN KES GHS"
)
"""The same where it is short for a million."""
IMPLIED: Final = {
    "mdp": "MXN", "mdd": "USD", "lac": "INR", "lakh": "INR", "cr": "INR", "crore": "INR", "लाख": "INR",
    "करोड़": "INR", "juta": "IDR", "miliar": "IDR", "tỷ": "VND", "triệu": "VND", "억": "KRW", "ล้าน": "THB",
    "millió": "HUF", "milliárd": "HUF",
}  # fmt: skip
"""The currency that a multiplier implies."""
RETIRED: Final = (
    "pesetas?", "ptas?", "pts", "dm", "deutsche mark", "d-mark", "lire", "escudos?", "contos?", "francs?",
    "frs?",
    "ff", "deutschmarks?", "drachm(?:a|es|en|ai)", "gulden", "guilders?", "schilling", "ats", "markkaa",
    "litas", "lats",
)  # fmt: skip
"""After an amount, money that is no longer paid; "francs" is, in Switzerland and in Africa."""
FRANCS: Final = words("CH LI XAF XOF CHF CG CD BI DJ GN KM RW BF BJ CI CM GA ML SN TG")
"""Where francs are paid."""
RUPEES: Final = frozenset(("INR", "PKR", "BDT", "NPR", "LKR"))
MILS: Final = frozenset(("BHD", "KWD", "OMR", "JOD", "TND", "LYD", "IQD"))
"""Money whose smallest part is a thousandth: there "450.000" has decimals."""
CHEAP: Final[dict[str, int]] = {
    **dict.fromkeys(words("INR PKR BDT NPR LKR JPY RUB KZT HUF ISK CLP RSD ARS CRC KES PHP AMD DZD JMD"), 50),
    **dict.fromkeys(words("KRW COP PYG UGX TZS XAF XOF MMK NGN IQD RWF"), 500),
    **dict.fromkeys(words("IDR VND LBP IRR LAK UZS"), 5_000),
}
"""How many units of a currency are worth about one of the usual ones, by order of magnitude."""

PRICE: Final = (
    "price", "precio", "prix", "preis", "prezzo", "preco", "prijs", "pris", "hinta", "fiyat", "цена", "価格",
)  # fmt: skip
ASKED: Final = (
    *PRICE, "list(?:ing)? price", "asking(?: price)?", "purchase price", "sale price", "kaufpreis",
    "verkaufspreis",
    "prix de vente", "precio de venta", "prezzo di vendita", "preco de venda", "vraagprijs", "koopprijs",
    "prisantydning", "utgangspris", "kontantpris", "cena", "cena sprzedazy", "ціна", "harga", "giá", "gia",
    "ár",
    "iranyar", "pret", "売価", "売買価格", "总价", "總價", "售价", "售價", "매매가?", "ราคา", "السعر", "מחיר",
    "rent", "monthly rent", "kaltmiete",
    "miete", "loyer", "alquiler", "renta", "aluguel", "affitto", "huurprijs", "husleje", "hyra", "leie",
    "najem",
    "kira", "家賃", "賃料", "월세", "ค่าเช่า", "sewa", "demand",
)  # fmt: skip
"""Straight before an amount, that it is the one asked for, where others stand beside it."""
ON_REQUEST: Final = (
    r"p\.?o\.?a\b", "on application", "a consultar", "consultar precio", "consulte", "call for price",
    "contact (?:agent|us) for price", "a tratar", "auf anfrage", "sur demande", "sob consulta", "trattativa",
    r"price tb[acd]\b", "prijs op aanvraag", "prezzo su richiesta", "price (?:up)?on request", "応相談",
    "面议", "面議",
)  # fmt: skip
"""What can only mean that no price is stated."""
ON_REQUEST_IN_CELL: Final = (
    "consult", "pregunta", "tratar", "on (?:request|enquiry|inquiry|demand)", "upon request",
    "by request", "auction", "subasta", "enchere", "contact", "call ", "ask ", "enquire", "inquire",
    "anfrage", "su richiesta", "sob ", "op aanvraag", "aanvraag", "undisclosed", "withheld",
    "not disclosed", r"tb[acd]\b", "to be ", "coming soon", "negotia", "negocia", "make (?:an )?offer",
    "best offer", r"bids?\b", "expressions? of interest", r"eoi\b", "por definir", "sin precio",
    "no price", "price not", "precio no", "not stated", "por confirmar", "solicit", "request", "問い?合わせ",
    "по запросу", "договор", "preco a", "pris pa", "hinta", "informes", r"vhs\b", r"none\b", "tender",
    "vendor", "deadline", "set date", "on asking", "log ?in", "register", "na dotaz", "na dopyt", "zapytaj",
    "do uzgodnienia", "未定", "dohod(?:ou|a)", "thoa thuan", "thuong luong", "gia lien he", "lien he",
    "info v rk",
    "v rk", "info o cene", "cenu? (?:na )?sdeli", "dotaz(?:te)?", "na vyzadanie", "megegyezes",
    "fiyat sor", "sorunuz", "협의", "문의", "议价",
    "價洽", "洽談",
    "สอบถาม", "hubungi", "cena na", "la cerere", "pret la", "по договоренности", "за домовленістю",
    "договірна",
    "السعر عند", "عند الطلب", "اتصل", "על פי", "לפי בקשה", "κατοπιν", "a convenir",
)  # fmt: skip
"""What means it in a cell for a price, or beside the word "price": elsewhere on a page it is any button."""

OLD: Final = (
    "antes(?: de)?", "was", "previously", "vorher", "statt", "originally",
    "(?:old|original|previous)(?: list| asking)?(?: price|:|$)", "precio anterior", "last sold(?: for)?",
    "sold for", "down from",
)  # fmt: skip
"""Before an amount that holds no longer."""
OLD_BEFORE_AMOUNT: Final = ("before", "avant", "prima", "era")
"""The same, but also names and other words: in running text only straight before an amount."""
OLD_UNLESS_ALONE: Final = (
    "listed at", "warmmiete", "gesamtmiete", "mensualidad(?:es)?", "offerta minima", "minimum bid",
    "full (?:price|value)", "totalpris", "totalsum", "omkostninger", "total ?kostnad",
)  # fmt: skip
"""Old, or not the price, where another stands beside it; alone it is the price."""
NEW: Final = (
    "ahora", "now", "hoy", "jetzt", "nur", "maintenant", "adesso", "agora", "new price", "precio actual",
    "nuevo precio", "today",
)  # fmt: skip
"""Before the amount that holds now."""
CUT: Final = ("reduced", "bajo", "rebajad[oa]", "drop(?:ped)?", "cut", "reducid[oa]", "reduziert", "baisse")
"""Before an old and a new amount: "reduced from … to …"."""

FEES: Final = (
    "hoa", "(?:security |holding )?deposit", "fees?(?! (?:may )?apply)", "tax(?! band)", "taxes", "cuotas?",
    "mantenimiento", "expenses", "estimated?", r"est\.",
    "down payment", "enganche", "rates", "dues", "insurance", "stamp duty", "repayments?",
    "(?:monthly|month|est) payments?", "savings?", "reduced by", "dropped(?! (?:from|to))", "zestimate",
    "pet (?:rent|fee)s?", "council tax(?! band)",
)  # fmt: skip
"""Beside an amount that is not the price, whether before or after it."""
FEES_BEFORE_AMOUNT: Final = (
    "maintenance", "ablose", "advance(?: payment)?", "caucao", "kaucio", "kauciot", "εγγυηση", "gc",
    r"g\.c\.?",
    "gastos comunes", "deposito", "fianza", "gastos", "expensas",
    "nebenkosten", "service charge",
    "(?<!hors )charges?",
    "iptu", "predial", "kaution", "ground rent", "levies", "levy", "czynsz", "opłaty", "servicekosten",
    "spese", "hausgeld", "vve", "taxe fonciere", "brf-avgift", "svj", "fond oprav",
    "taxa", "honorarios", "comision", "commission", "provision", "courtage", "borg", "caution",
    "depot", "aval", "booking amount", "token", "보증금", "관리비", "敷金", "礼金", "管理費", "押金",
    "stellplatz", "tiefgarage", "parking", "garage", "nk", "zzgl", "admon", "administracion", "aidat",
    "depozito", "kaucja", "avgift", "felleskost(?:nader)?", "ejerudgift", "forbrug", "ипотека", "залог",
    "emi", "rv", "cv", "gv", "rateable value", "capital value", "bouquet", "rente", "kauce", "garancia",
    "garantie", "waarborg", "depositum", "takuuvuokra", "vastike", "hoitovastike", "rezsi",
    r"bond(?! (?:st|street|rd|road|ave)(?!\w))", "passing rent", "rent received",
    "rented (?:at|for)", "let at", "mieteinnahmen", "jahresmiete", "erbpacht", "erbbauzins", "erfpacht",
    "tomtrattsavgald", "anticipo", "acconto",
    "acompte", "apport", "anzahlung", "aanbetaling", "sinal", "pago inicial",
    "первоначальный взнос", "первый взнос", "задаток", "pesinat", "kapora", "عربون",
    "مقدم", "دفعة أولى", "首付", "头付", "頭金", "手付金?", "계약금", "uang muka", "tra truoc", "đặt cọc",
    "body corp(?:orate)?", "strata", "fellesutgifter", "dp", "zadatek", "zaliczka",
    "zaloha", "foglalo", "avans", "kontantinsats", "udbetaling", "egenkapital", "เงินดาวน์", "ดาวน์", "定金",
    "订金",
    "kozos koltseg", "коммуналк[аи]", "кп", "ค่าส่วนกลาง", "มัดจำ", "phi quan ly", "dat coc", "maint",
    "poplatk[uy]", "poplatek", "zalohy?", "provize", "kaucia", "energie", "driftkostnad(?:er)?", "deposition",
    "pantbrev", "honoraires", "frais", "courtage", "kommunale avgifter", "fellesgjeld", "ejerudgifter",
    "aconto", "indskud", "yhtiovastike", "rahoitusvastike", "vuokravakuus", "velkaosuus", "cauzione",
    "provvigione", "caparra", "rendita catastale", "ibi", "imu", "comunidad", "betriebskosten", "heizkosten",
    "wohngeld", "strata", "body corporate", "sinking fund", "共益費", "修繕積立金", "保証金",
    "仲介手数料", "更新料",
    "物业费", "首付", "月供", "管理费",
)  # fmt: skip
"""The same before the amount; after the price they say what it includes ("800 € charges comprises")."""
FEES_IN_CELL: Final = ("condominio", "entrada", "reservation", "rental income", r"pie(?! (?:del?|a)(?!\w))")
"""The same in a cell; on a page it is a kind of home."""
SALE_PRICE: Final = (
    "(?:sale|selling|asking|purchase|guide) price", "kaufpreis", "verkaufspreis", "precio de venta",
    "prix de vente", "prezzo di vendita", "preco de venda", "valor d[eo] (?:venda|imovel)", "vraagprijs",
    "koopprijs", "utgangspris", "slutpris", "accepterat pris", "prisantydning", "kontantpris", "vetelar",
    "velaton hinta", "myyntihinta", "harga jual", "販売価格", "매매가", "售价", "ราคาขาย", "guide price",
)  # fmt: skip
RENT_PRICE: Final = (
    "rent", "(?:monthly|weekly) rent(?:al)?", "rent per (?:month|week|annum)", "(?:netto|brutto)?kaltmiete",
    "warmmiete", "(?:grund|monats|netto|gesamt)?miete", "loyer(?: (?:mensuel|hors charges|hc|cc))?",
    "renta(?: mensual)?", "precio de (?:renta|alquiler)", "alquiler", "arriendo", "canon de arrendamiento",
    "canone(?: mensile| di locazione)?", "affitto(?: mensile)?", "aluguel", "valor d[oe] (?:aluguel|locacao)",
    "(?:kale )?huur", "huurprijs", "(?:manads)?hyra", "(?:maneds)?leie", "husleje", "manedlig leje",
    "czynsz najmu", "najemne", "berleti dij", "chirie", "kira(?: bedeli)?", "vuokra", "арендная плата",
    "ενοικιο", "harga sewa", "賃料", "家賃", "월세", "租金", "ค่าเช่า", "الإيجار",
)  # fmt: skip
"""Labels of an amount that say what is on offer too."""
ASIDES: Final = (
    "mortgages?", "averages?", "avg", "costs?", "income", "loans?", "valuations?", "median",
)  # fmt: skip
"""On a page, beside amounts that only the reader of the page may want to know."""

EXPLAINED: Final = (
    "lots?", "units?", "apt", "apartment", "estrato", "stiege", "tur", "top", "stairs?", "zone", "district",
    "plots?", "block", "flat", "suite", "ste", "villa", "tower",
    "phase", "stage", "stock", "level", "floor", "storey", "building", "bldg", "room", "house", "type",
    "door", "gate", "sector", "street", "st", "road", "rd", "avenue", "ave", "highway", "hwy", "route", "km",
    "year", "built", "built in", "year built", "since", "phone", "ph", "tel", "telephone", "mobile", "cell",
    "call", "whatsapp", "fax", "zip", "postcode", "ref", "reference", "id", "mls", "code", "no", "nr", "num",
    "number", "#", "casa", "depto", "dpto", "depa", "departamento", "apto", "apartamento", "piso", "planta",
    "torre", "edificio", "local", "oficina", "lote", "manzana", "mz", "mza", "solar", "parcela", "calle",
    "avenida", "av", "carrera", "cra", "cll", "ruta", "etapa", "sector", "cluster", "modelo", "tipo", "ano",
    "telefono", "cel", "celular", "codigo", "clave", "folio", "referencia", "casas", "quarto", "andar",
    "bloco", "rua", "quadra", "torre", "wohnung", "haus", "we", "nummer", "objekt", "etage", "og", "stock",
    "baujahr", "bj", "strasse", "plz", "appartement", "appt", "maison", "terrain", "batiment", "bat", "etage",
    "annee", "rue", "lotto", "piano", "interno", "via", "appartamento", "scala", "anno", "woning", "kavel",
    "bouwnummer", "huisnummer", "bouwjaar", "lokal", "mieszkanie", "dzialka", "pietro", "ulica", "ul", "rok",
    "кв", "квартира", "дом", "д", "этаж", "ул", "участок", "год", "daire", "kat", "blok", "parsel", "ada",
    "unit no", "sec", "scheme", "khasra", "open house", "inspect", "beds?", "bedrooms?", "baths?", "rooms?",
    "recamaras?", "hab", "zimmer", "pieces",
)  # fmt: skip
"""Before a number without a currency or a multiplier: what the number is, and so not the price."""
COUNTED: Final = (
    "beds?", "bedrooms?", "br", "bd", "bhk", "rk", "baths?", "bathrooms?", "ba", "rooms?", "car", "cars",
    "garages?", "parking", "persons?", "people", "guests?", "floors?", "storeys?", "stories", "levels?",
    "units?", "homes?", "months?", "days?", "weeks?", "years?", "nights?", "yrs?", "mths?", "min(?:utes?)?",
    "hours?", "am", "pm", "km", "mi", "miles?", "st", "nd", "rd", "th", "photos?", "fotos?", "x",
    "installments?", "instalments?", "recamaras?", "rec", "dorm(?:itorios?)?", "hab(?:itaciones)?", "banos?",
    "ambientes?", "cuotas?", "meses", "dias", "anos?", "mensualidades", "plantas?", "niveles", "cocheras?",
    "estacionamientos?", "quartos?", "vagas?", "suites?", "zimmer", "zi", "zkb", "monate", "jahre", "pieces?",
    "chambres?", "ans", "mois", "locali", "camere", "vani", "bagni", "mesi", "anni", "kamers?",
    "slaapkamers?", "slpks?", r"\+ ?kk(?= |,|$)", "maanden", "pokoje", "pokoi", "комн", "комнаты?", "этаж",
    "oda", "salon",
)  # fmt: skip
"""After a number without a currency or a multiplier: what it counts, and so not the price."""

FROM: Final = (
    "desde", "from", "a partir d[eo]", "a partire da", "ab", "des", "starting (?:at|from)",
    "starts? (?:at|from)", "vanaf", "od", "fra", "från", "fran", "minimum", "minimo", r"min\.?", "mas de",
    "over", "offers over", "offers above", "offers from", "offers in excess of", "excess of", "oieo", "oo",
    "от", "від", "mulai(?: dari)?", "tu", "bidding from", "upwards of", "above",
)  # fmt: skip
"""Before a price that is a minimum."""
ONWARDS: Final = (r"\+", "onwards?", "en adelante", "and up", "y mas", "upwards", "起")
"""After it."""
QUALIFIERS: Final = (
    "offers? (?:over|above|from|around|invited|in excess of|in (?:the )?regions? of)", "guide(?: price)?",
    "oieo", "oiro", r"o\.?n\.?o\.?", "asking(?: price)?", "fixed price", "negotiable", "negociable",
    "a tratar", "vhb", "vb", "verhandlungsbasis", "auction(?: guide)?", "buyers? guide", r"neg\.?",
    r"k\.? ?k\.?", r"v\.? ?o\.? ?n\.?", "starting bid", "shared ownership", "part buy", "estimated?",
    "precio de remate", r"o\.?b\.?o\.?", "amv", "fai", "hai", r"f\.?a\.?i\.?", "best offers?",
)  # fmt: skip
"""Beside a price, how firm it is or what it includes; kept as the note."""
KNOWN: Final = (
    "price", "precio", "preis", "prix", "prezzo", "preco", "total", "de", "of", "the", "el", "la", "only",
    "solo", "just", "approx", "aprox", "ca", "circa", "about", "iva", "vat", "mas", "plus", "incl", "inc",
    "excl", "neto", "net", "gross", "each", "list", "asking", "up", "to", "sale", "rent", "venta", "renta",
    "per", "por", "al", "a", "vb", "approximately", "pricing", "valor", "costo", "kaufpreis", "kaltmiete",
    "warmmiete", "miete", "bajo", "reduced", "now", "ahora", "antes", "kalt", "warm", "netto", "brutto", "hc",
    "cc", "fai", "ttc", "ht", "nk", "all", "in", "bills", "included", "includes", "including", "inkl", "zzgl",
    "plus", "und", "and", "y", "e", "prijs", "pris", "cena", "ar", "ár", "fiyat", "harga", "gia", "цена",
    "цiна", "ціна", "купить", "cash", "nego", "obo", "ono", "neg", "starting", "value", "guide", "monthly",
    "mensual", "kontantpris", "prisantydning", r"prisant\.?", "utgangspris", "velaton", "kontant", "loyer",
    "affitto", "huur", "huurprijs", "vraagprijs", "koopprijs", "kale", "exkl", "m",
    "charges", "comprises", "gastos", "incluidos", "mantenimiento", "hoa", "furnished", "unfurnished",
    "amueblado", "fixed", "firm", "final", "urgent", "usd",
)  # fmt: skip
"""Beside a price, words that change nothing."""
