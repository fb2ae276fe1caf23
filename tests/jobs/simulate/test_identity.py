"""Numbers that people carry pass the published structure rules."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jobs.simulate.identity import BEFORE_2018, person_names, personal_numbers, phones, tax_codes
from jobs.simulate.numbering import Numbers, stream


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40, unique=True))
def test_tax_codes_have_a_valid_check_digit(numbers: list[int]) -> None:
    for code in tax_codes(np.array(numbers)):
        weighted = sum(w * int(c) for w, c in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), code, strict=False))
        assert len(code) == 10
        assert int(code[9]) == 10 - weighted % 11


def test_tax_codes_are_distinct() -> None:
    codes = tax_codes(np.arange(500))
    assert len(set(codes)) == 500


def test_personal_number_by_hand() -> None:
    numbers = personal_numbers(
        np.array([123, 7]), ["01", "79"], np.array([True, False]), np.array([1985, 2004])
    )
    assert numbers == ["001185000123", "079204000007"]


def test_phones_are_ten_digits_and_old_prefixes_are_four() -> None:
    drawn = phones(stream(1, "phones"), np.arange(300))
    assert all(len(p) == 10 and p.startswith("0") and p.isdigit() for p in drawn)
    assert all(len(old) == 4 and len(new) == 3 for new, old in BEFORE_2018.items())
    assert BEFORE_2018["070"] == "0120"


def test_surnames_follow_their_frequency() -> None:
    names = person_names(stream(1, "names"), np.zeros(8000, dtype=bool))
    share = sum(name.startswith("Nguyễn ") for name in names) / len(names)
    assert 0.33 < share < 0.42


@given(st.integers(0, 2**31), st.integers(1, 3), st.lists(st.integers(0, 60), max_size=6))
def test_numbers_never_repeat(seed: int, half: int, takes: list[int]) -> None:
    numbers = Numbers(seed, half)
    room = min(10 ** (2 * half), sum(takes))
    seen: list[int] = []
    for take in takes:
        seen += numbers.take(min(take, room - len(seen))).tolist()
    assert len(set(seen)) == len(seen)
    assert all(0 <= n < 10 ** (2 * half) for n in seen)
