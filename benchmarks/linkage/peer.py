"""The same records by Splink: its comparisons, training, prediction and clusters, on the same blocking."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any, Final

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule

from benchmarks.linkage.fields import Field, Labelled, Pair, grouped_pairs
from benchmarks.linkage.quality import Scored

_SEED = 1


def scored(labelled: Labelled) -> Scored:
    """All pairs that share a cell and how likely each is one entity, as Splink 5 is documented to be used.

    Names are compared by its NameComparison, texts by Jaro-Winkler, codes by Damerau-Levenshtein, words
    exactly, names and words with term frequencies. u from random pairs; m by expectation maximisation over
    two kinds of cells; the share from the first.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as con:
        api = DuckDBAPI(connection=con)
        tables = [api.register(pa.table(columns)) for columns in _tables(labelled)]
        settings = SettingsCreator(
            link_type="link_only" if labelled.linked else "dedupe_only",
            unique_id_column_name="place",
            comparisons=[_comparison(field) for field in labelled.fields],
            blocking_rules_to_generate_predictions=[block_on(*cell) for cell in labelled.cells],
            retain_matching_columns=False,
        )
        linker = Linker(tables if labelled.linked else tables[0], settings)
        rules = [block_on(*cell) for cell in labelled.cells]
        linker.training.estimate_probability_two_random_records_match(rules[:1], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
        for rule in rules[:2]:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        predicted = linker.inference.predict(threshold_match_probability=0.001)
        rows = predicted.as_duckdbpyrelation().project("place_l, place_r, match_probability").fetchall()
    return Scored({(min(left, right), max(left, right)): probability for left, right, probability in rows})


def entities(labelled: Labelled, scores: Mapping[Pair, float], threshold: float) -> set[Pair]:
    """The pairs of connected components, as cluster_pairwise_predictions_at_threshold() makes them."""
    groups = list(range(len(labelled.records)))

    def root(place: int) -> int:
        while groups[place] != place:
            groups[place] = place = groups[groups[place]]
        return place

    for (left, right), probability in scores.items():
        if probability >= threshold:
            groups[root(left)] = root(right)
    return grouped_pairs(root(place) for place in range(len(groups)))


def _tables(labelled: Labelled) -> list[dict[str, list[Any]]]:
    sides = sorted({record.side for record in labelled.records})
    return [
        {
            "place": [place for place, record in enumerate(labelled.records) if record.side == side],
            **{
                name: [record.values.get(name) or None for record in labelled.records if record.side == side]
                for name in labelled.columns()
            },
        }
        for side in sides
    ]


def _comparison(field: Field) -> Any:
    match field.kind:
        case "name":
            return cl.NameComparison(field.name).configure(term_frequency_adjustments=True)
        case "text":
            return cl.JaroWinklerAtThresholds(field.name, [0.92, 0.8])
        case "code":
            return cl.DamerauLevenshteinAtThresholds(field.name, [1, 2])
        case "word":
            return cl.ExactMatch(field.name).configure(term_frequency_adjustments=True)


TRAINED_ON: Final = (
    (("town", "street", "numbers"), ("town", "size", "bedrooms")),
    (("street", "numbers"), ("latitude", "longitude")),
)
"""What pairs must share that Splink learns from, in two sessions. It refuses to go on (ValueError) where it
finds a level in no pair of one home among them: then it learns from the next."""


def listings(columns: dict[str, list[Any]], merge_at: float, trained_on: Sequence[Sequence[str]]) -> int:
    """Listings by the same cells, compared by levels like ours, then clustered. Gives the pairs compared.

    As its documentation has it: the share of pairs that match from a rule that is nearly always right, u from
    random pairs, m by expectation maximisation in two sessions.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as con, redirect_stdout(sys.stderr):
        api = DuckDBAPI(connection=con)
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="place",
            comparisons=[
                cl.ExactMatch("numbers"),
                cl.JaroWinklerAtThresholds("street", [0.92, 0.8]),
                cl.DistanceInKMAtThresholds("latitude", "longitude", [0.015, 0.1, 0.5]),
                _levels("price", "{0}_l = {0}_r", _within("price", 1.02), _within("price", 1.1)),
                _levels("size", "{0}_l = {0}_r", _within("size", 1.02), _within("size", 1.1)),
                *(
                    _levels(name, "{0}_l = {0}_r", "abs({0}_l - {0}_r) <= 1")
                    for name in ("bedrooms", "bathrooms", "floor")
                ),
                cl.ExactMatch("kind"),
                cl.JaroWinklerAtThresholds("title", [0.92, 0.8]),
                cl.ExactMatch("picture"),
                cl.ExactMatch("phone"),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("strong", arrays_to_explode=["strong"]),
                CustomRule("l.every = r.every and not (l.placed and r.placed)", arrays_to_explode=["every"]),
            ],
            retain_matching_columns=False,
        )
        linker = Linker(api.register(pa.table(columns)), settings)
        linker.training.estimate_probability_two_random_records_match(
            [block_on("town", "street", "numbers")], recall=0.7
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
        for shared in trained_on:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*shared))
        predicted = linker.inference.predict(threshold_match_probability=0)
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, merge_at
        ).as_duckdbpyrelation().fetchall()
        return int(predicted.as_duckdbpyrelation().count("*").fetchall()[0][0])


def _levels(name: str, *conditions: str) -> Any:
    """A comparison by conditions, the best first."""
    null = {
        "sql_condition": f"{name}_l is null or {name}_r is null",
        "label_for_charts": "null",
        "is_null_level": True,
    }
    levels = [
        {"sql_condition": condition.format(name), "label_for_charts": condition} for condition in conditions
    ]
    other = {"sql_condition": "ELSE", "label_for_charts": "other"}
    return cl.CustomComparison(output_column_name=name, comparison_levels=[null, *levels, other])


def _within(name: str, factor: float) -> str:
    return f"greatest({name}_l, {name}_r) <= {factor} * least({name}_l, {name}_r)"
