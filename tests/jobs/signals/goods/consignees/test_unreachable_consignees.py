"""Consignees without a telephone and a door, among traders who take their goods in and a courier's own."""

from typing import Any

import pytest

from jobs.signals.goods.consignees import unreachable_consignees
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

NOBODY: dict[str, Any] = {"consignee_name_norm": "anh nam", "consignee_address_norm": "quang tri"}


def test_names_that_fill_the_field(measure: Measure) -> None:
    known = {"consignee_name_norm": "chi ha", "consignee_phone_e164": "+84901234568"}
    rows = [declaration(1000 + n, str(100 + n), **known) for n in range(64)]
    rows += [declaration(2000 + n, str(200 + n)) for n in range(60)]  # for themselves: they tell no rate
    rows += [declaration(n, "71", **NOBODY) for n in range(4)]
    rows += [declaration(10 + n, "72", **NOBODY, consignee_phone_e164="+84901234567") for n in range(4)]
    rows += [
        declaration(20 + n, "73", consignee_name_norm="anh nam", consignee_address_norm="12 ngo quyen")
        for n in range(4)
    ]
    rows += [declaration(30 + n, "74", **NOBODY, trader_name_norm="anh nam") for n in range(4)]
    rows += [declaration(40 + n, "75", **NOBODY, direction="export") for n in range(4)]
    elsewhere = {"consignee_name_norm": "anh hai", "consignee_address_norm": "kon tum"}
    rows += [declaration(50 + n, "76", **elsewhere, inspection_result="match") for n in range(4)]

    found = measure(
        unreachable_consignees, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows
    )

    assert set(found) == {"tax:71", "tax:76"}
    assert members(found["tax:71"]) == {("company", "tax:71")}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(4)}
    # 8 of 80 import lines for others: a tenth; 0.4 of four are expected.
    assert found["tax:71"].value == pytest.approx((4 - 0.4) / (0.4 * 0.9 + 1) ** 0.5 * 4 / 6, rel=1e-3)
    assert holding(found["tax:76"]) == {"inspected_and_matched"}
    assert found["tax:76"].value == pytest.approx(found["tax:71"].value / 2, rel=1e-3)
