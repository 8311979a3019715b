"""Pages that come in place of a listing: a login, a captcha, a notice that it is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from parsing.text import squeeze
from scrapers.extract import Page
from scrapers.extract.content import content
from scrapers.fetch import FetchResult

Kind = Literal["login", "captcha", "soft_404"]

_LOGIN_PATH: Final = re.compile(
    r"/(?:log[-_]?in|sign[-_]?in|auth(?:enticate)?|sso|iniciar[-_]?sesion|acceso|acceder|entrar|ingresar"
    r"|anmelden|anmeldung|einloggen|connexion|se[-_]connecter|accedi|inloggen|logowanie|register|registro)"
    r"(?:[/.?]|$)",
    re.IGNORECASE,
)
_CAPTCHA: Final = '.cf-turnstile, iframe[src*="captcha" i], [class*="captcha" i], [id*="captcha" i]'
_MOST_WORDS: Final = 250
_GONE: Final = re.compile(
    r"no longer (?:available|exists?|listed|on the market)|not found"
    r"|(?:has been|was) (?:removed|deleted|withdrawn)"
    r"|(?:ya )?no (?:est[aá] disponible|se encuentra disponible|existe)|no encontrad[oa]|\b404\b|\bexpired\b"
    r"|nicht mehr (?:verf[uü]gbar|online|vorhanden)|nicht gefunden|n.est plus disponible"
    r"|n.existe (?:plus|pas)|introuvable|n[aã]o (?:est[aá] mais )?dispon[ií]vel|n[aã]o encontrad[oa]"
    r"|non [eè] pi[uù] disponibile"
    r"|non trovat[oa]|niet (?:meer beschikbaar|gevonden)|nie(?:aktualn|dost[eę]pn| znalezion)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Impostor:
    """What came instead of the page, and how it is told."""

    kind: Kind
    why: str


def led_away(fetched: FetchResult, lists: frozenset[str] | set[str]) -> Impostor | None:
    """Whether a redirect led from a listing to a login, to a list or to a page above it.

    `lists` are the addresses of the lists that were read.
    """
    if not fetched.hops:
        return None
    asked, found = urlsplit(fetched.url), urlsplit(fetched.final_url)
    if _LOGIN_PATH.search(found.path) and not _LOGIN_PATH.search(asked.path):
        return Impostor("login", f"it leads to a login: {fetched.final_url}")
    path = found.path.rstrip("/")
    above = asked.path.rstrip("/").startswith(f"{path}/") and not found.query
    if fetched.final_url in lists or not path or above:
        return Impostor("soft_404", f"it leads back to {fetched.final_url}, as if the listing were gone")
    return None


def instead_of_listing(page: Page) -> Impostor | None:
    """What a page is that has no listing; None where it cannot be told."""
    bare = len(content(page).text.split()) <= _MOST_WORDS  # a form for contact may have a captcha too
    if bare and page.tree.css_first(_CAPTCHA) is not None:
        return Impostor("captcha", "it shows a captcha instead of a listing")
    if page.tree.css_first('input[type="password" i]') is not None:
        return Impostor("login", "it asks for a login")
    title = page.tree.css_first("title")
    heads = (title.text() if title else "", page.heading.text() if page.heading else "")
    said = next((squeeze(head) for head in heads if _GONE.search(squeeze(head))), None)
    return None if said is None else Impostor("soft_404", f'it says "{said[:80]}"')
