"""Every rule of every feed has a row that breaks it, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyspark.sql import SparkSession

from configs.sources import default_sources
from expectations.rules import load_feed, row_rules
from jobs.conform.check_rows import check_rows
from jobs.conform.type_columns import type_columns
from tests.jobs.conform.bronze import bronze_rows

KNOWN = yaml.load(
    (Path(__file__).parents[2] / "fixtures" / "known_bad_rows.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
BAD_VALUES = {
    "integer": "1.5",
    "decimal": "1,5",
    "date": "2025-02-30",
    "timestamp": "31/12/2025",
    "enum": "Active",
}


def implied_breaks(feed: str) -> dict[str, dict[str, str | None]]:
    """What breaks the rules that the columns of a feed imply."""
    source = default_sources()[feed]
    breaks: dict[str, dict[str, str | None]] = {}
    for name, column in source.columns.items():
        if column.required:
            breaks[f"{name}_required"] = {name: "  " if column.type == "string" else None}
        if column.type != "string":
            breaks[f"{name}_{column.type}"] = {name: BAD_VALUES[column.type]}
    later = "2026-01-01" if source.columns[source.event_time].type == "date" else "2025-12-31T17:00:00Z"
    return breaks | {"event_after_delivery": {source.event_time: later}}


def judged(spark: SparkSession, feed: str, rows: list[dict[str, Any]]) -> list[Any]:
    source = default_sources()[feed]
    typed = type_columns(bronze_rows(spark, source, rows), source, "Asia/Ho_Chi_Minh")
    checked = check_rows(typed, source, row_rules(source, load_feed(feed).rules))
    return checked.select("broken", "warned", "raw_json").collect()


@pytest.mark.parametrize("feed", sorted(default_sources()))
def test_every_rule_has_a_known_bad_row(spark: SparkSession, feed: str) -> None:
    source = default_sources()[feed]
    good = {name: None if value == "null" else value for name, value in KNOWN[feed]["good"].items()}
    added = {
        rule: {name: None if value == "null" else value for name, value in change.items()}
        for rule, change in KNOWN[feed]["bad"].items()
    }
    broken_shape = {"shape_error": "row_shape", "raw_text": "VCB;1"} | dict.fromkeys(good)
    cases = {"row_shape": broken_shape} | implied_breaks(feed) | added
    rules = {rule.id: rule for rule in row_rules(source, load_feed(feed).rules)}
    assert cases.keys() == rules.keys()
    rows = judged(spark, feed, [good, *(good | change for change in cases.values())])
    assert (rows[0].broken, rows[0].warned, rows[0].raw_json) == ([], [], None)
    for (rule, change), row in zip(cases.items(), rows[1:], strict=True):
        rejecting = rules[rule].severity == "reject_row"
        assert row.broken == ([rule] if rejecting else []), rule
        if not rejecting:
            assert row.warned == [rule]
        if rejecting and rule != "row_shape":
            raw = json.loads(row.raw_json)
            assert all(raw.get(name) == value for name, value in change.items() if value is not None)
    assert json.loads(rows[1].raw_json) == {"line": "VCB;1"}


def test_a_withdrawal_may_leave_all_but_its_key_empty(spark: SparkSession) -> None:
    key = {"bank_code": "VCB", "transaction_id": "T1", "record_action": "delete"}
    rows = judged(
        spark,
        "bank_transactions",
        [
            key,
            key | {"transaction_id": None},
            key | {"amount": "ten"},
            key | {"booked_at": "2026-01-01T00:00:00"},
        ],
    )
    assert [row.broken for row in rows] == [
        [],
        ["transaction_id_required"],
        ["amount_decimal"],
        ["event_after_delivery"],
    ]


def test_several_broken_rules_are_all_named(spark: SparkSession) -> None:
    rows = judged(spark, "tips", [{"tip_id": "1", "received_at": "x", "subject_kind": "colour"}])
    assert rows[0].broken == [
        "received_at_timestamp", "subject_kind_enum", "subject_value_required", "allegation_required",
    ]  # fmt: skip
