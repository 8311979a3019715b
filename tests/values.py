"""Values that Hypothesis draws for the cells of a row: every type that a page or a file can hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st


def scalars(*, texts: Iterable[object] = (), longest: int = 40) -> st.SearchStrategy[Any]:
    """Any single value, and `texts` often."""
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.binary(max_size=longest // 2),
        st.text(max_size=longest),
        st.characters(categories=["Cs", "Cc"]),
        st.dates(),
        st.datetimes(),
        st.sampled_from(list(texts)),
    )


def nested(scalars: st.SearchStrategy[Any], keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Scalars, lists of them and objects with such keys, some levels deep."""
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )
