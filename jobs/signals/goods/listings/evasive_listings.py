"""Shops that offer what may not be sold, or that hide in their listings what it is.

Source: Government Office dispatch 3986/VPCP-V.I (2022), task 1 (prohibited goods offered on networks and
platforms); the laws that prohibit them stand in the lexicon, with their dates.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.contacts import contact_of
from jobs.link.everyday_payments import is_true
from jobs.signals.goods.listings.listed_goods import any_of, listing_sales, listing_text, pharmacies, says
from jobs.signals.goods.senders import sender_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.operators import operators_of
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="evasive_listings",
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
    """One row a hand. Value: log2 of one more than its listings that name prohibited goods or hide what is
    offered, times the root of their share of all that it lists. Other listings are cheap to have: the
    floor is low. A listing counts by what tells the most in it, and what many hands say tells the less of
    each (`alike_hands`, `alike_share`). The account into which such a shop is paid belongs to whoever offers
    the goods."""
    listed = in_window(listings, as_of, parameters["lookback_days"]).join(
        operators_of(operators, "seller", "seller_key", "hand"), "seller_key", "left"
    )
    paid_into = sellers.groupBy("seller_key").agg(
        F.min("settlement_account_id").alias("settlement_account_id")
    )
    text, words = listing_text(), load_lexicon("evasive_listings")
    reached = contact_of(listings).select("record_key", "contact")
    shops = paid_into.join(pharmacies(sellers), "seller_key", "left")
    told = listed.join(shops, "seller_key", "left").join(reached, "record_key", "left")
    marked = told.select(
        F.coalesce("hand", "seller_key").alias("hand"),
        "contact",
        _said(text, prohibited_words(as_of)).alias("prohibited"),
        _said(text, words["evasive"]).alias("evasive"),
        _priced_elsewhere(parameters).alias("token"),
        says(text, words["intimate"]).alias("intimate"),
        (is_true(F.col("pharmacy")) & says(text, _of_pharmacies())).alias("by_pharmacy"),
        listing_sales().alias("sold_vnd"),
        record("listings", F.col("record_key")).alias("record"),
        _names().alias("names"),
    )
    weighed = _with_weight(_behind_one_number(marked), parameters)
    found = against_peers(_measure(weighed), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _behind_one_number(marked: DataFrame) -> DataFrame:
    """Hands whose evasive listings send the customer to one number are one hand, that of the first of them.

    A number alone ties nobody: resellers name their distributor's.
    """
    hit = (F.size("prohibited") > 0) | (F.size("evasive") > 0) | F.col("token")
    of_number = F.when(hit & F.col("contact").isNotNull(), F.col("contact"))
    # A listing that leads nowhere is a partition of its own: most do not.
    number = Window.partitionBy(F.coalesce(of_number, F.col("record.key")))
    first = F.when(of_number.isNotNull(), F.min("hand").over(number))
    joined = marked.withColumn("first", first)
    return joined.withColumn("hand", F.coalesce(F.min("first").over(Window.partitionBy("hand")), "hand"))


def _priced_elsewhere(parameters: Parameters) -> Column:
    """Listings with a number and a price for which the shop sells nothing: the true one is told there."""
    price, shop = F.col("price_vnd"), Window.partitionBy(F.coalesce("seller_key", "record_key"))
    ordinary = F.median("price_vnd").over(shop)
    token = (price <= int(parameters["token_most_vnd"])) & (
        price <= ordinary * float(parameters["token_share"])
    )
    return F.col("contact").isNotNull() & is_true(token)


def _names() -> Column:
    """The shop and, where it is known, the account into which it is paid.

    Who gives a number to order at is paid elsewhere than where the platform pays.
    """
    account = F.col("settlement_account_id")
    paid_into = F.when(
        account.isNotNull() & F.col("contact").isNull(), member("account", account, "collector")
    )
    return F.filter(
        F.array(member("seller", F.col("seller_key"), "shop"), paid_into), lambda name: name.isNotNull()
    )


def prohibited_words(as_of: date) -> list[str]:
    """Names of goods that the law of the day prohibits to sell."""
    kinds = load_lexicon("evasive_listings")["prohibited"]
    return [word for kind in kinds if kind["valid_from"] <= as_of for word in kind["words"]]


def _of_pharmacies() -> list[str]:
    """Names of goods that a pharmacy may sell, though not to everybody who asks online."""
    kinds = load_lexicon("evasive_listings")["prohibited"]
    return [word for kind in kinds if kind.get("sold_by") == "pharmacies" for word in kind["words"]]


def _said(text: Column, words: list[str]) -> Column:
    """Those of `words` that stand in `text`; an array."""
    return F.array_distinct(F.regexp_extract_all(text, F.lit(any_of(words))))


def _with_weight(marked: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `weight` (0 to 1): 1 where few hands say the rarest of its words, or its price is a token."""
    few = F.greatest(
        F.lit(float(parameters["alike_hands"])),
        F.lit(float(parameters["alike_share"])) * F.count_distinct("hand"),
    )
    hands = marked.agg(few.alias("few"))
    word = F.explode(F.array_union("prohibited", "evasive")).alias("word")
    said = marked.select("record", "hand", word)
    told = (
        said.groupBy("word")
        .agg(F.count_distinct("hand").alias("hands"))
        .crossJoin(hands)
        .select("word", F.least(F.lit(1.0), F.col("few") / F.col("hands")).alias("told"))
    )
    weights = said.join(told, "word").groupBy("record").agg(F.max("told").alias("told"))
    weight = F.when(F.col("token"), F.lit(1.0)).otherwise(F.coalesce("told", F.lit(0.0)))
    return marked.join(weights, "record", "left").withColumn("weight", weight)


def _measure(marked: DataFrame) -> DataFrame:
    hit = F.col("weight") > 0
    hidden = hit & F.col("intimate") & (F.size("prohibited") == 0)
    openly = hit & F.col("by_pharmacy") & (F.size("evasive") == 0)
    hands = marked.groupBy("hand").agg(
        F.count(F.lit(1)).alias("listings"),
        F.sum("weight").alias("weight"),
        F.count_if(hit).alias("support"),
        F.count_if(hidden).alias("intimate"),
        F.count_if(openly).alias("by_pharmacy"),
        F.coalesce(F.sum(F.when(hit, F.col("sold_vnd"))), F.lit(0)).alias("value_vnd"),
        F.collect_list(F.when(hit, F.col("record"))).alias("evidence"),
        F.collect_list(F.when(hit, F.col("names"))).alias("names"),
    )
    share = F.col("weight") / F.col("listings")

    def half(of_kind: str) -> Column:
        return (F.col("support") > 0) & (F.col(of_kind) * 2 >= F.col("support"))

    return hands.select(
        "hand",
        F.lit("sellers with listings").alias("peer_group"),
        F.round(F.log2(1 + F.col("weight")) * F.sqrt(share), 6).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("intimate_goods", half("intimate")),
            explanation("pharmacy", half("by_pharmacy")),
        ).alias("explanations"),
        "evidence",
        "names",
    )
