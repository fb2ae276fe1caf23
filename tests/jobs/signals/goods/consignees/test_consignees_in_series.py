"""Made-up consignees, against strangers, one company's block of numbers and a pair of neighbours."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.consignees import consignees_in_series
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _to(number: int, trader: str, phone: int, name: str | None) -> dict[str, Any]:
    return declaration(number, trader, consignee_phone_e164=f"+84{phone}", consignee_name_norm=name)


def test_numbers_that_run_on_under_many_names(measure: Measure) -> None:
    rows = [_to(n, "71", 935304587 + n, f"ten {n}") for n in range(6)]
    rows += [_to(10, "71", 912000000, "nguoi quen"), _to(11, "71", 935304587, "ten 0")]

    [row] = measure(consignees_in_series, customs_declarations=rows).values()

    assert row.value == pytest.approx(log2(6), abs=1e-6)
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(6), 11)}
    assert (row.support, row.value_vnd) == (7, 7_000_000)
    assert holding(row) == set()


def test_honest_consignees(measure: Measure) -> None:
    rows = [_to(n, "11", 900000000 + 3 * n, f"khach {n}") for n in range(9)]  # three apart
    rows += [_to(20 + n, "12", 911000000 + n, "cty co mot ten") for n in range(9)]  # a block, one name
    rows += [_to(40 + n, f"2{n}", 922000000 + n, f"ten {n}") for n in range(9)]  # a trader each
    rows += [_to(60 + n, "13", 933000000 + n, None) for n in range(9)]
    rows += [_to(80 + n, "14", 944000000 + n, f"hang xom {n}") for n in range(2)]

    assert measure(consignees_in_series, customs_declarations=rows) == {}


def test_a_block_of_numbers_with_a_few_names_says_so(measure: Measure) -> None:
    rows = [_to(n, "71", 955000000 + n, f"phong {n % 3}") for n in range(6)]
    [row] = measure(consignees_in_series, customs_declarations=rows).values()
    assert row.value == pytest.approx(log2(3), abs=1e-6)
    assert holding(row) == {"one_companys_numbers"}
