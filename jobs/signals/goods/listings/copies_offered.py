"""Shops whose own listings call the goods copies, or write the brand so that a search does not find it.

Platforms and brands search for names: who sells fakes masks letters (N*ke, D.i.o.r, p0lo) and uses the words
by which buyers of copies search. One such word stands in many an honest title; a catalogue of them does not.
Source: OECD/EUIPO, Misuse of e-commerce for trade in counterfeits, 2021 (disguised brands, sellers who say
that the goods are replicas); Decree 98/2020/NĐ-CP, Art. 9-13.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true
from jobs.signals.goods.listings.listed_goods import listing_sales, listing_text, says
from jobs.signals.goods.senders import sender_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.operators import operators_of
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="copies_offered",
    subject="seller",
    reads={
        "listings": "silver.listings",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)
# A word with something other than letters inside: a sign or a digit where a letter should be.
_MASKED = r"(?<![\p{L}\p{N}*.@_$])\p{L}+[*.@_$0-9][\p{L}*.@_$0-9]*\p{L}(?![\p{L}\p{N}*@_$])"


def transform(
    *,
    listings: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """One row a hand. Value: log2 of one more than its listings that call the goods copies or mask a brand,
    times the root of their share of all that it lists."""
    listed = in_window(listings, as_of, parameters["lookback_days"]).join(
        operators_of(operators, "seller", "seller_key", "hand"), "seller_key", "left"
    )
    masked = _masked_brands(listed, parameters)
    words = load_lexicon("counterfeited_brands")
    called = says(listing_text(), words["offered_as_copies"])
    titled = says(F.col("title_norm"), words["titled_as_copies"])
    marked = listed.join(masked, "record_key", "left").select(
        F.coalesce("hand", "seller_key").alias("hand"),
        (called | titled | is_true(F.col("masked"))).alias("copy"),
        listing_sales().alias("sold_vnd"),
        record("listings", F.col("record_key")).alias("record"),
        F.array(member("seller", F.col("seller_key"), "shop")).alias("names"),
    )
    found = against_peers(_measure(marked, parameters), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _masked_brands(listed: DataFrame, parameters: Parameters) -> DataFrame:
    """record_key, masked: listings whose title masks a brand, which several sellers name in its column or
    seizures name; a sign stands for one letter or none, a star for any number of them."""
    words = F.explode(F.regexp_extract_all(F.lower("title"), F.lit(_MASKED), F.lit(0))).alias("word")
    known = load_lexicon("counterfeited_brands")
    open_words = [*known["written_with_signs"], *known["measured_with_signs"]]
    shown = listed.select("record_key", words).where(~F.col("word").isin(open_words))
    signs = F.regexp_replace("word", r"[^\p{L}*]", ".?")
    gaps = F.concat(F.lit("^"), F.regexp_replace(signs, r"\*", ".*"), F.lit("$"))
    masks = shown.select("word", gaps.alias("gaps"), F.length(_letters(F.col("word"))).alias("letters"))
    # Of a name that is masked most of the letters stand; only a star is never part of a name.
    share = float(parameters["letters_share"])
    starred = F.contains("word", F.lit("*"))

    def hides(name: Column) -> Column:
        return F.rlike(name, F.col("gaps")) & (starred | (F.col("letters") >= F.length(name) * share))

    disguised = (
        masks.distinct()
        .crossJoin(F.broadcast(_brands(listed, parameters)))
        .where(F.exists("brands", hides))
        .select("word")
    )
    return shown.join(disguised, "word").select("record_key", F.lit(True).alias("masked")).distinct()


def _brands(listed: DataFrame, parameters: Parameters) -> DataFrame:
    """One row, `brands`: the letters of all brands that are known."""
    groups = load_lexicon("counterfeited_brands")["brands"].values()
    seized = sorted({str(name).replace(" ", "") for group in groups for name in group})
    least = int(parameters["brand_letters_least"])
    return (
        listed.where(F.col("brand").isNotNull() & F.col("seller_key").isNotNull())
        .groupBy(_letters(F.lower("brand")).alias("name"))
        .agg(F.count_distinct("seller_key").alias("sellers"))
        .where(F.col("sellers") >= int(parameters["brand_sellers_least"]))
        .agg(F.array_union(F.collect_set("name"), F.array(*map(F.lit, seized))).alias("names"))
        .select(F.filter("names", lambda name: F.length(name) >= least).alias("brands"))
    )


def _letters(text: Column) -> Column:
    return F.regexp_replace(text, r"[^\p{L}]", "")


def _measure(marked: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand; 0 below `listings_least` such listings: a stray word tells nothing."""
    hands = marked.groupBy("hand").agg(
        F.count(F.lit(1)).alias("listings"),
        F.count_if("copy").alias("support"),
        F.coalesce(F.sum(F.when(F.col("copy"), F.col("sold_vnd"))), F.lit(0)).alias("value_vnd"),
        F.collect_list(F.when(F.col("copy"), F.col("record"))).alias("evidence"),
        F.collect_list(F.when(F.col("copy"), F.col("names"))).alias("names"),
    )
    several = F.col("support") >= int(parameters["listings_least"])
    value = F.log2(1 + F.col("support")) * F.sqrt(F.col("support") / F.col("listings"))
    return hands.select(
        "hand",
        F.lit("sellers with listings").alias("peer_group"),
        F.when(several, F.round(value, 6)).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("few_units", F.col("value_vnd") <= int(parameters["few_units_vnd"])),
        ).alias("explanations"),
        "evidence",
        "names",
    )
