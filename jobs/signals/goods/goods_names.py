"""What a declaration calls its goods: the description without brand, model, state and papers."""

import re

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon

_CODE = r"[a-z]{1,4}-?[0-9]{3}[a-z0-9-]*"
_LONGEST = 8  # words; names are short, and what follows them varies


def goods_name(text: Column, brand: Column) -> Column:
    """The name of the goods at the head of a normalised description; null where nothing is left.

    Lexicon `goods_names`: what stands before the first word that begins their brand, model or state, before
    the declared `brand`, and before a code of letters and digits (`hd9158`).
    """
    words = load_lexicon("goods_names")
    ends = rf"({_alternatives(words['name_ends_at'])})(?![a-z0-9])"
    codes = rf"({_alternatives(words['before_codes'])})[ :.-]+[a-z-]*[0-9]"
    fillers = _alternatives(words["fillers"])
    head = F.regexp_replace(_before(text, brand), rf"(^|[ ,;.:/(-]+)({ends}|{codes}|{_CODE}).*$", "")
    spaced = F.trim(F.regexp_replace(head, r"[^a-z0-9]+", " "))
    bare = F.regexp_replace(spaced, rf"^(({fillers})( |$))+", "")
    return F.when(bare != "", F.array_join(F.slice(F.split(bare, " "), 1, _LONGEST), " "))


def _before(text: Column, word: Column) -> Column:
    """The text before a word of it; all of it where it has no such word, or nothing else before."""
    spaced = F.concat(F.regexp_replace(text, r"[^a-z0-9%.+/-]+", " "), F.lit(" "))
    apart = F.concat(F.lit(" "), F.lower(F.trim(word)), F.lit(" "))
    return F.coalesce(F.trim(F.call_function("substring_index", spaced, apart, F.lit(1))), text)


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
