"""Eleven honest exporters ask about 100,000 VND a kilogram; one asks five times that and buys for 50,000."""

from math import log2, sqrt
from typing import Any

import pytest

from jobs.signals.goods.prices import export_inflation, overvalued_exports
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _rows() -> list[dict[str, Any]]:
    export = {"direction": "export", "regime": "B11"}
    rows = [
        declaration(
            1000 + 10 * place + line, str(10 + place), customs_value_vnd=(95 + place) * 10_000, **export
        )
        for place in range(11)
        for line in range(3)
    ]
    for line in range(4):
        rows.append(declaration(line, "71", customs_value_vnd=5_000_000, **export))
        rows.append(declaration(10 + line, "71", customs_value_vnd=500_000))
        # Adds value under a processing regime: dear exports, cheap imports, and nothing wrong.
        rows.append(
            declaration(20 + line, "72", customs_value_vnd=5_000_000, direction="export", regime="E52")
        )
        rows.append(declaration(30 + line, "72", customs_value_vnd=500_000, regime="E21"))
    return rows


def test_export_price_far_above_own_purchase_and_peers(measure: Measure) -> None:
    found = measure(export_inflation, customs_declarations=_rows())

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert evidence(row) == {f"{100000000000 + line}:1" for line in range(4)}
    assert row.value_vnd == 20_000_000
    # Twelve votes, the median between 100 and 101; scale 0.15; ten times the purchase price.
    z = 1.605 / 0.15
    assert row.value == pytest.approx(sqrt(log2(10) * z) * 4 / 5.5, rel=0.01)


def test_export_price_persistently_above_peers(measure: Measure) -> None:
    found = measure(overvalued_exports, customs_declarations=_rows())

    assert set(found) == {"tax:71"}
    assert members(found["tax:71"]) == {("company", "tax:71")}
    assert found["tax:71"].support == 4
    assert holding(found["tax:71"]) == set()


def test_dear_exports_to_several_buyers_by_several_offices(measure: Measure) -> None:
    rows = _rows()
    dear = [row for row in rows if row["customs_value_vnd"] == 5_000_000 and row["regime"] == "B11"]
    for place, row in enumerate(dear):
        row["partner_name_norm"] = f"buyer {place}"
        row["customs_office"] = f"0{place % 2}AB"

    found = measure(overvalued_exports, {"report_from": 0.1}, customs_declarations=rows)

    assert holding(found["tax:71"]) == {"several_partners", "several_offices"}
