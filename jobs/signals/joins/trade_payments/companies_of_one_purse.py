"""Companies that declare at one address or phone, and one private account that funds them or takes from them.

Each has a director of its own who draws a small wage; the money and the papers are one person's. Neighbours
in an office share an address, and clients of one broker its phone, but no private purse; a market trader pays
many companies, but they have no address in common.
Source: Vietnam Customs press cases (hired directors, borrowed legal entities); FATF/Egmont, trade-based money
laundering risk indicators 2021 (shell companies).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.firm_names import group_key
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="companies_of_one_purse",
    subject="account",
    reads={"payments": "flows.payments", "customs": "flows.declarations"},
)


def transform(*, payments: DataFrame, customs: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value = how many importers with one contact one private account funds, or takes money from."""
    contacts = kept(_shared_contacts(customs, parameters, as_of))
    joined = kept(_dealings(payments, parameters).join(F.broadcast(contacts), "company"))
    rows = reported(_measure(joined), parameters)
    shown = joined.join(subjects_of(rows), "subject_id", "left_semi")
    members = [
        member_rows(rows, "account", "subject_id", "operator"),
        member_rows(shown, "company", "company", "trader"),
    ]
    evidence = [payment_rows(shown), record_rows(shown, "customs_declarations", F.explode("line_keys"), 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _shared_contacts(customs: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an importer and a contact on its declarations that few importers have
    (`contact_companies_most`): company, contact, name, line_keys."""
    contacts = F.array(
        F.concat(F.lit("phone:"), F.col("trader_phone_e164")),
        F.concat(F.lit("address:"), F.col("trader_address_norm")),
    )
    used = (
        in_window(customs, as_of, parameters["window_days"])
        .where((F.col("direction") == "import") & F.col("trader_key").isNotNull())
        .select(
            "trader_key",
            "trader_name_norm",
            "record_key",
            F.explode(F.array_compact(contacts)).alias("contact"),
        )
        .groupBy(F.col("trader_key").alias("company"), "contact")
        .agg(
            F.min("trader_name_norm").alias("name"),
            F.sort_array(F.collect_set("record_key")).alias("line_keys"),
        )
    )
    companies = F.count(F.lit(1)).over(Window.partitionBy("contact"))
    return (
        used.withColumn("companies", companies)
        .where(F.col("companies").between(2, int(parameters["contact_companies_most"])))
        .drop("companies")
    )


def _dealings(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a private account, company and way (`funds`, `takes`) of their payments: several, and not
    small. Wages are an employee's."""

    def one_way(private: str, company: str, way: str) -> Column:
        is_private = is_true(F.col(f"{private}_holder_type") == "individual")
        return F.when(
            is_private & F.col(f"{company}_holder_key").isNotNull(),
            F.struct(
                F.col(f"{private}_account_id").alias("subject_id"),
                F.col(f"{company}_holder_key").alias("company"),
                F.lit(way).alias("way"),
            ),
        )

    ways = F.array(one_way("debtor", "creditor", "funds"), one_way("creditor", "debtor", "takes"))
    both = (
        payments.where(~is_true(F.col("wages")))
        .select("amount_vnd", "report_keys", F.explode(F.array_compact(ways)).alias("dealing"))
        .select("dealing.*", "amount_vnd", "report_keys")
    )
    return (
        both.groupBy("subject_id", "company", "way")
        .agg(
            F.count(F.lit(1)).alias("payments"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.sort_array(F.array_distinct(F.flatten(F.collect_list("report_keys")))).alias("report_keys"),
        )
        .where(F.col("payments") >= int(parameters["payments_least"]))
        .where(F.col("amount_vnd") >= int(parameters["amount_least_vnd"]))
    )


def _measure(joined: DataFrame) -> DataFrame:
    """One row a private account that deals with such importers."""
    by_contact = (
        joined.withColumn("group", group_key("name"))
        .groupBy("subject_id", "way", "contact")
        .agg(
            F.count(F.lit(1)).alias("companies"),
            F.count("group").alias("named"),
            F.count_distinct("group").alias("groups"),
            F.sum("payments").alias("support"),
            F.sum("amount_vnd").alias("value_vnd"),
        )
    )
    most = F.max_by(
        F.struct("companies", "named", "groups", "support", "value_vnd"),
        F.struct("companies", "value_vnd", "contact"),
    )
    one_name = (F.col("most.named") == F.col("most.companies")) & (F.col("most.groups") == 1)
    return (
        by_contact.groupBy("subject_id")
        .agg(most.alias("most"))
        .select(
            "subject_id",
            F.lit("private accounts that deal with importers").alias("peer_group"),
            F.col("most.companies").cast("double").alias("value"),
            F.col("most.support").alias("support"),
            F.col("most.value_vnd").alias("value_vnd"),
            F.array(explanation("one_group_of_companies", one_name)).alias("explanations"),
        )
    )
