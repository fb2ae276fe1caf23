"""Trade payments and the declarations that they name."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.firm_names import same_name
from jobs.signals.joins.operators import parties_of


def digits(column: str) -> Column:
    """A declaration number without blanks, dots and other marks; null when nothing is left."""
    return F.nullif(F.regexp_replace(column, "[^0-9]", ""), F.lit(""))


def declarations(customs: DataFrame, operators: DataFrame) -> DataFrame:
    """One row an import declaration: number, trader (its operator, else itself), partner, value, lines."""
    lines = customs.where((F.col("direction") == "import") & digits("declaration_no").isNotNull())
    whole = lines.groupBy(digits("declaration_no").alias("declaration_no")).agg(
        F.min("trader_key").alias("trader_key"),
        F.min("trader_name_norm").alias("trader_name_norm"),
        F.min("trader_phone_e164").alias("trader_phone_e164"),
        F.min("trader_address_norm").alias("trader_address_norm"),
        F.min("consignee_name_norm").alias("consignee_name_norm"),
        F.min("consignee_phone_e164").alias("consignee_phone_e164"),
        F.min("consignee_address_norm").alias("consignee_address_norm"),
        F.min("partner_name_norm").alias("partner_name_norm"),
        F.min("partner_country").alias("partner_country"),
        F.min("event_day").alias("registered_day"),
        F.sum("customs_value_vnd").alias("declared_vnd"),
        F.sort_array(F.collect_set("record_key")).alias("line_keys"),
    )
    return whole.join(
        parties_of(operators, "trader_key", "trader_operator"), "trader_key", "left"
    ).withColumn(
        "trader", F.coalesce("trader_operator", "trader_key", F.concat(F.lit("name:"), "trader_name_norm"))
    )


def outward_payments(payments: DataFrame) -> DataFrame:
    """Payments of domestic debtors to foreign creditors, with `payer` (operator or account) and `number`."""
    return payments.where(
        (F.coalesce("creditor_country", F.lit("VN")) != "VN")
        & (F.coalesce("debtor_country", F.lit("VN")) == "VN")
        & F.col("debtor_account_id").isNotNull()
        & ~F.coalesce("debtor_hub", F.lit(False))
    ).select(
        "payment_key",
        "report_keys",
        "day",
        "amount_vnd",
        "debtor_account_id",
        "debtor_holder_key",
        "debtor_holder_type",
        "debtor_name_norm",
        "creditor_account_id",
        "creditor_country",
        "creditor_name_norm",
        F.coalesce("debtor_operator", "debtor_account_id").alias("payer"),
        F.coalesce("creditor_name_norm", "creditor_account_id").alias("payee"),
        digits("declaration_no").alias("number"),
        "remittance_norm",
    )


def named_payments(outward: DataFrame, declared: DataFrame) -> DataFrame:
    """Outward payments joined to the declaration that they name; `own` when the trader itself pays."""
    own = (
        F.col("payer").eqNullSafe(F.col("trader"))
        | F.col("debtor_holder_key").eqNullSafe(F.col("trader_key"))
        | same_name("debtor_name_norm", "trader_name_norm")
        | same_name("debtor_name_norm", "consignee_name_norm")
    )
    return outward.join(declared, outward["number"] == declared["declaration_no"]).withColumn(
        "own", F.coalesce(own, F.lit(False))
    )


def holder_kind(holder: Column) -> Column:
    """Member kind of a holder key: tax codes are companies, personal numbers and passports people."""
    return F.when(holder.startswith("tax:"), F.lit("company")).otherwise(F.lit("person"))
