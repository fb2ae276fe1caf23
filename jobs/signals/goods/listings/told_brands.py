"""The brand that a listing's title tells where its brand column is empty."""

from collections.abc import Callable, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters

_WORDS_OF_A_BRAND = (1, 2, 3)


def with_told_brand(listings: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `brand_name`: the brand column, else the one brand that the title names.

    A brand is known in a category where `brand_sellers_least` sellers give it in its own column. A title that
    names two, or one after a word of likeness ("for", "in the manner of": `likeness_words`), names none. Who
    sells fakes leaves the column empty, where platforms and brands search first.
    """
    brand, category = F.lower(F.trim("brand")), F.lower(F.coalesce("category", F.lit("?")))
    known = (
        listings.where(brand.isNotNull() & F.col("seller_key").isNotNull())
        .groupBy(category.alias("category"), _words(brand).alias("said"))
        .agg(F.min(brand).alias("told"), F.count_distinct("seller_key").alias("sellers"))
        .where(F.col("sellers") >= int(parameters["brand_sellers_least"]))
        .where(F.length("said") >= int(parameters["brand_letters_least"]))
        .select("category", "said", "told")
    )
    words = F.split(_words(F.lower(F.col("title"))), " ")
    told = (
        listings.where(brand.isNull())
        .select("record_key", category.alias("category"), words.alias("words"))
        .select("record_key", "category", F.explode(_phrases(F.col("words"), parameters)).alias("said"))
        .join(F.broadcast(known), ["category", "said"])
        .groupBy("record_key")
        .agg(F.min("told").alias("told"), F.count_distinct("told").alias("brands"))
        .where(F.col("brands") == 1)
        .select("record_key", "told")
    )
    return (
        listings.join(told, "record_key", "left")
        .withColumn("brand_name", F.coalesce(brand, F.col("told")))
        .drop("told")
    )


def _words(text: Column) -> Column:
    return F.trim(F.regexp_replace(text, r"[^\p{L}\p{N}]+", " "))


def phrases(
    words: Column, lengths: Sequence[int], begins: Callable[[Column], Column] | None = None
) -> Column:
    """All phrases of so many words, as an array: of the places (from 1) that `begins` leaves, where given."""

    def of(length: int) -> Column:
        places = F.sequence(F.lit(1), F.size(words) - length + 1)
        free = places if begins is None else F.filter(places, begins)
        found = F.transform(free, lambda at: F.array_join(F.slice(words, at, length), " "))
        return F.when(F.size(words) >= length, found).otherwise(F.array().cast("array<string>"))

    return F.concat(*[of(length) for length in lengths])


def _phrases(words: Column, parameters: Parameters) -> Column:
    """All phrases of a title that may be a brand: none that follows a word of likeness."""
    likeness = F.split(F.lit(str(parameters["likeness_words"])), ",\\s*")
    return phrases(
        words,
        _WORDS_OF_A_BRAND,
        lambda at: (at == 1) | ~F.array_contains(likeness, F.get(words, at - 2)),
    )
