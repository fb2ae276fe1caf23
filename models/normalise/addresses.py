"""Vietnamese addresses in one way of writing."""

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
    replace,
    replace_words,
    until_stable,
    where,
)

# Private characters behind an abbreviation that had a dot, or a number, to tell what it is.
DOTTED = "\ue000"
NUMBERED = "\ue001"


def normalise_address(values: Strings) -> pa.Array:
    """Small letters without marks, abbreviations opened, numbers kept; `/` and `-` in house numbers alone.

    'Số 12, Đ. Lê Lợi, P. Bến Nghé, Q.1, TP.HCM' and '12 Lê Lợi, phường Bến Nghé, quận 01, Thành phố Hồ Chí
    Minh' both become '12 le loi ben nghe quan 1 ho chi minh': tier words stay before numbers, and go before
    names, where they are left out as often as written. Fillers ('không rõ') and text without content become
    null, because an address that ties people must be a place. Idempotent; NFC and NFD agree. Source:
    `configs/lexicons/addresses.yml`.
    """
    return by_distinct(values, _normalise)


def _normalise(addresses: pa.Array) -> pa.Array:
    spaced = replace(fold(addresses), rf"[{DOTTED}{NUMBERED}]|\s+", " ")
    tidy = until_stable(spaced, _one_pass)
    filler = pc.is_in(tidy, value_set=_rules().placeholders)
    return empty_to_null(pc.if_else(filler, "", tidy))


def _one_pass(addresses: pa.Array) -> pa.Array:
    rules = _rules()
    words = _plain_words(_mark_abbreviations(addresses))
    words = replace_words(words, rules.words)
    words = where(words, rules.any_phrase, rules.phrases)
    words = replace(words, r"\b(phuong|quan) 0+([1-9])", r"\1 \2")
    words = replace(words, rules.before_numbers, r"\1\2")
    words = replace(words, rules.before_names, r"\1")
    words = where(words, rules.any_end, rules.at_end)
    return collapse_spaces(words)


def _mark_abbreviations(addresses: pa.Array) -> pa.Array:
    """Mark what only dots and commas tell (`p.5`, `, q ba dinh`), before both are lost."""
    rules = _rules()
    marked = replace(addresses, rules.rooms, rf"\1 {rules.room} \2")
    marked = replace(marked, rules.numbered, rf"\1 \2{NUMBERED} \3")
    marked = replace(marked, rules.dotted, rf"\1 \2{DOTTED} ")
    return replace(marked, rules.after_comma, rf"\1 \2{DOTTED} \3")


def _plain_words(addresses: pa.Array) -> pa.Array:
    """Words between single spaces; `/` and `-` stay inside house numbers alone (12/3a, 12-14)."""
    words = replace(addresses, r"([0-9][a-z]?) ?/ ?([0-9])", r"\1/\2")
    words = replace(words, r"([0-9][a-z]?) ?- ?([0-9])", r"\1-\2")
    words = replace(words, rf"[^\p{{L}}\p{{N}}{DOTTED}{NUMBERED}/-]+", " ")
    # whatever does not stand between two characters of a house number is punctuation
    words = replace(words, r"(^|[^0-9a-z])[/-]+|[/-]+([^0-9a-z]|$)|([/-])[/-]+", r"\1\3 \2")
    return collapse_spaces(replace(words, r"(\p{L})-+(\p{L})", r"\1 \2"))


class _Rules:
    """The lexicon as patterns."""

    def __init__(self) -> None:
        lexicon = load_lexicon("addresses")
        self.room = lexicon["room"]
        shortened = lexicon["abbreviations"]
        numbered, dotted = lexicon["numbered"], shortened["dotted"]
        before_number = rf"(^|[ ,;-])({any_of(numbered)}) ?\.? ?"
        self.rooms = rf"(^|[ ,;-]){any_of(numbered)} ?\.? ?([0-9]{{3,}})\b"
        self.numbered = rf"{before_number}([0-9]{{1,2}})\b"
        self.dotted = rf"(^|[ ,;-])({any_of(dotted)}) ?\. ?"
        self.after_comma = rf"([,;]) ?({any_of(dotted)}) (\p{{L}})"
        self.words = {
            **shortened["plain"],
            **{short + DOTTED: word for short, word in dotted.items()},
            **{short + NUMBERED: word for short, word in numbered.items()},
        }
        self.phrases = [(rf"\b{written}\b", kept) for written, kept in shortened["phrases"].items()]
        self.any_phrase = rf"\b{any_of(shortened['phrases'])}\b"
        self.before_numbers = rf"(^| ){any_of(lexicon['dropped_before_numbers'])} ([0-9])"
        self.before_names = rf"\b{any_of(lexicon['dropped_before_names'])} (\p{{L}})"
        self.at_end = [(rf" {any_of(lexicon['dropped_at_end'])}$", "")]
        self.at_end += [(rf"\b{written}$", kept) for written, kept in lexicon["aliases_at_end"].items()]
        self.any_end = rf"\b{any_of([*lexicon['dropped_at_end'], *lexicon['aliases_at_end']])}$"
        self.placeholders = pa.array(lexicon["placeholders"], pa.string())


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _Rules()
