"""Phone numbers to E.164 (ITU-T), Vietnam unless a country code says otherwise."""

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from configs.lexicons import load_lexicon
from models.normalise.columns import Strings, any_of, by_distinct, fold, look_up, replace


def to_e164(values: Strings) -> pa.Array:
    """`+84…` for Vietnamese numbers, `+cc…` for foreign ones with their country code, null for the rest.

    Accepts 84, +84, 0084 and 0 in front, separators, an extension, and mobile numbers of 11 digits from
    before 2018-09-15. Hotlines and placeholders stand for no subscriber and become null, and so does a
    number outside the mobile ranges and areas of the plan. Of two numbers in one field the first counts.
    Source: `configs/lexicons/phones.yml`.
    """
    return by_distinct(values, _to_e164)


def is_placeholder(values: Strings) -> pa.Array:
    """True where the value stands for no subscriber: no digit, a filler, a repeated digit, a hotline."""

    def of_distinct(phones: pa.Array) -> pa.Array:
        dialled = _dialled(phones)
        return _stands_for_nobody(_national(dialled), dialled)

    return by_distinct(values, of_distinct)


def _to_e164(phones: pa.Array) -> pa.Array:
    whole = _subscribers(_dialled(phones))
    missing = pc.is_null(whole)
    if not pc.any(missing).as_py():
        return whole
    # "0901 234 567 / 0912 …": only where the whole makes no number, so that slashes may be separators too.
    first = replace(phones.filter(missing), r"^([^/;,|]*[0-9][^/;,|]*)[/;,|].*$", r"\1")
    return pc.replace_with_mask(whole, missing, _subscribers(_dialled(first)))


def _dialled(phones: pa.Array) -> pa.Array:
    """Digits with `+` in front where an international prefix stands."""
    plain = replace(fold(phones), _plan().extension, r"\1")
    international = pc.match_substring_regex(plain, pattern=r"^[\s(]*\+")
    digits = replace(plain, r"[^0-9]+", "")
    marked = pc.if_else(international, pc.binary_join_element_wise("+", digits, ""), digits)
    return replace(marked, r"^00([1-9][0-9]{7,14})$", r"+\1")


def _national(dialled: pa.Array) -> pa.Array:
    """Vietnamese numbers with their trunk 0; other digits as dialled."""
    code = _plan().country_code
    national = replace(dialled, rf"^\+?{code}0?([0-9]{{8,}})$", r"0\1")
    # Nine digits that begin like a mobile number have lost their 0 in a spreadsheet (84… among them).
    lost = pc.match_substring_regex(dialled, pattern=r"^[35789][0-9]{8}$")
    return pc.if_else(lost, pc.binary_join_element_wise("0", dialled, ""), national)


def _subscribers(dialled: pa.Array) -> pa.Array:
    plan = _plan()
    national = _national(dialled)
    is_old = pc.match_substring_regex(national, pattern=r"^01[0-9]{9}$")
    changed = pc.binary_join_element_wise(
        look_up(pc.utf8_slice_codeunits(national, 0, 4), plan.changes),
        pc.utf8_slice_codeunits(national, 4),
        "",
    )
    national = pc.if_else(is_old, pc.coalesce(changed, national), national)
    vietnamese = pc.match_substring_regex(national, pattern=plan.vietnamese)
    foreign = pc.and_(
        pc.match_substring_regex(dialled, pattern=r"^\+[1-9][0-9]{6,14}$"),
        pc.invert(pc.starts_with(dialled, pattern=f"+{plan.country_code}")),
    )
    nothing = pa.scalar(None, pa.string())
    e164 = pc.if_else(
        vietnamese,
        pc.binary_join_element_wise(f"+{plan.country_code}", pc.utf8_slice_codeunits(national, 1), ""),
        pc.if_else(foreign, dialled, nothing),
    )
    return pc.if_else(_stands_for_nobody(national, dialled), nothing, e164)


def _stands_for_nobody(national: pa.Array, dialled: pa.Array) -> pa.Array:
    plan = _plan()
    filler = pc.or_(
        pc.is_in(national, value_set=plan.placeholders), pc.is_in(dialled, value_set=plan.placeholders)
    )
    repeated = pc.or_(
        pc.match_substring_regex(national, pattern=plan.repeated),
        pc.match_substring_regex(dialled, pattern=plan.repeated),
    )
    return pc.or_(pc.or_(filler, repeated), pc.match_substring_regex(national, pattern=plan.hotline))


class _Plan:
    """The numbering plan as patterns."""

    def __init__(self) -> None:
        lexicon = load_lexicon("phones")
        self.country_code: str = lexicon["country_code"]
        self.changes: dict[str, str] = dict(lexicon["mobile_changes_2018"])
        self.placeholders = pa.array(lexicon["placeholders"], pa.string())
        mobiles = any_of(lexicon["mobile_ranges"])
        # Mobile numbers have 10 digits, landlines 11: area code and subscriber together.
        landlines = "|".join(f"{code}[0-9]{{{11 - len(code)}}}" for code in lexicon["area_codes"])
        self.vietnamese = rf"^(?:{mobiles}[0-9]{{8}}|{landlines})$"
        self.hotline = rf"^0?{any_of(lexicon['hotline_prefixes'])}[0-9]{{4,6}}$"
        run = lexicon["repeated_digits"]
        digits = "|".join(f"{digit}{{{run},}}" for digit in "0123456789")
        self.repeated = rf"^\+?$|(?:{digits})$"
        self.extension = rf"([0-9])[\s,;(]*{any_of(lexicon['extension_words'])}\b.*$"


@lru_cache(maxsize=1)
def _plan() -> _Plan:
    return _Plan()
