"""Payees abroad whom several private people pay with money of one importer, beside its own invoices.

A director, a relative or an employee sends what the declared price leaves out, to the supplier or to its
affiliate under another name; the company pays it to them as an advance, or gives it back afterwards. One
person may have a reason of one's own abroad; several whom one company pays hardly share it.
Source: FATF/Egmont Group risk indicators 2021 (payments by third parties); Guangzhou Customs (order, payment
and waybill compared).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.link.firm_names import supplier_key
from jobs.signals.joins.closing import close, kept, member_rows, payment_rows, reported, subjects_of
from jobs.signals.joins.trade import declarations, holder_kind, outward_payments
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payee_of_insiders",
    subject="operator",
    reads={
        "customs": "flows.declarations",
        "payments": "flows.payments",
        "operators": "links.operators",
    },
)
_PRIVATE_REASONS = ("school", "hospital")


def transform(
    *, customs: DataFrame, payments: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: log2 of one more than the payments abroad, times the share that the importer's money is."""
    del as_of
    advanced = kept(_advanced(payments, declarations(customs, operators), parameters))
    sent = kept(_sent(payments, advanced, parameters))
    rows = reported(_measure(sent, advanced, parameters), parameters)
    return close(SIGNAL, rows, *_shown(rows, sent, advanced), int(parameters["evidence_limit"]))


def _advanced(payments: DataFrame, declared: DataFrame, parameters: Parameters) -> DataFrame:
    """What importing companies pay to accounts of private people or households, one row a payment.

    trader, trader_key, paying_account, between, insider, amount_vnd, report_keys. Accounts that many
    importers pay belong to agents and forwarders: context.
    """
    companies = (
        declared.where(F.col("trader_key").startswith("tax:"))
        .groupBy("trader")
        .agg(F.min("trader_key").alias("trader_key"))
    )
    company = is_true(F.col("debtor_holder_type") == "company")
    private = F.coalesce(F.col("creditor_holder_type") != "company", F.lit(True))
    usual = F.col("one_holder") | F.col("wages") | is_context("creditor")
    at_home = F.coalesce("creditor_country", F.lit("VN")) == "VN"
    return (
        payments.where(company & private & at_home & ~usual & F.col("creditor_account_id").isNotNull())
        .join(F.broadcast(companies), F.col("debtor_operator") == F.col("trader"))
        .select(
            "trader",
            "trader_key",
            F.col("debtor_account_id").alias("paying_account"),
            F.col("creditor_account_id").alias("between"),
            F.coalesce("creditor_holder_key", "creditor_account_id").alias("insider"),
            "amount_vnd",
            "report_keys",
        )
        .withColumn("payers", F.size(F.collect_set("trader").over(Window.partitionBy("between"))))
        .where(F.col("payers") < int(parameters["agent_traders_least"]))
    )


def _sent(payments: DataFrame, advanced: DataFrame, parameters: Parameters) -> DataFrame:
    """What those accounts send to a payee abroad where several people do so, one row a payment and trader."""
    told = remark_tells(*_PRIVATE_REASONS)
    payee = F.coalesce(
        supplier_key("creditor_name_norm", int(parameters["name_letters"])), "creditor_account_id"
    )
    abroad = kept(
        outward_payments(payments)
        .where(~told)
        .withColumn("payee", payee)
        .withColumnRenamed("debtor_account_id", "between")
    )
    # Counted apart: a platform's payers would stand, as a list, beside each of its payments.
    users = abroad.groupBy("payee").agg(F.count_distinct("payer").alias("everybody"))
    insiders = advanced.select("trader", "between", "insider").distinct()
    together = Window.partitionBy("trader", "payee")
    return (
        abroad.join(insiders, "between")
        .join(users, "payee")
        .withColumn("people", F.size(F.collect_set("insider").over(together)))
        .where(F.col("people") >= int(parameters["people_least"]))
    )


def _measure(sent: DataFrame, advanced: DataFrame, parameters: Parameters) -> DataFrame:
    senders = sent.select("trader", "between").distinct()
    covered = (
        advanced.join(senders, ["trader", "between"])
        .groupBy("trader")
        .agg(F.sum("amount_vnd").alias("advanced_vnd"))
    )
    share = F.least(F.try_divide("advanced_vnd", "value_vnd"), F.lit(1.0))
    enough = (F.col("share") >= float(parameters["covered_least"])) & (
        F.col("value_vnd") >= int(parameters["sent_least_vnd"])
    )
    shop = F.col("everybody") >= int(parameters["shop_payers_least"])
    factor = F.when(F.col("shop"), float(parameters["factor_shop"])).otherwise(1.0)
    return (
        sent.groupBy("trader")
        .agg(
            F.count_distinct("payment_key").alias("support"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.bool_and(shop).alias("shop"),
        )
        .join(covered, "trader")
        .withColumn("share", share)
        .select(
            F.col("trader").alias("subject_id"),
            F.lit("importers whose people pay one payee abroad").alias("peer_group"),
            F.round(
                F.when(enough, F.log2(1 + F.col("support")) * F.col("share") * factor).otherwise(0.0), 6
            ).alias("value"),
            "support",
            "value_vnd",
            F.array(explanation("shop_of_many", F.col("shop"))).alias("explanations"),
        )
    )


def _shown(rows: DataFrame, sent: DataFrame, advanced: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    subjects = subjects_of(rows)
    abroad = sent.join(subjects, sent["trader"] == F.col("subject_id"))
    senders = abroad.select("subject_id", "trader", "between").distinct()
    home = advanced.join(senders, ["trader", "between"])
    members = [
        member_rows(home, "company", "trader_key", "trader"),
        member_rows(home, "account", "paying_account", "trader"),
        member_rows(abroad, "account", "between", "operator"),
        member_rows(abroad, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "operator"),
    ]
    return members, [payment_rows(abroad, 1), payment_rows(home, 2)]
