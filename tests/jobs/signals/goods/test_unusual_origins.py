"""One odd origin through one supplier, against a pioneer and an origin that several suppliers serve."""

from typing import Any

import pytest

from jobs.signals.goods import unusual_origins
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _line(number: int, trader: str, origin: str, supplier: str) -> dict[str, Any]:
    return declaration(number, trader, hs_code="72104911", origin_country=origin, partner_name_norm=supplier)


def test_several_companies_with_one_odd_source(measure: Measure) -> None:
    rows = [_line(n, str(10 + n % 12), "CN", f"nha may {n % 5}") for n in range(96)]
    for n in range(6):
        rows += [_line(200 + n, "71", "LA", "vientiane x"), _line(210 + n, "72", "LA", "vientiane x")]
        rows.append(_line(220 + n, "73", "PK", "karachi y"))  # nobody else buys there
        rows += [_line(230 + n, "74", "DE", f"hamburg {n}"), _line(240 + n, "75", "DE", f"bremen {n}")]

    [row] = measure(unusual_origins, customs_declarations=rows).values()
    found = measure(unusual_origins, {"report_from": 0.1, "join_from": 0.1}, customs_declarations=rows)

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000200 + n}:1" for n in (*range(6), *range(10, 16))}
    assert holding(row) == set()
    # 12 lines of 1 and 18 of 0.2 among 126.
    base = 15.6 / 126
    assert row.value == pytest.approx((6 - 6 * base) / (6 * base * (1 - base) + 1) ** 0.5 * 6 / 8, rel=1e-3)
    assert holding(found["tax:73"]) == {"source_of_its_own"}
    assert all(found[f"tax:{other}"].value < row.value / 4 for other in (73, 74, 75))


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(unusual_origins) == {}
