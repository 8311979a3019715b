"""A preview: what a plan's session holds, before anything of it goes live."""

from __future__ import annotations

from uuid import UUID

from services.reports.previews import Preview, PreviewValue, preview_plan
from tests.catalogue import Catalogue, home, homes, without


async def previewed(
    catalogue: Catalogue, rows: list[dict[str, object]], *, day: float = 0, show: int = 3
) -> Preview:
    """The preview of a session of these rows, of which nothing is applied."""
    planned = await catalogue.run(rows, day=day, dry_run=True)
    assert isinstance(planned.plan_id, UUID)
    return await preview_plan(catalogue.database, planned.plan_id, listings=show)


def value(preview: Preview, field: str, listing: int = 0) -> PreviewValue:
    (found,) = [each for each in preview.listings[listing].values if each.field == field]
    return found


async def test_new_listings_are_shown_with_the_cells_they_were_read_from(catalogue: Catalogue) -> None:
    preview = await previewed(catalogue, [home(1, price="$4.4M"), *homes(4)[1:]], show=2)

    assert [(each.property_id, each.action) for each in preview.listings] == [
        ("A-1", "create"),
        ("A-2", "create"),
    ]
    price = value(preview, "price")
    assert (price.value, price.origin.cells, price.is_doubtful) == (4_400_000, {"price": "$4.4M"}, False)
    assert preview.listings[0].url == "https://acme.example/A-1"


async def test_listings_and_fields_with_doubts_come_first(catalogue: Catalogue) -> None:
    rows = [*homes(3), home(4, bedrooms="a few")]

    preview = await previewed(catalogue, rows, show=1)

    (first,) = preview.listings
    assert first.property_id == "A-4"
    assert first.values[0].field == "bedrooms"
    assert first.values[0].is_doubtful
    assert first.values[0].value is None
    assert first.values[0].origin.cells == {"bedrooms": "a few"}


async def test_a_known_listing_is_shown_as_it_would_be_live(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, city="Mérida", state="Yucatán")])
    await catalogue.pin("bedrooms")

    preview = await previewed(catalogue, [without(home(1, price=1_200_000, bedrooms=9), "city")], day=1)

    assert preview.listings[0].action == "update"
    assert value(preview, "price").value == 1_200_000
    assert (value(preview, "city").value, value(preview, "city").kept) == ("Mérida", True)
    assert value(preview, "city").origin.cells == {}
    assert value(preview, "bedrooms").value == 3, "which is pinned"


async def test_rows_that_would_not_be_live_are_left_out(catalogue: Catalogue) -> None:
    rows = [
        home(1, price=45),
        {**home(2), "property_id": ""},
        home(3, price=1, bedrooms=7),
        home(3, price=3_000_000),
        home(4, standard_status="Delete"),
        home(5),
    ]

    preview = await previewed(catalogue, rows, show=10)

    shown = {each.property_id for each in preview.listings}
    assert shown == {"A-3", "A-5"}
    (prices,) = [each for each in preview.distributions if each.measure == "price"]
    assert prices.listings == len(shown)


async def test_rows_that_would_be_set_aside_are_counted_by_reason(catalogue: Catalogue) -> None:
    """The most rows first, each reason with the first of its rows and what is wrong there."""
    rows = [*homes(4), *(home(n, bedrooms=400) for n in range(5, 10)), {**home(10), "property_id": ""}]

    first, second = (await previewed(catalogue, rows)).set_aside

    assert (first.rule, first.field, first.rows) == ("bedrooms_range", "bedrooms", 5)
    assert [each.property_id for each in first.samples] == ["A-5", "A-6", "A-7"]
    assert first.samples[0].reason == "bedrooms 400 is outside 0 … 200"
    assert first.samples[0].url == "https://acme.example/A-5"
    assert (second.rule, second.rows, second.samples[0].property_id) == ("usable row", 1, None)


async def test_areas_too_small_for_homes_are_marked(catalogue: Catalogue) -> None:
    """Half of them below 15 m²: areas in marla or in thousands, read as square metres."""
    marla = await previewed(catalogue, [home(n, total_area_m2=5 + n % 6) for n in range(1, 8)])
    metres = await previewed(catalogue, [home(n, total_area_m2=50 + n) for n in range(1, 8)])

    tiny = [
        {each.measure: each.is_tiny for each in preview.distributions}["total_area_m2"]
        for preview in (marla, metres)
    ]
    assert tiny == [True, False]
    assert not any(each.is_tiny for each in metres.distributions)


async def test_each_field_is_counted_with_an_example_and_its_spread(catalogue: Catalogue) -> None:
    rows = [home(number, price=number * 1_000_000, state=None) for number in range(1, 6)]

    fields = {each.field: each for each in (await previewed(catalogue, rows)).fields}

    price = fields["price"]
    assert (price.filled, price.example) == (5, 1_000_000)
    assert (price.smallest, price.middle, price.largest) == (1_000_000, 3_000_000, 5_000_000)
    title = fields["title"]
    assert (title.filled, title.example, title.middle) == (5, "Casa 1 en venta", None)
    assert "state" not in fields


async def test_prices_are_told_apart_by_operation_currency_and_period(catalogue: Catalogue) -> None:
    rows = [
        *homes(3),
        home(4, operation_type="rent", price="9,000 MXN / mes"),
        home(5, currency="USD", price=200_000),
    ]

    preview = await previewed(catalogue, rows)

    prices = [each for each in preview.distributions if each.measure == "price"]
    assert [(each.operation, each.currency, each.period, each.listings) for each in prices] == [
        ("sale", "MXN", None, 3),
        ("rent", "MXN", "month", 1),
        ("sale", "USD", None, 1),
    ]


async def test_a_wrong_factor_is_an_outlier_with_its_text(catalogue: Catalogue) -> None:
    rows = [*homes(9), home(10, price="1,005,000,000")]

    preview = await previewed(catalogue, rows)

    (prices,) = [each for each in preview.distributions if each.measure == "price"]
    (far,) = prices.outliers
    assert prices.outlier_count == 1
    assert (far.property_id, far.value) == ("A-10", 1_005_000_000)
    assert far.origin.cells == {"price": "1,005,000,000"}
    assert sum(count for _, count in prices.bins) == 10
    assert prices.bins[-1] == (72, 1), "10^(72 / 8) and more"


async def test_a_place_far_from_the_others_is_an_outlier(catalogue: Catalogue) -> None:
    preview = await previewed(catalogue, [*homes(9), home(10, latitude=-81.4, longitude=28.5)])

    marked = {each.measure: each for each in preview.distributions if each.is_of_degrees}
    assert [far.property_id for far in marked["latitude"].outliers] == ["A-10"]
    assert [far.value for far in marked["longitude"].outliers] == [28.5]


async def test_places_are_counted_and_rare_ones_marked(catalogue: Catalogue) -> None:
    rows = [*homes(20, state="Yucatán"), home(21, state="Feature", city="Progreso")]

    states, cities = (await previewed(catalogue, rows)).places

    assert (states.field, states.listings, states.different) == ("state", 21, 2)
    assert [(each.name, each.listings, each.rare) for each in states.shown] == [
        ("Yucatán", 20, False),
        ("Feature", 1, True),
    ]
    assert states.shown[1].origin.cells == {"state": "Feature"}
    assert [each.name for each in cities.shown] == ["Mérida", "Progreso"]


async def test_a_contact_that_the_program_may_not_read_is_left_out(catalogue: Catalogue) -> None:
    rows = homes(2, agent_phone="999 123 4567", agent_name="Ana")
    planned = await catalogue.run(rows, dry_run=True)
    await catalogue.superuser.execute("revoke select on public.properties_live from service_role")
    await catalogue.superuser.execute(
        "grant select (id, title, agent_name) on public.properties_live to service_role"
    )

    assert planned.plan_id is not None
    preview = await preview_plan(catalogue.database, planned.plan_id)

    shown = {each.field for each in preview.listings[0].values} | {each.field for each in preview.fields}
    assert "agent_name" in shown and "title" in shown and "price" in shown
    assert "agent_phone" not in shown


async def test_a_plan_without_rows_has_an_empty_preview(catalogue: Catalogue) -> None:
    assert await previewed(catalogue, []) == Preview((), (), (), (), ())
