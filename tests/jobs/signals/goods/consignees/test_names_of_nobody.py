"""Consignees with a name that is nobody's, beside people whose names only begin like one."""

from typing import Any

import pytest

from jobs.signals.goods.consignees import names_of_nobody
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

KNOWN: dict[str, Any] = {"consignee_phone_e164": "+84901234568", "consignee_address_norm": "12 ngo quyen"}


def test_a_name_of_nobody_fills_the_field_beside_a_telephone_and_a_door(measure: Measure) -> None:
    def lines(first: int, count: int, trader: str, name: str | None, **given: Any) -> list[dict[str, Any]]:
        return [
            declaration(first + n, trader, consignee_name_norm=name, **KNOWN, **given) for n in range(count)
        ]

    rows = lines(1000, 193, "99", "chi ha")
    rows += lines(2000, 60, "98", None)  # name nobody at all: they tell no rate
    rows += lines(10, 2, "71", "nguyen van a")
    rows += lines(20, 2, "72", "nguyen van anh")
    rows += lines(30, 1, "73", "nguyen van a")  # a form left as it was
    rows += lines(40, 2, "74", "nguyen van a", direction="export")
    rows += lines(50, 2, "76", "khach le", inspection_result="match")

    found = measure(names_of_nobody, {"report_from": 0.6, "join_from": 0.6}, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:76"}
    assert members(found["tax:71"]) == {("company", "tax:71")}
    assert evidence(found["tax:71"]) == {"100000000010:1", "100000000011:1"}
    # 5 of 200 import lines that name a consignee: 0.05 of two are expected.
    assert found["tax:71"].value == pytest.approx((2 - 0.05) / (0.05 * 0.975 + 1) ** 0.5 * 2 / 3, rel=1e-3)
    assert holding(found["tax:76"]) == {"inspected_and_matched"}
    assert found["tax:76"].value == pytest.approx(found["tax:71"].value / 2, rel=1e-3)


def test_where_everybody_fills_the_field_so_it_tells_of_nobody(measure: Measure) -> None:
    rows = [
        declaration(
            10 * n + k, str(100 + n), consignee_name_norm="nguoi nhan" if k < 2 else "chi ha", **KNOWN
        )
        for n in range(20)
        for k in range(3)
    ]
    assert not measure(names_of_nobody, customs_declarations=rows)
