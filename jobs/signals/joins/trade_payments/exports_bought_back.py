"""Exporters who pay, at home, for the goods that their own buyer abroad sends back to somebody here.

Who sends goods round to ask for the tax back needs a way home for them and for the money: the buyer abroad
sells the same goods to a second firm here, and that firm is paid by the exporter. Quantities need not agree,
which is what `round_trips` and `goods_come_home` look for. Two firms that deal with one house abroad have
nothing to do with one another; only the payments between them close the circle. Goods that come to be worked
on, or go home as returned, say so by their regime.
Source: FATF, trade-based money laundering indicators 2021 (carousel); Vietnam Customs and tax press cases
(export turnover made up for VAT refunds).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.traders import (
    DECLARATIONS,
    company_of,
    heading,
    in_window,
    is_one_of,
    trader_kind,
)
from jobs.signals.joins.closing import close, kept, member_rows, payment_rows, record_rows, reported
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="exports_bought_back",
    subject="company",
    reads={"customs": "flows.declarations", "payments": "flows.payments"},
)
_CIRCLE = ["partner", "goods"]


def transform(*, customs: DataFrame, payments: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value (0 to 1): the part of the importer's goods that the exporter pays for, as far as it did so often.

    One row an exporter, measured by its closest circle. Support: the declarations of both sides; `value_vnd`:
    what was exported.
    """
    lines = kept(_lines(customs, parameters, as_of))
    paid = in_window(payments.withColumn("event_day", F.col("day")), as_of, parameters["window_days"]).select(
        "report_keys",
        "amount_vnd",
        company_of(F.col("debtor_holder_key")).alias("payer"),
        company_of(F.col("creditor_holder_key")).alias("payee"),
        F.col("debtor_name_norm").alias("payer_name"),
        F.col("creditor_name_norm").alias("payee_name"),
    )
    circles = kept(_circles(lines, paid, parameters))
    rows = reported(_measure(circles), parameters)
    shown = kept(circles.where(F.col("value") >= float(parameters["report_from"])))
    exports = lines.where("exported").withColumnRenamed("trader", "subject_id")
    imports = lines.where(~F.col("exported")).withColumnRenamed("trader", "importer")
    proceeds = (F.col("payee") == F.col("subject_id")) & (F.col("payer_name") == F.col("partner"))
    price = (F.col("payer") == F.col("importer")) & (F.col("payee_name") == F.col("partner"))
    between = (F.col("payer") == F.col("subject_id")) & (F.col("payee") == F.col("importer"))
    members = [
        member_rows(shown, trader_kind(F.col(side)), side, "trader") for side in ("subject_id", "importer")
    ]
    evidence = [
        record_rows(shown.join(exports, ["subject_id", *_CIRCLE]), DECLARATIONS, "record_key"),
        record_rows(shown.join(imports, ["importer", *_CIRCLE]), DECLARATIONS, "record_key"),
        *[payment_rows(paid.join(F.broadcast(shown), leg)) for leg in (between, proceeds, price)],
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _lines(customs: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Lines of finished trade: who, with which partner, in which goods, out (`exported`) or in."""
    goods = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    return (
        in_window(customs, as_of, parameters["window_days"])
        .where(~is_one_of(F.col("regime"), parameters, "regimes_left_out"))
        .select(
            "record_key",
            "declaration_no",
            company_of(F.col("trader_key")).alias("trader"),
            F.col("partner_name_norm").alias("partner"),
            goods.alias("goods"),
            (F.col("direction") == "export").alias("exported"),
            F.coalesce(F.col("origin_country") != "VN", F.lit(False)).alias("foreign"),
            "customs_value_vnd",
        )
        .where(F.col("trader").isNotNull() & F.col("partner").isNotNull() & F.col("goods").isNotNull())
    )


def _circles(lines: DataFrame, paid: DataFrame, parameters: Parameters) -> DataFrame:
    """Pairs of an exporter (`subject_id`) and the importer of the same goods from its buyer, with `value`."""
    sides = lines.groupBy("trader", *_CIRCLE, "exported").agg(
        F.count_distinct("declaration_no").alias("lots"),
        F.sum("customs_value_vnd").alias("worth"),
        F.sum(F.when(F.col("foreign"), F.col("customs_value_vnd"))).alias("foreign_worth"),
    )
    sides = sides.where(F.col("lots") >= int(parameters["lots_least"]))
    out = sides.where("exported").select(
        F.col("trader").alias("subject_id"),
        *_CIRCLE,
        F.col("lots").alias("lots_out"),
        F.col("worth").alias("value_vnd"),
        (F.coalesce("foreign_worth", F.lit(0)) > F.col("worth") / 2).alias("sold_on_openly"),
    )
    back = sides.where(~F.col("exported")).select(
        F.col("trader").alias("importer"),
        *_CIRCLE,
        F.col("lots").alias("lots_back"),
        F.col("worth").alias("worth_back"),
    )
    apart = (F.col("payer") != F.col("payee")) & F.col("payer").startswith("tax:")
    customers = (
        paid.where(apart)
        .groupBy("payer", "payee")
        .agg(F.count(F.lit(1)).alias("times"), F.sum("amount_vnd").alias("paid_vnd"))
        .withColumnsRenamed({"payer": "subject_id", "payee": "importer"})
    )
    received = customers.groupBy("importer").agg(F.sum("paid_vnd").alias("received_vnd"))
    share = F.least(F.try_divide(F.col("paid_vnd"), F.col("worth_back")), F.lit(1.0))
    turns = F.least("lots_out", "lots_back", "times")
    sure = turns / (turns + float(parameters["prior_turns"]))
    often = F.coalesce(F.col("times") >= int(parameters["payments_least"]), F.lit(False))
    part = F.col("paid_vnd") < F.col("received_vnd") * float(parameters["customer_share"])
    return (
        out.join(back, _CIRCLE)
        .where(F.col("subject_id") != F.col("importer"))
        .join(customers, ["subject_id", "importer"], "left")
        .join(received, "importer", "left")
        .withColumn("value", F.when(often, F.coalesce(share * sure, F.lit(0.0))).otherwise(0.0))
        .withColumn("one_customer", F.coalesce(part, F.lit(False)))
        .withColumn("support", F.col("lots_out") + F.col("lots_back"))
    )


def _measure(circles: DataFrame) -> DataFrame:
    """One row an exporter: its closest circle."""
    closest = F.max_by(
        F.struct("value", "support", "value_vnd", "sold_on_openly", "one_customer"),
        F.struct("value", "support", "value_vnd", "importer", *_CIRCLE),
    )
    return (
        circles.groupBy("subject_id")
        .agg(closest.alias("circle"))
        .select(
            "subject_id",
            trader_kind(F.col("subject_id")).alias("subject_kind"),
            F.lit("exporters whose buyer sells the same goods here").alias("peer_group"),
            "circle.value",
            "circle.support",
            "circle.value_vnd",
            F.array(
                explanation("sold_on_openly", F.col("circle.sold_on_openly")),
                explanation("one_customer", F.col("circle.one_customer")),
            ).alias("explanations"),
        )
    )
