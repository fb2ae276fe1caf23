"""Trade payments that first go to the partner and later to somebody else for the partner's goods.

Whose goods they are, the declaration tells that a payment names, or a remark that names a payee of before.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.link.firm_names import same_name, supplier_key
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import declarations, holder_kind, named_payments, outward_payments
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payee_changed_late",
    subject="operator",
    reads={
        "customs": "flows.declarations",
        "payments": "flows.payments",
        "operators": "links.operators",
    },
)


def transform(
    *, customs: DataFrame, payments: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: log2 of one more than the late payments to another payee, by how much else changed with it."""
    del as_of
    outward, declared = kept(outward_payments(payments)), kept(declarations(customs, operators))
    told = _told(
        outward.join(declared, outward["number"] == declared["declaration_no"], "left_anti"), parameters
    )
    named = named_payments(outward, declared).withColumn("told", F.lit(False)).withColumn("held", F.lit(True))
    judged = kept(_judged(named.select(*told.columns).unionByName(told), parameters))
    rows = reported(_measure(judged, parameters), parameters)
    return close(SIGNAL, rows, *_shown(rows, judged), int(parameters["evidence_limit"]))


def _told(undeclared: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of firms as of the relation with their payee, and `told` as of one whom the remark names.

    A remark names a firm that the payer pays, too, by how its name begins: bank forms cut what is longer.
    Nothing is `held` of them at the customs.
    """
    paid = undeclared.where(F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS)).select(
        "payment_key",
        "report_keys",
        "day",
        "amount_vnd",
        "debtor_account_id",
        "creditor_account_id",
        "creditor_country",
        "creditor_name_norm",
        "payee",
        F.col("payer").alias("trader"),
        F.col("debtor_holder_key").alias("trader_key"),
        F.array().cast("array<string>").alias("line_keys"),
        F.regexp_replace("remittance_norm", "[^a-z0-9]", "").alias("remark"),
        supplier_key("creditor_name_norm", int(parameters["name_letters"])).alias("begins"),
    )
    partners = (
        paid.where(F.length("begins") >= int(parameters["name_letters_least"]))
        .groupBy("trader", F.col("begins").alias("named"))
        .agg(
            F.min("creditor_name_norm").alias("partner_name_norm"),
            F.min("creditor_country").alias("partner_country"),
        )
    )
    own = paid.join(partners.withColumnRenamed("named", "begins"), ["trader", "begins"])
    others = paid.join(partners, "trader").where(
        ~F.col("begins").eqNullSafe(F.col("named")) & F.contains("remark", "named")
    )
    return (
        own.withColumn("told", F.lit(False))
        .unionByName(others.drop("named").withColumn("told", F.lit(True)))
        .withColumn("held", F.lit(False))
        .drop("remark", "begins")
    )


def _judged(named: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of one importer for goods of one partner, with what is off about the payee.

    `off` is the weight of a payee whose name is not the partner's, plus that of a country that is neither the
    partner's nor that of earlier payments. `late`: after the last payment to the partner itself; or after
    enough of them where the remark tells, and it is no freight or fee of the partner's goods.
    """
    # Relations by declarations, and by remarks, are two views: neither completes the other.
    pair = Window.partitionBy("trader", "partner_name_norm", "held")
    so_far = pair.orderBy("day").rangeBetween(Window.unboundedPreceding, Window.currentRow)
    fits = same_name("creditor_name_norm", "partner_name_norm")
    abroad = F.coalesce(F.col("creditor_country") != F.col("partner_country"), F.lit(False))
    off = F.when(~F.col("fits"), float(parameters["weight_name"])).otherwise(0.0) + F.when(
        ~F.col("fits") & abroad, float(parameters["weight_country"])
    ).otherwise(0.0)
    last_right = F.max(F.when(F.col("fits"), F.col("day"))).over(pair)
    usual_vnd = F.avg(F.when(F.col("fits"), F.col("amount_vnd"))).over(pair)
    known = F.sum(F.col("fits").cast("int")).over(so_far) >= int(parameters["right_before_least"])
    for_goods = F.col("amount_vnd") >= usual_vnd * float(parameters["goods_share_least"])
    late = F.when(F.col("told"), known & for_goods).otherwise(F.col("day") >= last_right)
    return (
        named.withColumn("fits", fits)
        .where(F.col("fits").isNotNull() & F.col("trader").isNotNull())
        .withColumn("off", off)
        .withColumn("right_before", F.sum(F.col("fits").cast("int")).over(pair))
        .withColumn("late", ~F.col("fits") & F.coalesce(late, F.lit(False)))
    )


def _measure(judged: DataFrame, parameters: Parameters) -> DataFrame:
    relations = judged.groupBy("trader", "partner_name_norm", "held").agg(
        F.max("right_before").alias("right_before"),
        F.sum(F.col("late").cast("int")).alias("support"),
        F.round(F.avg(F.when(F.col("late"), F.col("off"))), 6).alias("off"),
        F.sum(F.when(F.col("late"), F.col("amount_vnd")).otherwise(F.lit(0))).alias("value_vnd"),
        F.size(F.collect_set(F.when(F.col("late"), F.col("payee")))).alias("payees"),
        F.bool_or(F.col("late") & _finances("creditor_name_norm", parameters)).alias("factored"),
    )
    factor = F.when(F.col("factored"), float(parameters["factor_factoring"])).otherwise(1.0)
    value = F.log2(1 + F.col("support")) * F.coalesce("off", F.lit(0.0)) * factor
    return (
        relations.where(F.col("right_before") >= int(parameters["right_before_least"]))
        .withColumn("value", F.round(value, 6))
        .groupBy(F.col("trader").alias("subject_id"))
        .agg(
            F.lit("importers with a known partner").alias("peer_group"),
            F.max("value").alias("value"),
            F.sum("support").alias("support"),
            F.sum("value_vnd").alias("value_vnd"),
            F.array(
                explanation("factoring_or_treasury", F.bool_or("factored")),
                explanation("one_payment_only", F.sum("support") == 1),
            ).alias("explanations"),
        )
    )


def _finances(name: str, parameters: Parameters) -> Column:
    return F.coalesce(F.col(name).rlike(str(parameters["finance_words"])), F.lit(False))


def _shown(rows: DataFrame, judged: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    late = judged.where(F.col("late") & (F.col("right_before") > 0)).join(
        subjects_of(rows), judged["trader"] == F.col("subject_id")
    )
    # A payee of others too is an ordinary foreign firm; one that serves this importer alone belongs to it.
    others = judged.groupBy("creditor_account_id").agg(F.size(F.collect_set("trader")).alias("traders"))
    alone = late.join(others.where(F.col("traders") == 1), "creditor_account_id", "left_semi")
    members = [
        member_rows(late, holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(late, "account", "debtor_account_id", "operator"),
        member_rows(alone, "account", "creditor_account_id", "beneficiary"),
    ]
    lines = late.select("subject_id", "line_keys").distinct()
    return members, [
        payment_rows(late, 1),
        record_rows(lines, "customs_declarations", F.explode("line_keys"), 2),
    ]
