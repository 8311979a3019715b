"""Words that stand for a count, folded."""

from __future__ import annotations

from typing import Final

from parsing.text import fold, words

_STUDIO: Final = (
    "studio", "studios", "estudio", "estudios", "studio apartment", "studio flat", "bachelor", "bedsit",
    "monolocale", "monoambiente", "studette", "kitnet", "quitinete", "kawalerka", "garsoniera", "garsonka",
    "einzimmerwohnung", "студия", "студія", "stüdyo", "studyo", "ワンルーム", "원룸", "开间", "單間",
)  # fmt: skip
_NEW: Final = (
    "a estrenar",
    "nuevo",
    "nueva",
    "new",
    "brand new",
    "new build",
    "neubau",
    "neuf",
    "novo",
    "nowe",
)
WORDS: Final[dict[str, dict[str, int]]] = {
    "bedrooms": dict.fromkeys(map(fold, _STUDIO), 0),
    "age_years": dict.fromkeys(_NEW, 0),
}
"""By field, the words that stand for a number."""
BEDROOMS: Final = (
    "beds?", "bedrooms?", "bd", "bds", "br", "brs", "bhk", "hab", "habs", "habitaciones", "recamaras?", "rec",
    "dorm", "dorms", "dormitorios?", "quartos?", "chambres?", "ch", "schlafzimmer", "slaapkamers?", "slpk",
    "camere", "pn", "kt", "alcobas?", "soverom", "sovrum", "makuuhuonetta", "υ/δ", "υπνοδωματια?",
)  # fmt: skip
BATHROOMS: Final = (
    "baths?", "bathrooms?", "ba", "banos?", "banheiros?", "sdb", "bader", "badezimmer", "badkamers?", "bagni",
    "bagno", "wc", "km", "t ?& ?b", "bad", "badrum", "kylpyhuonetta", "lazienk[ia]", "koupeln[ay]",
    "furdoszoba",
)  # fmt: skip
"""Beside a number in a cell of several, what it counts."""
COUNTED: Final[dict[str, tuple[str, ...]]] = {
    "bedrooms": (
        r"bed\w*", "bdrms?", "bd", "bds", "brs?", "bhk", "[sl]*dk", r"sleep\w*", r"hab\w*", r"rec\w*",
        r"dor\w*", r"alcoba\w*", "cuartos?", "quartos?", "qtos?", "piezas?", "chambres?", "couchages?",
        r"schlaf\w*", r"slaap\w*", "slp?k", r"camer[ae]\w*", r"sov\w*", "mh", r"makuuh\w*", r"sypial\w*",
        r"lo[zž]nic\w*", r"sp[aá]ln\w*", r"spava\w*", r"h[aá]l[oó]\w*", r"yatak\w*", "oda", "kamar",
        "bilik", "phong", "ngu", r"спал\w*", r"υπν\w*", r"miegam\w*", r"gulam\w*", r"magamist\w*", "rooms?",
        "studio", "silid", r"cwart\w*", "quartiers?",
    ),
    "bathrooms": (
        r"bath\w*", "ba", "bas", "ban[io]s?", r"banh\w*", r"bain\w*", r"bad\w*", "bagn[oi]", "wcs?",
        "aseos?", r"sanit\w*", "sd[be]", "douches?", r"dusch\w*", "showers?", r"toilet\w*", "lavabos?",
        r"[lł]azien\w*", r"koupel\w*", r"kupel\w*", r"kupaon\w*", r"kupatil\w*", r"furdo\w*", "bai", "baie",
        r"bany\w*", "mandi", "tam", r"ванн\w*", r"сан\w*", r"бан[яи]\w*", r"kylp\w*", "kph", r"voni\w*",
        r"vannas?\w*", r"vannitu\w*", r"μπαν\w*", r"λουτρ\w*", "powder", "cr", "medios?", "meio", "media",
        "full", "half", "partial",
    ),
    "parking_spaces": (
        r"park\w*", "cars?", r"gara[gjž]\w*", r"garasi\w*", r"space\w*", "spots?", "stalls?", "bays?",
        "carports?", r"cajon\w*", r"coche\w*", r"estac\w*", r"parque\w*", "plazas?", r"techad\w*", "autos?",
        r"lugar\w*", "vagas?", r"stationnement\w*", "places?", r"box\w*", r"stell\w*", r"tiefg\w*",
        r"platz\w*", r"parkeer\w*", r"plaats\w*", "post[oi]", r"miejsc\w*", r"postoj\w*", "stani",
        r"mist\w*", r"beallo\w*", "locuri", "loc", r"otopark\w*", r"arac\w*", r"мест\w*", r"машин\w*",
        r"парк\w*", r"гараж\w*", r"θεσ\w*", r"plass\w*", r"plats\w*", r"bil\w*", r"autop\w*", "mobil", "xe",
        r"vehicle\w*", "covered", "uncovered", "attached", "detached", "assigned", "reserved",
        "underground", "tandem", "driveway", r"cubiert\w*", r"cobert\w*",
    ),
    "floor_number": (
        r"floor\w*", "fl", "flr", r"stor(?:ey|ie|y)\w*", r"level\w*", "pisos?", "plantas?", r"nivel\w*",
        r"andar\w*", r"pavimento\w*", r"[eé]tag\w*", r"niveau\w*", "og", "dg", "ug", r"stock\w*",
        r"obergescho\w*", r"gescho\w*", r"verdieping\w*", r"woonla\w*", "verd", "pian[oi]", r"pi[eę]t\w*",
        r"podla[zž]\w*", r"patro\w*", r"poschod\w*", r"emelet\w*", r"szint\w*", r"etaj\w*", r"kat\w*",
        r"lantai\w*", "lt", "tang", "lau", r"этаж\w*", "эт", r"пов\w*", "krs", r"kerro\w*", r"korrus\w*",
        r"auk[sš]t\w*", r"st[aā]v\w*", r"sprat\w*", r"orof\w*", r"οροφ\w*", r"όροφ\w*", r"våning\w*",
        r"vaning\w*", "van", "vån", r"etasje\w*", "sal", "tr", "trp", r"tingkat\w*", "top", "high", "of",
        "out", "rez", "rdc", r"izq\w*", "eme", "ground", r"nadz\w*",
    ),
    "total_floors": (
        r"floor\w*", r"stor(?:ey|ie|y)\w*", r"level\w*", "pisos?", "plantas?", r"nivel\w*", r"andar\w*",
        r"pavimento\w*", r"[eé]tag\w*", r"niveau\w*", r"stock\w*", r"gescho\w*", r"verdieping\w*",
        r"woonla\w*", r"bouwla\w*", "pian[oi]", r"livell\w*", r"pi[eę]t\w*", r"kondygnac\w*",
        r"podla[zž]\w*", r"poschod\w*", r"emelet\w*", r"szint\w*", r"etaj\w*", r"kat\w*", r"lantai\w*",
        "t[aâầ]ng", r"этаж\w*", "эт", r"поверх\w*", r"kerro\w*", r"korrus\w*", r"auk[sš]t\w*",
        r"st[aā]v\w*", r"sprat\w*", r"οροφ\w*", r"όροφ\w*", r"våning\w*", r"vaning\w*", r"etasje\w*",
        "plan", r"tingkat\w*",
    ),
    "age_years": (
        r"a[nñ]\w*s?", "years?", "yrs?", "yo", "old", "age", "aged", r"antig\w*", "idade", "edad", "ans?",
        r"ann[ioée]\w*", "âge", r"jahr\w*", "alter", "jaar", "oud", "lat", "lata", r"rok\w*", "let",
        "let[áy]", "rok[uy]?", r"ev\w*", r"éve\w*", r"yil\w*", r"yıl\w*", r"yas\w*", "bina", "лет",
        r"год\w*", r"рок\w*", "[åa]r", r"vuot\w*", r"ετ\w*", r"χρον\w*", "tahun", "n[aă]m", "tuoi",
        r"mes\w*", r"month\w*", "ani",
    ),
    "construction_year": (
        "built", r"build\w*", r"constru\w*", "constr", "year", "yr", "a[nñ]o", "ano", r"ann[oée]\w*",
        r"bau\w*", "bj", "errichtet", "erbaut", "jahr", r"bouw\w*", "gebouwd", r"costru\w*", r"edific\w*",
        r"complet\w*", r"finish\w*", "circa", "ca", "c", r"approx\w*", r"rok\w*", r"zbud\w*", r"wybud\w*",
        r"post\w*", r"kolaud\w*", r"[eé]p[uü]lt\w*", r"[eé]p[ií]t\w*", r"[eé]v\w*", "an", r"yap[iı]m\w*",
        r"yil\w*", r"yıl\w*", r"год\w*", r"постр\w*", r"побуд\w*", r"bygg\w*", r"rakenn\w*", r"valmist\w*",
        r"statyb\w*", r"ehit\w*", r"κατασκ\w*", "έτος", "ετος", "tahun", "n[aă]m", "delivered",
        r"entrega\w*", r"livr\w*", "in", "en", "from", "since",
        "erected", "established", "est",
    ),
}  # fmt: skip
"""By field, the words for what it counts, one of which stands beside a number that is not alone …"""
BESIDE: Final = (
    "number", "total", "totales?", "aprox", "approx", "with", "level", "main", "single", "double",
)  # fmt: skip
"""… and those that say nothing of what is counted."""
ROOMS: Final = (
    "rooms?", "ambientes?", "amb", "pieces?", "zimmer", "zi", "kamers?", "pokoje", "pokoi", "pokoju", "pokoj",
    "комн", "комнаты?", "комнат", "rok", "חדרים", "locali", "vani", "huonetta", "oda", "szoba", "rum",
    "rum och kok", "roms", "vær", "værelser?", "værelses", "vaerelser", "pokoje?", "izb[ay]", "izbovy",
    "sob[ae]",
    "soban",
    "стаи", "кімнат[и]?", "kambari(?:ai|u)", "istab(?:as|u)", "tuba", "toaline", "部屋", "룸", "δωματια",
    "stanze",
    "assoluti?", "rummet", "rumslägenhet", "rumslagenhet", "zimmerwohnung", "raumwohnung", "raume?",
)  # fmt: skip
"""Beside a count of rooms, which may have living rooms among them."""
ROOMS_IN: Final[dict[str, tuple[str, ...]]] = {
    "RO": ("camere?",),
    "MD": ("camere?",),
    "ES": ("estancias", "ambientes"),
}
"""By country, words for rooms that are bedrooms elsewhere."""
WITH_KITCHEN: Final = (r"\+ ?kk", r"\+ ?kt", r"\+ ?avok", r"h ?[+,/] ?(?:k|kk|kt|avok|tk|s)(?:\W.*)?", r"h")
"""After a count of rooms, of which one is lived in: "3+kk" of Czech, "3h+k+s" of Finnish homes."""
STUDIOS: Final = ("studios?", "estudios?", "monolocali?", "monoambientes?", "kitnets?", "kawalerka")
"""Before a number of something else: "Studio/1" is more than one home, or nothing."""
FULL: Final = (
    "f", "fb", "full(?: baths?| bathrooms?)?", "completos?", "enteros?", "banos? completos?",
    "(?:banos?|baths?|bathrooms?)(?= ?(?:y|and|,|\\+|&|/) ?\\d ?(?:medios?|half|1/2))",
)  # fmt: skip
"""After a count, that the bathrooms are whole …"""
HALF: Final = ("h", "hb", "half(?: baths?| bathrooms?)?", "partial", "medios?(?: banos?)?", "toilets?")
"""… or half …"""
THREE_QUARTERS: Final = ("tq", "three[- ]quarters?", "3/4")
"""… or without a bath."""
AND: Final = ("and", "y", "&")
"""Between whole and half bathrooms."""
AND_A_HALF: Final = (
    "and a half",
    "y medio",
    "y media",
    "e meio",
    "et demie?",
    "e mezzo",
    "und ein halbes",
    "i pol",
)
WHOLE: Final = ("baths?", "banos?", "banheiros?", "bagn[oi]", "bader", "sdb")
"""What is counted before "and a half"."""
ROOMS_OF: Final = {"bedrooms": ("室", "房"), "bathrooms": ("卫", "衛", "浴")}
"""By field, what Chinese homes count: "3室2厅1卫"."""
STOREYS: Final = ("階", "층", "层", "f")
"""Straight after a number, a storey …"""
STOREY_NAMES: Final = (
    "podlazi", "patro", "pietro", "vaning", "van", "etasje", "sal", "etage", "floor", "planta", "piso",
    "andar", "piano", "этаж", "stock", "kat", "og", "эт\\.?", "emelet", "etaj", "lantai", "lt\\.?", "tang",
    "krs", "kerros", "korrus", "aukstas", "stavs", "sprat", "kat[ui]?", "όροφος", "level",
)  # fmt: skip
"""… or with these words around it."""
ALL_STOREYS: Final = (
    "эт\\.?", r"этаж\w*", "階建て?", "階", "층", "层", "f", "floors?", "plantas", "pisos", "pieter",
    "etages?",
    "piani", "storeys?", "stories", "kat(?:li)?", "etaje", "andares",
)  # fmt: skip
"""After the number of a building's storeys."""
OUT_OF: Final = (
    "/", "of", "out of", "de", "di", "av", "af", "von", "van", "sur", "su", "из", "z", "ze", "from", "din",
    "od", "iz", "celkem", "celkovych", "total",
)  # fmt: skip
"""Between a storey and how many there are."""
OF_THEM: Final = ("sendo", "dont", "davon", "of which", "including", r"incl\.?", "de los cuales", "di cui")
"""Before how many of the rooms counted …"""
ENSUITE: Final = ("en-?suites?", "ensuites?", "suites?", "en suites?", "with ensuite", "com suite")
"""… have a bathroom: "3 quartos (1 suíte)"."""
MONTHS: Final = (
    "months?", "mths?", "mos?", "meses", "mes", "mois", "monate?", "mesi", "maanden", "maand", "manader",
    "maneder", r"miesi\w+", r"месяц\w*", r"мес\.?", "か月", "ヶ月", "カ月", "个月", "개월",
)  # fmt: skip
DAYS: Final = (
    "weeks?", "days?", "semanas?", "dias?", "semaines?", "jours?", "wochen?", "tagen?",
)  # fmt: skip
"""What an age of less than a year is counted in."""
BOUNDS: Final = (
    "less than", "under", "below", "up to", "more than", "over", "above", r"max\.?", r"min\.?",
    "menos de", "mas de", "hasta", "moins de", "plus de", "weniger als", "unter", "uber", "mehr als",
    "meno di", "oltre", "minder dan", "meer dan", "до", "более", "менее", "<", ">", "≤", "≥",
)  # fmt: skip
"""Before an age that only bounds the one meant."""
BETWEEN: Final = ("and", "y", "e", "et", "und", "a", "to", "bis", "or", "o", "ou", "oder")
"""Between numbers that belong together: "1 a 3 rec."."""
BUILT: Final = (
    "built", "constructed", "erbaut", "gebaut", "errichtet", "year built", "baujahr", r"bj\.?",
    "construid[oa]", "construccion", "construit",
    "construction", "costruit[oa]", "costruzione", "bouwjaar", "gebouwd", "byggar", "byggt", "bygget",
    "byggear", "rakennettu", "wybudowan[yae]", "rok budowy", "postaven[oa]?", "epult", "yapim yili",
    "год постройки", "постро[ие]н",
)  # fmt: skip
"""Before the year a home was built …"""
RENEWED: Final = (
    r"renov\w*", r"refurb\w*", r"remodel\w*", r"updated", r"saniert", r"modernisiert", r"kernsaniert",
    r"reform\w*", r"rehab\w*", r"rénov\w*", r"ristruttur\w*", r"gerenov\w*", r"ombygg\w*", r"peruskorj\w*",
    r"remont\w*", r"rekonstr\w*", r"felujit\w*", r"ремонт\w*", "改装", "リフォーム",
)  # fmt: skip
"""… and before the one in which it was made new."""
NOT_A_YEAR: Final = (
    "before",
    "after",
    "since",
    "vor",
    "nach",
    "ab",
    "antes de",
    "despues de",
    "avant",
    "apres",
    "prima",
    "dopo",
    "до",
    "после",
    "przed",
    "po",
)
"""Before a year that only bounds the one of construction."""
_GROUND: Final = (
    "pb", "planta baja", "ground", "ground floor", "gf", "eg", "erdgeschoss", "rez-de-chaussee", "bajo",
    "rdc", "terreo", "res do chao", "piano terra", "parter", "przyziemie", "parterre", "begane grond",
    "bottenvaning", "stueetage", "prizemie", "prizemlje", "foldszint", "zemin", "zemin kat", "lantai dasar",
    "bv", "stuen", "r/c", "fszt", "foldszinti", "katutaso", "giriş katı", "giris kati", "giris",
)  # fmt: skip
_BELOW: Final = (
    "basement", "sotano", "souterrain", "kellergeschoss", "suterena", "sous-sol", "seminterrato", "subsuelo",
    "цоколь", "bodrum", "kjeller", "kaelder",
)  # fmt: skip
_STOREYS: Final = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
FLOORS: Final[dict[str, int]] = {
    **dict.fromkeys(_GROUND, 0),
    **dict.fromkeys(_BELOW, -1),
    **{f"{word} floor": number for number, word in enumerate(_STOREYS, 1)},
}
"""Storeys by name: the ground floor is 0."""
NUMBERS: Final[dict[str, str]] = {
    word: str(number)
    for number, line in enumerate(
        (
            "one uno una un eins ein eine um uma een jeden jedna",
            "two dos deux zwei dois duas due twee dwa dwie", "three tres trois drei tre drie trzy",
            "four cuatro quatre vier quatro quattro cztery", "five cinco cinq funf cinque vijf piec",
            "six seis sechs sei zes szesc", "seven siete sept sieben sete", "eight ocho huit acht oito otto",
            "nine nueve neuf neun nove", "ten diez dix zehn dez dieci tien",
        ),
        1,
    )
    for word in words(line)
}  # fmt: skip
"""The first ten numbers in words."""
