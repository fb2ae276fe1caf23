"""One phone that stands behind several names for one seller's goods of one kind, hardly ever for each.

Companies that let somebody bring goods in under their names have a trade and a phone of their own; only for
those goods another phone is given, and it is the same for all of them. People who lend their names to goods
of trade have a phone of their own as well. Whose phone it is may have other goods of its own, and stands
behind them. A broker's or a forwarder's phone stands beside many sellers and goods. Many declarations on one
phone are told by `shared_consignees`.
Source: Vietnam Customs dispatch 3923/2021 (borrowed legal entities); press cases (ivory and drugs among
timber, nuts and scrap of companies that had lent their names).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.firm_names import group_key
from jobs.signals.goods.traders import DECLARATIONS, company_of, declared_in_window, heading, is_one_of
from jobs.signals.schema import (
    Parameters,
    Signal,
    against_peers,
    as_signal,
    bounded,
    explanation,
    member,
    record,
)

SIGNAL = Signal(
    id="names_lent_to_one",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of the companies with a trade of their own, and people, that a phone stands behind."""
    lines = declared_in_window(customs_declarations, "import", parameters, as_of).where(
        F.col("trader").isNotNull()
    )
    named = (
        lines.withColumn("company", company_of(F.col("trader")))
        .withColumn("goods", heading(F.col("hs_code"), int(parameters["goods_digits"])))
        .withColumn("person", ~F.col("trader").startswith("tax:"))
        .withColumn("group", F.when(~F.col("person"), group_key("trader_name_norm")))
    )
    phones = F.array_distinct(F.array_compact(F.array("consignee_phone_e164", "trader_phone_e164")))
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone")).select(F.col("id").alias("phone"))
    # A person's own phone stands behind nobody else.
    of_another = is_true(F.col("trader_phone_e164") != F.col("consignee_phone_e164"))
    of_another &= ~is_one_of(F.col("regime"), parameters, "personal_regimes")
    uses = (
        named.withColumn("phone", F.explode(phones))
        .where(~F.col("person") | (of_another & (F.col("phone") == F.col("consignee_phone_e164"))))
        .join(F.broadcast(hubs), "phone", "left_anti")
    )
    at_phone = (
        uses.groupBy("phone", "company")
        .agg(
            F.count_distinct("declaration_no").alias("declarations"),
            F.first("person").alias("person"),
            F.count_distinct(
                F.when(F.col("trader_phone_e164") == F.col("phone"), F.col("declaration_no"))
            ).alias("as_own"),
            F.collect_set("partner_name_norm").alias("sellers"),
            F.count_if(F.col("partner_name_norm").isNull()).alias("unnamed"),
            F.collect_set("goods").alias("goods"),
            F.max("group").alias("group"),
            F.collect_set("consignee_name_norm").alias("consignees"),
            F.collect_set("trader").alias("traders"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.collect_set(record(DECLARATIONS, F.col("record_key"))).alias("evidence"),
        )
        .join(_trades(named), "company")
        # A trade of its own: other goods, and none of these without the phone.
        .withColumn("own_trade", F.col("person") | (F.size(F.array_except("all_goods", "goods")) > 0))
        .withColumn("owner", ~F.col("person") & (F.col("as_own") > int(parameters["declarations_most"])))
    )
    few = F.col("declarations") <= int(parameters["declarations_most"])
    behind = (
        at_phone.where(~F.col("owner"))
        .groupBy("phone")
        .agg(
            F.count(F.lit(1)).alias("companies"),
            F.count_if(F.col("own_trade") & few).alias("lent"),
            F.count_if("person").alias("people"),
            F.sum("declarations").alias("support"),
            F.sum("unnamed").alias("unnamed"),
            F.array_distinct(F.flatten(F.collect_list("sellers"))).alias("sellers"),
            F.array_distinct(F.flatten(F.collect_list("goods"))).alias("goods"),
            F.count_distinct(F.coalesce("group", "company")).alias("groups"),
            F.array_distinct(F.flatten(F.collect_list("consignees"))).alias("consignees"),
            F.array_distinct(F.flatten(F.collect_list("traders"))).alias("traders"),
            F.sum("value_vnd").alias("value_vnd"),
            F.flatten(F.collect_list("evidence")).alias("evidence"),
        )
    )
    one_trade = (F.size("sellers") == 1) & (F.col("unnamed") == 0) & (F.size("goods") == 1)
    innocent = {
        "one_open_group": F.col("groups") == 1,
        "entrusted_import": F.size("consignees") == 1,
    }
    # Two people with one phone may be a couple.
    one_trade &= (F.col("people") == 0) | (F.col("lent") >= int(parameters["people_least"]))
    value = F.when(one_trade, F.log2(F.greatest("lent", F.lit(1)))).otherwise(0.0)
    for name, holds in innocent.items():
        value = value * F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    owners = (
        at_phone.where("owner").groupBy("phone").agg(F.sort_array(F.collect_set("company")).alias("owners"))
    )
    behind = behind.join(owners, "phone", "left").withColumn(
        "owners", F.coalesce("owners", F.array().cast("array<string>"))
    )
    measured = behind.where(F.col("companies") >= int(parameters["least_companies"])).select(
        F.col("phone").alias("subject_id"),
        F.lit("phones of several companies").alias("peer_group"),
        value.alias("value"),
        "support",
        "value_vnd",
        F.concat(
            F.array(member("phone", F.col("phone"), "consignee")),
            F.transform("owners", lambda one: member("company", one, "consignee")),
            F.transform(
                F.sort_array("traders"),
                lambda one: member(
                    F.when(one.startswith("tax:"), F.lit("company")).otherwise(F.lit("person")), one, "trader"
                ),
            ),
        ).alias("members"),
        bounded(F.col("evidence"), int(parameters["evidence_limit"])).alias("evidence"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
    )
    return as_signal(SIGNAL, against_peers(measured, float(parameters["report_from"])))


def _trades(lines: DataFrame) -> DataFrame:
    """company, all_goods: what it brings in under whatever phone."""
    return lines.groupBy("company").agg(F.collect_set("goods").alias("all_goods"))
