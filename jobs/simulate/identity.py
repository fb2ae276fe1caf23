"""Names, personal numbers, tax codes and telephone numbers that pass the published structure rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobs.simulate.parameters import read

# Mobile prefixes in force since the change of 2018, by rough market share.
_PREFIXES = (
    "096",
    "097",
    "098",
    "086",
    "032",
    "033",
    "034",
    "035",
    "036",
    "037",
    "038",
    "039",
    "091",
    "094",
    "088",
    "081",
    "082",
    "083",
    "084",
    "085",
    "090",
    "093",
    "089",
    "070",
    "076",
    "077",
    "078",
    "079",
    "092",
    "056",
    "058",
    "099",
    "059",
)
# The prefix of eleven-digit numbers that each three-digit prefix replaced in 2018.
BEFORE_2018 = {
    "032": "0162",
    "033": "0163",
    "034": "0164",
    "035": "0165",
    "036": "0166",
    "037": "0167",
    "038": "0168",
    "039": "0169",
    "070": "0120",
    "079": "0121",
    "077": "0122",
    "076": "0126",
    "078": "0128",
    "083": "0123",
    "084": "0124",
    "085": "0125",
    "081": "0127",
    "082": "0129",
    "056": "0186",
    "058": "0188",
    "059": "0199",
}
_TAX_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3])


def person_names(rng: np.random.Generator, female: NDArray[np.bool_]) -> list[str]:
    """A full name for each person; surnames by their real frequency."""
    words = read("names")
    surnames = list(words["surnames"])
    weight = np.array(list(words["surnames"].values()), dtype=float)
    family = rng.choice(len(surnames), size=len(female), p=weight / weight.sum())
    middle, given = rng.random(len(female)), rng.random(len(female))
    names = []
    for i, woman in enumerate(female):
        middles = words["middle_female" if woman else "middle_male"]
        givens = words["given_female" if woman else "given_male"]
        parts = (
            surnames[family[i]],
            middles[int(middle[i] * len(middles))],
            givens[int(given[i] * len(givens))],
        )
        names.append(" ".join(parts))
    return names


def personal_numbers(
    numbers: NDArray[np.int64], provinces: Sequence[str], female: NDArray[np.bool_], born: NDArray[np.int64]
) -> list[str]:
    """Twelve digits: province of birth, sex and century, year, serial (Decree 137/2015, kept by the Law on
    Identity 2023).
    """
    century = np.where(born >= 2000, 2, 0) + female
    return [
        f"0{p}{c}{y % 100:02d}{n % 1_000_000:06d}"
        for p, c, y, n in zip(provinces, century, born, numbers, strict=True)
    ]


def tax_codes(numbers: NDArray[np.int64]) -> list[str]:
    """Ten-digit tax codes with a valid check digit, from distinct numbers; those without a check digit move
    to the next number.
    """
    codes: list[str] = []
    seen: set[str] = set()
    for number in numbers:
        serial = 100_000_000 + int(number) % 800_000_000
        while True:
            digits = np.array([int(c) for c in f"{serial:09d}"])
            check = 10 - int((digits * _TAX_WEIGHTS).sum()) % 11
            code = f"{serial:09d}{check}"
            if check < 10 and code not in seen:
                break
            serial += 1
        seen.add(code)
        codes.append(code)
    return codes


def phones(rng: np.random.Generator, numbers: NDArray[np.int64]) -> list[str]:
    """Ten-digit mobile numbers; distinct as long as the numbers differ modulo ten million within a prefix."""
    prefix = rng.choice(len(_PREFIXES), size=len(numbers))
    return [f"{_PREFIXES[p]}{n % 10_000_000:07d}" for p, n in zip(prefix, numbers, strict=True)]


def company_names(rng: np.random.Generator, count: int) -> list[str]:
    """Names of firms: legal form and two words."""
    words = read("names")
    forms, parts = words["company_forms"], words["company_words"]
    a, b, c = (
        rng.integers(0, len(forms), count),
        rng.integers(0, len(parts), count),
        rng.integers(0, len(parts), count),
    )
    extra = rng.random(count)
    return [
        f"{forms[a[i]]} {parts[b[i]]}" + (f" {parts[c[i]]}" if extra[i] < 0.7 and b[i] != c[i] else "")
        for i in range(count)
    ]
