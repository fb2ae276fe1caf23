"""Signed decisions as JSON lines."""

import json

import pytest

from configs.errors import ConfigurationError
from models.links.decisions import parse_decisions

LINE = {
    "kind_a": "seller", "id_a": "shopee:1", "kind_b": "seller", "id_b": "shopee:2", "verdict": "not_same",
    "by": "n.t.a", "at": "2026-03-01T09:00:00+07:00", "reason": "two stalls of one market",
}  # fmt: skip


def test_a_decision_is_read_and_empty_lines_are_none() -> None:
    (decision,) = parse_decisions("decisions/a.jsonl", "\n" + json.dumps(LINE) + "\n\n")
    assert decision.verdict == "not_same"
    assert decision.at.isoformat() == "2026-03-01T09:00:00+07:00"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "decisions/a.jsonl, line 2: not valid JSON"),
        (json.dumps(LINE | {"verdict": "perhaps"}), "line 2: key verdict"),
        (json.dumps(LINE | {"by": ""}), "line 2: key by"),
        (json.dumps({key: LINE[key] for key in LINE if key != "reason"}), "line 2: key reason"),
    ],
)
def test_an_unsigned_or_broken_decision_names_its_line_and_no_value(line: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        parse_decisions("decisions/a.jsonl", json.dumps(LINE) + "\n" + line)
    assert "shopee:1" not in str(caught.value)
