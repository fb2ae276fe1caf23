"""A certificate behind several consignments, against lots, storage, licences and numbers of no paper."""

from typing import Any

import pyarrow as pa
import pytest

from jobs.signals.goods.clearance import reused_certificates
from models.normalise.texts import normalise_text
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, members


def _naming(text: str, number: int, trader: str, before: int, **given: Any) -> dict[str, Any]:
    """Goods with a paper, each declaration on a master bill of its own."""
    written = f"Máy xay sinh tố MH-{number}, hiệu Philips ({text})"
    goods = normalise_text(pa.array([written])).to_pylist()[0]
    named = {"goods_description": written, "goods_norm": goods, "master_bill_no": f"ONEY{number}"}
    return declaration(number, trader, event_day=day(before), **named | given)


def test_certificates_weeks_apart_and_of_several_companies(measure: Measure) -> None:
    rows = [_naming(f"C/O form E số CN25{100000 + n}", 1000 + n, str(10 + n % 9), 30) for n in range(60)]
    # Without any paper: they count for nothing.
    rows += [_naming("mới 100%", 2000 + n, str(10 + n % 9), 30) for n in range(9)]
    for n in range(4):
        # One company, fourteen days apart; two companies on one day, and one whose text was not read.
        rows += [_naming("C/O form D số TH258110", 10 + n, "71", 40 + 14 * (n % 2))]
        rows += [_naming("CO mẫu AK số: K001-25-00123", 20 + n, "72", 40)]
        rows += [_naming("chứng nhận xuất xứ số K001-25-00123", 30 + n, "73", 40, goods_norm=None)]
        rows += [_naming("Certificate of Origin No. K001-25-00123", 40 + n, "74", 40)]
        # Lots within thirteen days; one consignment, drawn from a store; a declaration that was given up.
        rows += [_naming("C/O form E số CN259999", 50 + n, "75", 20 + 13 * (n % 2))]
        rows += [_naming("C/O form E số CN258888", 60 + n, "76", 10 + 20 * n, master_bill_no="COSU1")]
        rows += [_naming("C/O form E số CN257777", 70 + n, "77", 20 + 20 * (n % 2), cleared_at=None)]
        # A licence serves its holder again; it is another paper than a certificate with its number.
        rows += [_naming("giấy phép nhập khẩu số 258110", 80 + n, "78", 10 + 20 * n)]
        # No papers: a model, "has number" without marks, a contract beside a certificate, a short number.
        for place, text in enumerate(
            ("model 258110", "co so 258110", "C/O form E, HD 258110", "C/O form E số 25811")
        ):
            rows += [_naming(text, 100 + 10 * n + place, str(80 + place), 10 + 20 * n)]
    # What many companies write is no paper's number.
    rows += [_naming("C/O số 000000", 200 + n, str(90 + n), 10 + 8 * n) for n in range(8)]

    found = measure(reused_certificates, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72", "tax:74"}
    assert members(found["tax:71"]) == {("company", "tax:71")}
    assert members(found["tax:72"]) == {("company", "tax:72"), ("company", "tax:74")}
    assert evidence(found["tax:72"]) == {f"{100000000000 + n}:1" for n in (*range(20, 24), *range(40, 44))}
    # 12 of 92 cleared declarations that name a paper: 60, 3 x 4, 4, 4, 4 and 8.
    rate = 12 / 92
    expected = 4 * rate
    assert found["tax:71"].value == pytest.approx(
        (4 - expected) / (expected * (1 - rate) + 1) ** 0.5 * 4 / 5.5, rel=1e-3
    )


def test_lines_of_one_declaration_and_a_licence_of_two_companies(measure: Measure) -> None:
    rows = [_naming(f"C/O form E số CN25{100000 + n}", 1000 + n, str(10 + n % 9), 30) for n in range(60)]
    for line in range(6):
        key = {"record_key": f"100000000010:{line}", "line_no": line}
        rows += [_naming("C/O form E số CN259999, C/O form E số CN259998", 10, "71", 30, **key)]
    rows += [_naming("giấy phép số 258110/GP-BCT", 20 + n, str(72 + n % 2), 10 + 10 * n) for n in range(6)]

    found = measure(reused_certificates, customs_declarations=rows)

    assert set(found) == {"tax:72", "tax:73"}
    assert (found["tax:72"].support, found["tax:72"].value_vnd) == (3, 3_000_000)
    assert members(found["tax:72"]) == {("company", "tax:72"), ("company", "tax:73")}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(reused_certificates) == {}
