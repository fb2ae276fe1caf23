"""Free text (remarks, goods, titles) in one way of writing."""

import pyarrow as pa
import pyarrow.compute as pc

from models.normalise.columns import (
    Strings,
    by_distinct,
    empty_to_null,
    fold,
    replace,
    until_stable,
)


def normalise_text(values: Strings) -> pa.Array:
    """Small letters without marks, single spaces; punctuation stays inside numbers alone (1.5, 38-40, 20%).

    Text without a letter or digit becomes null. Idempotent; NFC and NFD agree.
    """
    return by_distinct(values, lambda distinct: until_stable(fold(distinct), _tidy))


def _tidy(texts: pa.Array) -> pa.Array:
    # RE2 has no look-around: a mark inside a number is first carried over as a private letter.
    marked = replace(texts, r"[\x{E000}-\x{E004}]+", " ")
    for mark, carrier in _CARRIERS.items():
        for _ in range(2):  # neighbours share a digit: 1.2.3 needs two passes
            marked = replace(marked, rf"([0-9])\{mark}([0-9])", rf"\1{carrier}\2")
    marked = replace(marked, r"([0-9])%", rf"\1{_PERCENT}")
    spaced = pc.utf8_trim(replace(marked, r"[^\p{L}\p{N}\x{E000}-\x{E004}]+", " "), characters=" ")
    for mark, carrier in {**_CARRIERS, "%": _PERCENT}.items():
        spaced = replace(spaced, carrier, mark)
    return empty_to_null(spaced)


_CARRIERS = {".": "\ue000", ",": "\ue001", "/": "\ue002", "-": "\ue003"}
_PERCENT = "\ue004"
