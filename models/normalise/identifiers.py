"""Tax codes, personal numbers and the key of a holder."""

from functools import lru_cache, partial

import pyarrow as pa
import pyarrow.compute as pc

from configs.lexicons import load_lexicon
from models.normalise.columns import Strings, any_of, as_strings, by_distinct, empty_to_null, replace

# Circular 105/2020/TT-BTC, appendix: weights of the first nine digits, modulo 11.
TAX_CODE_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

# What each kind of identifier consists of once its separators are gone.
KINDS = {"cccd": r"[^0-9A-Z]+", "passport": r"[^0-9A-Z]+", "tax": r"[^0-9A-Z-]+"}


def tax_code_is_valid(values: Strings) -> pa.Array:
    """True for 10 digits whose check digit fits, the same with a branch (`-001`), or a valid personal number.

    The tenth digit is 10 minus the weighted sum of the first nine modulo 11. Spaces and dots are ignored. A
    personal number is a tax code of individuals and household businesses (Circular 86/2024/TT-BTC).
    """

    def of_distinct(codes: pa.Array) -> pa.Array:
        tidy = _tidy(codes, "tax")
        shaped = pc.match_substring_regex(tidy, pattern=r"^[0-9]{10}(-[0-9]{3})?$")
        return pc.or_(pc.and_(shaped, _check_digit_fits(tidy, shaped)), _is_personal_number(tidy))

    return by_distinct(values, of_distinct)


def personal_number_is_valid(values: Strings) -> pa.Array:
    """True for 12 digits that begin with a place of birth registration and a digit for century and sex.

    Source: `configs/lexicons/personal_numbers.yml`. The two digits of the year may be any. Spaces and dots
    are ignored.
    """
    return by_distinct(values, lambda numbers: _is_personal_number(_tidy(numbers, "cccd")))


def holder_key(kinds: Strings, identifiers: Strings) -> pa.Array:
    """`cccd:…`, `passport:…` or `tax:…`; null when a part is missing or the kind unknown.

    The kind is the sender's, never guessed from the length. Spaces, dots and other separators go; a branch
    suffix (`-001`) of a tax code stays. An identifier of one repeated digit is a filler: null.
    """
    kind_names = pc.utf8_lower(pc.utf8_trim_whitespace(as_strings(kinds)))
    raw = as_strings(identifiers)
    key = pa.nulls(len(raw), pa.string())
    for kind in KINDS:
        tidy = by_distinct(raw, partial(_identifier, kind=kind))
        keyed = pc.binary_join_element_wise(f"{kind}:", tidy, "")
        key = pc.if_else(pc.fill_null(pc.equal(kind_names, kind), False), keyed, key)
    return key


def _tidy(identifiers: pa.Array, kind: str) -> pa.Array:
    unified = pc.utf8_upper(pc.utf8_normalize(identifiers, form="NFKC"))
    dashes = replace(unified, r"\p{Pd}", "-")
    return replace(dashes, KINDS[kind], "")


def _identifier(identifiers: pa.Array, kind: str) -> pa.Array:
    tidy = replace(_tidy(identifiers, kind), r"^-+|-+$", "")
    filler = "|".join(f"{digit}+" for digit in "0123456789")
    return empty_to_null(replace(tidy, rf"^(?:{filler})$", ""))


def _check_digit_fits(tidy: pa.Array, shaped: pa.Array) -> pa.Array:
    digits = pc.if_else(shaped, tidy, "0" * 10)
    total: pa.Array = pa.array([0] * len(digits), pa.int64())
    for place, weight in enumerate(TAX_CODE_WEIGHTS):
        total = pc.add(total, pc.multiply(_digit(digits, place), weight))
    remainder = pc.subtract(total, pc.multiply(pc.divide(total, 11), 11))
    return pc.equal(pc.subtract(10, remainder), _digit(digits, 9))


def _digit(digits: pa.Array, place: int) -> pa.Array:
    return pc.utf8_slice_codeunits(digits, place, place + 1).cast(pa.int64())


def _is_personal_number(tidy: pa.Array) -> pa.Array:
    return pc.match_substring_regex(tidy, pattern=_personal_number_pattern())


@lru_cache(maxsize=1)
def _personal_number_pattern() -> str:
    lexicon = load_lexicon("personal_numbers")
    provinces = load_lexicon("provinces")["provinces"]
    places = {lexicon["place_prefix"] + province["code"] for province in provinces}
    places |= {str(place) for place in range(lexicon["foreign_place_from"], lexicon["foreign_place_to"] + 1)}
    return rf"^{any_of(places)}[{''.join(lexicon['century_digits'])}][0-9]{{8}}$"
