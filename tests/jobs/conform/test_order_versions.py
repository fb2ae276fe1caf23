"""Versions of a key against a slow and simple account of the same rules."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from configs.sources import default_sources
from expectations.rules import row_rules
from jobs.conform.check_rows import check_rows
from jobs.conform.order_versions import order_versions
from jobs.conform.type_columns import type_columns
from tests.jobs.conform.bronze import bronze_rows

TIPS = default_sources()["tips"]
FIRST = date(2025, 12, 1)


def tip(key: str, text: str = "a", action: str | None = None, **other: Any) -> dict[str, Any]:
    row = {"received_at": "2025-01-01", "subject_kind": "phone", "subject_value": text, "allegation": "tax"}
    return row | {"tip_id": key, "record_action": action} | other


def outcomes(spark: SparkSession, rows: list[dict[str, Any]]) -> DataFrame:
    typed = type_columns(bronze_rows(spark, TIPS, rows), TIPS, "Asia/Ho_Chi_Minh")
    return order_versions(check_rows(typed, TIPS, row_rules(TIPS, [])), TIPS)


def told(spark: SparkSession, rows: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    judged = outcomes(spark, rows).orderBy("source_line").collect()
    return [(row.version_outcome, row.is_standing) for row in judged]


GONE, HERE = ("superseded", False), ("accepted", True)
AGAIN, WITHDRAWAL, BAD = ("exact_duplicates", False), ("accepted", False), ("quarantined", False)


def test_by_hand(spark: SparkSession) -> None:
    cases: dict[str, list[tuple[dict[str, Any], tuple[str, bool]]]] = {
        "one": [(tip("one"), HERE)],
        "duplicate": [(tip("duplicate"), HERE), (tip("duplicate", action="upsert"), AGAIN)],
        "correction": [(tip("correction"), GONE), (tip("correction", "b"), HERE)],
        "to and fro": [(tip("tf"), GONE), (tip("tf", "b"), GONE), (tip("tf"), HERE), (tip("tf"), AGAIN)],
        "withdrawn": [(tip("w"), GONE), (tip("w"), AGAIN), (tip("w", action="delete"), WITHDRAWAL)],
        "withdrawn twice": [
            (tip("w2"), GONE), (tip("w2", action="delete"), WITHDRAWAL), (tip("w2", action="delete"), AGAIN),
        ],
        "withdrawn before it came": [(tip("wb", action="delete"), WITHDRAWAL)],
        "comes again": [(tip("ca"), GONE), (tip("ca", action="delete"), WITHDRAWAL), (tip("ca"), HERE)],
        "broken between": [(tip("bb"), HERE), (tip("bb", received_at="x"), BAD), (tip("bb"), AGAIN)],
        "no key": [(tip(""), BAD), (tip(""), BAD)],
        "same content, other writing": [
            (tip("sc", received_at="2025-01-01T07:00:00+07:00"), HERE),
            (tip("sc", received_at="2025-01-01T00:00:00Z"), AGAIN),
        ],
    }  # fmt: skip
    flat = [pair for case in cases.values() for pair in case]
    assert told(spark, [row for row, _ in flat]) == [expected for _, expected in flat]


def test_the_outcome_of_a_decision_is_not_that_of_its_row(spark: SparkSession) -> None:
    feed = default_sources()["enforcement_actions"]
    decision = {"decision_no": "1", "decided_on": "2025-01-01", "agency": "qltt", "subject_kind": "phone"}
    rows = [decision | {"subject_value": "a", "outcome": "cleared", "violation": "none"}]
    typed = type_columns(bronze_rows(spark, feed, rows), feed, "Asia/Ho_Chi_Minh")
    judged = order_versions(check_rows(typed, feed, row_rules(feed, [])), feed).collect()
    assert [(row.outcome, row.version_outcome) for row in judged] == [("cleared", "accepted")]


def test_the_order_is_business_date_then_path_then_line(spark: SparkSession) -> None:
    rows = [
        tip("k", "late", business_date=FIRST + timedelta(days=2), source_file="a.csv", source_line=9),
        tip("k", "early", business_date=FIRST, source_file="z.csv", source_line=1),
        tip("k", "second", business_date=FIRST + timedelta(days=2), source_file="a.csv", source_line=10),
        tip("k", "stands", business_date=FIRST + timedelta(days=2), source_file="b.csv", source_line=2),
    ]
    judged = {row.subject_value: row for row in outcomes(spark, rows).collect()}
    assert judged["stands"].is_standing
    assert judged["early"].superseded_by_file == "a.csv"
    assert judged["late"].superseded_by_file == "a.csv"
    assert judged["second"].superseded_by_file == "b.csv"


HISTORY = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "delete", "broken"]),
        st.integers(0, 2),
        st.sampled_from(["x.csv", "y.csv"]),
    ),
    max_size=7,
)


def account(history: list[tuple[Any, ...]]) -> dict[int, tuple[str, bool]]:
    """The same rules, slowly: walk the versions in order and remember what stands."""
    found: dict[int, tuple[str, bool]] = {}
    before: tuple[str, int] | None = None
    for what, _, _, number in sorted(history, key=lambda version: version[1:]):
        if what == "broken":
            found[number] = BAD
        elif before is not None and before[0] == what:
            found[number] = AGAIN
        else:
            if before is not None:
                found[before[1]] = WITHDRAWAL if before[0] == "delete" else GONE
            found[number] = WITHDRAWAL if what == "delete" else HERE
            before = (what, number)
    return found


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories=st.lists(HISTORY, min_size=60, max_size=90), shuffle=st.randoms(use_true_random=False))
def test_any_history_in_any_order(spark: SparkSession, histories: list[Any], shuffle: Any) -> None:
    rows, expected, number = [], {}, 0
    for key, history in enumerate(histories):
        numbered = []
        for what, day, place in history:
            number += 1
            numbered.append((what, day, place, number))
            row = tip(str(key), what, source_file=place, source_line=number)
            row["business_date"] = FIRST + timedelta(days=day)
            if what == "delete":
                row |= {"record_action": "delete", "subject_value": None}
            if what == "broken":
                row["received_at"] = "yesterday"
            rows.append(row)
        expected |= account(numbered)
    shuffle.shuffle(rows)
    if rows:
        judged = outcomes(spark, rows).collect()
        assert {row.source_line: (row.version_outcome, row.is_standing) for row in judged} == expected
