"""How money is written: currencies, multipliers, what stands in place of a price or beside one.

Words are folded; a word may be a short pattern. What a sentence may also mean is named apart: a cell of a
price column is about a price, a page's text need not be.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from parsing.text import words

CODES: Final = words(
    "AED ARS AUD BDT BGN BHD BOB BRL CAD CHF CLF CLP CNY COP CRC CZK DKK DOP EGP EUR GBP GEL GHS GTQ HKD HNL"
    " HUF IDR ILS INR ISK JMD JOD JPY KES KRW KWD LBP LKR MAD MUR MXN MYR NGN NIO NOK NPR NZD OMR PAB PEN PHP"
    " PKR PLN PYG QAR RON RSD RUB SAR SEK SGD THB TND TRY TTD TWD TZS UAH UGX USD UYU VND XAF XOF ZAR"
)
MARKS: Final[dict[str, tuple[str, ...]]] = {
    "USD": ("us$", "u$s", "u$d", "usd$", "us dollars?", "dolares", "dólares", "dólar", "dolar", "dlls?.?",
            "dls.?", "american dollars?"),
    "MXN": ("mx$", "mxn$", "mex$", "m.n.", "m.n", "mn", "pesos mexicanos", "moneda nacional"),
    "CAD": ("ca$", "c$", "cad$", "cdn$"), "AUD": ("a$", "au$", "aud$"), "NZD": ("nz$",), "HKD": ("hk$",),
    "SGD": ("s$", "sgd$"), "TWD": ("nt$",), "BRL": ("r$", "reais"), "EUR": ("€", "euros?"),
    "GBP": ("£", "pounds?", "gbp£"), "CHF": ("sfr.?", "fr.", "franken"), "JPY": ("円", "yen", "jp¥"),
    "INR": ("₹", "rupees?"), "KRW": ("₩", "원"), "PHP": ("₱",), "CNY": ("元", "rmb", "cn¥"),
    "TRY": ("₺", "tl"), "PLN": ("zł",), "CZK": ("kč",), "AED": ("dhs?.?",), "ZAR": ("r", "rands?"),
    "RUB": ("₽", "руб.?", "р."), "ILS": ("₪",), "THB": ("฿", "baht"), "VND": ("₫", "đ"), "IDR": ("rp.?",),
    "MYR": ("rm",), "NGN": ("₦",), "KES": ("kshs?.?",), "GHS": ("gh₵", "₵"), "PEN": ("s/.?", "soles"),
    "UAH": ("₴", "грн.?"), "CRC": ("₡", "colones"), "PYG": ("₲", "gs.?"), "CLF": ("uf",), "COP": ("col$",),
    "ARS": ("ar$",), "DOP": ("rd$",), "BDT": ("৳",), "GEL": ("₾",), "GTQ": ("quetzales",),
}  # fmt: skip
"""By currency, the signs and words that mean no other one; `?` makes the character before it optional."""
SHARED: Final[dict[str, tuple[str, ...]]] = {
    "$": ("MXN", "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "ARS", "CLP", "COP", "UYU", "DOP", "TWD", "TTD",
          "JMD", "NIO"),
    "pesos": ("MXN", "ARS", "CLP", "COP", "UYU", "DOP", "PHP"),
    "peso": ("MXN", "ARS", "CLP", "COP", "UYU", "DOP", "PHP"),
    "¥": ("JPY", "CNY"), "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"), "rs.": ("INR", "PKR", "LKR", "NPR", "MUR"), "lei": ("RON",),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"), "dirhams": ("AED", "MAD"),
}  # fmt: skip
"""By sign or word, the currencies that share it."""
USUAL: Final = {
    "¥": "JPY", "rs": "INR", "rs.": "INR", "pesos": "MXN", "peso": "MXN", "lei": "RON", "kr.": "DKK",
}  # fmt: skip
"""The currency of a shared mark where neither source nor country is known."""
UNCLEAR_MARKS: Final = words("r rm rp.? tl uf gs.? fr. s/.? mn pounds? try mad pen bob ron cop gel")
"""Also words, abbreviations or rooms: in running text they need an amount of at least three digits."""
COUNTRIES: Final = dict(
    pair.split(":", maxsplit=1)
    for pair in words(
        "AE:AED AR:ARS AT:EUR AU:AUD BE:EUR BR:BRL CA:CAD CH:CHF CL:CLP CN:CNY CO:COP CR:CRC CY:EUR CZ:CZK"
        " DE:EUR DK:DKK DO:DOP EC:USD EE:EUR ES:EUR FI:EUR FR:EUR GB:GBP GR:EUR GT:GTQ HK:HKD HR:EUR HU:HUF"
        " ID:IDR IE:EUR IL:ILS IN:INR IS:ISK IT:EUR JP:JPY KE:KES KR:KRW LK:LKR LT:EUR LU:EUR LV:EUR MT:EUR"
        " MX:MXN MY:MYR NG:NGN NL:EUR NO:NOK NP:NPR NZ:NZD PA:USD PE:PEN PH:PHP PK:PKR PL:PLN PR:USD PT:EUR"
        " PY:PYG RO:RON RU:RUB SA:SAR SE:SEK SG:SGD SI:EUR SK:EUR SV:USD TH:THB TR:TRY TW:TWD UA:UAH US:USD"
        " UY:UYU VN:VND ZA:ZAR"
    )
)
"""By country, what its listings are priced in."""

SCALES: Final[dict[Decimal, tuple[str, ...]]] = {
    Decimal(1_000): ("k", "mil", "thousand", "tausend", r"tsd\.?", "thsd"),
    Decimal(1_000_000_000): ("bn", "b", "billion", r"mrd\.?", "milliarden?", "miliardo", "mm ?mdp"),
    Decimal(1_000_000): (
        "m", "mm", r"mill\.?", "millon", "millones", "million(?:s|en|er|i)?", r"mio\.?", "mdp", "mdd",
        "milhao", "milhoes", "mln", "milione", "milioni", "miljoen", "млн",
    ),
    Decimal(100_000): ("lacs?", "lakhs?", "l"),
    Decimal(10_000_000): ("crores?", r"cr\.?"),
    Decimal(10_000): ("万", "만", "萬"),
    Decimal(100_000_000): ("億", "亿", "억"),
}  # fmt: skip
"""By factor, the words that multiply an amount; "mm mdp" before "mm"."""
IMPLIED: Final = {"mdp": "MXN", "mdd": "USD", "lac": "INR", "lakh": "INR", "cr": "INR", "crore": "INR"}
"""The currency that a multiplier implies."""
RUPEES: Final = frozenset(("INR", "PKR", "BDT", "NPR", "LKR"))

PRICE: Final = ("price", "precio", "prix", "preis", "prezzo", "preco", "prijs", "pris")
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
    "vendor", "on asking", "log ?in", "register",
)  # fmt: skip
"""What means it in a cell for a price, or beside the word "price": elsewhere on a page it is any button."""

OLD: Final = (
    "antes(?: de)?", "was", "previously", "vorher", "statt", "originally",
    "(?:old|original|previous)(?: list| asking)?(?: price|:|$)", "precio anterior", "last sold(?: for)?",
    "sold for",
)  # fmt: skip
"""Before an amount that holds no longer."""
OLD_BEFORE_AMOUNT: Final = ("before", "avant", "prima", "era")
"""The same, but also names and other words: in running text only straight before an amount."""
OLD_UNLESS_ALONE: Final = ("listed at",)
"""Old where another price stands beside it; alone it is the price."""
NEW: Final = (
    "ahora", "now", "hoy", "jetzt", "nur", "maintenant", "adesso", "agora", "new price", "precio actual",
    "nuevo precio", "today",
)  # fmt: skip
"""Before the amount that holds now."""
CUT: Final = ("reduced", "bajo", "rebajad[oa]", "drop(?:ped)?", "cut", "reducid[oa]", "reduziert", "baisse")
"""Before an old and a new amount: "reduced from … to …"."""

FEES: Final = (
    "hoa", "deposit", "fees?", "tax", "taxes", "cuotas?", "mantenimiento", "expenses", "estimated?", r"est\.",
    "down payment", "enganche", "rates", "dues", "insurance", "stamp duty", "repayments?",
    "(?:monthly|month|est) payments?", "savings?", "reduced by", "dropped(?! (?:from|to))",
)  # fmt: skip
"""Beside an amount that is not the price, whether before or after it."""
FEES_BEFORE_AMOUNT: Final = (
    "maintenance", "deposito", "fianza", "gastos", "expensas", "nebenkosten", "service charge", "charges?",
    "iptu", "predial", "kaution", "ground rent", "levies", "levy",
)  # fmt: skip
"""The same before the amount; after the price they say what it includes ("800 € charges comprises")."""
FEES_IN_CELL: Final = ("condominio",)
"""The same in a cell; on a page it is a kind of home."""
ASIDES: Final = (
    "mortgages?", "averages?", "avg", "costs?", "income", "loans?", "valuations?", "median",
)  # fmt: skip
"""On a page, beside amounts that only the reader of the page may want to know."""
