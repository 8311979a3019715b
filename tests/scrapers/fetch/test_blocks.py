"""Challenges are recognised, and good pages are not."""

from __future__ import annotations

import pytest

from scrapers.fetch.blocks import is_challenge

WORDS = "three bedrooms and a view of the sea " * 40


@pytest.mark.parametrize(
    "html",
    [
        "<title>Just a moment...</title>",
        "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>",
        "<title lang=en> Access to this page has been denied.</title><div id='px-captcha'></div>",
        "<script>var dd={'host':'geo.captcha-delivery.com'}</script><p>Please enable JS</p>",
        "<iframe id=main-iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful</iframe>",
        "<script>window.gokuProps = {}</script>",
        "<TITLE>Access Denied</TITLE> Reference &#35;18 https://errors.edgesuite.net/18",
        "<title>Pardon Our Interruption</title>",
        "<title>Robot check</title>",
        f"<title>Just a moment...</title><script>{WORDS}</script>",
    ],
)
def test_a_challenge_is_recognised_by_its_marks(html):
    assert is_challenge({}, html)


@pytest.mark.parametrize("headers", [{"cf-mitigated": "challenge"}, {"x-amzn-waf-action": "captcha"}])
def test_a_challenge_is_recognised_by_its_headers(headers):
    assert is_challenge(headers, "<p>hello</p>")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html><body><div id=root></div><script src=app.js></script></body></html>",
        f"<title>Security check in your neighbourhood</title><p>{WORDS}</p>",
        f"<title>House</title><p>{WORDS}</p><form class=g-recaptcha>captcha</form>",
        "<title>House</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
        "<title>House</title><script src='/_Incapsula_Resource?SWJIYLWA=1'></script><div id=root></div>",
        "<title>Captcha Lane 5</title><script type='application/ld+json'>{}</script>",
        "<title>522: Connection timed out</title><div id='cf-error-details'>cf-error</div>",
    ],
)
def test_a_good_page_is_not_a_challenge(html):
    assert not is_challenge({}, html)
