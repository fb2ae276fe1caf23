"""Where the lines of an article lie at two levels, by hand and against every cut that is possible."""

from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.link.goods_names import goods_name
from jobs.signals.goods.prices.two_levels import at_two_levels, with_article
from tests.jobs.signals.goods.frames import Rows, declaration, frame

_PARAMETERS: dict[str, float | int | str] = {
    "least_lines": 3,
    "least_gap": 0.45,
    "separation": 4.0,
    "least_spread": 0.05,
    "usual_articles": 5,
    "clearance_words": "thanh ly, used",
}
Levels = dict[int, tuple[float | None, bool | None]]


def _worth(start: int, *values: int, **given: Any) -> list[dict[str, Any]]:
    return [
        declaration(start + place, "71", customs_value_vnd=value, **given)
        for place, value in enumerate(values)
    ]


def _levels(
    spark: SparkSession, rows: Rows, number: str = "customs_value_vnd", **changed: float | int | str
) -> Levels:
    """Gap and low of every line that is measured, by its number."""
    parameters = _PARAMETERS | changed
    lines = (
        frame(spark, "customs_declarations", rows)
        .withColumn("hand", F.col("trader_key"))
        .withColumn("goods_name", goods_name(F.col("goods_norm"), F.col("brand")))
    )
    articles = with_article(lines, parameters, "brand", "origin_country")
    found = at_two_levels(articles, F.col(number), parameters).collect()
    return {int(row.declaration_no) - 100000000000: (row.gap, row.low) for row in found}


def test_some_lines_at_half_the_price_of_the_others(spark: SparkSession) -> None:
    found = _levels(spark, _worth(0, 200, 100, 200, 100, 200, 100, 200))
    # log 2
    assert found == {n: (0.6931, n in (1, 3, 5)) for n in range(7)}


def test_the_cut_is_where_the_parts_lie_furthest_apart(spark: SparkSession) -> None:
    found = _levels(spark, _worth(0, 100, 100, 100, 180, 180, 180, 1800, 1800, 1800))
    # Log 1800 less the middle of log 100 and log 180.
    assert found == {n: (2.5964, n < 6) for n in range(9)}


@pytest.mark.parametrize(
    "values",
    [
        [round(1000 * 1.15**n) for n in range(12)],  # one wide level
        [100, 100, 200, 200, 200, 200],  # too few at the lower
        [100, 100, 100, 100, 200, 200],  # too few at the higher
        [100, 100, 100, 130, 130, 130],  # too near
        [100, 100, 100, 100, 100, 100],
    ],
)
def test_an_article_of_one_level_has_no_gap(spark: SparkSession, values: list[int]) -> None:
    assert set(_levels(spark, _worth(0, *values)).values()) == {(None, None)}


def test_what_has_no_number_is_not_measured(spark: SparkSession) -> None:
    rows = _worth(0, 100, 100, 100, 200, 200, 200, 0)
    rows.append(declaration(7, "71", customs_value_vnd=None))
    assert set(_levels(spark, rows)) == set(range(6))


@pytest.mark.parametrize(
    "other",
    [
        {"goods_norm": "bo hai doi giay the thao"},
        {"hs_code": "64041990"},
        {"brand": "biti's"},
        {"unit": "PR"},
        {"origin_country": "VN"},
        {"trader_key": "tax:72"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_names_goods_or_hands_are_another_article(spark: SparkSession, other: dict[str, str]) -> None:
    found = _levels(spark, _worth(0, 100, 100, 100, **other) + _worth(10, 200, 200, 200))
    assert len(found) == 6
    assert set(found.values()) == {(None, None)}


def test_what_else_is_said_makes_no_other_article(spark: SparkSession) -> None:
    rows = _worth(0, 100, 100, 100, goods_norm="giay the thao co 38-42 moi 100%") + _worth(10, 200, 200, 200)
    assert {gap for gap, _ in _levels(spark, rows).values()} == {0.6931}


def test_small_and_large_letters_are_one_article(spark: SparkSession) -> None:
    low, high = {"brand": "Adidas", "unit": "pce"}, {"brand": "ADIDAS", "unit": "PCE"}
    found = _levels(spark, _worth(0, 100, 100, 100, **low) + _worth(10, 200, 200, 200, **high))
    assert {gap for gap, _ in found.values()} == {0.6931}


@pytest.mark.parametrize(
    "left_out", [{"goods_norm": "giay the thao thanh ly"}, {"goods_norm": None}, {"hs_code": "6404"}]
)
def test_clearance_goods_and_unknown_ones_are_left_out(
    spark: SparkSession, left_out: dict[str, str | None]
) -> None:
    assert _levels(spark, _worth(0, 100, 100, 100, 200, 200, 200, **left_out)) == {}


def _best_cut(steps: list[int]) -> tuple[float, int] | None:
    """The gap (log) and the highest step of the lower level: every cut tried, one by one."""
    line, cuts = np.sort(np.array(steps)), []
    for place in range(3, len(steps) - 2):
        below, above = line[:place], line[place:]
        gap, spread = above.mean() - below.mean(), max(below.std(), above.std(), 500.0)
        if gap >= 4500 and gap >= 4 * spread:
            cuts.append((round(gap / spread, 4), int(below[-1]), gap / 10_000))
    return (max(cuts)[2], max(cuts)[1]) if cuts else None


def _near(start: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(start, start + 600), max_size=most)


_ARTICLE = st.tuples(_near(60_000, 6), st.integers(63_000, 72_000).flatmap(lambda start: _near(start, 6)))
_STRAYS = st.lists(st.integers(60_000, 72_000), max_size=2)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(_ARTICLE, _STRAYS), min_size=6, max_size=12), st.randoms(use_true_random=False))
def test_the_best_of_all_cuts_whatever_the_order_of_the_rows(
    spark: SparkSession, articles: list[Any], chance: Any
) -> None:
    steps = {
        100 * article + place: step
        for article, ((low, high), strays) in enumerate(articles)
        for place, step in enumerate([*low, *high, *strays])
    }
    rows = [
        declaration(
            number,
            "71",
            goods_norm=f"ban phim {number // 100}",
            hs_code=f"{84716030 + number // 100}",
            net_weight_kg=exp(step / 10_000),
        )
        for number, step in steps.items()
    ]
    chance.shuffle(rows)

    # Nothing is known of what is usual.
    found = _levels(spark, rows, "net_weight_kg", usual_articles=100)

    assert set(found) == set(steps)
    for article in {number // 100 for number in steps}:
        own = {number: step for number, step in steps.items() if number // 100 == article}
        cut = _best_cut(list(own.values()))
        for number, step in own.items():
            gap, low = found[number]
            assert gap == (cut and pytest.approx(cut[0], abs=1e-4))
            assert low == (cut and step <= cut[1])


@pytest.mark.parametrize(("articles", "parted"), [(4, True), (5, False)])
@pytest.mark.parametrize("one_code", [True, False])
def test_goods_that_differ_anyway_fall_into_parts_by_chance(
    spark: SparkSession, articles: int, parted: bool, one_code: bool
) -> None:
    """Other articles spread by half their number: eight times as much would be two levels.

    Of the code, or of other codes where nothing is known of this one.
    """
    rows = _worth(0, 200, 200, 200, 100, 100, 100)
    for n in range(1, articles):
        values = (50, 100, 200, 400, 800, 1600)
        code = {} if one_code else {"hs_code": f"{84716030 + n}"}
        rows += _worth(100 * n, *values, goods_norm=f"giay {'abcdef'[n]}", **code)
    found = _levels(spark, rows)
    assert {n: found[n][0] is not None for n in range(6)} == dict.fromkeys(range(6), parted)
