from typing import Any

from jobs.signals.goods.clearance import shared_violations
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence

SELLER, USUAL = "hk lianfa international", "sino pacific trading"


def _decision(number: str, declaration: int, outcome: str = "confirmed", before: int = 10) -> dict[str, Any]:
    return {
        "record_key": f"{number}:declaration:{100000000000 + declaration}",
        "decision_no": number,
        "decided_on": day(before),
        "subject_kind": "declaration",
        "subject_value": f"{100000000000 + declaration}",
        "outcome": outcome,
    }


def _trade() -> list[dict[str, Any]]:
    """Sixty lines of sixty traders with the usual seller, and two each of 71 to 74 with a rare one."""
    rows = [declaration(n, f"5{n:02d}", partner_name_norm=USUAL) for n in range(1, 61)]
    for place, trader in enumerate(("71", "72", "73", "74")):
        rows += [declaration(70 + 2 * place + n, trader, partner_name_norm=SELLER) for n in (0, 1)]
    return rows


def test_two_in_violation_over_goods_of_a_rare_seller_are_one_finding(measure: Measure) -> None:
    rows = _trade()
    decisions = [_decision("1", 70), _decision("2", 72), _decision("3", 1), _decision("4", 2)]
    # 73 was condemned and cleared since; 74 was never looked at.
    decisions += [_decision("5", 74, before=30), _decision("6", 74, "cleared", before=5)]

    found = measure(shared_violations, {"tie_false_share": 0.2}, customs_declarations=rows, actions=decisions)

    (row,) = found.values()
    assert {member.id for member in row.members} == {"tax:71", "tax:72"}
    assert (row.support, round(row.value, 3)) == (2, 1.585)  # log2(1 + 2)
    assert {(e.feed, e.key) for e in row.evidence} == {
        ("customs_declarations", "100000000070:1"),
        ("customs_declarations", "100000000072:1"),
        ("enforcement_actions", "1:declaration:100000000070"),
        ("enforcement_actions", "2:declaration:100000000072"),
    }


def test_a_violation_found_at_the_border_counts_like_a_decision(measure: Measure) -> None:
    rows = _trade()
    for row in rows:
        if row["declaration_no"] in ("100000000070", "100000000072"):
            row["inspection_result"] = "violation"

    found = measure(shared_violations, customs_declarations=rows)

    (row,) = found.values()
    assert evidence(row) == {"100000000070:1", "100000000072:1"}


def test_the_seller_of_everybody_ties_nobody(measure: Measure) -> None:
    decisions = [_decision(str(number), number) for number in range(1, 9)]
    assert measure(shared_violations, customs_declarations=_trade(), actions=decisions) == {}
