"""Each mark of a challenge is found, in whatever case, and nothing that only looks like one."""

from __future__ import annotations

from scrapers.fetch.blocks import is_challenge
from tests.tables import rows


@rows(
    "mark",
    [
        *("_cf_chl_opt", "cf-chl-bypass", "challenge-error-text", "geo.captcha-delivery.com", "px-captcha"),
        *("Incapsula incident ID", '<iframe src="/_Incapsula_Resource">', "gokuProps", "KPSDK"),
        *("awsWafCookieDomainList", "sec-if-cpt-container", "bm-verify=", "errors.edgesuite.net"),
        *("/_sec/cp_challenge/", "ddos-guard/js-challenge", "sucuri_cloudproxy_js"),
    ],
)
def test_each_mark_of_a_challenge_is_found(mark: str) -> None:
    for spelled in (mark, mark.upper()):
        assert is_challenge({}, f"<html><body><p>{spelled} </p></body></html>"), spelled
    assert not is_challenge({}, "<html><body><p>px-captchas, a gokuPropsy, Incapsula</p></body></html>")
