"""Imports declared for several people under the telephone of a shop, none of whom is its owner.

Who names a consignee that does not exist, or one who lent the name, still wants the goods: the telephone is
the receiver's own. A shop whose family receives there has one other name, seldom two.
Source: Vietnam Customs dispatch 3923/2021 (missing and false consignees, many consignees on one phone).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.firm_names import names_firm
from jobs.signals.goods.traders import in_window, is_one_of
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="people_at_shop_phone",
    subject="phone",
    reads={"customs": "flows.declarations", "sellers": "silver.sellers"},
)


def transform(*, customs: DataFrame, sellers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value = log2(1 + declarations for strangers at the shop's phone), where they bear `names_least` names
    or more; else 0."""
    shops = sellers.where(F.col("phone_e164").isNotNull() & F.col("owner_name_norm").isNotNull())
    named = kept(_named(customs, shops, parameters, as_of))
    rows = reported(_measure(named, parameters), parameters)
    shown = kept(named.where("stranger").join(subjects_of(rows), "subject_id", "left_semi"))
    behind = shops.withColumnRenamed("phone_e164", "subject_id").join(
        subjects_of(rows), "subject_id", "left_semi"
    )
    importing = shown.where(
        ~is_one_of(F.col("regime"), parameters, "express_regimes")
        & (F.col("trader_share") >= float(parameters["trader_share"]))
    )
    members = [
        member_rows(rows, "phone", "subject_id", "consignee"),
        member_rows(behind, "seller", "seller_key", "shop"),
        member_rows(behind, "account", "settlement_account_id", "settlement"),
        member_rows(importing, "company", "trader_key", "trader"),
    ]
    evidence = [
        record_rows(shown, "customs_declarations", "record_key", 1),
        record_rows(behind, "sellers", "record_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _person(name: Column) -> Column:
    """Family and given name in one order: middle names are dropped, and some forms turn the order round."""
    words = F.split(name, " ")
    return F.array_sort(F.array(words[0], F.element_at(words, -1)))


def _named(customs: DataFrame, shops: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Import lines for a private consignee at a shop's phone, with `person`, `stranger` (not an owner) and
    `trader_share`: the part of all lines of its trader that name strangers at shops' phones."""
    owners = shops.groupBy(F.col("phone_e164").alias("subject_id")).agg(
        F.collect_set(_person(F.col("owner_name_norm"))).alias("owners")
    )
    lines = (
        in_window(customs, as_of, parameters["window_days"])
        .where(F.col("direction") == "import")
        .withColumn("trader_lines", F.count(F.lit(1)).over(Window.partitionBy("trader_key")))
    )
    private = F.col("consignee_name_norm").isNotNull() & ~F.coalesce(
        names_firm("consignee_name_norm"), F.lit(False)
    )
    another = ~F.col("consignee_name_norm").eqNullSafe(F.col("trader_name_norm"))
    named = (
        lines.where(private & another)
        .withColumnRenamed("consignee_phone_e164", "subject_id")
        .join(F.broadcast(owners), "subject_id")
        .withColumn("person", _person(F.col("consignee_name_norm")))
        .withColumn("stranger", ~F.array_contains("owners", F.col("person")))
    )
    by_trader = F.count_if("stranger").over(Window.partitionBy("trader_key"))
    return named.withColumn("trader_share", by_trader / F.col("trader_lines"))


def _measure(named: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a shop's phone at which private consignees receive."""
    stranger = F.col("stranger")
    # An owner's relatives bear the family name; which word that is the order does not tell.
    related = F.exists("owners", lambda owner: F.arrays_overlap(owner, F.col("person")))
    phones = named.groupBy("subject_id").agg(
        F.count_distinct(F.when(stranger, F.col("declaration_no"))).alias("declarations"),
        F.count_distinct(F.when(stranger, F.col("person"))).alias("names"),
        F.count_if(stranger & ~related).alias("unrelated"),
        F.count_if(stranger).alias("support"),
        F.coalesce(F.sum(F.when(stranger, F.col("customs_value_vnd"))), F.lit(0)).alias("value_vnd"),
    )
    several = F.col("names") >= int(parameters["names_least"])
    return phones.select(
        "subject_id",
        F.lit("phones of shops at which private consignees receive").alias("peer_group"),
        F.when(several, F.log2(1 + F.col("declarations"))).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("household", F.col("unrelated") == 0)).alias("explanations"),
    )
