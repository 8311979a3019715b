"""One rule a source: which part of its pages or addresses is the id, over all pages of a scrape together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from scrapers.ids import Rule, Seen, choose
from scrapers.ids.choose import LARGEST_ID
from tests.homes_for_sale import ADDRESSES, Home, homes
from tests.hostile_addresses import HOSTILE

BASE = "https://homes.example"


def seen(home: Home, address: str, **stated: str) -> Seen:
    return Seen(
        BASE + ADDRESSES[address](home),
        stated,
        {
            "title": home.title,
            "address": home.address,
            "postal_code": home.zip_code,
            "price": home.price,
            "construction_year": home.year,
        },
    )


def pages(address: str, day: int = 1) -> list[Seen]:
    return [seen(home, address) for home in homes(day)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_home_has_an_id_of_its_own_that_lasts(address: str) -> None:
    first = choose(pages(address))
    assert len(set(first.ids)) == len(homes())

    second = choose(pages(address, day=2), first.rule, frozenset(first.ids))

    assert second.rule == first.rule
    assert second.instead_of is None
    assert second.ids == first.ids[:-1]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_id_among_other_numbers_is_found_and_lasts(address: str) -> None:
    def hostile(day: int) -> list[Seen]:
        facts = [seen(home, "id in the query") for home in homes(day)]
        return [
            replace(one, url=BASE + HOSTILE[address](home))
            for one, home in zip(facts, homes(day), strict=True)
        ]

    first = choose(hostile(1))
    assert len(set(first.ids)) == len(homes())
    assert choose(hostile(2), first.rule, frozenset(first.ids)).ids == first.ids[:-1]


def test_a_home_in_two_languages_has_one_id() -> None:
    words = {"en": "house", "es": "casa"}
    both = [
        replace(seen(home, "id in the query"), url=f"{BASE}/{lang}/{word}-{home.street.lower()}-{home.key}")
        for home in homes()
        for lang, word in words.items()
    ]
    assert choose(both).ids == [str(home.key) for home in homes() for _ in words]


@pytest.mark.parametrize("mark", [";jsessionid=A9F{}", "?PHPSESSID=77{}", "?utm_campaign=c{}", "?gclid=g{}"])
def test_a_mark_of_the_visit_is_no_part_of_an_id(mark: str) -> None:
    def visited(visit: int) -> list[Seen]:
        return [
            replace(seen(home, "id in the query"), url=f"{BASE}/homes/{home.street}{mark.format(visit)}")
            for home in homes()
        ]

    first = choose(visited(1))
    assert choose(visited(2), first.rule, frozenset(first.ids)).ids == first.ids


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("slug that ends in a postal code", "1340-oak-st-springfield-il-62521"),
        ("postal code before the number", "482070021"),
        ("slug that ends in a street number", "3-bedroom-house-oak-st-1340"),
        ("id in the query", "41"),
        ("a key of the query that has no name", "41"),
        ("year and month of the advert", "house-oak-street"),
        ("number before the slug", "48207"),
        ("price in the slug", "house-oak-springfield"),
        ("a key that looks random", "c4ca4238a0b923820dcc509a6f75849b"),
        ("number between words, and a mark of the visit", "48207"),
    ],
)
def test_an_id_is_the_part_that_tells_homes_apart(address: str, first: str) -> None:
    assert choose(pages(address)).ids[0] == first


def test_one_page_alone_is_not_named_by_a_postal_code_or_street_number() -> None:
    for address in ("slug that ends in a postal code", "slug that ends in a street number"):
        [name] = choose(pages(address)[:1]).ids
        assert name in ADDRESSES[address](homes()[0])
        assert name not in ("62521", "il-62521", "1340", "st-1340")


def test_letters_before_letters_and_a_number_are_part_of_the_code() -> None:
    urls = [f"{BASE}/propiedad/casa-en-merida-EB-AA{1000 + home.number}" for home in homes()]
    assert choose([Seen(url) for url in urls]).ids[0] == "EB-AA1001"


class TestWhatThePageStates:
    """An id beside its label, where it tells homes apart."""

    def test_is_preferred_to_a_number_in_the_address(self) -> None:
        found = choose(
            [seen(h, "number before the slug", **{"label 'Ref'": f"HZ-{h.number}"}) for h in homes()]
        )
        assert found.ids[0] == "HZ-1"
        assert found.rule == Rule(kind="page", at="label 'Ref'")

    def test_is_not_taken_where_two_homes_have_it(self) -> None:
        found = choose(
            [seen(h, "number before the slug", **{"label 'Ref'": f"HZ-{h.number // 2}"}) for h in homes()]
        )
        assert found.ids[0] == "48207"

    def test_is_the_recipes_where_that_tells_homes_apart(self) -> None:
        """Where it does not, what is taken instead is said to be instead of it."""
        place = Rule(kind="page", at="recipe b.ref")
        other = {"label 'Ref'": "A1"}
        apart = [
            seen(h, "number before the slug", **{**other, str(place.at): f"K{h.number}"}) for h in homes()
        ]
        alike = [seen(h, "number before the slug", **{str(place.at): f"K{h.number // 3}"}) for h in homes()]
        assert (choose(apart).rule, choose(apart).instead_of) == (place, None)
        assert (choose(alike).ids[0], choose(alike).instead_of) == ("48207", place)

    def test_is_not_taken_where_many_pages_lack_it(self) -> None:
        stated = {"label 'Ref'": "HZ-1"}
        found = choose([seen(h, "id in the query", **(stated if h.number == 1 else {})) for h in homes()])
        assert found.ids[0] == "41"

    def test_names_the_few_pages_that_lack_it_by_their_address(self) -> None:
        stated = [{"label 'Ref'": f"HZ-{h.number}"} if h.number > 1 else {} for h in homes()]
        found = choose(
            [
                seen(h, "year and month of the advert", **given)
                for h, given in zip(homes(), stated, strict=True)
            ]
        )
        assert found.ids[:2] == ["2026/05/house-oak-street", "HZ-2"]

    def test_is_not_the_phone_number_of_the_agent(self) -> None:
        phone = "+12175550100"
        found = choose(
            [
                replace(page, stated={"label 'Ref'": phone}, facts={**page.facts, "agent_phone": phone})
                for page in pages("id in the query")[:1]
            ]
        )
        assert found.ids == ["41"]

    def test_in_a_state_is_believed_where_the_address_repeats_it(self) -> None:
        state = "hydration props.listing.id"
        repeated = [seen(h, "number before the slug", **{state: str(h.key)}) for h in homes()]
        other = [seen(h, "number before the slug", **{state: str(900 + h.number)}) for h in homes()]
        assert choose(repeated).rule == Rule(kind="page", at=state)
        assert choose(other).ids[0] == "48207"

    def test_yields_to_a_number_that_the_pages_own_address_has_too(self) -> None:
        address = "id in the query"
        found = choose(
            [
                Seen(
                    f"{BASE}/inmueble/{h.key}/",
                    {"label 'Ref'": f"A{h.number}", "canonical address": f"/{h.key}"},
                )
                for h in homes()
            ]
        )
        assert found.ids[0] == "48207", address


class TestWhatTheSourceShowedBefore:
    """Listings keep their ids, whatever the rule."""

    def test_an_address_that_is_known_keeps_its_id(self) -> None:
        known = [replace(page, known="IL-62704") for page in pages("postal code before the number")[:1]]
        found = choose([*known, *pages("postal code before the number")[1:]])
        assert found.ids[:2] == ["IL-62704", "482140021"]

    def test_the_rule_that_its_listings_were_named_by_comes_first(self) -> None:
        stated = [seen(h, "number before the slug", **{"label 'Ref'": f"HZ-{h.number}"}) for h in homes()]
        found = choose(stated, shown={str(h.key) for h in homes()})
        assert found.ids[0] == "48207"

    def test_a_rule_that_no_longer_tells_homes_apart_is_replaced_and_named(self) -> None:
        was = Rule(kind="segment", at=-1)
        moved = [Seen(f"{BASE}/homes/{h.key}/details") for h in homes()]
        found = choose(moved, was)
        assert (found.ids[0], found.instead_of) == ("48207", was)

    def test_new_addresses_of_the_same_homes_keep_the_ids(self) -> None:
        old = choose(pages("number before the slug"))
        moved = [Seen(f"{BASE}/en/home/{h.street.lower()}/{h.key}") for h in homes()]
        assert choose(moved, old.rule, frozenset(old.ids)).ids == old.ids


def test_two_addresses_of_one_home_are_one_listing() -> None:
    again = [
        replace(page, url=page.url.replace("/listing/", "/featured/"))
        for page in pages("number before the slug")[:2]
    ]
    found = choose([*pages("number before the slug"), *again])
    assert len(found.ids) == 14
    assert len(set(found.ids)) == 12


def test_a_few_homes_that_share_an_id_are_named_by_their_address() -> None:
    many = [Seen(f"{BASE}/a/{n}", facts={"price": 1_000 * n, "title": f"Home {n}"}) for n in range(1, 101)]
    twin = Seen(f"{BASE}/b/7", facts={"price": 999_000, "title": "Another home"})
    found = choose([*many, twin])
    assert found.rule == Rule(kind="code", at=-1)
    assert (found.ids[6], found.ids[-1]) == ("a/7", "b/7")
    assert len(set(found.ids)) == 101


def test_an_address_of_any_length_gives_an_id_that_fits() -> None:
    long = [Seen(f"{BASE}/{'x' * 600}/{'y' * 600}{word}") for word in ("a", "b", "c")]
    found = choose(long).ids
    assert len(set(found)) == 3
    assert all(len(name) <= LARGEST_ID for name in found)


def test_a_rule_is_data() -> None:
    for page, other in pairwise(ADDRESSES):
        rule = choose(pages(page)).rule
        assert Rule.model_validate(rule.as_json()) == rule
        assert str(rule)
        assert page != other
