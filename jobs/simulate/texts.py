"""How people and systems write the same thing: variants of names, telephones, addresses and times, as Arrow
arrays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate.identity import BEFORE_2018
from jobs.simulate.parameters import read
from jobs.simulate.state import World

_SHORT = (
    ("Phường ", "P. "),
    ("Quận ", "Q. "),
    ("Thành phố ", "TP. "),
    ("Thị xã ", "TX. "),
    ("Huyện ", "H. "),
    ("Đường ", "Đ. "),
)


def no_marks(text: str) -> str:
    """Text without tone marks; the case stays."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in folded if not unicodedata.combining(c))


class Variants:
    """For each of n things, several ways to write it; ``pick`` gives one for each row."""

    def __init__(self, texts: list[str], ways: tuple[Callable[[str], str], ...]) -> None:
        self._ways = len(ways)
        known: dict[str, list[str]] = {}
        flat: list[str] = []
        for text in texts:
            if text not in known:
                known[text] = [way(text) for way in ways]
            flat += known[text]
        self._flat = pa.array(flat, pa.string())

    def pick(self, which: np.ndarray, way: np.ndarray | int) -> pa.Array:
        """The way-th way to write each thing; a negative position is null."""
        mask = which < 0
        return self._flat.take(pa.array(np.where(mask, 0, which * self._ways + way), mask=mask))


def name_variants(names: list[str]) -> Variants:
    """As in the register, in capitals without marks, decomposed, in lower case."""
    return Variants(
        names, (str, lambda t: no_marks(t).upper(), lambda t: unicodedata.normalize("NFD", t), str.lower)
    )


def phone_variants(phones: list[str]) -> Variants:
    """National, international, with blanks, without plus, as before the change of 2018, and placeholders."""
    placeholders = [str(text) for text in read("writing")["placeholders"]]

    def old(phone: str) -> str:
        return BEFORE_2018[phone[:3]] + phone[3:] if phone[:3] in BEFORE_2018 else phone

    return Variants(
        phones,
        (
            str,
            lambda p: "+84" + p[1:],
            lambda p: f"{p[:4]} {p[4:7]} {p[7:]}",
            lambda p: "84" + p[1:],
            old,
            *(lambda _, text=text: text for text in placeholders),
        ),
    )


def address_variants(world: World) -> Variants:
    """In full, abbreviated, without marks, and as since 2025 (no district, today's province)."""
    provinces = read("provinces")["provinces"]
    a = world.addresses
    rows = [
        f"{h}|{s}|{w}|{d}|{p}"
        for h, s, w, d, p in zip(
            a["house"], a["street"], a["ward"], a["district"], a["province"], strict=True
        )
    ]

    def parts(row: str) -> tuple[str, str, str, str, str]:
        house, street, ward, district, code = row.split("|")
        return house, street, ward, district, code

    def full(row: str) -> str:
        house, street, ward, district, code = parts(row)
        name = provinces[code]["name"]
        place = f"Thành phố {name}" if code in ("01", "31", "48", "79", "92") else f"Tỉnh {name}"
        return f"{house} Đường {street}, Phường {ward}, {district}, {place}"

    def short(row: str) -> str:
        text = full(row).replace("Thành phố Hồ Chí Minh", "TP.HCM").replace("Số ", "").replace("Tỉnh ", "")
        for long, brief in _SHORT:
            text = text.replace(long, brief)
        return text

    def now(row: str) -> str:
        house, street, ward, _, code = parts(row)
        today = provinces[provinces[code]["now"]]["name"]
        return f"{house} {street}, Phường {ward}, {today}"

    return Variants(rows, (full, short, lambda row: no_marks(short(row)).lower(), now))


def moments(seconds: np.ndarray, style: np.ndarray) -> pa.Array:
    """Civil times in Asia/Ho_Chi_Minh as text; zero is null. ``style`` by row: 0 no offset, 1 with +07:00,
    2 UTC with Z.
    """
    shifted = np.where(style == 2, seconds - 7 * 3600, seconds)
    text = pc.strftime(
        pa.array(shifted, mask=seconds <= 0).cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%S"
    )
    return pc.binary_join_element_wise(text, pa.array(["", "+07:00", "Z"]).take(pa.array(style)), "")


def days(numbers: np.ndarray) -> pa.Array:
    """Day numbers as ``YYYY-MM-DD``; negative is null."""
    return pa.array(numbers.astype(np.int32), mask=numbers <= 0).cast(pa.date32()).cast(pa.string())


def whole(numbers: np.ndarray, absent: np.ndarray | None = None) -> pa.Array:
    """Whole numbers as text."""
    return pa.array(numbers.astype(np.int64), mask=absent).cast(pa.string())


def decimals(numbers: np.ndarray, places: int, absent: np.ndarray | None = None) -> pa.Array:
    """Numbers with a fixed number of decimal places, without an exponent."""
    return pa.array([f"{n:.{places}f}" for n in numbers], pa.string(), mask=absent)


def padded(numbers: np.ndarray, width: int, prefix: str = "") -> pa.Array:
    """Numbers as digits of a fixed width; zero is null."""
    text = pc.utf8_lpad(
        pa.array(numbers.astype(np.int64), mask=numbers <= 0).cast(pa.string()), width=width, padding="0"
    )
    return pc.binary_join_element_wise(pa.scalar(prefix), text, "") if prefix else text


def words(values: Any) -> pa.Array:
    """Object strings; an empty one is null."""
    array = pa.array(values, pa.string())
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
