"""What parcels score: worked by hand, a parcel a row, with every reason."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from config.errors import NotFoundError
from services.county.scoring import LeadDetails, find_parcel, list_leads
from tests.catalogue import Catalogue
from tests.services.county.scoring.parcels import County, county_of, day, told


@pytest.fixture
async def county(catalogue: Catalogue) -> County:
    return await county_of(catalogue)


def summed(lead: LeadDetails, component: str) -> Decimal:
    return sum(
        (Decimal(str(each.points)) for each in lead.reasons if each.component == component), Decimal(0)
    )


async def put_worked_parcels(county: County) -> None:
    for number, name in enumerate(("0BARE", "1TAX", "2COURT", "3ALL", "4PAID")):
        await county.parcel(name, None if name == "0BARE" else 28.5 + number / 10)
    await county.put("tax_sales", "1TAX", status="scheduled", sale_date=day(5), opening_bid=9_000)
    # the judgment is below the band that counts; nobody says what is owed; the assessed value is no equity
    await county.put(
        "foreclosures", "2COURT", status="scheduled", auction_date=day(60), default_amount=99_999
    )
    values = {"market_value": 300_000, "assessed_value": 100_000, "taxable_value": 50_000, "taxes": 6_000}
    await county.put("property_records", "2COURT", absentee=False, **values)
    await county.put("tax_sales", "3ALL", status="scheduled", sale_date=day(5))
    await county.put("foreclosures", "3ALL", status="scheduled", auction_date=day(17), default_amount=250_000)
    await county.put("code_violations", "3ALL", status="open", opened_on=day(-14), due_on=day(-5))
    for year in (2024, 2025):
        await county.put(
            "tax_certificates",
            "3ALL",
            status="unpaid",
            tax_year=year,
            issued_on=day(-228 - 365 * (2025 - year)),
        )
    values = {"market_value": 200_000, "assessed_value": 120_000, "lien_amount": 80_000, "taxes": 2_500}
    await county.put("property_records", "3ALL", absentee=True, last_sale_date=day(-365 * 17), **values)
    # all of it is over, or was paid: nothing of it counts
    await county.put("tax_sales", "4PAID", status="redeemed", sale_date=day(5))
    await county.put("tax_certificates", "4PAID", status="paid", tax_year=2024, issued_on=day(-228))
    await county.put("foreclosures", "4PAID", status="canceled", auction_date=day(17), default_amount=250_000)


async def test_a_parcel_is_named_by_its_id_in_its_county_or_by_the_start_of_its_uuid(
    catalogue: Catalogue,
) -> None:
    county = await county_of(catalogue)
    key = "292201400106018"  # fifteen digits are also hexadecimal, and yet no start of a UUID
    for name, fips in (("orange-fl", "12095"), ("polk-fl", "12105")):
        await county.parcel(key, county_fips=fips, source=f"{name}.parcels")
    with pytest.raises(NotFoundError, match=r"orange-fl \(.*polk-fl \(|polk-fl \(.*orange-fl \(") as twice:
        await county.lead(key)
    assert (twice.value.next_step or "").startswith("give the id in brackets, or --county ")
    found = await find_parcel(county.database, "29-22-01-4001-06-018", "polk-fl")
    assert (found.county, found.county_fips) == ("polk-fl", "12105")
    for start in (8, 9, 11, 14, 36):
        assert await find_parcel(county.database, str(found.property_id)[:start]) == found
    for text in ("292201400106019", "2922014001060180000000000000000000000000", "deadbeef-", "-" * 36):
        with pytest.raises(NotFoundError, match="there is no parcel"):
            await find_parcel(county.database, text)


BARE_OWNER = ["absentee? 5", "long_ownership? 2.5"]
BARE_VALUE = ["market_value? 15", "equity? 15", "below_neighbours? 12.5", "tax_rate? 7.5"]
# parcel → tier, total, confidence, components, the reasons of distress, value and urgency
WORKED = {
    "0BARE": ("D", 27.63, 0.39, (7.5, 50, 50, 0), BARE_OWNER, BARE_VALUE, []),
    "1TAX": (
        *("C", 50.63, 0.44, (47.5, 50, 50, 60)),
        *(["tax_sale 40", *BARE_OWNER], BARE_VALUE, ["tax_sale_day 60"]),
    ),
    "2COURT": (
        *("C", 48.38, 0.67, (47.5, 57.5, 50, 30)),
        ["foreclosure 40", "auction_set 5", "absentee 0", "long_ownership? 2.5"],
        ["market_value 30", "equity? 15", "below_neighbours? 12.5", "tax_rate 0"],
        ["foreclosure_day 30"],
    ),
    "3ALL": (
        *("A", 86.25, 0.83, (100, 87.5, 50, 100)),
        [
            *("tax_sale 40", "unpaid_taxes 35.02", "foreclosure 40", "judgment 10", "auction_set 5"),
            *("open_case 15", "absentee 10", "long_ownership 5", "stacked 15", "cap -15.02", "cap -60"),
        ],
        ["market_value 30", "equity 30", "below_neighbours? 12.5", "tax_rate 15"],
        ["tax_sale_day 60", "foreclosure_day 45", "case_due 20", "recent_case 10", "cap -35"],
    ),
    "4PAID": ("D", 27.63, 0.44, (7.5, 50, 50, 0), BARE_OWNER, BARE_VALUE, []),
}


async def test_each_worked_parcel_gets_its_points_tier_and_reasons(county: County) -> None:
    await put_worked_parcels(county)
    done = await county.score()
    assert (done.new, done.tiers) == (5, {"A": 1, "B": 0, "C": 2, "D": 2})
    for name, (tier, total, confidence, components, *reasons) in WORKED.items():
        lead = await county.lead(name)
        assert (lead.tier, lead.total, lead.confidence) == (tier, total, confidence), name
        assert (lead.distress, lead.value, lead.location, lead.urgency) == components, name
        for component, expected in zip(("distress", "value", "urgency"), reasons, strict=True):
            assert told(lead, component) == [each for each in expected if not each.endswith(" 0")], name
        # to the cent: the lines are the score
        for component in ("distress", "value", "location", "urgency"):
            assert summed(lead, component) == Decimal(str(getattr(lead, component))), name
        assert sum(Decimal(str(each.adds)) for each in lead.reasons) == Decimal(str(lead.total)), name
        weighed = sum(
            Decimal(str(getattr(lead, part))) * Decimal(str(weight)) for part, weight in lead.weights.items()
        )
        assert Decimal(str(lead.total)) == weighed.quantize(Decimal("0.01"), ROUND_HALF_UP), name
    best = await list_leads(county.database, limit=1)
    assert [(each.parcel_id_normalized, each.best) for each in best] == [
        ("3ALL", ["days until the tax deed sale", "days until the auction", "tax deed sale"])
    ]
    equity = {each.signal: each for each in (await county.lead("2COURT")).reasons}["equity"]
    assert (equity.value, equity.missing) == (None, "nobody says what is owed on it: equity is unknown")
