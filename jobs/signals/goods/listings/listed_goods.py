"""What listings say and sell, and which shops are pharmacies."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true


def listing_text() -> Column:
    """Title and description, normalised; never null."""
    return F.concat_ws(" ", "title_norm", "description_norm")


def listing_sales() -> Column:
    """What a listing has sold, at its price; VND, 0 where one of the two is unknown."""
    return F.coalesce("units_sold", F.lit(0)) * F.coalesce("price_vnd", F.lit(0))


def any_of(words: Sequence[str]) -> str:
    """A pattern for one of `words` as whole words: the longest, where one begins another."""
    return rf"\b({'|'.join(sorted(words, key=len, reverse=True))})\b"


def says(text: Column, words: Sequence[str]) -> Column:
    """Whether one of `words` stands in `text`; a text that is null says nothing."""
    return is_true(text.rlike(any_of(words)))


def pharmacies(sellers: DataFrame) -> DataFrame:
    """seller_key, pharmacy: whether a shop goes by the name of a pharmacy or a company of pharmacists."""
    names = F.concat_ws(" ", "shop_name_norm", "owner_name_norm")
    return (
        sellers.where(F.col("seller_key").isNotNull())
        .groupBy("seller_key")
        .agg(F.bool_or(says(names, load_lexicon("health_claims")["pharmacies"])).alias("pharmacy"))
    )
