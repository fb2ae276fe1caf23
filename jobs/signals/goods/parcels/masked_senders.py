"""Many sender phones without a shop, and one private account takes the cash of their parcels.

Who sells away from the platforms and does not want to be known writes ever other senders on the waybills;
the money has to arrive at one place all the same. Families and receptions share an account as well, and many
send from one warehouse: two phones are no mask, nor are phones that send different goods from different
places, unless they take turns over the same accounts: who sends for himself has one, and shares it with few.
Who sends once borrowed the account. Farmers of one cooperative send their produce for one account, too.
Source: derived here; Decree 52/2013/NĐ-CP on e-commerce, amended by Decree 85/2021/NĐ-CP (who sells is to be
known to the buyer).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.everyday_payments import is_true
from jobs.signals.goods.generic_descriptions import is_generic, telling_words
from jobs.signals.goods.parcels.farm_produce import is_farm_produce
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="masked_senders",
    subject="account",
    reads={
        "parcels": "flows.parcels",
        "accounts": "links.accounts",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    parcels: DataFrame,
    accounts: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of the phones whose cash one private account takes, times how alike they send: the share of
    their parcels with goods that half of them send, from a place that two of them use, or of phones that take
    turns over the account and others, whichever is most.

    One row an account; `value_vnd` is the cash on delivery of its parcels.
    """
    sent = kept(_with_turns(_sent(parcels, accounts, identifiers, as_of, parameters), parameters))
    rows = reported(_measure(sent, parameters), parameters)
    shown = sent.join(subjects_of(rows), "subject_id", "left_semi")
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(shown, "phone", "sender_phone_e164", "phone"),
    ]
    evidence = [record_rows(shown, "shipments", "record_key")]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _sent(
    parcels: DataFrame, accounts: DataFrame, identifiers: DataFrame, as_of: date, parameters: Parameters
) -> DataFrame:
    """Parcels of no shop whose cash goes to an account of a private or unknown holder, by that account.

    `goods`: null where the wording fits anything. `place`: null where it is a warehouse. Both are null for a
    household business, whose people send its goods from its place: there only turns over several accounts
    tell.
    """
    declared = is_true(F.col("holder_type") == "household_business")
    private = F.col("holder_type").isNull() | (F.col("holder_type") == "individual") | declared
    collecting = accounts.where(~is_true(F.col("hub")) & private).select(
        F.col("account_id").alias("subject_id"), declared.alias("declared")
    )
    counters = identifiers.where(F.col("hub") & (F.col("kind") == "phone"))
    warehouse = is_true(F.col("sender_address_norm").rlike(tie_rules().address_classes.warehouse))
    return (
        in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
        .where(F.col("seller_key").isNull() & F.col("sender_phone_e164").isNotNull())
        .withColumnRenamed("cod_account_id", "subject_id")
        .join(collecting, "subject_id")
        .join(counters.select(F.col("id").alias("sender_phone_e164")), "sender_phone_e164", "left_anti")
        .select(
            "subject_id",
            "record_key",
            "sender_phone_e164",
            "sender_address_norm",
            F.when(
                ~F.col("declared") & ~is_generic(telling_words(F.col("goods_norm"))), F.col("goods_norm")
            ).alias("goods"),
            F.when(~F.col("declared") & ~warehouse, F.col("sender_address_norm")).alias("place"),
            warehouse.alias("warehouse"),
            is_farm_produce(F.col("goods_norm")).alias("farmed"),
            F.coalesce("cod_amount_vnd", F.lit(0)).alias("cod_amount_vnd"),
        )
    )


def _with_turns(sent: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `in_turn`: the parcel's phone shares this account, and others, with several other phones.

    Of a phone only accounts count that take the cash of several of its parcels.
    """
    uses = ["subject_id", "sender_phone_e164"]
    used = sent.groupBy(*uses).count().where(F.col("count") >= int(parameters["turn_parcels_least"]))
    shares = (
        used.alias("one")
        .join(used.alias("other"), "subject_id")
        .where(F.col("one.sender_phone_e164") != F.col("other.sender_phone_e164"))
        .groupBy("one.sender_phone_e164", F.col("other.sender_phone_e164").alias("other"))
        .agg(F.collect_list("subject_id").alias("shared"))
        .where(F.size("shared") >= int(parameters["turn_accounts_least"]))
    )
    turns = (
        shares.groupBy("sender_phone_e164")
        .agg(F.count(F.lit(1)).alias("others"), F.flatten(F.collect_list("shared")).alias("shared"))
        .where(F.col("others") >= int(parameters["turn_others_least"]))
        .select("sender_phone_e164", F.explode(F.array_distinct("shared")).alias("subject_id"))
        .withColumn("turn", F.lit(True))
    )
    return sent.join(turns, uses, "left").withColumn("in_turn", is_true(F.col("turn"))).drop("turn")


def _measure(sent: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that takes the cash of parcels without a shop."""
    several = int(parameters["shared_phones_least"])
    most = F.greatest(F.lit(several), F.col("phones") * float(parameters["goods_phones_share"]))
    by_phone = (
        sent.withColumn("phones", _distinct("sender_phone_e164"))
        .withColumn("phones_of_goods", _phones_of("goods"))
        .withColumn("phones_of_place", _phones_of("place"))
        .withColumn("addresses", _distinct("sender_address_norm"))
        .groupBy("subject_id", "sender_phone_e164")
        .agg(
            F.count(F.lit(1)).alias("parcels"),
            F.count_if(F.col("phones_of_goods") >= most).alias("one_goods"),
            F.count_if(F.col("phones_of_place") >= several).alias("one_place"),
            F.count_if("in_turn").alias("in_turn"),
            F.max("phones_of_place").alias("phones_of_place"),
            F.max("addresses").alias("addresses"),
            F.count_if("warehouse").alias("stored"),
            F.count_if("farmed").alias("farmed"),
            F.sum("cod_amount_vnd").alias("value_vnd"),
        )
        .where(F.col("parcels") >= int(parameters["parcels_each_least"]))
    )
    collected = by_phone.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("phones"),
        F.sum("parcels").alias("support"),
        (F.greatest(*map(F.sum, ("one_goods", "one_place", "in_turn"))) / F.sum("parcels")).alias("alike"),
        F.max("phones_of_place").alias("phones_of_place"),
        F.max("addresses").alias("addresses"),
        F.sum("stored").alias("stored"),
        F.sum("farmed").alias("farmed"),
        F.sum("value_vnd").alias("value_vnd"),
    )
    counts = (F.col("phones") >= int(parameters["phones_least"])) & (
        F.col("alike") >= float(parameters["alike_least"])
    )
    at_one_place = (F.col("addresses") == 1) & (F.col("phones_of_place") == F.col("phones"))
    return collected.select(
        "subject_id",
        F.lit("private accounts that collect for senders without a shop").alias("peer_group"),
        F.when(counts, F.log2("phones") * F.col("alike")).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("warehouse", F.col("stored") * 2 > F.col("support")),
            explanation("farm_produce", F.col("farmed") * 2 > F.col("support")),
            explanation(
                "reception_or_family", at_one_place & (F.col("phones") < int(parameters["family_phones"]))
            ),
        ).alias("explanations"),
    )


def _phones_of(column: str) -> Column:
    """How many of the account's phones send what the row names in `column`; null where it names nothing."""
    return F.when(F.col(column).isNotNull(), _distinct("sender_phone_e164", column))


def _distinct(column: str, *of: str) -> Column:
    """How many of `column` an account has, in all or with one value of `of`."""
    return F.size(F.collect_set(column).over(Window.partitionBy("subject_id", *of)))
