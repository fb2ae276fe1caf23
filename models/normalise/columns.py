"""What all normalisers share: work on distinct strings, folding of case and marks, repetition until stable.

Every public function takes a `pa.Array` or `pa.ChunkedArray` of strings and returns a `pa.Array` of the same
length. Null stays null, nothing raises on content, and what holds no content becomes null.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Strings: TypeAlias = pa.Array | pa.ChunkedArray

# Replacing can bring forth another match (a word drops out between two others); a few passes settle it.
MAX_PASSES = 32


def as_strings(values: Strings) -> pa.Array:
    """One contiguous string array of the same length; an all-null array of another type becomes strings."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array if array.type == pa.string() else array.cast(pa.string())


def by_distinct(values: Strings, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply `function` to the distinct values alone and spread its answers; it never sees a null."""
    encoded = as_strings(values).dictionary_encode()
    return function(encoded.dictionary).take(encoded.indices)


def replace(values: pa.Array, pattern: str, replacement: str) -> pa.Array:
    """RE2 replacement of every match; groups are written `\\1`."""
    return pc.replace_substring_regex(values, pattern=pattern, replacement=replacement)


def where(values: pa.Array, pattern: str, rules: Iterable[tuple[str, str]]) -> pa.Array:
    """Replace by every rule in turn, in those values alone that match `pattern` (rules that seldom apply)."""
    concerned = pc.match_substring_regex(values, pattern=pattern)
    if not pc.any(concerned).as_py():
        return values
    replaced = values.filter(concerned)
    for written, kept in rules:
        replaced = replace(replaced, written, kept)
    return pc.replace_with_mask(values, concerned, replaced)


def until_stable(values: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply `function` again to what it still changes, so that the answer is its own answer."""
    current = function(values)
    again = function(current)
    for _ in range(MAX_PASSES):
        changed = pc.fill_null(pc.not_equal(again, current), False)
        if not pc.any(changed).as_py():
            break
        current = again
        again = pc.replace_with_mask(current, changed, function(current.filter(changed)))
    return current


def replace_words(values: pa.Array, answers: Mapping[str, str]) -> pa.Array:
    """Whole words (between single spaces) that `answers` knows, replaced in one look-up."""
    words = pc.split_pattern(values, pattern=" ")
    flat = words.flatten()
    replaced = pc.coalesce(look_up(flat, answers), flat)
    return pc.binary_join(pa.ListArray.from_arrays(words.offsets, replaced), " ")


def empty_to_null(values: pa.Array) -> pa.Array:
    """Strings without a character carry nothing: null."""
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


def fold(values: pa.Array) -> pa.Array:
    """Small letters without marks, so that hòa, hoà and HOA agree; đ becomes d, invisible characters go."""
    folded = pc.utf8_lower(pc.utf8_normalize(values, form="NFKD"))
    folded = replace(pc.utf8_normalize(folded, form="NFKD"), r"[\p{M}\p{Cf}]+", "")
    folded = pc.replace_substring(folded, pattern="đ", replacement="d")
    return pc.utf8_normalize(folded, form="NFC")


def collapse_spaces(values: pa.Array) -> pa.Array:
    """Single spaces, none at the ends."""
    return pc.utf8_trim(replace(values, r"[\s\p{Z}\p{Cc}]+", " "), characters=" ")


def keep_letters_and_digits(values: pa.Array) -> pa.Array:
    """Everything but letters and digits becomes a single space."""
    return pc.utf8_trim(replace(values, r"[^\p{L}\p{N}]+", " "), characters=" ")


def any_of(words: Iterable[str]) -> str:
    """A regular expression group for the words, longest first, so that no word hides a longer one."""
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


def look_up(keys: pa.Array, answers: Mapping[str, str]) -> pa.Array:
    """The answer for each key, null where there is none."""
    known = pa.array(list(answers), pa.string())
    return pa.array(list(answers.values()), pa.string()).take(pc.index_in(keys, value_set=known))
