"""Twelve honest shops ask about a million for shoes of one brand."""

from math import log
from typing import Any

import pytest

from jobs.signals.goods.listings import cloned_catalogues, listing_prices_below_brand
from tests.jobs.signals.goods.frames import Measure, evidence, holding, listing, members, picture


def _honest() -> list[dict[str, Any]]:
    return [
        listing(1000 + 10 * shop + n, f"shopee:{10 + shop}", price_vnd=950_000 + 10_000 * shop, units_sold=30)
        for shop in range(12)
        for n in range(2)
    ]


def test_prices_far_below_the_brand(measure: Measure) -> None:
    rows = _honest()
    rows += [listing(n, "shopee:1", price_vnd=250_000, units_sold=100) for n in range(6)]
    # Few pieces of each, by a private person; and a case for the brand's phone is not the phone.
    rows += [listing(100 + n, "shopee:2", price_vnd=250_000, units_sold=1) for n in range(6)]
    rows += [
        listing(200 + n, "shopee:3", price_vnd=50_000, title_norm="phu kien giay adidas") for n in range(6)
    ]

    found = measure(listing_prices_below_brand, {"report_from": 0.1}, listings=rows)

    assert set(found) == {"shopee:1", "shopee:2"}
    row = found["shopee:1"]
    assert evidence(row) == {f"shopee:{n}" for n in range(6)}
    assert row.value_vnd == 6 * 100 * 250_000
    # Fourteen votes, two low: the median lies between 990,000 and 1,000,000. Scale 0.2, depth up to 6.
    depth = min((log(990 / 250) + log(1000 / 250)) / 2 / 0.2, 6)
    assert row.value == pytest.approx(depth * 6 / 7.5 * (0.5 + 0.5 * 600 / 640), rel=1e-3)
    assert holding(row) == set()
    assert "few_units" in holding(found["shopee:2"])
    assert found["shopee:2"].value < row.value / 2


def test_one_rare_catalogue_in_three_shops(measure: Measure) -> None:
    rows = _honest()
    for shop in (1, 2, 3):
        rows += [
            listing(10 * shop + n, f"shopee:{shop}", price_vnd=300_000, image_hash=picture(n))
            for n in range(4)
        ]
    for shop in (4, 5):
        # The supplier's pictures, at the usual price.
        rows += [listing(10 * shop + n, f"shopee:{shop}", image_hash=picture(100 + n)) for n in range(4)]
    # One owner with two shops copies from nobody.
    rows += [listing(80 + n, f"shopee:{6 + n % 2}", price_vnd=300_000, image_hash="f" * 16) for n in range(4)]
    operators = [
        {"kind": "seller", "id": f"shopee:{shop}", "operator_id": "op:6", "degree": 2} for shop in (6, 7)
    ]

    found = measure(cloned_catalogues, {"report_from": 0.01}, listings=rows, operators=operators)

    assert len(found) == 2
    clones = next(row for row in found.values() if row.support == 12)
    assert members(clones) == {("seller", f"shopee:{shop}") for shop in (1, 2, 3)}
    assert evidence(clones) == {f"shopee:{10 * shop + n}" for shop in (1, 2, 3) for n in range(4)}
    assert clones.value == pytest.approx(2 / 3.5, rel=1e-3)  # three hands, all of the catalogue, 70 % below
    pictures = next(row for row in found.values() if row.support == 8)
    assert holding(pictures) == {"supplier_pictures"}
    assert pictures.value == pytest.approx(1 / 2.5 * 0.2 * 0.35, rel=1e-3)
