"""Web and e-mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ParseError
from parsing.links import parse_email, parse_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example/1?b=c#d", "https://a.example/1?b=c#d"),
        (" http://a.example ", "http://a.example"),
        ("//cdn.example/x.jpg", "https://cdn.example/x.jpg"),
        ("https://a.example/my house.jpg", "https://a.example/my%20house.jpg"),
        ("https://a.example/casa-ñ", "https://a.example/casa-ñ"),
        ("https://a.exam\nple/x", "https://a.example/x"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
    ],
)
def test_url(text: str, url: str) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["", "/x.jpg", "a.example/x", "javascript:alert(1)", "data:image/png;base64,AAAA", "https://", "https:///x",
     "http://a.example:99999/", "http://[::1", "ftp://a.example/", "https://a.example/" + "x" * 9000],
)  # fmt: skip
def test_relative_and_broken_urls_are_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_url(text)


@given(st.text(max_size=60) | st.text(max_size=40).map("https://a.example/".__add__))
def test_a_url_reads_back_as_itself(text: str) -> None:
    try:
        url = parse_url(text)
    except ParseError:
        return
    assert parse_url(url) == url


@pytest.mark.parametrize(
    "text",
    ["ana@casa.example", " ana@casa.example ", "mailto:ana@casa.example?subject=x", "Ana <ana@casa.example>"],
)
def test_email(text: str) -> None:
    assert parse_email(text) == "ana@casa.example"


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@casa", "@casa.example", "a b@casa.example", "a@b@c.example", "a..b@c.example",
             "a@-c.example", "x" * 65 + "@c.example", "a@" + "b." * 200 + "mx"],
)  # fmt: skip
def test_invalid_emails_are_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_email(text)
