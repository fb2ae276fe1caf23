"""What an operator visibly takes in and spends on goods: suppliers by bank, imports, cash drawn."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.operators import operators_of, parties_of
from jobs.signals.schema import Parameters

# Payments for sales: by carriers and platforms, and by buyers at the counter.
SALES_CHANNELS = ("cod_settlement", "platform_payout", "qr", "card", "wallet")
_BUSINESS = ("company", "household_business", "platform")


def money_of(payments: DataFrame, accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """Per operator: `sales_vnd`, `in_vnd`, `supplies_vnd`, `cash_vnd`, `out_vnd` over its accounts.

    Money between two accounts of one operator is no purchase. A supplier is a business, a payee abroad, or a
    private person whom several others pay as well (the wholesaler at the market); carriers are none.
    """
    payees = accounts.select(
        F.col("account_id").alias("creditor_account_id"), F.col("payers").alias("creditor_payers")
    )
    inside = F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))
    legs = (
        payments.where(~inside)
        .groupBy(
            "debtor_operator",
            "creditor_operator",
            "creditor_account_id",
            "channel",
            "creditor_holder_type",
            "creditor_country",
            "creditor_name_norm",
        )
        .agg(F.sum("amount_vnd").alias("amount_vnd"))
    )
    spent = (
        legs.where(F.col("debtor_operator").isNotNull())
        .join(payees, "creditor_account_id", "left")
        .groupBy(F.col("debtor_operator").alias("subject_id"))
        .agg(
            F.sum("amount_vnd").alias("out_vnd"),
            _sum_where(F.col("channel") == "cash_withdrawal", "cash_vnd"),
            _sum_where(_supplier(parameters), "supplies_vnd"),
        )
    )
    taken = (
        legs.where(F.col("creditor_operator").isNotNull())
        .groupBy(F.col("creditor_operator").alias("subject_id"))
        .agg(
            F.sum("amount_vnd").alias("in_vnd"),
            _sum_where(F.col("channel").isin(*SALES_CHANNELS), "sales_vnd"),
        )
    )
    return taken.join(spent, "subject_id", "full").fillna(0)


def _supplier(parameters: Parameters) -> Column:
    known = F.coalesce("creditor_holder_type", F.lit(""))
    named = F.coalesce(F.col("creditor_name_norm").rlike(str(parameters["business_words"])), F.lit(False))
    carrier = F.col("creditor_holder_type").isin("carrier", "payment_intermediary")
    abroad = F.coalesce("creditor_country", F.lit("VN")) != "VN"
    several = F.coalesce("creditor_payers", F.lit(0)) >= int(parameters["supplier_payers_least"])
    return (
        (known.isin(*_BUSINESS) | named | abroad | several)
        & ~F.coalesce(carrier, F.lit(False))
        & (F.col("channel") != "cash_withdrawal")
    )


def _sum_where(condition: Column, name: str) -> Column:
    return F.sum(F.when(condition, F.col("amount_vnd")).otherwise(F.lit(0))).alias(name)


def imports_of(customs: DataFrame, operators: DataFrame) -> DataFrame:
    """Per operator: `imports_vnd`, declared by one of its traders or for a consignee with its phone."""
    lines = customs.where(F.col("direction") == "import")
    as_trader = lines.join(parties_of(operators, "trader_key"), "trader_key").select(
        "record_key", "customs_value_vnd", "operator_id"
    )
    as_consignee = lines.join(
        operators_of(operators, "phone", "consignee_phone_e164"), "consignee_phone_e164"
    ).select("record_key", "customs_value_vnd", "operator_id")
    return (
        as_trader.unionByName(as_consignee)
        .groupBy(F.col("operator_id").alias("subject_id"), "record_key")
        .agg(F.max("customs_value_vnd").alias("customs_value_vnd"))
        .groupBy("subject_id")
        .agg(F.sum("customs_value_vnd").alias("imports_vnd"))
    )
