"""Companies in a picture are told apart by what stands at the end of their names."""

import pytest

from review.pages.short_names import short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Công ty TNHH Thương mại và Dịch vụ Hải Đăng", "Cty Hải Đăng"),
        ("CONG TY TNHH MTV  MINH LONG HOANG KIM", "Cty MINH LONG HOANG KIM"),
        ("Công ty Cổ phần Xuất nhập khẩu Gia Hưng Ngọc Linh", "Cty Gia Hưng Ngọc Linh"),
        ("công ty tnhh tmđt an phát", "Cty tmđt an phát"),
        ("Công ty TNHH Thương mại", "Công ty TNHH Thương mại"),
        ("Dịch vụ Minh Long", "Dịch vụ Minh Long"),
        ("PACIFIC BRIDGE INTL LOGISTICS", "PACIFIC BRIDGE INTL LOGISTICS"),
        ("Cường Thị Cúc", "Cường Thị Cúc"),
        ("", ""),
    ],
)
def test_a_short_name(name, short):
    assert short_name(name) == short
