"""How pages and their JSON name the parts that are not about the listing."""

from __future__ import annotations

import re
from typing import Final

from parsing.text import fold

SIMILAR: Final = re.compile(
    r"similar|related|recommend|suggest|nearby|near_?by|near-|(?:you|also|might|may)[-_ ]?(?:also|like)"
    r"|more[-_ ]?like|other[-_ ]?(?:listing|propert|home|ad)|more[-_ ]?(?:listing|propert|home|from)"
    r"|relevant|recently[-_ ]?(?:viewed|sold)|last[-_ ]?(?:viewed|seen)|viewed"
    r"|featured[-_ ]?(?:listing|propert|home)|comparable|comps\b|neighbou?ring|relacionad|parecid"
    r"|recomendad|cercan|tambi[eé]n|destacad[oa]s|[aä]hnlich|similaires|simili|semelhant"
    r"|promoted[-_ ]?(?:listing|ad)|sponsored|cross[-_ ]?sell|alternativ",
    re.IGNORECASE,
)
"""In class names and keys: boxes of other listings."""

UNRELATED: Final = re.compile(
    r""
    r"^(?:.*mortgage.*|.*calculator.*|schools?|.*schools|.*stations?|poi|pois|.*transports?|.*history.*|taxes|taxrecords?|.*stats|.*statistics|.*trends|ads|.*advert|query|filters?|search.*params?|searchparams|searchfilters?|user|account|session|translations?|messages|i18n|locale|config|settings|features?flags|flags|experiments|.*leadform.*|breadcrumbs?|seo.*|meta|tracking|analytics|reviews?|comments|faq.*|footer|header|headerdata|nav.*|menu|site.*|env|logo.*|.*branding|places?ofinterest|.*floorplans?|documents?|brochures?|openhouses?|openviewings|broadband|.*alerts?|lastsold.*|estimate.*|insurance.*|plans|epc|ber|energy.*|payment.*|financing|isfetching|pagedata|products?|.*promotions?|.*attributes)$"
)
"""Keys, compact, of objects that are about something else than a listing."""

SIMILAR_HEADING: Final = re.compile(
    r"similar|related (?:propert|listing|home)|recommended|you (?:may|might) (?:also )?like"
    r"|nearby (?:homes|propert|listing)|(?:more|other) (?:homes|propert|listing|houses|apartments)"
    r"|recently (?:viewed|sold|let|rented|leased)|vendid[oa]s recientemente|zuletzt (?:angesehen|verkauft)"
    r"|tambi[eé]n te|te puede|parecid|relacionad|otras propiedades"
    r"|m[aá]s propiedades|propiedades (?:cercanas|recomendadas)|[aä]hnliche|comparable homes|homes for you"
    r"|biens similaires|neighbou?rs",
    re.IGNORECASE,
)
"""In headings: what follows is about other listings."""

HEADINGS: Final = frozenset(
    fold(f"{before}{after}".strip())
    for before in ("property ", "listing ", "home ", "house ", "ad ", "real estate ", "")
    for after in ("details", "detail", "information", "description", "overview", "summary", "view", "page")
) | frozenset(
    map(
        fold,
        (
            "property", "properties", "listing", "listings", "home", "welcome", "for sale", "for rent",
            "detalle", "detalles", "detalle del inmueble", "detalles del inmueble", "detalle de la propiedad",
            "detalles de la propiedad", "ficha",
            "ficha del inmueble", "ficha de la propiedad",
            "descripción",
            "descripción de la propiedad", "propiedad", "propiedades", "inmueble", "inmuebles",
            "inicio",
            "exposé", "objekt", "objektdetails", "objektbeschreibung", "immobilie", "immobilien",
            "startseite",
            "détail", "détails", "détail de l'annonce", "détails du bien", "annonce", "descriptif", "accueil",
            "dettaglio", "dettagli", "dettaglio immobile", "scheda immobile", "annuncio", "immobile",
            "detalhes", "detalhes do imóvel", "imóvel", "details van de woning", "woning", "omschrijving",
        ),
    )
)  # fmt: skip
"""Headings and titles that stand on the page of every home, folded."""
