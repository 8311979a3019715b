"""Passwords and tokens are masked in every form a user, a driver or a log writes them in."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest

from config import secrets
from config.secrets import dsn_fault, forget, is_masked, mask, mask_url, remember, secrets_in
from tests.tables import rows

S = "Pl4nted-S3cret"

URLS = [
    f"https://user:{S}@host.example/feed.csv",
    f"https://{S}@host.example/feed.csv",
    f"https://user:pa/{S}#w?x@host.example/feed.csv",
    f"https://host.example/homes?page=2&api_key={S}",
    f"https://host.example/homes?api%5Fkey={S}&page=2",
    f"https://host.example/homes?apikey={S};page=2",
    f"https://host.example/homes?access_token={S}#top",
    f"https://host.example/homes?user[password]={S}",
    f"https://host.example/homes?sig={S}&se=2026-01-01",
    f"https://bucket.s3.example/f.csv?X-Amz-Credential={S}&X-Amz-Signature={S}&X-Amz-Security-Token={S}",
    f"https://host.example/homes?key={S}",
    f"https://host.example/homes?code={S}",
    f"https://host.example/#access_token={S}&token_type=bearer",
    f"https://host.example/#/homes?token={S}",
    f"https://host.example/homes;jsessionid={S}?page=2",
    f"https://hooks.slack.com/services/T0123ABCD/B0123ABCD/{S}",
    f"https://relay.example/services/T0123ABCD/B0123ABCD/{S}",
    f"https://discord.com/api/webhooks/123456789012345678/{S}",
    f"https://api.telegram.org/bot123456789:{S}/sendMessage",
    f"https://services.leadconnectorhq.com/hooks/{S}/webhook-trigger/{S}",
    f"https://hooks.zapier.com/hooks/catch/123456/{S}/",
    f"https://hook.eu1.make.com/{S}",
    f"https://maker.ifttt.com/trigger/new/with/key/{S}",
    f"https://host.example/go?to=https%3A%2F%2Fa.example%2F%3Fapi_key%3D{S}",
    f"https://host.example/go?to=https%253A%252F%252Fu%253A{S}%2540a.example%252Fx",
    f"https://host.example/go?to=https://u:{S}@a.example/x",
    f"postgresql://reader:{S}@db.example:5432/homes",
    f"postgresql://reader:a/{S}@db.example/homes",
    f"postgresql://reader:a#{S}@db.example/homes",
    f"postgresql://reader:a@{S}@db.example/homes",
    f"postgresql://reader:a?{S}@db.example/homes",
    f"postgresql://db.example/homes?user=reader&password={S}&sslpassword={S}",
    f"postgresql+asyncpg://reader:{S}@db.example/homes#public.listings",
    f"mysql://reader:{S}@db.example/homes#listings",
    f"reso:https://u:{S}@api.example/odata/Property?access_token={S}",
]

TEXTS = [
    f"host=db.example user=reader password={S} dbname=homes",
    f"host=db.example password='a {S} b' user=reader",
    f'host=db.example password="{S}"',
    f"connect(host='db.example', user='reader', password='{S}')",
    f'{{"password": "{S}", "host": "db.example"}}',
    f"{{'access_token': '{S}'}}",
    f"Authorization: Bearer {S}",
    f"authorization: Basic {S}",
    f"<CIMultiDict('Authorization': 'Bearer {S}', 'Accept': '*/*')>",
    f"headers=[('Authorization', 'Bearer {S}')]",
    f"Cookie: sid={S}; theme=dark",
    f"{{'Cookie': 'sid={S}'}}",
    f"X-Api-Key: {S}",
    f"sent with Bearer {S} to the server",
    "the token xoxb-123456789012-abcdefPl4nted was refused".replace("Pl4nted", S),
    f"OperationalError: could not connect with postgresql://reader:p'w{S}@db.example/homes",
]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    forget()


@rows("url", URLS)
def test_a_url_is_masked_alone_in_a_text_and_in_a_representation(url: str) -> None:
    assert S not in mask_url(url)
    for text in (
        url,
        f"fetching {url}: HTTP 403",
        f"<Request {url!r}>",
        f"URL('{url}')",
        f"({url})",
        f"{url}.",
    ):
        assert S not in mask(text), text


@rows("text", TEXTS)
def test_a_text_is_masked(text: str) -> None:
    assert S not in mask(text)
    assert S not in mask(f"Traceback\n  File x\n{text}\nand more")


@rows("given", [*URLS, *TEXTS])
def test_masking_again_changes_nothing(given: str) -> None:
    once = mask(given)
    assert mask(once) == once
    assert mask_url(mask_url(given)) == mask_url(given)
    assert is_masked(once)


@rows("url", URLS)
def test_a_url_in_a_text_is_masked_as_it_is_alone(url: str) -> None:
    assert mask(f"reading {url} now") == f"reading {mask_url(url)} now"


@rows(
    "url",
    [
        "https://host.example/homes?page=2&id=A-17&key=12&code=AB-1234",
        "https://host.example/homes?key=casa&k=madrid&sort=price-asc&h=300",
        "https://host.example/listing/550e8400-e29b-41d4-a716-446655440000/",
        "https://host.example/@agent/homes?mail=a@b.example",
        "https://host.example:8443/de/häuser/?q=m%C3%BCnchen&order=%E2%82%AC",
        "https://host.example/authors/ana-lopez-2/tokens-of-style",
        "https://host.example/homes?page_token=CAUQAA&%24skiptoken=100",
        "https://host.example/webhooks/how-they-work",
        "https://host.example/services/Torremolinos/Benalmadena/apartment-2024",
        "https://host.example/keys-to-the-house-2024?session=2024",
        "sqlite:///data/me@home/homes.db#listings",
        "postgresql://reader@db.example/homes#listings",
        "import:acme/A-17",
        "https://[2001:db8::1]:8443/homes",
        "https://host.example/sk-bratislava-apartment-for-rent/task-force-for-something-long",
    ],
)
def test_what_is_no_secret_stays_byte_by_byte(url: str) -> None:
    assert mask_url(url) == url
    assert mask(url) == url


@pytest.mark.parametrize(
    "sentence",
    [
        "cannot connect to localhost:5432, database homes, user postgres: nothing answers there",
        "the password: it was refused",
        "check the user and password",
        "the token of PROPERTY_MANAGER_RESO_TOKEN is not accepted (401)",
        "4 bedrooms = 2 up, key facts: garden; price=4,400,000",
        "call(token=None, secret=SecretStr('**********'))",
    ],
)
def test_a_sentence_without_secrets_stays(sentence: str) -> None:
    assert mask(sentence) == sentence


def test_two_tokens_stay_two_and_one_stays_one() -> None:
    first, second = (mask_url(f"https://host.example/?token={S}{n}&page=1") for n in (1, 2))
    assert first != second
    assert first == mask_url(f"https://host.example/?token={S}1&page=1")
    assert first.startswith("https://host.example/?token=***")
    assert first.endswith("&page=1")


def test_the_rest_of_a_masked_url_stays() -> None:
    masked = mask_url(f"https://h.example/a%20b/?q=x+y&api_key={S}&z=%E2%82%AC#frag")
    assert masked.startswith("https://h.example/a%20b/?q=x+y&api_key=***")
    assert masked.endswith("&z=%E2%82%AC#frag")


def test_a_dsn_keeps_what_is_needed_to_find_it() -> None:
    assert (
        mask(f"postgresql://reader:{S}@db.example:5432/homes")
        == "postgresql://reader:***@db.example:5432/homes"
    )


def test_what_is_remembered_is_masked_whatever_stands_around_it() -> None:
    for url in URLS:
        remember(*secrets_in(url))
    assert S not in mask(f"invalid literal for int() with base 10: {S!r} and pre{S}fix")
    remember("postgres", "homes", "1234")
    assert mask("database postgres, user homes") == "database postgres, user homes"


@pytest.mark.parametrize("secret", ["p w", "p%w", "ü€", "a:b", "x&y"])
def test_a_secret_of_any_characters_is_found_in_its_url(secret: str) -> None:
    url = f"https://h.example/?token={quote(secret, safe='')}"
    assert secret in secrets_in(url)
    assert quote(secret, safe="") not in mask_url(url)


@pytest.mark.parametrize("mark", "/#?@")
def test_a_dsn_with_a_bare_mark_in_its_password_is_refused_without_quoting_it(mark: str) -> None:
    fault = dsn_fault(f"postgresql://reader:12{mark}34@db.example/homes")
    assert fault is not None
    assert "12" not in fault
    assert "34" not in fault


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://reader:p%2Fw@db.example:5432/homes#public.listings",
        "postgresql:///homes?host=/run/postgresql",
        "postgresql://[::1]:5432/homes",
        "mysql://reader@db.example/homes",
    ],
)
def test_a_well_formed_dsn_has_no_fault(dsn: str) -> None:
    assert dsn_fault(dsn) is None


def test_masking_any_text_ends_and_is_stable() -> None:
    pick = random.Random(8)
    between = [" ", "\n", ", ", "' '", ") ("]
    pieces = [
        *URLS,
        *TEXTS,
        "://",
        "@",
        "?",
        "#",
        "&",
        "=",
        "%",
        "token",
        "'",
        '"',
        " ",
        "\n",
        "***",
        "(",
        "é",
    ]
    for _ in range(400):
        text = "".join(pick.choice(pieces) + pick.choice(between) for _ in range(pick.randint(1, 12)))
        once = mask(text)
        assert S not in once, text
        assert mask(once) == once, text


@rows("piece", ["a", "eyJ", "password=", "x.", "://", "@", "cookie:a=", "sk-", "'", "\\'", "a@", "%25"])
def test_masking_a_long_text_is_linear(piece: str) -> None:
    """Were it quadratic, this would take hours."""
    mask(piece * 200_000)
    mask_url("https://host.example/?q=" + piece * 50_000)


@rows("url", URLS)
def test_a_process_that_was_given_a_secret_masks_its_url_as_any_other_does(url: str) -> None:
    forget()
    before = mask(url), mask_url(url)
    remember(*secrets_in(url))
    assert (mask(url), mask_url(url)) == before


def test_what_is_passed_over_as_plain_has_nothing_to_mask() -> None:
    parts = [
        *("https://", "http://", "a.example", "hooks.b.example", ":80", ":pass-word", "/", "/casa-PM-0012"),
        *("/bot12:ab-c", "/services", "/T123ABC", "/B123ABC", "/catch", "/xYz12345", "%74oken/xYz12345"),
        *("?q=1", "@", "-", " ", "_", "token=", "ghp_0123456789abcdefX", "glpat-0123456789abcdefX"),
        *("sk-0123456789abcdefABCDEF", "Bearer ", "0123456789", "\u0131\u0130", "cookie: ", "authorization="),
        *("user.name: ", "'", '"', "eyJabcdef.ghijkl.", "ya29.abcdefgh", "AKIA0123456789ABCDEF"),
    ]
    chance = random.Random(11)
    texts = ["".join(chance.choices(parts, k=chance.randrange(1, 7))) for _ in range(6_000)]
    assert [text for text in texts if mask(text) != secrets._mask_text(text, 0)] == []
    assert secrets._is_plain(
        f"https://a.example/{'a' * 30_000}"
    )  # enough was read now to look for plain ones
    urls = [text for text in texts if "://" in text]
    assert [url for url in urls if mask_url(url) != secrets._mask_url(url, 0)] == []
    assert any(map(secrets._is_plain, urls))
