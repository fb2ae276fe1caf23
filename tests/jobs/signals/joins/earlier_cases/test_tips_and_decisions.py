"""Independent tips against a campaign, and decisions that stand against those that were cleared."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.earlier_cases import earlier_decisions, tips_on_members

AS_OF = date(2026, 3, 31)


def tip(
    number: str, kind: str, subject: str, day: int, channel: str = "phone", text: str | None = None
) -> dict[str, Any]:
    return {
        "record_key": number,
        "tip_id": number,
        "event_day": date(2026, 3, day),
        "channel": channel,
        "subject_kind": kind,
        "subject_id": subject if kind != "url" else None,
        "subject_value": subject,
        "description": text,
    }


def decision(
    number: str, subject: str, on: date, outcome: str = "confirmed", kind: str = "seller"
) -> dict[str, Any]:
    return {
        "record_key": f"{number}:{kind}:{subject}",
        "decision_no": number,
        "decided_on": on,
        "subject_kind": kind,
        "subject_id": subject,
        "outcome": outcome,
        "violation": "smuggled",
        "penalty_vnd": 10,
    }


ACTIONS = [
    decision("1", "shopee:a", AS_OF),
    decision("1b", "shopee:a", AS_OF),
    decision("2", "ghn:7", date(2026, 3, 1), kind="waybill"),
    decision("2b", "shopee:a", date(2026, 2, 1)) | {"violation": "tax"},
    decision("3", "100", AS_OF, kind="declaration"),
    decision("4", "shopee:cleared", date(2026, 3, 1)),
    decision("5", "shopee:cleared", date(2026, 3, 20), "cleared"),
]
TIPS = [
    tip("a1", "seller", "shopee:a", 1),
    tip("a2", "shop_name", "quan an la", 5, "in_person"),
    tip("a3", "waybill", "ghn:7", 9, "web"),
    tip("a4", "url", "https://shop.example/a", 12, "letter"),
    tip("a5", "seller", "shopee:a", 1),
    *(tip(f"c{n}", "seller", "shopee:campaign", 3, "web", "hang gia") for n in range(6)),
    *(tip(f"d{n}", "seller", "shopee:spread", 10, "web", f"loi {n}") for n in range(1)),
    tip("e1", "seller", "shopee:cleared", 2),
    tip("f1", "shop_name", "ten chung", 2),
    tip("g1", "seller", "shopee:unknown", 2),
]


@pytest.fixture(scope="module")
def frames(table: Callable[..., Any]) -> dict[str, Any]:
    names = {"a": "quan an la", "campaign": "x", "spread": "y", "cleared": "ten chung", "other": "ten chung"}
    return {
        "actions": table("actions", *ACTIONS),
        "operators": table(
            "operators",
            *({"kind": "seller", "id": f"shopee:{s}", "operator_id": f"op {s}"} for s in names),
            {"kind": "company", "id": "tax:1", "operator_id": "op trader"},
        ),
        "sellers": table(
            "sellers", *({"seller_key": f"shopee:{s}", "shop_name_norm": name} for s, name in names.items())
        ),
        "listings": table("listings", {"seller_key": "shopee:a", "url": "https://shop.example/a"}),
        "parcels": table("parcels", {"record_key": "ghn:7", "seller_key": "shopee:a", "operator_id": "op a"}),
        "customs": table(
            "customs",
            *(
                {"declaration_no": "100", "trader_key": "tax:1", "record_key": f"100:{line}"}
                for line in (1, 2)
            ),
            {"declaration_no": "101", "trader_key": "tax:1", "record_key": "101:1"},
        ),
    }


@pytest.fixture(scope="module")
def tips(frames: dict[str, Any], table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    used = {name: frame for name, frame in frames.items() if name != "customs"}
    rows = tips_on_members.transform(
        tips=table("tips", *TIPS),
        **used,
        parameters=parameters("tips_on_members", report_from=0.0),
        as_of=AS_OF,
    )
    return {row.subject_id: row for row in rows.collect()}


@pytest.fixture(scope="module")
def decisions(frames: dict[str, Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    used = {name: frames[name] for name in ("actions", "operators", "parcels", "customs")}
    rows = earlier_decisions.transform(
        **used, parameters=parameters("earlier_decisions", report_from=0.0), as_of=AS_OF
    )
    return {row.subject_id: row for row in rows.collect()}


def test_tips_by_name_waybill_and_page_add_up_and_one_told_twice_does_not(tips: dict[str, Row]) -> None:
    # Phone 0.8 (twice on one day: once), in person 1.0, web 0.6, letter 0.9.
    assert tips["op a"].value == pytest.approx(log2(1 + 3.3), abs=1e-5)
    assert tips["op a"].support == 4
    assert {(m.kind, m.id) for m in tips["op a"].members} == {("seller", "shopee:a")}
    assert {e.key for e in tips["op a"].evidence} == {"a1", "a2", "a3", "a4", "a5"}


def test_the_same_words_over_and_over_are_one_tip(tips: dict[str, Row]) -> None:
    assert tips["op campaign"].value == pytest.approx(log2(1.6), abs=1e-5)


def test_a_later_clearance_lowers_a_tip_and_an_ambiguous_name_is_nobody(tips: dict[str, Row]) -> None:
    assert tips["op cleared"].value == pytest.approx(log2(1.8) * 0.3, abs=1e-5)
    assert "op other" not in tips
    assert [e.id for e in tips["op cleared"].explanations if e.holds] == ["cleared_since"]


def test_decisions_on_a_shop_its_parcel_and_a_traders_declaration(decisions: dict[str, Row]) -> None:
    # Twice smuggled: today (two decisions of one day) and 30 of 730 days ago; the tax is another violation.
    assert decisions["op a"].value == pytest.approx(log2(1 + 1 + (1 - 30 / 730 * 0.7)))
    assert decisions["op a"].value_vnd == 40
    assert decisions["op trader"].value == pytest.approx(1.0)
    # Whom no decision names is a peer, too.
    assert decisions["op a"].peers == 6
    assert {(m.kind, m.id) for m in decisions["op trader"].members} == {("company", "tax:1")}


def test_what_was_condemned_stands_in_the_evidence(decisions: dict[str, Row]) -> None:
    shown = {name: {(e.feed, e.key) for e in row.evidence} for name, row in decisions.items()}
    lines = {("customs_declarations", "100:1"), ("customs_declarations", "100:2")}
    assert shown["op trader"] == {("enforcement_actions", "3:declaration:100")} | lines
    assert ("shipments", "ghn:7") in shown["op a"]


def test_a_cleared_operator_has_next_to_nothing_left(decisions: dict[str, Row]) -> None:
    # 30 of 730 days old: weight 1 - 30/730 x 0.7.
    weight = 1 - 30 / 730 * 0.7
    assert decisions["op cleared"].value == pytest.approx(log2(1 + weight) * 0.2, abs=1e-5)
    assert [e.holds for e in decisions["op cleared"].explanations] == [True]


def test_a_decision_that_names_a_declaration_and_its_trader_is_one_occasion(
    table: Callable[..., Any], frames: dict[str, Any], parameters: Callable[..., Any]
) -> None:
    both = (decision("6", "100", AS_OF, kind="declaration"), decision("6", "tax:1", AS_OF, kind="company"))
    earlier = decision("5", "100", date(2026, 3, 1), kind="declaration")
    used = {name: frames[name] for name in ("operators", "parcels", "customs")}

    def decided(*actions: dict[str, Any]) -> Row:
        rows = earlier_decisions.transform(
            actions=table("actions", *actions),
            **used,
            parameters=parameters("earlier_decisions"),
            as_of=AS_OF,
        )
        [row] = rows.collect()
        return row

    one, two = decided(*both), decided(*both, earlier)
    assert (one.subject_id, one.support, one.value_vnd) == ("op trader", 1, 10)
    assert one.value == pytest.approx(log2(1 + 1))
    assert {e.key for e in one.evidence} >= {"6:declaration:100", "6:company:tax:1"}
    # An earlier decision of that declaration is no other occasion, for the trader either.
    assert (two.support, two.value_vnd) == (1, 20)
    assert two.value == pytest.approx(log2(1 + 1))
