"""One odd origin through one supplier, against a pioneer, several suppliers, and a trade that is so."""

from typing import Any

import pytest

from jobs.signals.goods.declarations import unusual_origins
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _line(number: int, trader: str, origin: str, supplier: str) -> dict[str, Any]:
    return declaration(number, trader, hs_code="72104911", origin_country=origin, partner_name_norm=supplier)


def _of_china() -> list[dict[str, Any]]:
    return [_line(n, str(10 + n % 12), "CN", f"nha may {n % 5}") for n in range(96)]


def test_several_companies_with_one_odd_source(measure: Measure) -> None:
    rows = _of_china()
    for n in range(4):
        rows += [_line(200 + 10 * place + n, f"7{place}", "LA", "vientiane x") for place in range(3)]
        rows.append(_line(300 + n, "81", "PK", "karachi y"))  # nobody else buys there
        rows += [_line(310 + 10 * place + n, f"9{place}", "DE", f"hamburg {place}") for place in range(3)]

    [row] = measure(unusual_origins, {"report_from": 0.1}, customs_declarations=rows).values()

    assert members(row) == {("company", f"tax:7{place}") for place in range(3)}
    assert evidence(row) == {f"{100000000200 + 10 * place + n}:1" for place in range(3) for n in range(4)}
    # 12 of 124 lines.
    base = 12 / 124
    assert row.value == pytest.approx((4 - 4 * base) / (4 * base * (1 - base) + 1) ** 0.5 * 4 / 6, rel=1e-3)
    assert holding(row) == set()


def test_what_was_inspected_and_found_in_order_counts_less(measure: Measure) -> None:
    rows = _of_china()
    for n in range(4):
        rows += [_line(200 + 10 * place + n, f"7{place}", "LA", "vientiane x") for place in range(3)]
    in_order = [
        row | ({"inspection_result": "match"} if row["origin_country"] == "LA" else {}) for row in rows
    ]

    [heard] = measure(unusual_origins, customs_declarations=rows).values()
    [less] = measure(unusual_origins, {"report_from": 0.1}, customs_declarations=in_order).values()

    assert holding(less) == {"inspected_and_matched"}
    assert less.value == pytest.approx(0.6 * heard.value, rel=1e-4)


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(unusual_origins) == {}


def test_where_rare_origins_commonly_have_one_seller_that_is_the_trade(measure: Measure) -> None:
    rows = _of_china()
    for place, origin in enumerate(("LA", "PK", "DE")):
        rows += [_line(200 + 20 * place + n, f"7{n % 3}", origin, f"nguon {origin}") for n in range(12)]

    assert measure(unusual_origins, customs_declarations=rows) == {}
    assert len(measure(unusual_origins, {"usual_share_max": 0.7}, customs_declarations=rows)) == 1
