"""Produce of farms and waters: a cooperative sends it for its members, and one of them takes the money."""

from pyspark.sql import Column

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true


def is_farm_produce(goods: Column) -> Column:
    """Whether a normalised description names produce (lexicon `farm_produce`); false where there is none."""
    words = "|".join(load_lexicon("farm_produce")["words"])
    return is_true(goods.rlike(rf"\b({words})\b"))
