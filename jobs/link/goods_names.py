"""What a declaration calls its goods: the description without brand, model, state and papers."""

import re

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon

_CODE = r"[a-z]{1,4}-?[0-9]{3}[a-z0-9-]*"
# A normalised text has lost its hyphens: `hd-58` reads `hd 58`. Two letters without a vowel are no word of
# Vietnamese; after a number they are a unit.
_SPACED_CODE = r"[bcdfghjklmnpqrstvwxz]{1,2} [0-9]{2,4}(?![a-z0-9%.])"
_LONGEST = 8  # words; names are short, and what follows them varies


def goods_name(text: Column, brand: Column) -> Column:
    """The name of the goods at the head of a normalised description; null where nothing is left.

    Lexicon `goods_names`: what stands before the first word that begins their brand, model or state, before
    the declared `brand`, and before a code of letters and digits (`hd9158`, `hd 58`), or one of any letters
    at its end (`pro 965`) that is no measure (`before_numbers`).
    """
    words = load_lexicon("goods_names")
    ends = rf"({_alternatives(words['name_ends_at'])})(?![a-z0-9])"
    codes = rf"({_alternatives(words['before_codes'])})[ :.-]+([a-z]{{1,2}} )?[a-z-]*[0-9]"
    fillers = _alternatives(words["fillers"])
    no_measure = rf"(?!({_alternatives(words['before_numbers'])}) )"
    inside = rf"(?<![0-9]) +{no_measure}{_SPACED_CODE}"
    head = F.regexp_replace(
        _before(text, brand), rf"((^|[ ,;.:/(-]+)({ends}|{codes}|{_CODE})|{inside}).*$", ""
    )
    spaced = F.trim(F.regexp_replace(head, r"[^a-z0-9]+", " "))
    last = rf"(?<![0-9]) ((model )?{no_measure}[a-z]{{1,3}} [0-9]{{2,4}}|model)$"
    uncoded = F.regexp_replace(spaced, last, "")
    bare = F.regexp_replace(uncoded, rf"^(({fillers})( |$))+", "")
    return F.when(bare != "", F.array_join(F.slice(F.split(bare, " "), 1, _LONGEST), " "))


def _before(text: Column, word: Column) -> Column:
    """The text before a word of it; all of it where it has no such word, or nothing else before."""
    spaced = F.concat(F.regexp_replace(text, r"[^a-z0-9%.+/-]+", " "), F.lit(" "))
    apart = F.concat(F.lit(" "), F.lower(F.trim(word)), F.lit(" "))
    return F.coalesce(F.trim(F.call_function("substring_index", spaced, apart, F.lit(1))), text)


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
