"""Descriptions that hide what is inside: no goods, brand, size or type, only words that fit anything."""

import re

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon


def telling_words(text: Column) -> Column:
    """The words of a normalised description but for those that say nothing of the goods (`filler_words`:
    new, 100%, origin), single spaces between them; empty where nothing is left."""
    kept, fillers = _alternatives("generic_words"), _alternatives("filler_words")
    words = F.regexp_replace(text, r"[^a-z0-9%]+", " ")
    # "kien" is a package, and half of "phu kien" (accessories).
    bare = F.regexp_replace(words, rf"(?<![a-z0-9])(?:({kept})|{fillers})(?![a-z0-9%])", "$1 ")
    return F.trim(F.regexp_replace(bare, r"[ %]+", " "))


def is_generic(words: Column) -> Column:
    """Whether `telling_words` are all generic (`generic_words`). Null where there is no description."""
    generic = _alternatives("generic_words")
    return words.rlike(rf"^(({generic})( |$))*$")


def says_more(words: Column) -> Column:
    """Whether a description names make, size or type (lexicon: `telling_words`), or a number or code."""
    return words.rlike(rf"[0-9]|(?<![a-z0-9])({_alternatives('telling_words')})(?![a-z0-9])")


def _alternatives(key: str) -> str:
    words = load_lexicon("generic_descriptions")[key]
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
