"""Free text."""

import pyarrow as pa
import pytest

from models.normalise.texts import normalise_text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Chuyển khoản: tiền hàng 1.500.000đ", "chuyen khoan tien hang 1.500.000d"),
        ("MBVCB.123.tra no!!!", "mbvcb 123 tra no"),
        ("size 38-40, giảm 20%", "size 38-40 giam 20%"),
        ("Giày  thể thao\n(nam)", "giay the thao nam"),
        ("1.2.3.4", "1.2.3.4"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        (" - ", None),
        ("\ue000", None),
        (None, None),
    ],
)
def test_normalise_text(written: str | None, expected: str | None) -> None:
    assert normalise_text(pa.array([written], pa.string())).to_pylist() == [expected]
