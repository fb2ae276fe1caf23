"""Province codes of the statistics office, of both sides of the merger of 2025-07-01 (202/2025/QH15)."""

from datetime import date
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from configs.lexicons import load_lexicon
from models.normalise.columns import Strings, by_distinct, look_up, replace


def current_code(values: Strings) -> pa.Array:
    """Two-digit code of the 34 for a code of the 63 or of the 34; null for what is no province code.

    A lost leading zero (`1`) is put back. Both eras may be mixed: every code of the 34 is that of a
    province which it absorbed, so it leads to itself.
    """
    return by_distinct(values, lambda codes: look_up(_two_digits(codes), _eras().absorbed))


def is_border(values: Strings, on: date | pa.Array | pa.ChunkedArray) -> pa.Array:
    """Whether the province had a land border (China, Laos, Cambodia) on that day; null for no province code.

    `on` is one date, or an array of dates of the same length. Before the merger the code is read as one of
    the 63, from that day on as the province of the 34 that it leads to. A null date gives null.
    """
    eras = _eras()
    before = by_distinct(values, lambda codes: _bordering(_two_digits(codes), eras.borders_63))
    after = by_distinct(current_code(values), lambda codes: _bordering(codes, eras.borders_34))
    if isinstance(on, date):
        return before if on < eras.merged_on else after
    days = on.combine_chunks() if isinstance(on, pa.ChunkedArray) else on
    return pc.if_else(pc.less(days.cast(pa.date32()), pa.scalar(eras.merged_on)), before, after)


def _two_digits(codes: pa.Array) -> pa.Array:
    return replace(pc.utf8_trim_whitespace(codes), r"^([0-9])$", r"0\1")


def _bordering(codes: pa.Array, borders: dict[str, str]) -> pa.Array:
    return pc.equal(look_up(codes, borders), "yes")


class _Eras:
    def __init__(self) -> None:
        provinces = load_lexicon("provinces")["provinces"]
        old = [province for province in provinces if province["era"] == 63]
        new = [province for province in provinces if province["era"] == 34]
        self.absorbed = {province["code"]: province["absorbed_by"] for province in old}
        self.borders_63 = {province["code"]: "yes" if province["borders"] else "no" for province in old}
        self.borders_34 = {province["code"]: "yes" if province["borders"] else "no" for province in new}
        self.merged_on: date = new[0]["valid_from"]


@lru_cache(maxsize=1)
def _eras() -> _Eras:
    return _Eras()
