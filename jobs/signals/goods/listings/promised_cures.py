"""Articles that shops advertise as cures though they are no medicine, and the shops that offer them.

Food may not be advertised as if it cured, nor may anybody promise the money back to who is not cured. Rings
that fill capsules of their own sell one invented name over shops of several owners, each with the same
promise; what they contain nobody knows. Where one shop promises, the others that offer the article share it.
Source: Decree 15/2018/NĐ-CP, Art. 27; Law 16/2012/QH13, Art. 7-8; Decree 38/2021/NĐ-CP, Art. 52.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true
from jobs.signals.goods.listings.listed_goods import any_of, listing_sales, listing_text, pharmacies, says
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.senders import sender_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.operators import operators_of
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="promised_cures",
    subject="seller",
    reads={
        "listings": "silver.listings",
        "sellers": "silver.sellers",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    listings: DataFrame,
    sellers: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """One row an article. Value: log2 of one more than the listings that promise a cure, times the root of
    their share of the article's listings, and log2 of the hands that offer it."""
    listed = (
        in_window(listings, as_of, parameters["lookback_days"])
        .where(F.col("seller_key").isNotNull() & F.col("title_norm").isNotNull())
        .join(operators_of(operators, "seller", "seller_key", "operator"), "seller_key", "left")
        .join(pharmacies(sellers), "seller_key", "left")
        .select(
            F.coalesce("operator", "seller_key").alias("offered_by"),
            F.trim("title_norm").alias("title"),
            says(listing_text(), load_lexicon("health_claims")["cures"]).alias("cure"),
            is_true(F.col("pharmacy")).alias("pharmacy"),
            positive(F.col("price_vnd")).alias("price_vnd"),
            listing_sales().alias("sold_vnd"),
            record("listings", F.col("record_key")).alias("record"),
            F.array(member("seller", F.col("seller_key"), "shop")).alias("names"),
        )
    )
    found = against_peers(_measure(_offers(listed, parameters), parameters), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _offers(listed: DataFrame, parameters: Parameters) -> DataFrame:
    """The listings of each article (`hand`) that one of them promises to be a cure.

    A title begins with its article, up to a promise or to what is said of any goods. What many hands offer by
    one name is no article: its promises count for the hand that makes them. Who asks another price than those
    who promise sells something else by that name, such as the brand's own goods.
    """
    words = load_lexicon("health_claims")
    ends = any_of([*words["cures"], *words["name_ends"]])
    named = listed.where("cure").select(F.trim(F.split("title", ends, 2)[0]).alias("article")).distinct()
    articles = named.where(F.length("article") >= int(parameters["name_letters_least"]))
    begins = F.startswith(F.concat("title", F.lit(" ")), F.concat("article", F.lit(" ")))
    # The first words are compared first: an equality, which Spark looks up.
    same = (F.split("title", " ", 2)[0] == F.split("article", " ", 2)[0]) & begins
    offers = listed.join(F.broadcast(articles), same, "left").where(
        F.col("cure") | F.col("article").isNotNull()
    )
    hands = F.size(F.collect_set("offered_by").over(Window.partitionBy("article")))
    own = F.col("article").isNull() | (hands > int(parameters["hands_most"]))
    promised_at, times = F.when(F.col("cure"), F.col("price_vnd")), float(parameters["price_times_most"])
    of_article = Window.partitionBy("article")
    dear = F.col("price_vnd") > F.max(promised_at).over(of_article) * times
    cheap = F.col("price_vnd") * times < F.min(promised_at).over(of_article)
    return (
        offers.withColumns({"own": own, "another": is_true(dear | cheap)})
        .where(F.col("cure") | ~(F.col("own") | F.col("another")))
        .withColumn("hand", F.when(F.col("own"), F.col("offered_by")).otherwise(F.col("article")))
        .dropDuplicates(["hand", "record"])
    )


def _measure(offers: DataFrame, parameters: Parameters) -> DataFrame:
    cure = F.col("cure")
    articles = offers.groupBy("hand").agg(
        F.count(F.lit(1)).alias("support"),
        F.count_if(cure).alias("cures"),
        F.count_if(cure & F.col("pharmacy")).alias("by_pharmacies"),
        F.count_distinct("offered_by").alias("hands"),
        F.sum("sold_vnd").alias("value_vnd"),
        F.collect_list("record").alias("evidence"),
        F.collect_list("names").alias("names"),
    )
    promised = F.log2(1 + F.col("cures")) * F.sqrt(F.col("cures") / F.col("support"))
    return articles.select(
        "hand",
        F.lit("articles that promise a cure").alias("peer_group"),
        F.round(promised + F.log2("hands"), 6).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("pharmacy", F.col("by_pharmacies") * 2 >= F.col("cures")),
            explanation("few_units", F.col("value_vnd") <= int(parameters["few_units_vnd"])),
        ).alias("explanations"),
        "evidence",
        "names",
    )
