"""Importers whose money reaches their foreign supplier through somebody else's account, beside the invoice.

The importer pays a person or a firm at home, who sends it on within days; at least once to a supplier that
the importer itself declares or pays. What was declared and paid openly is then not the whole price.
Source: FATF/Egmont Group risk indicators 2021 (payments by third parties); Guangzhou Customs (order, payment
and waybill compared).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.link.firm_names import same_name
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import declarations, holder_kind, outward_payments
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="paid_through_others",
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
    """Value: log2 of one more than the payments sent on, less where firms send them."""
    del as_of
    declared = kept(declarations(customs, operators))
    bought = kept(_suppliers(declared, payments, parameters))
    passed = kept(_passed_on(payments, bought, parameters))
    rows = reported(_measure(passed, parameters), parameters)
    shown = passed.join(subjects_of(rows), passed["trader"] == F.col("subject_id"))
    members = [
        member_rows(shown, holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(shown, "account", "paying_account", "trader"),
        member_rows(shown, "account", "between", "payer"),
        member_rows(shown, holder_kind(F.col("between_holder")), "between_holder", "payer"),
    ]
    lines = declared.join(
        shown.where("to_supplier").select("subject_id", "trader", "partner_name_norm").distinct(),
        ["trader", "partner_name_norm"],
    ).select("subject_id", "line_keys")
    evidence = [
        payment_rows(shown, 1),
        record_rows(lines, "customs_declarations", F.explode("line_keys"), 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _suppliers(declared: DataFrame, payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Whose goods an importer buys: `trader`, `trader_key`, `partner_name_norm`.

    Its declarations tell, or repeated payments of its own on declarations, of which none need be held.
    """
    paid = (
        outward_payments(payments)
        .where(F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS) & F.col("creditor_name_norm").isNotNull())
        .groupBy(
            F.col("payer").alias("trader"),
            F.col("debtor_holder_key").alias("trader_key"),
            F.col("creditor_name_norm").alias("partner_name_norm"),
        )
        .agg(F.count(F.lit(1)).alias("payments"), F.count_if(F.col("number").isNotNull()).alias("on_papers"))
        .where(F.col("payments") >= int(parameters["own_payments_least"]))
        .where(F.col("on_papers") > 0)
        .drop("payments", "on_papers")
    )
    return declared.select(*paid.columns).unionByName(paid).where(F.col("trader_key").isNotNull()).distinct()


def _passed_on(payments: DataFrame, bought: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments abroad by accounts that an importer paid shortly before about as much, one row each.

    trader, trader_key, paying_account, between, between_holder, firm, to_supplier, partner_name_norm,
    amount_vnd, report_keys (of both halves). Accounts that many importers pay belong to agents and
    forwarders: context.
    """
    importers = bought.select("trader", "trader_key").distinct()
    own = ~F.col("one_holder") & ~F.col("wages") & ~is_context("creditor")
    funded = (
        payments.where(own & F.col("debtor_account_id").isNotNull() & (F.col("amount_vnd") > 0))
        .join(importers, F.col("debtor_holder_key") == F.col("trader_key"))
        .select(
            "trader",
            "trader_key",
            F.col("debtor_account_id").alias("paying_account"),
            F.col("creditor_account_id").alias("between"),
            F.col("creditor_holder_key").alias("between_holder"),
            F.col("creditor_holder_type").isin(*BUSINESS_HOLDERS).alias("firm"),
            F.col("at").alias("funded_at"),
            F.col("amount_vnd").alias("funded_vnd"),
            F.col("report_keys").alias("funding_keys"),
        )
        .where(F.col("between").isNotNull())
        .withColumn("payers", F.size(F.collect_set("trader").over(Window.partitionBy("between"))))
        .where(F.col("payers") < int(parameters["agent_traders_least"]))
    )
    sent = payments.where(
        (F.coalesce("creditor_country", F.lit("VN")) != "VN") & ~is_context("debtor")
    ).select(
        F.col("debtor_account_id").alias("between"),
        F.col("at").alias("sent_at"),
        "amount_vnd",
        "creditor_name_norm",
        "payment_key",
        "report_keys",
    )
    soon = F.expr(f"interval {int(parameters['days_until_sent'])} days")
    share = F.col("amount_vnd") / F.col("funded_vnd")
    pairs = sent.join(funded, "between").where(
        (F.col("sent_at") >= F.col("funded_at"))
        & (F.col("sent_at") <= F.col("funded_at") + soon)
        & share.between(float(parameters["share_least"]), float(parameters["share_most"]))
    )
    columns = [name for name in pairs.columns if name != "payment_key"]
    # The latest funding is the one that is sent on.
    each = pairs.groupBy("payment_key").agg(
        F.max_by(F.struct(*columns), F.struct("funded_at", "paying_account")).alias("pair")
    )
    partners = bought.select("trader", "partner_name_norm").where(F.col("partner_name_norm").isNotNull())
    named = (
        each.select("payment_key", "pair.*")
        .join(partners.distinct(), "trader", "left")
        .withColumn("fits", F.coalesce(same_name("creditor_name_norm", "partner_name_norm"), F.lit(False)))
    )
    best = F.max_by(F.struct(*columns, "partner_name_norm", "fits"), F.struct("fits", "partner_name_norm"))
    return (
        named.groupBy("payment_key")
        .agg(best.alias("best"))
        .select("best.*")
        .withColumn("report_keys", F.concat("funding_keys", "report_keys"))
        .withColumnRenamed("fits", "to_supplier")
    )


def _measure(passed: DataFrame, parameters: Parameters) -> DataFrame:
    entrusted = F.col("firms") * 2 > F.col("support")
    factor = F.when(entrusted, float(parameters["factor_entrusted"])).otherwise(1.0)
    return (
        passed.groupBy("trader")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.count_if("to_supplier").alias("to_supplier"),
            F.count_if("firm").alias("firms"),
            F.sum("amount_vnd").alias("value_vnd"),
        )
        .where(F.col("to_supplier") > 0)
        .select(
            F.col("trader").alias("subject_id"),
            F.lit("importers whose money others send abroad").alias("peer_group"),
            F.round(F.log2(1 + F.col("support")) * factor, 6).alias("value"),
            "support",
            "value_vnd",
            F.array(explanation("entrusted_import", entrusted)).alias("explanations"),
        )
    )
