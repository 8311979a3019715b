"""What the words and signs beside an amount of money say of it, folded; a word may be a short pattern."""

from __future__ import annotations

from typing import Final

PER: Final = ("por", "per", "pro")
"""Before what a price is asked for each of …"""
EACH_OF: Final = ("el", "al", "a", "the", "x", "je", "le", "par", "cada", "za", "за")
"""… and what may stand there before a unit of area alone …"""
BEFORE_UNIT: Final = ("por", "per", "pro", "je", "al", "au", "del", "le", "par", "cada")
"""… and before one that stands before the amount: "por m² $1,200"."""
PERSON_SHORT: Final = ("pppw", "pppm", "ppn", r"pp(?![^\W_])", r"p\.p\.")
"""After an amount that each person pays …"""
PERSON_LEAD: Final = ("per", "por", "pro", "par", "a", "al", "each", "je", "za", "od", "na", "/")
PERSON: Final = (
    "persons?", "personas?", "personne", "persoon", r"pers\.?", "osob[eyau]", "pax", "heads?", "tenants?",
    "students?", "adults?", "guests?", "beds?(?:room)?", "rooms?", "cama", "zimmer", "kamer", "chambre",
    "camera", "quarto", "habitacion", "habitaciones", "recamara", "share", "human",
)  # fmt: skip
"""… in words, or for each room."""
EACH: Final = ("each", "pro kopf", "cada uno", "chacun", "ciascuno")
"""After the period of an amount that each person pays."""
OF: Final = ("de", "di", "of")
"""Before money that is no longer paid: "58 millones de pesetas"."""
HUNDREDTHS: Final = ("centimes?", "cts", "سنتيم")
"""Morocco and Algeria count millions of them."""
SCALES_THAT_FOLLOW: Final = ("lakhs?", "lacs?", "crores?", "cr", "jt", "juta", "mil", "k", "m")
"""After an amount whose money was named before it: "Plot 45 Rs 35 lakh"."""

APPRAISALS: Final = (
    "home reports?(?: (?:value|valuation))?", "valuation", "valued at", r"o\.?m\.?v\.?",
    "(?:current |open |fair |full )?market value", "apprais(?:ed|al)(?: (?:at|value|for))?",
    "assessed(?: (?:at|value))?", "assessment", "(?:redfin|zillow|avm) (?:estimate|value)",
    "verkehrswert", "marktwert", "schatzwert", "gutachterwert", "einheitswert",
    "(?:valor de )?tasacion", "tasad[oa] en", "avaluo(?: comercial| catastral| fiscal)?",
    "valor (?:catastral|de mercado|fiscal|patrimonial|venal)", "autovaluo", "avaliacao", "avaliad[oa] em",
    "valeur (?:venale|estimee|de marche|locative)", "estimation", "estime a", "perizia",
    "valore (?:di (?:stima|mercato|perizia)|catastale)", "stimat[oa]", "taxatiewaarde", "getaxeerd op",
    "taxatie", "woz(?:-?waarde)?", "marktwaarde", "taxeringsvarde", "taxerat", "varderad", "vardering",
    "marknadsvarde", "verditakst", "lanetakst", "takst", "verdivurdering", "formuesverdi", "ligningsverdi",
    "markedsverdi", "(?:offentlig |ejendoms)?vurdering", "grundværdi", "verotusarvo", "wycena",
    "wartosc(?: rynkowa)?", "odhad(?:ni cena)?", "trzni hodnota", "ertekbecsles", "becsult ertek",
    "forgalmi ertek", "valoare (?:de piata|estimata)", "evaluat la", "ekspertiz(?: degeri| bedeli)?",
    "rayic(?: bedel[i]?| deger[i]?)?", "(?:кадастровая|рыночная|оценочная) стоимость", "оценка",
    "αντικειμενικη αξια", "εμπορικη αξια", "(?:不動産)?鑑定(?:評価)?額?", "(?:固定資産税)?評価額", "路線価",
    "감정가", "감정평가액", "시세", "공시(?:지가|가격)", "[估评評][价估價][价價]?", "市[场場][价價]",
    "市值", "公告現值",
    "ราคาประเมิน", "ราคาตลาด", "njop", "(?:harga|nilai) pasar", "gia thi truong", "dinh gia", "שווי",
    "القيمة السوقية", "تقييم",
)  # fmt: skip
"""Before an amount, that it is what somebody thinks a home is worth and not what is asked for it."""
BELOW: Final = (
    "below", "under", "unter", "unterhalb", "debajo", "abaixo", "sotto", "sous", "dessous", "onder",
    "ponizej", "pod", "sub", "ниже", "above", "over", "κατω",
)  # fmt: skip
"""Before such words, that the amount after them is a price all the same."""
LESS: Final = (
    "below", "under(?! (?:contract|offer|option|application|construction|negotiation|refurb))", "less than",
    "cheaper", "instant equity", "(?:above|over) (?:asking|list|guide|market|valuation)", "por debajo",
    "menos (?:que|de[l]?)", "abaixo", "(?:en[- ]dessous|au-dessous|sous) (?:du|de|la|le)", "de moins",
    r"unter(?:halb)?(?: de[ms])? [^\W\d_]*(?:wert|preis)\w*", "gunstiger", "sotto", "in meno",
    r"onder(?: de)? [^\W\d_]*(?:waarde|prijs)", "goedkoper", "ponizej", "taniej",
    "pod (?:trzni |odhadni )?cen(?:u|ou)", "levneji", "alatt", r"sub (?:pret|piata|valoare)\w*", "mai ieftin",
    "κατω απο", "altinda", "ниже", "дешевле",
    r"under (?:marknad|varder|tax|takst|verdi|prisant|vurdering|marked)\w*",
    r"alle (?:arvion|markkina)\w*", "halvempi", "ต่ำกว่า", "di bawah", "lebih murah", "thap hon", "re hon",
    "מתחת", "أقل",
)  # fmt: skip
"""Straight after an amount that is small beside another, that the price lies so far below something."""
TAKEN_OFF: Final = (
    "off(?! (?:market|plan|the|street|road|site|grid|peak))", "(?:price )?(?:discount|reduction)",
    "cash ?back", "rebate", "bonus", "(?:de )?(?:descuento|rebaja|ahorro|desconto)",
    "de (?:remise|rabais|reduction)", "rabatt", "nachlass", "ersparnis", "di (?:sconto|ribasso)", "korting",
    "rabatu?", "(?:obnizk|znizk)[ia]?", "slev[ay]", "kedvezmeny", "arengedmeny", "reducere", "εκπτωση",
    r"indirim\w*", "скидк[аи]", "afslag", "alennus(?:ta)?", "値引き?", "値下げ?", "할인", "인하", "优惠",
    "優惠", "降价", "降價", "ส่วนลด", "diskon", "giam", "הנחה", "خصم", "(?:monthly )?amorti[sz]ation",
    "monthly emi", "admin(?:istration)? fee",
)  # fmt: skip
"""Straight after an amount that is less than another, that it is taken off, or paid beside the price."""
ONLY_FEES: Final = ("hoa(?: fees?)?", "(?:security )?deposit", "down(?: payment)?", "enganche", "dues")
"""After the only amount of a text: "$25 deposit" is no price, "$450,000 plus fees" is."""
OF_FEE: Final = ("de ", "d['’]", "di ", "da ", "do ", "del ", "of ", "for ", "as (?:a )?", "als ", "i ", "v ")
"""Between an amount and the fee that it is: "1 400 € de dépôt"."""
DOWN: Final = ("down", "upfront", "kaucji", "kaucje")
"""After an amount, a fee, where it is no part of another word …"""
INCLUDED: Final = (
    "in[ck]l", "compris", "ex[ck]l", "extra", "free", "frei", "inbe", "apply", "negotiable", "w cenie",
    "dahil", "waived", "on request",
)  # fmt: skip
"""… unless it is said to be in the price, or not."""
PARTS: Final = (
    "land", "lot", "site", "section", "house", "build", "building", "dwelling", "construction",
    "grundstucks?(?:preis)?", "haus(?:preis)?", "terrain", "maison", "terreno", "suelo", "casa",
    "construccion",
    "construcao", "obra", "edificio", "fabbricato", "dzialk[ai]", "dom", "domu", "pozem(?:ek|ku)", "dum",
    "domu",
    "telek", "arsa", "ev", "участ(?:ок|ка)", "дома?", "土地", "建物", "토지", "건물", "tanah", "bangunan",
    "ที่ดิน",
)  # fmt: skip
"""In the label of an amount, the part of a home that it is of: no price, but the sum of all parts is."""
CUTS: Final = (
    "price (?:cut|drop|reduction)", "(?:reduced|cut|dropped|lowered) by", "bajo", "rebaja", "reduccion",
    "baisse(?: de)?", "preissenkung", "reduziert um", "ribasso", "ribassato di", "prijsverlaging", "obnizka",
    "sleva", "prissankning", "prisnedsettelse", "prisnedsaettelse", "indirim", "снижение", "[↓▼⬇↘]",
)  # fmt: skip
"""Before an amount that is small beside another, how much the price was lowered."""
NET: Final = ("kalt", "netto", "hc", "hors charges", r"excl\.?", r"exkl\.?", "kaal", "net", "plus bills")
"""After one of two rents, that it is the one without the costs of running the home."""
BEFORE_FEES: Final = (
    "hors (?:honoraires|frais|fai)",
    "net vendeur",
    "hors fai",
    "ohne provision",
    "sin comision",
)
"""After one of two prices, that it is the one without what the buyer pays to the agency: not the price."""
SMALL_PART: Final = 4
"""Times that a price is at least as large as what it was lowered by."""
PERCENT_OF: Final = ("of(?: the)?", "de[l]?", "von", "di", "van", "av", "af", "z", "ze", "от", "do")
"""After a percentage, before the amount that it is a part of."""
HOME_NUMBERS: Final = (
    "lots?", "units?", "plots?", "flat", "apt", "lote", "lotto", "depto", "dpto", "apto", "no", "nr", "n",
    "wohnung", "we", "top", "interno", "kavel", "bouwnummer", "lok", "lokal", "m", "кв", "mieszkanie", "byt",
)  # fmt: skip
"""Before a home's own number."""
REDUCED_TO: Final = ("por", "auf", "→", "->", "=>", "➜")
"""Between an old and a new amount: "de R$ 650.000 por R$ 590.000"."""
