"""Province codes of both eras."""

from datetime import date

import pyarrow as pa
import pytest

from configs.lexicons import load_lexicon
from models.normalise.provinces import current_code, is_border

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_old_codes_lead_to_the_province_that_absorbed_them() -> None:
    # Yên Bái and Lào Cai -> Lào Cai (15); Bắc Giang and Bắc Ninh -> Bắc Ninh (24); Bình Dương -> 79
    codes = ["15", "10", "24", "27", "74", "77", "79", "62", "89", "01"]
    expected = ["15", "15", "24", "24", "79", "79", "79", "51", "91", "01"]
    assert current_code(pa.array(codes)).to_pylist() == expected


def test_63_codes_become_34() -> None:
    old = {province["code"] for province in load_lexicon("provinces")["provinces"] if province["era"] == 63}
    assert len(old) == 63
    assert len(set(current_code(pa.array(sorted(old))).to_pylist())) == 34


def test_lost_zero_is_put_back_and_unknown_codes_are_null() -> None:
    assert current_code(pa.array(["1", " 04 ", "03", "99", "001", "HN", "", None])).to_pylist() == [
        "01", "04", None, None, None, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(("on", "count"), [(BEFORE, 25), (AFTER, 22)])
def test_number_of_border_provinces(on: date, count: int) -> None:
    era = 63 if on == BEFORE else 34
    provinces = load_lexicon("provinces")["provinces"]
    codes = sorted({province["code"] for province in provinces if province["era"] == era})
    assert sum(is_border(pa.array(codes), on).to_pylist()) == count


def test_a_code_means_another_province_after_the_merger() -> None:
    # 15 was Yên Bái (inland), then Lào Cai; 72 was Tây Ninh, 17 Hòa Bình (to Phú Thọ, inland)
    codes = pa.array(["15", "72", "17", "99", None])
    assert is_border(codes, BEFORE).to_pylist() == [False, True, False, None, None]
    assert is_border(codes, AFTER).to_pylist() == [True, True, False, None, None]


def test_dates_may_differ_by_row() -> None:
    days = pa.array([BEFORE, AFTER, None])
    assert is_border(pa.array(["15", "15", "15"]), days).to_pylist() == [False, True, None]
