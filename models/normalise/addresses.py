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

# Private characters: behind an abbreviation that had a dot, or a number; inside a house number.
DOTTED, NUMBERED, SLASH, HYPHEN = "\ue000", "\ue001", "\ue002", "\ue003"


def normalise_address(values: Strings) -> pa.Array:
    """Small letters without marks, abbreviations opened, numbers kept; `/` and `-` in house numbers alone.

    'Số 12, Đ. Lê Lợi, P. Bến Nghé, Q.1, TP.HCM' and '12 Lê Lợi, phường Bến Nghé, quận 01, Thành phố Hồ Chí
    Minh' both become '12 le loi ben nghe quan 1 ho chi minh': tier words stay before numbers, and go before
    names, where they are left out as often as written. Fillers ('không rõ') and text without content become
    null, because an address that ties people must be a place. Idempotent; NFC and NFD agree. Source:
    `configs/lexicons/addresses.yml`.
    """
    return by_distinct(values, _normalise)


@lru_cache(maxsize=1)
def part_of_house() -> str:
    """A regular expression for what stands before a house number when normalised: floor, room, store.

    Where no number follows (a named tower), nothing is a part.
    """
    lexicon = load_lexicon("addresses")
    numbered, lettered = ("|".join(lexicon[key]) for key in ("numbered_parts", "lettered_parts"))
    return rf"^(?:(?:(?:{numbered}) [a-z]?[0-9]+[a-z]?|(?:{lettered})(?: [a-z])?) )+(?=[0-9])"


def _normalise(addresses: pa.Array) -> pa.Array:
    marked = _mark_abbreviations(_separate(fold(addresses)))
    plain = collapse_spaces(replace(marked, r"[., ]+", " "))
    tidy = until_stable(replace_words(plain, _rules().words), _drop_and_unify)
    filler = pc.is_in(tidy, value_set=_rules().placeholders)
    return empty_to_null(pc.if_else(filler, "", tidy))


def _separate(folded: pa.Array) -> pa.Array:
    """Letters, digits, dots, commas, single spaces; `/` and `-` in house numbers alone (12/3a, 12-14)."""
    parts = replace(replace(folded, r"\s+", " "), r"[^\p{L}\p{N}., /-]+", ",")
    for _ in range(2):  # neighbours share a digit: 1/2/3 needs two passes
        parts = replace(parts, r"([0-9][a-z]?) ?/ ?([0-9]|[a-z]\b)", rf"\1{SLASH}\2")
        parts = replace(parts, r"([0-9][a-z]?) ?- ?([0-9])", rf"\1{HYPHEN}\2")
    parts = replace(parts, r"[/-]+", ",")
    return pc.replace_substring(pc.replace_substring(parts, SLASH, "/"), HYPHEN, "-")


def _mark_abbreviations(addresses: pa.Array) -> pa.Array:
    """Mark what only dots and commas tell (`p.5`, `, q ba dinh`), before both are lost."""
    rules = _rules()
    marked = replace(addresses, rules.rooms, rf"\1 {rules.room} \2")
    marked = replace(marked, rules.numbered, rf"\1 \2{NUMBERED} \3")
    marked = replace(marked, rules.dotted, rf"\1 \2{DOTTED} ")
    return replace(marked, rules.after_comma, rf"\1 \2{DOTTED} \3")


def _drop_and_unify(addresses: pa.Array) -> pa.Array:
    rules = _rules()
    words = where(addresses, rules.any_phrase, rules.phrases)
    words = where(words, rules.any_bared, rules.bared)
    words = replace(words, r"\b(phuong|quan) 0+([1-9])", r"\1 \2")
    words = replace(words, rules.before_numbers, r"\1\2")
    words = replace(words, rules.before_names, r"\1")
    words = where(words, rules.any_end, rules.at_end)
    return collapse_spaces(words)


class _Rules:
    """The lexicon as patterns."""

    def __init__(self) -> None:
        lexicon = load_lexicon("addresses")
        self.room = lexicon["room"]
        shortened = lexicon["abbreviations"]
        numbered, dotted = lexicon["numbered"], shortened["dotted"]
        self.rooms = rf"(^|[ ,.]){any_of(numbered)}[ ,.]*([0-9]{{3,}})\b"
        self.numbered = rf"(^|[ ,.])({any_of(numbered)})[ ,.]*([0-9]{{1,2}})\b"
        self.dotted = rf"(^|[ ,.])({any_of(dotted)}) ?\. ?"
        self.after_comma = rf"(,) ?({any_of(dotted)}) (\p{{L}})"
        self.words = {
            **shortened["plain"],
            **{short + DOTTED: word for short, word in dotted.items()},
            **{short + NUMBERED: word for short, word in numbered.items()},
        }
        # What stood between (p. số 5) is gone: an abbreviation before a number is what it always is there.
        self.any_bared = rf"(^| ){any_of(numbered)} [0-9]"
        self.bared = [(rf"(^| ){any_of(numbered)} ([0-9]{{3,}})\b", rf"\1{self.room} \2")]
        self.bared += [
            (rf"(^| ){short} ([0-9]{{1,2}})\b", rf"\1{word} \2") for short, word in numbered.items()
        ]
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
