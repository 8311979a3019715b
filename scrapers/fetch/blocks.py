"""Recognises a challenge, a captcha or a notice of refusal that replaces a page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from config.errors import BlockedError
from config.sieve import finds_none

# Only challenges carry these; the vendors' ordinary scripts, found on good pages, do not.
_CHALLENGE_MARK = re.compile(
    r"_cf_chl_opt|cf-chl-|challenge-error-text|geo\.captcha-delivery\.com|\bpx-captcha\b"
    r"|Incapsula incident ID|<iframe[^>]*_Incapsula_Resource|\bgokuProps\b|awsWafCookieDomainList"
    r"|sec-if-cpt-container|bm-verify=|errors\.edgesuite\.net|\bKPSDK\b|/_sec/cp_challenge/"
    r"|ddos-guard/js-challenge|sucuri_cloudproxy_js",
    re.IGNORECASE,
)
_CHALLENGE_TITLE = re.compile(
    r"<title[^>]*>\s*(?:"
    r"just a moment|attention required|access (?:to this page has been )?denied|forbidden\b"
    r"|(?:are you (?:a )?(?:human|robot))|robot check|bot (?:check|verification)"
    r"|security (?:check|challenge)|human verification|verif(?:y|ying) (?:that )?you are (?:a )?human"
    r"|pardon our interruption|captcha\b|checking your browser|un momento|ddos-guard"
    r"|(?:sorry,? )?you have been blocked|request (?:blocked|rejected|unsuccessful))",
    re.IGNORECASE,
)
_HAS_NO_SIGN = finds_none(_CHALLENGE_MARK, _CHALLENGE_TITLE)
# A page that a script renders has few words too, but it carries its data.
_CONTENT = re.compile(r"application/ld\+json|__NEXT_DATA__|__next_f\.push", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(script|style|svg|template|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_LARGEST_CHALLENGE = 200_000
_MOST_CHALLENGE_WORDS = 250


def is_challenge(headers: Mapping[str, str], text: str) -> bool:
    """Whether the answer is a challenge: a vendor's header says so, or a bare page has a challenge's mark."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha"):
        return True
    if len(text) > _LARGEST_CHALLENGE or _HAS_NO_SIGN(text):
        return False
    if not (_CHALLENGE_MARK.search(text) or _CHALLENGE_TITLE.search(text)):
        return False
    if _CONTENT.search(text):
        return False
    return len(_UNSEEN.sub(" ", text).split()) <= _MOST_CHALLENGE_WORDS


def refused(
    host: str, why: str, *, url: str, status: int | None = None, is_challenge: bool = False
) -> BlockedError:
    """Return the error for a page that a host refuses."""
    message = f"{host} refused us ({why}). Nothing was changed."
    return BlockedError(message, url=url, status=status, is_challenge=is_challenge)
