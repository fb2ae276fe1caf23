"""Names of people and companies in one way of writing, and how rare a surname is."""

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from configs.lexicons import load_lexicon
from models.normalise.columns import (
    Strings,
    any_of,
    by_distinct,
    collapse_spaces,
    empty_to_null,
    fold,
    keep_letters_and_digits,
    look_up,
    replace,
    until_stable,
    where,
)


def normalise_name(values: Strings) -> pa.Array:
    """Small letters without marks, single spaces; company forms and words by `configs/lexicons/names.yml`.

    'Công ty TNHH Thương mại và Dịch vụ A' and 'CTY TNHH TM&DV A' agree; a person's form of address goes.
    A name without a letter or digit becomes null. Idempotent; NFC and NFD agree.
    """
    return by_distinct(values, _normalise)


def surname_share(values: Strings) -> pa.Array:
    """Share (0–1) of people who bear the first word of the name as surname, null where it is not listed."""
    shares = load_lexicon("names")["surname_shares"]["shares_percent"]

    def of_distinct(names: pa.Array) -> pa.Array:
        first = replace(_normalise(names), r" .*$", "")
        written = look_up(first, {surname: str(share) for surname, share in shares.items()})
        return pc.divide(written.cast(pa.float64()), 100.0)

    return by_distinct(values, of_distinct)


def _normalise(names: pa.Array) -> pa.Array:
    words = keep_letters_and_digits(pc.replace_substring(fold(names), pattern="&", replacement=" va "))
    return empty_to_null(until_stable(words, _one_pass))


def _one_pass(names: pa.Array) -> pa.Array:
    rules = _rules()
    formed = where(names, rules.any_form, rules.forms)
    people = replace(formed, rules.title, r"\1")
    return collapse_spaces(where(people, rules.company, rules.words))


class _Rules:
    def __init__(self) -> None:
        lexicon = load_lexicon("names")
        self.forms = [(rf"\b(?:{rule['written']})\b", rule["kept"]) for rule in lexicon["company_forms"]]
        self.any_form = "|".join(pattern for pattern, _ in self.forms)
        self.words = [(rf"\b(?:{rule['written']})\b", rule["kept"]) for rule in lexicon["company_words"]]
        self.company = rf"\b{any_of(lexicon['company_marks'])}\b"
        surnames = any_of(lexicon["surname_shares"]["shares_percent"])
        self.title = rf"^(?:{any_of(lexicon['titles'])} )+({surnames} [^ ].*)$"


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _Rules()
