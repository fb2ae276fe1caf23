"""Rules and gates as configuration: what columns imply, what YAML adds, and how a broken file is refused."""

from pathlib import Path

import pytest

from configs.errors import ConfigurationError
from configs.sources import Wording, default_sources
from expectations.rules import (
    Bounds,
    FeedExpectations,
    Rule,
    load_feed,
    load_gates,
    load_tables,
    row_rules,
)

FEEDS = sorted(default_sources())


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_has_rules_with_reasons_in_both_languages(feed: str) -> None:
    rules = row_rules(default_sources()[feed], load_feed(feed).rules)
    assert rules[0].id == "row_shape"
    for rule in rules:
        assert rule.reason.vi.strip()
        assert rule.reason.en.strip()
        assert "{" not in rule.reason.vi + rule.reason.en
        assert rule.severity in ("reject_row", "warn")


def test_columns_imply_their_rules() -> None:
    ids = {rule.id for rule in row_rules(default_sources()["tips"], [])}
    assert ids == {
        "row_shape", "tip_id_required", "received_at_required", "received_at_timestamp", "channel_enum",
        "subject_kind_required", "subject_kind_enum", "subject_value_required", "allegation_required",
        "allegation_enum", "record_action_enum", "event_after_delivery",
    }  # fmt: skip


def test_withdrawals_are_bound_by_key_and_type_alone() -> None:
    rules = {rule.id: rule for rule in row_rules(default_sources()["bank_transactions"], [])}
    assert rules["transaction_id_required"].of_withdrawals
    assert rules["amount_decimal"].of_withdrawals
    assert not rules["amount_required"].of_withdrawals


def test_an_id_stands_once() -> None:
    words = Wording(vi="a", en="a")
    twice = Rule(id="row_shape", severity="warn", reason=words, holds="true")
    with pytest.raises(ConfigurationError, match="row_shape stands twice"):
        row_rules(default_sources()["tips"], [twice])


def test_limits_of_a_feed_override_the_common_ones() -> None:
    own = FeedExpectations(feed="tips", limits={"quarantined_rows": Bounds(at_most=0.9)})
    gates = {gate.id: gate for gate in load_gates(own).gates}
    assert gates["quarantined_rows"].at_most == 0.9
    assert gates["quarantined_rows"].severity == "fail_batch"
    assert gates["rejected_files"].at_most == 0.7
    with pytest.raises(ConfigurationError, match="no gate colour"):
        load_gates(FeedExpectations(feed="tips", limits={"colour": Bounds(at_most=1)}))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "feed: tips\nrules:\n  - {id: X, severity: warn, reason: {vi: a, en: a}, holds: 'true'}",
            "rules.0.id",
        ),
        (
            "feed: tips\nrules:\n  - {id: x, severity: fatal, reason: {vi: a, en: a}, holds: 'true'}",
            "severity",
        ),
        ("feed: tips\nrules:\n  - {id: x, severity: warn, reason: {en: a}, holds: 'true'}", "reason.vi"),
        ("feed: tips\ncolour: red", "colour"),
        ("feed: others", "key feed"),
        ("feed: [", "line"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_key(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "tips.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_feed("tips", tmp_path)
    assert "tips.yml" in str(error.value)
    assert told in str(error.value)


def test_the_ingest_tables_are_judged() -> None:
    assert [table.table for table in load_tables()] == ["bronze.books", "bronze.files", "quarantine.rows"]
