"""Tax codes, personal numbers, holder keys. Personal numbers are made up."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.normalise.identifiers import (
    TAX_CODE_WEIGHTS,
    holder_key,
    personal_number_is_valid,
    tax_code_is_valid,
)


def is_tax_code(written: str) -> bool:
    return tax_code_is_valid(pa.array([written]))[0].as_py()


def is_personal_number(written: str) -> bool:
    return personal_number_is_valid(pa.array([written]))[0].as_py()


def test_check_digit_by_hand() -> None:
    # 0300588569: 3*29 + 5*17 + 8*13 + 8*7 + 5*5 + 6*3 = 375 = 34*11 + 1, and 10 - 1 = 9
    assert is_tax_code("0300588569")
    assert not is_tax_code("0300588568")


@pytest.mark.parametrize(
    "written", ["0300588569-001", "0300 588 569", "0300.588.569", "0300588569–001", "001099012345"]
)
def test_ways_of_writing_a_tax_code(written: str) -> None:
    assert is_tax_code(written)


@pytest.mark.parametrize(
    "written", ["", "0300588569-1", "0300588569001", "030058856", "ABCDEFGHIJ", "003099012345"]
)
def test_no_tax_codes(written: str) -> None:
    assert not is_tax_code(written)


@given(first=st.lists(st.integers(0, 9), min_size=9, max_size=9), last=st.integers(0, 9))
def test_check_digit_rule(first: list[int], last: int) -> None:
    total = sum(weight * digit for weight, digit in zip(TAX_CODE_WEIGHTS, first, strict=True))
    assert is_tax_code("".join(map(str, [*first, last]))) == (10 - total % 11 == last)


@pytest.mark.parametrize("written", ["001099012345", "079 303 012 345", "096185012345", "101099012345"])
def test_personal_numbers(written: str) -> None:
    assert is_personal_number(written)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("003099012345", "no province 03"),
        ("097099012345", "no province 97"),
        ("001499012345", "born in the 22nd century"),
        ("00109901234", "11 digits"),
        ("0010990123456", "13 digits"),
        ("00109901234A", "a letter"),
    ],
)
def test_no_personal_numbers(written: str, why: str) -> None:
    assert not is_personal_number(written), why


def test_holder_key() -> None:
    kinds = ["cccd", "passport", "tax", " TAX ", "cmnd", None, "cccd", "tax", "passport"]
    identifiers = [
        "001 099 012 345",
        "b-1234567",
        "0300.588.569-001",
        "0300588569",
        "1",
        "2",
        None,
        "0000000000",
        "...",
    ]
    assert holder_key(pa.array(kinds), pa.array(identifiers)).to_pylist() == [
        "cccd:001099012345",
        "passport:B1234567",
        "tax:0300588569-001",
        "tax:0300588569",
        None,
        None,
        None,
        None,
        None,
    ]


def test_holder_key_never_guesses_the_kind_from_the_length() -> None:
    assert holder_key(pa.array(["tax"]), pa.array(["001099012345"])).to_pylist() == ["tax:001099012345"]
