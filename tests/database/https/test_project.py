"""A URL or key of the wrong kind is refused before anything is sent, with where the right one is."""

from __future__ import annotations

import base64
import json

import pytest

from config.errors import UsageError
from config.settings import Settings
from database.https.project import Project, secret_key, url_of_project


def older_key(**claims: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'HS256'})}.{part(claims)}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://abcd.supabase.co", "https://abcd.supabase.co"),
        ("https://abcd.supabase.co/", "https://abcd.supabase.co"),
        (" https://abcd.supabase.co/rest/v1/ ", "https://abcd.supabase.co"),
        ("https://api.acme.example:8443", "https://api.acme.example:8443"),
        ("http://127.0.0.1:54321", "http://127.0.0.1:54321"),
        ("http://localhost:54321/", "http://localhost:54321"),
        ("http://[::1]:54321", "http://[::1]:54321"),
    ],
)
def test_the_url_of_a_project(given: str, url: str) -> None:
    """The path of the API and a slash at the end do no harm."""
    assert url_of_project(given) == url


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("postgresql://postgres:pw@db.abcd.supabase.co:5432/postgres", "a database's connection string"),
        ("abcd.supabase.co", "does not begin with https://"),
        ("https://supabase.com/dashboard/project/abcd", "a page of the dashboard"),
        ("https://abcd.supabase.co/auth/v1", "has a path, /auth/v1"),
        ("https://user:pw@abcd.supabase.co", "more than a host"),
        ("https://abcd.supabase.co?apikey=x", "more than a host"),
        ("http://abcd.supabase.co", "anybody on the way could read the key"),
        ("http://10.0.0.5:54321", "anybody on the way could read the key"),
        ("https://abcd.supabase.co:x", "not a URL"),
    ],
)
def test_a_url_of_the_wrong_kind_is_named(given: str, why: str) -> None:
    """The refusal says what it is instead, and what the right one looks like."""
    with pytest.raises(UsageError, match=why) as refused:
        url_of_project(given)
    assert "pw" not in refused.value.message
    assert refused.value.next_step


def test_secret_keys_of_both_kinds_are_taken() -> None:
    """The older key of service_role is a token; the newer one is not and is never looked into."""
    older = older_key(role="service_role")
    assert secret_key(" sb_secret_abc_123\n") == "sb_secret_abc_123"
    assert secret_key(older) == older


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("sb_publishable_abc", "a publishable key"),
        (older_key(role="anon"), "a key of role anon"),
        (older_key(sub="ana"), "no key of a Supabase project"),
        ("garbage", "no key of a Supabase project"),
        ("a.b.c", "no key of a Supabase project"),
    ],
)
def test_a_key_that_may_not_write_is_refused(key: str, held: str) -> None:
    """The refusal says whose key it is, and never the key."""
    with pytest.raises(UsageError, match=held) as refused:
        secret_key(key)
    assert key not in f"{refused.value.message} {refused.value.next_step}"


def test_a_project_needs_its_key() -> None:
    """A URL alone says where, not who."""
    settings = Settings(_env_file=None, supabase_url="https://abcd.supabase.co")  # type: ignore[call-arg]
    with pytest.raises(UsageError, match="SUPABASE_SECRET_KEY is not set"):
        Project.of(settings)
