"""Declaration numbers on which several foreign suppliers are paid, though one declaration has one seller."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.firm_names import same_name, supplier_key
from jobs.signals.joins.closing import close, kept, member_rows, payment_rows, reported, subjects_of
from jobs.signals.joins.surprise import unlikely
from jobs.signals.joins.trade import declarations, holder_kind, named_payments, outward_payments
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="reused_declarations",
    subject="operator",
    reads={
        "payments": "flows.payments",
        "customs": "silver.customs_declarations",
        "operators": "links.operators",
    },
)


def transform(
    *, payments: DataFrame, customs: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: how far chance is from explaining a payer's reused numbers (-log10 of its bound).

    Needs no declaration to be held: what is compared are the payments that name one number. Where it is held,
    the importer who pays its seller reuses nothing, whoever else does.
    """
    del as_of
    outward = outward_payments(payments).where(F.col("number").isNotNull())
    named = kept(outward.withColumn("supplier", _supplier(int(parameters["supplier_letters"]))))
    reused = kept(named.join(_reused_numbers(named, parameters), "number", "left_semi"))
    rightful = _rightful(reused, customs, operators, int(parameters["supplier_letters"]))
    reused = kept(reused.join(rightful, "payment_key", "left_anti"))
    rows = reported(_measure(named, reused, parameters), parameters)
    return close(SIGNAL, rows, *_shown(rows, reused), int(parameters["evidence_limit"]))


def _supplier(letters: int) -> Column:
    """One name for all payments to an account: banks leave the name out, cut it or spell it anew."""
    account = Window.partitionBy(F.coalesce("creditor_account_id", "payee"))
    return F.coalesce(F.min(supplier_key("creditor_name_norm", letters)).over(account), "payee")


def _reused_numbers(named: DataFrame, parameters: Parameters) -> DataFrame:
    """Numbers whose second supplier gets a fair share of the money (freight and commission are small)."""
    paid = named.groupBy("number", "supplier").agg(F.sum("amount_vnd").alias("paid_vnd"))
    totals = paid.groupBy("number").agg(
        F.sum("paid_vnd").alias("all_vnd"),
        F.sort_array(F.collect_list("paid_vnd"), asc=False).alias("by_supplier"),
    )
    second = F.get("by_supplier", F.lit(1))
    return totals.where(second >= F.col("all_vnd") * float(parameters["second_supplier_share"])).select(
        "number"
    )


def _rightful(reused: DataFrame, customs: DataFrame, operators: DataFrame, letters: int) -> DataFrame:
    """(payment_key): payments of the importer, for its own declaration, to the seller that it declares."""
    seller = F.col("supplier") == supplier_key("partner_name_norm", letters)
    return (
        named_payments(reused, declarations(customs, operators))
        .where("own")
        .where(is_true(seller) | is_true(same_name("payee", "partner_name_norm")))
        .select("payment_key")
    )


def _measure(named: DataFrame, reused: DataFrame, parameters: Parameters) -> DataFrame:
    everybody = Window.partitionBy()
    cases = reused.groupBy("payer").agg(
        F.size(F.collect_set("number")).alias("cases"),
        F.count(F.lit(1)).alias("support"),
        F.sum("amount_vnd").alias("value_vnd"),
    )
    by_payer = (
        named.groupBy("payer")
        .agg(F.size(F.collect_set("number")).alias("named"))
        .join(cases, "payer", "left")
        .fillna({"cases": 0, "support": 0, "value_vnd": 0})
    )
    others = F.sum("cases").over(everybody) - F.col("cases") + float(parameters["prior_cases"])
    of_others = F.sum("named").over(everybody) - F.col("named") + float(parameters["prior_named"])
    return by_payer.withColumn("usual", F.round(others / of_others, 6)).select(
        F.col("payer").alias("subject_id"),
        F.lit("payers of named declarations").alias("peer_group"),
        unlikely("cases", "named", F.col("usual")).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("one_mistake", F.col("support") == 1)).alias("explanations"),
    )


def _shown(rows: DataFrame, reused: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    """The payer, and others who reuse the same number or pay the same suppliers on reused numbers."""
    own = reused.join(subjects_of(rows), reused["payer"] == F.col("subject_id"))
    numbers = own.select("subject_id", "number").distinct()
    suppliers = own.select("subject_id", "supplier").distinct()
    together = reused.join(numbers, "number").unionByName(reused.join(suppliers, "supplier")).distinct()
    members = [
        member_rows(together, "account", "debtor_account_id", "operator"),
        member_rows(together, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "trader"),
    ]
    return members, [payment_rows(together)]
