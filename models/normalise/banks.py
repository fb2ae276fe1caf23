"""Banks by their letters, and accounts as `bank:account_no`."""

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from configs.lexicons import load_lexicon
from models.normalise.columns import (
    Strings,
    any_of,
    as_strings,
    by_distinct,
    collapse_spaces,
    empty_to_null,
    fold,
    look_up,
    replace,
)


def canonical_bank(values: Strings) -> pa.Array:
    """Letters of the bank (VCB, MBB, BID, …) for its letters, name, alias, BIN, or BIC of 8 or 11 characters.

    A bank that `configs/lexicons/banks.yml` does not know keeps what was written, in capitals.
    """
    return by_distinct(values, _canonical)


def account_id(banks: Strings, accounts: Strings) -> pa.Array:
    """`bank:account_no` with canonical bank letters; null when the account or the bank is missing.

    Spaces, dots and hyphens in an account number are layout; letters become capitals.
    """
    numbers = by_distinct(as_strings(accounts), _account_number)
    return pc.binary_join_element_wise(canonical_bank(banks), numbers, ":")


def _canonical(written: pa.Array) -> pa.Array:
    letters = _letters()
    compact = pc.utf8_upper(replace(fold(written), r"[^\p{L}\p{N}]+", ""))
    shortened = replace(compact, letters.prefix, "")
    bic = pc.if_else(
        pc.match_substring_regex(compact, pattern=r"^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$"),
        pc.utf8_slice_codeunits(compact, 0, 8),
        compact,
    )
    as_written = pc.utf8_upper(collapse_spaces(pc.utf8_normalize(written, form="NFC")))
    found = pc.coalesce(
        look_up(compact, letters.by_alias), look_up(bic, letters.by_bic), look_up(shortened, letters.by_alias)
    )
    return pc.coalesce(found, empty_to_null(as_written))


def _account_number(accounts: pa.Array) -> pa.Array:
    unified = pc.utf8_upper(pc.utf8_normalize(accounts, form="NFKC"))
    return empty_to_null(replace(unified, r"[\s\p{Z}\p{Cc}\p{Cf}.\p{Pd}]+", ""))


class _Letters:
    def __init__(self) -> None:
        lexicon = load_lexicon("banks")
        self.prefix = rf"^{any_of(lexicon['prefixes'])}"
        self.by_bic: dict[str, str] = {}
        written: list[str] = []
        meant: list[str] = []
        for letters, bank in lexicon["banks"].items():
            self.by_bic[bank["bic"]] = letters
            for alias in (letters, bank["bin"], bank["name"], *bank["aliases"]):
                written.append(alias)
                meant.append(letters)
        compact = pc.utf8_upper(replace(fold(pa.array(written, pa.string())), r"[^\p{L}\p{N}]+", ""))
        self.by_alias = dict(zip(compact.to_pylist(), meant, strict=True))


@lru_cache(maxsize=1)
def _letters() -> _Letters:
    return _Letters()
