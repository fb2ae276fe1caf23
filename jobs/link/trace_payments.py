"""One row for each real transfer: what both banks reported is collapsed, and both sides are described."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.links.rules import hub_rules
from jobs.link.describe_accounts import HOME_COUNTRY
from jobs.link.everyday_payments import with_group_name, with_plain_reasons
from jobs.runtime.job import Job, JobContext

PAYMENTS_DDL = """
    payment_key string, report_keys array<string>, at timestamp, day date, amount_vnd bigint, channel string,
    debtor_account_id string, creditor_account_id string, debtor_country string, creditor_country string,
    debtor_name_norm string, creditor_name_norm string, debtor_holder_key string, creditor_holder_key string,
    debtor_holder_type string, creditor_holder_type string, debtor_operator string, creditor_operator string,
    debtor_hub boolean, creditor_hub boolean, remittance_norm string, purpose_code string,
    declaration_no string, device_id string, one_holder boolean,
    wages boolean, reason_stated boolean
"""
_TRANSFER = ("debtor_account_id", "creditor_account_id", "amount", "currency")
# What one bank may know and the other not; the first report's word stands where both speak.
_EITHER_KNOWS = (
    "debtor_country", "creditor_country", "debtor_name_norm", "creditor_name_norm", "remittance_norm",
    "purpose_code", "declaration_no", "device_id",
)  # fmt: skip


def transform(*, payments: DataFrame, accounts: DataFrame, context: JobContext) -> DataFrame:
    recent = payments.where(
        F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))
    ).select(
        "record_key",
        "bank_code",
        "event_at",
        "event_day",
        "amount_vnd",
        "channel",
        *_TRANSFER,
        *_EITHER_KNOWS,
    )
    two_sided = F.col("debtor_account_id").isNotNull() & F.col("creditor_account_id").isNotNull()
    alone = recent.where(~two_sided).withColumn("report_keys", F.array("record_key"))
    transfers = collapse_reports(recent.where(two_sided), hub_rules().mirror_reports.minutes_max)
    transfers = transfers.unionByName(alone.select(*transfers.columns))
    accounts = with_group_name(accounts, hub_rules().group_names.bearers_most)
    return with_plain_reasons(
        transfers.join(_side(accounts, "debtor"), "debtor_account_id", "left")
        .join(_side(accounts, "creditor"), "creditor_account_id", "left")
        .select(
            F.col("record_key").alias("payment_key"),
            "report_keys",
            F.col("event_at").alias("at"),
            F.col("event_day").alias("day"),
            F.col("amount_vnd").cast("bigint").alias("amount_vnd"),
            "channel",
            "debtor_account_id",
            "creditor_account_id",
            F.coalesce("debtor_country", F.lit(HOME_COUNTRY)).alias("debtor_country"),
            F.coalesce("creditor_country", F.lit(HOME_COUNTRY)).alias("creditor_country"),
            "debtor_name_norm",
            "creditor_name_norm",
            "debtor_holder_key",
            "creditor_holder_key",
            "debtor_holder_type",
            "creditor_holder_type",
            "debtor_operator",
            "creditor_operator",
            "debtor_group_name",
            "creditor_group_name",
            F.coalesce("debtor_hub", F.lit(False)).alias("debtor_hub"),
            F.coalesce("creditor_hub", F.lit(False)).alias("creditor_hub"),
            "remittance_norm",
            "purpose_code",
            "declaration_no",
            "device_id",
        )
    ).drop("debtor_group_name", "creditor_group_name")


def collapse_reports(reports: DataFrame, minutes_max: int) -> DataFrame:
    """Two banks' reports of one transfer become one row with both keys in `report_keys`.

    Reports agree in both accounts, amount and currency. A run of them without a gap of more than
    `minutes_max` is one burst; in it the n-th report of one bank mirrors the n-th of the other, when no more
    than `minutes_max` lie between the two. So every report is used once, two equal transfers in a row stay
    two, and one bank never mirrors itself.
    """
    seconds = minutes_max * 60
    in_order = [F.col("event_at"), F.col("record_key")]
    same = Window.partitionBy(*_TRANSFER).orderBy(*in_order)
    gap = F.unix_timestamp("event_at") - F.unix_timestamp(F.lag("event_at").over(same))
    running = same.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    numbered = reports.withColumn("starts", F.when(gap <= seconds, 0).otherwise(1)).withColumn(
        "burst", F.sum("starts").over(running)
    )
    of_bank = Window.partitionBy(*_TRANSFER, "burst", "bank_code").orderBy(*in_order)
    placed = numbered.withColumn("place", F.row_number().over(of_bank))
    mirrored = Window.partitionBy(*_TRANSFER, "burst", "place")
    late = F.unix_timestamp("event_at") - F.unix_timestamp(F.min("event_at").over(mirrored)) > seconds
    # A report that is too late for the n-th of the other bank is a transfer of its own.
    split = placed.withColumn("alone", F.when(late, F.col("record_key")).otherwise(F.lit("")))
    first = F.min(F.struct("event_at", "record_key", "event_day", "amount_vnd", "channel", *_EITHER_KNOWS))
    keys = F.transform(
        F.sort_array(F.collect_list(F.struct("event_at", "record_key"))), lambda report: report["record_key"]
    )
    collapsed = split.groupBy(*_TRANSFER, "burst", "place", "alone").agg(
        first.alias("first"), keys.alias("report_keys"), *[F.max(name).alias(name) for name in _EITHER_KNOWS]
    )
    plain = ("record_key", "event_at", "event_day", "amount_vnd", "channel")
    return collapsed.select(
        *[F.col(f"first.{name}").alias(name) for name in plain],
        "debtor_account_id",
        "creditor_account_id",
        *[F.coalesce(F.col(f"first.{name}"), F.col(name)).alias(name) for name in _EITHER_KNOWS],
        "report_keys",
    )


def _side(accounts: DataFrame, side: str) -> DataFrame:
    def named(source: str, target: str) -> Column:
        return F.col(source).alias(f"{side}_{target}")

    return accounts.select(
        named("account_id", "account_id"),
        named("holder_key", "holder_key"),
        named("holder_type", "holder_type"),
        named("operator_id", "operator"),
        named("hub", "hub"),
        named("group_name", "group_name"),
    )


JOB = Job(
    name="trace_payments",
    purpose="Every transfer of the window once, with who stands on both sides",
    grain="one row a transfer",
    reads={"payments": "silver.bank_transactions", "accounts": "links.accounts"},
    writes={"flows.payments": PAYMENTS_DDL},
    transform=transform,
)
