"""Whether a description says of the goods what hardly anybody says of goods under that code.

A description has to state what tells the goods from others (Circular 38/2015/TT-BTC, annex II as amended by
39/2018). Who imports a heavier make, a plain grade or a better one states it, because customs compares prices
and weights; who lies about them keeps to the words that everybody uses.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.signals.goods.traders import heading
from jobs.signals.schema import Parameters

SAID_COLUMNS = ("hs_code", "goods_norm", "goods_name", "brand")
_HAND = ""  # stands for the hand itself among its words
_LETTERS = 2  # of a word at least


def with_said(scored: DataFrame, lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `said`: whether a line of `scored` has `own_words` words that few hands use under its code.

    Few: one of the other hands of `lines`, or `words_of_few` of them; there have to be `peer_hands` in all.
    The goods' name, their brand, codes with digits and what states brand or model do not count.
    """
    code = heading(F.col("hs_code"), 8)
    usual = F.broadcast(_usual_words(lines, parameters))
    own = F.array_except(_words(), F.coalesce("usual", F.array().cast("array<string>")))
    said = F.col("usual").isNotNull() & (F.size(own) >= int(parameters["own_words"]))
    return (
        scored.withColumn("words_of", code)
        .join(usual, "words_of", "left")
        .withColumn("said", F.coalesce(said, F.lit(False)))
        .drop("words_of", "usual")
    )


def _usual_words(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """words_of (a code), usual (array): the words that more than a few of its hands use; enough hands."""
    words = F.explode(F.array_union(F.array(F.lit(_HAND)), _words())).alias("word")
    used = (
        lines.where(F.col("hand").isNotNull())
        .select(heading(F.col("hs_code"), 8).alias("words_of"), "hand", words)
        .where(F.col("words_of").isNotNull())
        .groupBy("words_of", "word")
        .agg(F.count_distinct("hand").alias("hands"))
    )
    codes = used.groupBy("words_of").agg(
        F.max(F.when(F.col("word") == _HAND, F.col("hands"))).alias("hands"),
        F.collect_list(F.struct("word", "hands")).alias("each"),
    )
    # One other may say the same, however few there are.
    few = F.greatest((F.col("hands") - 1) * float(parameters["words_of_few"]), F.lit(1.0))
    many = F.filter("each", lambda one: one["hands"] - 1 > few)
    enough = F.col("hands") >= int(parameters["peer_hands"])
    return codes.where(enough).select("words_of", F.sort_array(many["word"]).alias("usual"))


def _words() -> Column:
    """The words of a description beyond the goods' name and brand, in small letters without marks."""
    lexicon = load_lexicon("goods_names")
    stated = {
        word
        for words in ("name_ends_at", "before_codes", "fillers")
        for phrase in lexicon[words]
        for word in phrase.split()
    }
    of_letters = F.filter(
        F.split(F.coalesce("goods_norm", F.lit("")), "[^a-z0-9]+"),
        lambda word: (F.length(word) >= _LETTERS) & ~word.rlike("[0-9]"),
    )
    beside = [
        F.split(F.coalesce("goods_name", F.lit("")), " "),
        F.split(F.coalesce(F.lower("brand"), F.lit("")), "[^a-z0-9]+"),
        F.array(*map(F.lit, sorted(stated))),
    ]
    words = F.array_distinct(of_letters)
    for others in beside:
        words = F.array_except(words, others)
    return words
