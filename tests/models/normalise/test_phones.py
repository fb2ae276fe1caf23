"""Phone numbers, answers by hand from the numbering plan."""

import pyarrow as pa
import pytest

from configs.lexicons import load_lexicon
from models.normalise.phones import is_placeholder, to_e164


def one(written: str | None) -> str | None:
    return to_e164(pa.array([written], pa.string()))[0].as_py()


@pytest.mark.parametrize(
    "written",
    [
        "0901234567",
        "+84901234567",
        "84901234567",
        "0084901234567",
        "901234567",
        "090 123 45 67",
        "090.123.4567",
        "090-123-4567",
        "(+84) 90 1234567",
        "+84 (0)90 123 4567",
        "0901234567 / 0912345679",
        "0901234567; 0912345679",
        "0901234567 máy lẻ 12",
        "０９０１２３４５６７",
        "ĐT: 0901234567",
        "\u200e0901234567",
    ],
)
def test_ways_of_writing_one_mobile_number(written: str) -> None:
    assert one(written) == "+84901234567"


@pytest.mark.parametrize(("old", "new"), sorted(load_lexicon("phones")["mobile_changes_2018"].items()))
def test_every_prefix_of_2018_is_changed(old: str, new: str) -> None:
    assert one(f"{old}3456789") == f"+84{new[1:]}3456789"
    assert one(f"+84{old[1:]}3456789") == f"+84{new[1:]}3456789"


def test_the_change_of_2018_by_example() -> None:
    assert [one(n) for n in ("01201234567", "01627654321", "01991234567")] == [
        "+84701234567",
        "+84327654321",
        "+84591234567",
    ]


def test_prefixes_that_were_no_mobile_stay_unknown() -> None:
    assert one("01301234567") is None
    assert one("0401234567") is None


def test_a_mobile_range_is_wider_than_the_prefixes_in_use() -> None:
    assert one("0315 364 544") == "+84315364544"
    assert one("+84 730 123 456") == "+84730123456"
    assert one("0615364544") is None  # no mobile range
    assert one("031536454") is None  # a digit short


def test_the_084_prefix_is_not_the_country_code() -> None:
    assert one("0841234567") == "+84841234567"
    assert one("841234567") == "+84841234567"
    assert one("84841234567") == "+84841234567"


def test_landlines_of_2017() -> None:
    assert one("024 3825 1234") == "+842438251234"
    assert one("(028) 38 251 234") == "+842838251234"
    assert one("0236 3822 041") == "+842363822041"
    assert one("+84 236 3822041") == "+842363822041"
    assert one("0230 3822 041") is None  # no such area
    assert one("04 38251234") is None  # the area code before 2017


def test_foreign_numbers_need_their_country_code() -> None:
    assert one("+86 138 0013 8000") == "+8613800138000"
    assert one("0086 13800138000") == "+8613800138000"
    assert one("13800138000") is None
    assert one("+8") is None


@pytest.mark.parametrize(
    "written",
    [
        "0000000000",
        "0123456789",
        "0999999999",
        "+84999999999",
        "1900 1234",
        "1800588822",
        "không có",
        "",
        "1111",
    ],
)
def test_fillers_and_hotlines_are_no_subscribers(written: str) -> None:
    assert one(written) is None


def test_is_placeholder() -> None:
    written = [
        "0000000000",
        "0123456789",
        "19001234",
        "1800 5888 22",
        "0911111111",
        "0901234567",
        "n/a",
        None,
    ]
    expected = [True, True, True, True, True, False, True, None]
    assert is_placeholder(pa.array(written)).to_pylist() == expected
