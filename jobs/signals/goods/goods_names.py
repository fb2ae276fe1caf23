"""What a declaration calls its goods: the description without brand, model, state and papers."""

import re

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon

_LONGEST = 8  # words; names are short, and what follows them varies


def goods_name(text: Column) -> Column:
    """The name of the goods at the head of a normalised description; null where nothing is left.

    Lexicon `goods_names`: what stands before the first word that begins their brand, model or state.
    """
    words = load_lexicon("goods_names")
    ends = rf"({_alternatives(words['name_ends_at'])})(?![a-z0-9])"
    codes = rf"({_alternatives(words['before_codes'])})[ :.-]+[a-z-]*[0-9]"
    fillers = _alternatives(words["fillers"])
    head = F.regexp_replace(text, rf"(^|[ ,;.:/(-]+)({ends}|{codes}).*$", "")
    spaced = F.trim(F.regexp_replace(head, r"[^a-z0-9]+", " "))
    bare = F.regexp_replace(spaced, rf"^(({fillers})( |$))+", "")
    return F.when(bare != "", F.array_join(F.slice(F.split(bare, " "), 1, _LONGEST), " "))


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
