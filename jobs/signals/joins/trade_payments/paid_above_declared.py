"""Importers that pay their foreign partners far more than they declare."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import close, kept, member_rows, payment_rows, record_rows, reported
from jobs.signals.joins.trade import declarations, holder_kind, named_payments, outward_payments
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="paid_above_declared",
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
    """Value: doublings of the declared value that payments reach, net of what other declarations explain."""
    del as_of
    declared = kept(declarations(customs, operators))
    outward = kept(outward_payments(payments))
    named = kept(_of_the_trader(named_payments(outward, declared), parameters))
    paid = kept(_paid_declarations(named, parameters))
    extra = kept(_compensating(outward, named))
    measured = _measure(_relations(paid, declared, extra, parameters), parameters)
    rows = reported(measured, parameters)
    return close(SIGNAL, rows, *_shown(rows, named, paid, extra, declared), int(parameters["evidence_limit"]))


def _of_the_trader(named: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of the trader, or of a payer that pays for little else: not those of strangers."""
    payer = Window.partitionBy("payer")
    pair = Window.partitionBy("payer", "trader")
    devoted = (F.col("for_trader") >= 2) & (
        F.col("for_trader") >= F.lit(float(parameters["devoted_share"])) * F.col("for_all")
    )
    return (
        named.withColumn("for_all", F.count(F.lit(1)).over(payer))
        .withColumn("for_trader", F.count(F.lit(1)).over(pair))
        .where(F.col("own") | devoted)
    )


def _paid_declarations(named: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a declaration that is paid: what it was declared at, what was paid, and the excess."""
    allowed = F.col("declared_vnd") * F.lit(1 + float(parameters["tolerance"]))
    return (
        named.groupBy("trader", "partner_name_norm", "declaration_no")
        .agg(
            F.max("declared_vnd").alias("declared_vnd"),
            F.sum("amount_vnd").alias("paid_vnd"),
            F.min("day").alias("first_paid"),
            F.max("day").alias("last_paid"),
        )
        .withColumn(
            "over_vnd",
            F.when(F.col("paid_vnd") > allowed, F.col("paid_vnd") - F.col("declared_vnd")).otherwise(
                F.lit(0)
            ),
        )
    )


def _compensating(outward: DataFrame, named: DataFrame) -> DataFrame:
    """Payments of the same payers to the same payee that name no declaration."""
    pairs = named.groupBy("trader", "payer", "payee").agg(
        F.min_by("partner_name_norm", "payment_key").alias("partner_name_norm"), F.min("day").alias("since")
    )
    unnamed = outward.where(F.col("number").isNull())
    return unnamed.join(pairs, ["payer", "payee"]).where(F.col("day") >= F.col("since"))


def _relations(paid: DataFrame, declared: DataFrame, extra: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a trader and partner: excess, what other declarations still await, payments beside; `steady`
    when what is paid above is one multiple of what is declared."""
    pair = ["trader", "partner_name_norm"]
    factor = F.when(F.col("over_vnd") > 0, F.log2(F.try_divide("paid_vnd", "declared_vnd")))
    over = paid.groupBy(*pair).agg(
        (
            (F.count(factor) >= int(parameters["steady_declarations"]))
            & (F.round(F.stddev(factor), 6) <= float(parameters["steady_spread"]))
        ).alias("steady"),
        F.sum("over_vnd").alias("over_vnd"),
        F.sum(F.when(F.col("over_vnd") > 0, F.col("declared_vnd")).otherwise(F.lit(0))).alias(
            "over_declared_vnd"
        ),
        F.sum(F.greatest(F.col("declared_vnd") - F.col("paid_vnd"), F.lit(0))).alias("underpaid_vnd"),
        F.sum("declared_vnd").alias("paid_declared_vnd"),
        F.sum(F.when(F.col("over_vnd") > 0, 1).otherwise(0)).alias("support"),
        F.min("first_paid").alias("first_paid"),
        F.max("last_paid").alias("last_paid"),
    )
    waiting = (
        declared.join(paid.select("declaration_no"), "declaration_no", "left_anti")
        .join(over.select(*pair, "first_paid", "last_paid"), pair)
        .where(
            F.col("registered_day").between(
                F.date_sub("first_paid", int(parameters["unpaid_before_days"])),
                F.date_add("last_paid", int(parameters["unpaid_after_days"])),
            )
        )
        .groupBy(*pair)
        .agg(F.sum("declared_vnd").alias("unpaid_vnd"))
    )
    beside = extra.groupBy(*pair).agg(
        F.sum("amount_vnd").alias("beside_vnd"), F.count(F.lit(1)).alias("beside")
    )
    return (
        over.join(waiting, pair, "left")
        .join(beside, pair, "left")
        .fillna({"unpaid_vnd": 0, "beside_vnd": 0, "beside": 0})
    )


def _measure(relations: DataFrame, parameters: Parameters) -> DataFrame:
    # Who always pays the same multiple pays no other declaration along with it.
    waiting = F.col("underpaid_vnd") + F.col("unpaid_vnd")
    short = F.when(F.col("steady"), F.lit(0)).otherwise(waiting)
    net = F.greatest(F.col("over_vnd") - short, F.lit(0))
    beside = F.greatest(F.col("beside_vnd") - F.greatest(short - F.col("over_vnd"), F.lit(0)), F.lit(0))
    telling = (F.col("net_vnd") + F.col("beside_net_vnd")) > 0
    base = F.when(F.col("net_vnd") > 0, F.col("over_declared_vnd")).otherwise(F.col("paid_declared_vnd"))
    # Payments that name nothing may pay older goods: beyond the declared value they add no more.
    beside_most = F.least(
        F.col("beside_net_vnd") * F.lit(float(parameters["beside_weight"])), F.col("paid_declared_vnd")
    )
    weighed = F.col("net_vnd") + beside_most
    ratio = F.least(
        F.try_divide(F.col("weighed_vnd"), F.col("base_vnd")), F.lit(float(parameters["ratio_most"]))
    )
    certainty = 1 - F.pow(F.lit(float(parameters["doubt"])), F.col("support"))
    enough = F.col("excess_vnd") >= F.lit(int(parameters["excess_least_vnd"]))
    return (
        relations.withColumn("net_vnd", net)
        .withColumn("beside_net_vnd", beside)
        .groupBy(F.col("trader").alias("subject_id"))
        .agg(
            _sum_where(telling, F.round(weighed).cast("bigint")).alias("weighed_vnd"),
            _sum_where(telling, base).alias("base_vnd"),
            F.sum(F.col("net_vnd") + F.col("beside_net_vnd")).alias("excess_vnd"),
            F.sum("beside_net_vnd").alias("beside_net_vnd"),
            F.sum("over_vnd").alias("over_vnd"),
            F.sum(short).alias("short_vnd"),
            F.sum(F.col("support") + F.when(F.col("beside_net_vnd") > 0, F.col("beside")).otherwise(0)).alias(
                "support"
            ),
        )
        .withColumn(
            "value", F.when(enough, F.log2(1 + F.coalesce(ratio, F.lit(0.0))) * certainty).otherwise(0.0)
        )
        .select(
            "subject_id",
            F.lit("importers with named payments").alias("peer_group"),
            F.round("value", 6).alias("value"),
            "support",
            F.col("excess_vnd").alias("value_vnd"),
            F.array(
                explanation(
                    "several_declarations_in_one_payment", F.col("short_vnd") * 2 > F.col("over_vnd")
                ),
                explanation("deferred_payment", F.col("beside_net_vnd") * 2 > F.col("excess_vnd")),
            ).alias("explanations"),
        )
    )


def _sum_where(condition: Column, amount: Column) -> Column:
    return F.sum(F.when(condition, amount).otherwise(F.lit(0)))


def _shown(
    rows: DataFrame, named: DataFrame, paid: DataFrame, extra: DataFrame, declared: DataFrame
) -> tuple[list[DataFrame], list[DataFrame]]:
    subjects = F.broadcast(rows.select(F.col("subject_id").alias("trader"), "subject_id"))
    above = paid.where(F.col("over_vnd") > 0).join(subjects, "trader").select("subject_id", "declaration_no")
    payments = named.join(F.broadcast(above), "declaration_no")
    beside = extra.join(subjects, "trader")
    lines = declared.join(F.broadcast(above), "declaration_no")
    traders = named.join(subjects, "trader").select("subject_id", "trader_key").distinct()
    others = payments.where(~F.col("debtor_holder_key").eqNullSafe(F.col("trader_key")))
    members = [
        member_rows(traders, holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(payments, "account", "debtor_account_id", "operator"),
        member_rows(others, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "payer"),
        member_rows(beside, "account", "debtor_account_id", "operator"),
    ]
    evidence = [
        payment_rows(payments, 1),
        record_rows(lines, "customs_declarations", F.explode("line_keys"), 2),
        payment_rows(beside, 3),
    ]
    return members, evidence
