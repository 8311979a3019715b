"""What the words beside an amount or a count make of it: every word of every list, read in a cell."""

from __future__ import annotations

from typing import Any

import pytest

from config.errors import DoubtError, ParseError
from parsing.counts import Bathrooms, parse_count
from parsing.price import Price, parse_price
from parsing.vocabulary import amounts, counts, money
from tests.parsing.forms import forms
from tests.tables import rows


def each(*lists: tuple[str, ...]) -> list[str]:
    """Every text of these patterns."""
    return list(dict.fromkeys(form for patterns in lists for word in patterns for form in forms(word)))


def read(text: str, country: str = "US") -> Price:
    """The price of a text."""
    return parse_price(text, country=country)


def outcome(text: str, country: str = "US") -> Any:
    """The amount of a text, or which error there is."""
    try:
        return read(text, country).amount
    except (ParseError, DoubtError) as error:
        return type(error)


class TestWhatAHomeIsWorth:
    @rows("word", each(amounts.APPRAISALS))
    def test_a_value_is_no_price_where_the_price_stands_beside_it(self, word: str) -> None:
        assert read(f"{word} $450,000 now $400,000").amount == 400_000
        assert read(f"$400,000 {word}: $450,000").amount == 400_000

    @rows("word", each(amounts.APPRAISALS))
    def test_a_value_alone_is_no_price_either(self, word: str) -> None:
        assert outcome(f"{word} $450,000") is ParseError

    @rows("word", each(amounts.BELOW))
    def test_a_price_below_a_value_is_one(self, word: str) -> None:
        assert read(f"{word} market value: $289,000").amount == 289_000

    @pytest.mark.parametrize("text", ["£300,000 (Home Report value) offers over £289,950",
                                      "Offers over £289,950 (Home Report £300,000)",
                                      "Home report £300,000, fixed price £289,950"])  # fmt: skip
    def test_it_does_not_matter_which_stands_first(self, text: str) -> None:
        assert outcome(text, "GB") in (289_950, DoubtError)


class TestDifferences:
    @rows("word", each(amounts.LESS, amounts.TAKEN_OFF))
    def test_a_difference_of_prices_is_no_end_of_a_range_and_no_price(self, word: str) -> None:
        assert read(f"$389,950 ($12,000 {word})").amount == 389_950
        assert read(f"$389,950 ($12,000 {word})").maximum is None
        assert outcome(f"$12,000 {word}") is ParseError

    @pytest.mark.parametrize(
        "text", ["$1,000 off first month! $1,450/mo", "$1,450/mo, $1,000 off first month"]
    )
    def test_what_is_taken_off_may_be_large(self, text: str) -> None:
        assert (read(text).amount, read(text).period) == (1_450, "month")

    def test_a_price_far_below_a_value_is_not_taken_for_a_difference(self) -> None:
        assert outcome("$450,000 below market value of $500,000") in (450_000, DoubtError)

    @rows("word", each(amounts.CUTS))
    def test_what_a_price_was_lowered_by_is_not_the_price(self, word: str) -> None:
        assert read(f"$389,000 {word} $20,000").amount == 389_000

    @pytest.mark.parametrize(
        "text", ["$450,000 under contract", "$450,000 under offer", "$450,000 off market"]
    )
    def test_a_status_after_a_price_is_no_difference(self, text: str) -> None:
        assert read(text).amount == 450_000

    @rows("word", each(amounts.PERCENT_OF))
    def test_what_a_share_is_of_is_not_the_price(self, word: str) -> None:
        assert read(f"£125,000 (40% {word} £312,500)", "GB").amount == 125_000

    @pytest.mark.parametrize("word", each(amounts.BEFORE_FEES))
    def test_of_two_prices_the_one_that_the_buyer_pays_is_meant(self, word: str) -> None:
        assert read(f"349 000 € (335 577 € {word})", "FR").amount == 349_000

    @pytest.mark.parametrize("word", each(amounts.NET))
    def test_of_two_rents_the_one_without_costs_is_meant(self, word: str) -> None:
        assert read(f"1.050 € warm / 850 € {word}", "DE").amount == 850


class TestLabelsAfterAmounts:
    FEES = each(money.FEES, money.FEES_BEFORE_AMOUNT, amounts.DOWN)

    @rows("word", FEES)
    def test_a_fee_named_after_its_amount_is_not_the_rent(self, word: str) -> None:
        price = read(f"€1,900 {word}, €950 per month", "IE")
        assert (price.amount, price.period) == (950, "month")

    @rows("word", each(amounts.OF_FEE))
    def test_a_little_word_may_stand_before_the_fee(self, word: str) -> None:
        assert read(f"1.900 € {word}fianza, 950 €", "ES").amount == 950

    @pytest.mark.parametrize("text", ["$500 deposit $1,450 rent", "$1,450 rent $500 deposit",
                                      "$500 deposit; rent $1,450", "$500 deposit / $1,450 rent"])  # fmt: skip
    def test_the_order_of_fee_and_rent_does_not_matter(self, text: str) -> None:
        assert read(text).amount == 1_450

    @pytest.mark.parametrize("text", ["Rent: $1,500-$1,800 deposit $500", "$1,500 - $1,800 Deposit: $500"])
    def test_a_fee_after_a_range_is_of_the_amount_that_follows(self, text: str) -> None:
        assert (read(text).amount, read(text).maximum) == (1_500, 1_800)

    def test_a_fee_at_the_end_is_of_the_amount_before_it(self) -> None:
        price = read("£650 pcm - £750 deposit", "GB")
        assert (price.amount, price.maximum) == (650, None)

    @rows("word", each(amounts.INCLUDED))
    def test_a_fee_that_the_price_includes_leaves_it_the_price(self, word: str) -> None:
        assert read(f"349.000 € provision {word}, Stellplatz 20.000 €", "DE").amount == 349_000

    @pytest.mark.parametrize("text", ["$389,000 HOA, $350/mo", "$2,000 parking, gym, pool"])
    def test_a_price_far_above_the_other_amount_is_no_fee_of_it(self, text: str) -> None:
        assert read(text).amount in (389_000, 2_000)


class TestPartsOfAHome:
    @pytest.mark.parametrize(
        ("text", "country"),
        [
            ("Land $310,000 House $289,000", "AU"), ("Land $310,000 + House $289,000", "AU"),
            ("Grundstück 120.000 € Haus 310.000 €", "DE"), ("Terreno $1,200,000 Casa $2,300,000", "MX"),
            ("Terrain 90 000 € Maison 180 000 €", "FR"), ("Terreno € 90.000 Villa € 310.000", "IT"),
            ("Działka 120 000 zł, dom 640 000 zł", "PL"), ("Arsa 1.200.000 TL Ev 3.400.000 TL", "TR"),
        ],
    )  # fmt: skip
    def test_prices_of_parts_are_doubtful_with_both_readings(self, text: str, country: str) -> None:
        with pytest.raises(DoubtError) as doubt:
            read(text, country)
        assert len(doubt.value.readings) == 2

    def test_their_sum_is_the_price_where_the_text_has_it(self) -> None:
        assert read("Land $310,000 + House $289,000 = $599,000", "AU").amount == 599_000
        assert read("Land $310,000, build $289,000, total $599,000", "AU").amount == 599_000

    def test_a_small_extra_changes_nothing(self) -> None:
        assert read("Haus 310.000 €, Stellplatz 25.000 €", "DE").amount == 310_000


class TestPerPerson:
    @rows("word", [*each(amounts.PERSON), *each(amounts.PERSON_SHORT)])
    def test_a_price_of_each_person_or_room_is_doubtful(self, word: str) -> None:
        lead = "" if word in each(amounts.PERSON_SHORT) else "per "
        assert outcome(f"$950 {lead}{word}") is DoubtError

    @rows("lead", amounts.PERSON_LEAD)
    def test_in_several_languages(self, lead: str) -> None:
        assert outcome(f"950 € {lead} person", "DE") is DoubtError

    @pytest.mark.parametrize("word", each(amounts.EACH))
    def test_after_the_period_too(self, word: str) -> None:
        assert outcome(f"€950 per month {word}", "IE") is DoubtError

    @pytest.mark.parametrize("word", each(amounts.HUNDREDTHS))
    def test_hundredths_of_the_money_are_doubtful(self, word: str) -> None:
        assert outcome(f"120000000 DH {word}", "MA") is DoubtError

    @pytest.mark.parametrize("lead", amounts.PER)
    def test_a_price_per_area_is_no_price(self, lead: str) -> None:
        assert read(f"$450 {lead} m2").per_m2 == 450

    @pytest.mark.parametrize("lead", amounts.EACH_OF)
    def test_also_with_an_article(self, lead: str) -> None:
        assert read(f"450 € {lead} m2", "ES").per_m2 == 450

    @pytest.mark.parametrize("lead", amounts.BEFORE_UNIT)
    def test_also_before_the_amount(self, lead: str) -> None:
        assert read(f"{lead} m2 450 €", "ES").per_m2 == 450

    @rows("word", each(amounts.HOME_NUMBERS))
    def test_the_number_of_a_home_may_begin_the_amount(self, word: str) -> None:
        assert outcome(f"{word} 12 245 000 €", "FR") is DoubtError

    @rows("word", each(amounts.SCALES_THAT_FOLLOW))
    def test_a_number_between_a_word_and_the_money_is_not_the_amount(self, word: str) -> None:
        assert read(f"Plot 45 Rs 35 {word}", "ID" if word in ("jt", "juta") else "IN").amount != 45

    @pytest.mark.parametrize("word", amounts.REDUCED_TO)
    def test_the_price_after_the_reduction_is_meant(self, word: str) -> None:
        assert read(f"de R$ 650.000 {word} R$ 590.000", "BR").amount == 590_000


class TestCounts:
    @rows("full", each(counts.FULL[:-1]))
    @rows("half", each(counts.HALF))
    def test_whole_and_half_bathrooms(self, full: str, half: str) -> None:
        assert parse_count(f"2 {full}, 1 {half}", "bathrooms") == Bathrooms(2, 1)

    @pytest.mark.parametrize("word", each(counts.THREE_QUARTERS))
    def test_a_bathroom_without_a_bath_is_a_half_one(self, word: str) -> None:
        assert parse_count(f"2 full 1 {word}", "bathrooms") == Bathrooms(2, 1)

    @rows("word", each(counts.AND_A_HALF))
    @rows("whole", ["", *each(counts.WHOLE)])
    def test_and_a_half(self, word: str, whole: str) -> None:
        assert parse_count(f"2 {whole} {word}".replace("  ", " "), "bathrooms") == Bathrooms(2, 1)

    @pytest.mark.parametrize("text", ["2½ ba", "2 ½ baños", "2 1/2 baths", "2½", "2.5 Bäder"])
    def test_halves_with_the_word_for_bathrooms(self, text: str) -> None:
        assert parse_count(text, "bathrooms", decimal_mark=".") == Bathrooms(2, 1)

    @rows("word", each(counts.ROOMS))
    def test_rooms_may_be_living_rooms(self, word: str) -> None:
        with pytest.raises(DoubtError):
            parse_count(f"3 {word}", "bedrooms")

    @pytest.mark.parametrize(
        "text", ["3-Zimmer-Wohnung", "3 Zimmer Wohnung", "3h+k+s", "3h + kk", "3+kk", "1R"]
    )
    def test_also_as_parts_of_a_longer_word(self, text: str) -> None:
        with pytest.raises(DoubtError):
            parse_count(text, "bedrooms", country="DE")

    @pytest.mark.parametrize(
        ("country", "word"), [(c, w) for c, words in counts.ROOMS_IN.items() for w in each(words)]
    )
    def test_what_is_a_bedroom_elsewhere_may_be_any_room(self, country: str, word: str) -> None:
        with pytest.raises(DoubtError):
            parse_count(f"3 {word}", "bedrooms", country=country)

    @pytest.mark.parametrize("word", each(counts.STUDIOS))
    def test_a_studio_and_a_number_are_not_that_many_bedrooms(self, word: str) -> None:
        with pytest.raises(ParseError):
            parse_count(f"{word}/2", "bedrooms")

    @rows("of", each(counts.OF_THEM))
    @rows("suite", each(counts.ENSUITE))
    def test_how_many_of_them_are_en_suite_changes_nothing(self, of: str, suite: str) -> None:
        assert parse_count(f"3 quartos {of} 1 {suite}", "bedrooms") == 3

    @rows("word", each(counts.MONTHS))
    def test_an_age_in_months(self, word: str) -> None:
        assert parse_count(f"30 {word}", "age_years") == 2

    @rows("word", each(counts.DAYS))
    def test_an_age_of_days(self, word: str) -> None:
        assert parse_count(f"9 {word}", "age_years") == 0

    @rows("word", each(counts.BOUNDS))
    def test_a_bounded_age_is_doubtful(self, word: str) -> None:
        with pytest.raises(DoubtError):
            parse_count(f"{word} 5 years", "age_years")

    @rows("word", each(counts.STOREY_NAMES))
    @rows("of", counts.OUT_OF)
    def test_a_storey_out_of_how_many(self, word: str, of: str) -> None:
        assert parse_count(f"3 {word} {of} 8", "floor_number") == 3
        assert parse_count(f"{word} 3 {of} 8", "floor_number") == 3

    @rows("word", each(counts.ALL_STOREYS))
    def test_how_many_storeys_may_be_named(self, word: str) -> None:
        assert parse_count(f"3/8 {word}", "floor_number") == 3

    @rows("built", each(counts.BUILT))
    def test_the_year_of_construction_beside_that_of_the_renewal(self, built: str) -> None:
        assert parse_count(f"{built} 1987, renovated 2015", "construction_year") == 1987

    @rows("renewed", each(counts.RENEWED))
    def test_in_several_languages(self, renewed: str) -> None:
        assert parse_count(f"1987, {renewed} 2015", "construction_year") == 1987
