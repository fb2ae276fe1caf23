"""Imports that somebody pays for who is neither the importer nor the consignee, nor close to them."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

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
    id="payer_unrelated_to_importer",
    subject="operator",
    reads={
        "customs": "flows.declarations",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
    },
)


def transform(
    *,
    customs: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the declarations that strangers pay, times their share of those paid."""
    del as_of
    named = named_payments(outward_payments(payments), declarations(customs, operators))
    judged = kept(_judged(named, accounts, parameters))
    rows = reported(_measure(judged, parameters), parameters)
    return close(SIGNAL, rows, *_shown(rows, judged), int(parameters["evidence_limit"]))


def _judged(named: DataFrame, accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """Named payments with `strange` (null where nothing is known of the payer) and `personal`."""
    homes = accounts.select(
        F.col("account_id").alias("debtor_account_id"), "phone_e164", "address_norm", "holder_name_norm"
    )
    near = (
        F.col("own")
        | F.coalesce(
            F.col("phone_e164").isin(F.col("consignee_phone_e164"), F.col("trader_phone_e164")), F.lit(False)
        )
        | F.coalesce(
            F.col("address_norm").isin(F.col("consignee_address_norm"), F.col("trader_address_norm")),
            F.lit(False),
        )
        | F.coalesce(F.col("holder_name_norm") == F.col("consignee_name_norm"), F.lit(False))
    )
    known = F.col("debtor_holder_key").isNotNull() | F.col("debtor_name_norm").isNotNull()
    # Who pays for many importers is a forwarder or a payment agent: context, no party to one import.
    traders = F.size(F.collect_set("trader").over(Window.partitionBy("payer")))
    company = (F.col("debtor_holder_type") == "company") | F.col("debtor_holder_key").startswith("tax:")
    return (
        named.join(homes, "debtor_account_id", "left")
        .withColumn("strange", F.when(known, ~near))
        .withColumn("agent", traders >= int(parameters["agent_traders_least"]))
        .withColumn("personal", ~F.coalesce(company, F.lit(False)))
        .where(F.col("strange").isNotNull() & ~F.col("agent") & F.col("trader").isNotNull())
    )


def _measure(judged: DataFrame, parameters: Parameters) -> DataFrame:
    per_declaration = judged.groupBy("trader", "declaration_no").agg(
        F.max(F.col("strange").cast("int")).alias("strange"),
        F.max((F.col("strange") & F.col("personal")).cast("int")).alias("personal"),
        F.sum(F.when(F.col("strange"), F.col("amount_vnd")).otherwise(F.lit(0))).alias("value_vnd"),
    )
    payers = judged.where("strange").groupBy("trader").agg(F.size(F.collect_set("payer")).alias("payers"))
    entrusted = (F.col("personal") == 0) & (F.col("payers") == 1)
    factor = (
        F.when(entrusted, float(parameters["factor_entrusted"]))
        .when(F.col("personal") == 0, float(parameters["factor_firms"]))
        .otherwise(1.0)
    )
    value: Column = F.log2(1 + F.col("support")) * F.col("support") / F.col("paid") * factor
    return (
        per_declaration.groupBy("trader")
        .agg(
            F.count(F.lit(1)).alias("paid"),
            F.sum("strange").alias("support"),
            F.sum("personal").alias("personal"),
            F.sum("value_vnd").alias("value_vnd"),
        )
        .join(payers, "trader", "left")
        .select(
            F.col("trader").alias("subject_id"),
            F.lit("importers with named payments").alias("peer_group"),
            F.round(value, 6).alias("value"),
            "support",
            "value_vnd",
            F.array(explanation("entrusted_import", entrusted & (F.col("support") > 0))).alias(
                "explanations"
            ),
        )
    )


def _shown(rows: DataFrame, judged: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    strange = judged.where("strange").join(subjects_of(rows), judged["trader"] == F.col("subject_id"))
    members = [
        member_rows(strange, holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(strange, "account", "debtor_account_id", "payer"),
        member_rows(strange, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "payer"),
    ]
    lines = strange.select("subject_id", "line_keys").distinct()
    return members, [
        payment_rows(strange, 1),
        record_rows(lines, "customs_declarations", F.explode("line_keys"), 2),
    ]
