"""Plain facts of every account, sender and trader, for the outlier model: `features.*`.

A fact that cannot be measured is null, never zero. Shares are 0-1, amounts whole đồng.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.runtime.job import Job, JobContext

ACCOUNTS_DDL = (
    "id string, peer_group string, credits double, debits double, credited_vnd double, debited_vnd double,"
    " payers double, payees double, balance_of_flows double, cash_share double, abroad_share double,"
    " night_share double, typical_credit_vnd double, active_days double"
)
SENDERS_DDL = (
    "id string, peer_group string, parcels double, cod_share double, cod_vnd double, returned_share double,"
    " recipients_per_parcel double, provinces double, cod_accounts double, typical_value_vnd double,"
    " value_per_kg_vnd double, days_to_deliver double"
)
TRADERS_DDL = (
    "id string, peer_group string, lines double, declarations double, offices double, goods double,"
    " partners double, red_share double, value_vnd double, duty_share double, value_per_kg_vnd double,"
    " typical_quantity double"
)


def _share(part: Column, whole: Column) -> Column:
    return F.round(part / F.when(whole > 0, whole), 6)


def _distinct(column: str) -> Column:
    # Several count(distinct) in one query expand every row; a set does not.
    return F.size(F.collect_set(column)).cast("double")


def _accounts(payments: DataFrame, accounts: DataFrame) -> DataFrame:
    """One row an account with traffic in the window; hubs are context and left out."""
    common = ["amount_vnd", "day", "at", "channel"]
    credits = payments.where(F.col("creditor_account_id").isNotNull()).select(
        F.col("creditor_account_id").alias("id"),
        F.col("debtor_account_id").alias("other"),
        F.col("debtor_country").alias("country"),
        F.lit(True).alias("is_credit"),
        *common,
    )
    debits = payments.where(F.col("debtor_account_id").isNotNull()).select(
        F.col("debtor_account_id").alias("id"),
        F.col("creditor_account_id").alias("other"),
        F.col("creditor_country").alias("country"),
        F.lit(False).alias("is_credit"),
        *common,
    )
    amount = F.col("amount_vnd")
    is_credit = F.col("is_credit")
    # 17:00-23:00 UTC is midnight to six in Vietnam.
    at_night = F.hour("at").between(17, 22)
    sums = (
        credits.unionByName(debits)
        .groupBy("id")
        .agg(
            F.count_if(is_credit).cast("double").alias("credits"),
            F.count_if(~is_credit).cast("double").alias("debits"),
            F.sum(F.when(is_credit, amount).otherwise(0)).cast("double").alias("credited_vnd"),
            F.sum(F.when(~is_credit, amount).otherwise(0)).cast("double").alias("debited_vnd"),
            F.size(F.collect_set(F.when(is_credit, F.col("other")))).cast("double").alias("payers"),
            F.size(F.collect_set(F.when(~is_credit, F.col("other")))).cast("double").alias("payees"),
            F.sum(
                F.when(F.col("channel").isin("cash_deposit", "cash_withdrawal"), amount).otherwise(0)
            ).alias("cash_vnd"),
            F.sum(F.when(F.col("country") != "VN", amount).otherwise(0)).alias("abroad_vnd"),
            F.count_if(at_night).alias("at_night"),
            F.percentile(F.when(is_credit, amount), 0.5).alias("typical_credit_vnd"),
            _distinct("day").alias("active_days"),
        )
    )
    traffic = F.col("credited_vnd") + F.col("debited_vnd")
    kinds = accounts.where(~F.col("hub")).select(F.col("account_id").alias("id"), "holder_type")
    return sums.join(kinds, "id", "inner").select(
        "id",
        F.concat(F.lit("account:"), F.coalesce("holder_type", F.lit("unregistered"))).alias("peer_group"),
        "credits",
        "debits",
        "credited_vnd",
        "debited_vnd",
        "payers",
        "payees",
        _share(F.least("credited_vnd", "debited_vnd"), F.greatest("credited_vnd", "debited_vnd")).alias(
            "balance_of_flows"
        ),
        _share(F.col("cash_vnd"), traffic).alias("cash_share"),
        _share(F.col("abroad_vnd"), traffic).alias("abroad_share"),
        _share(F.col("at_night"), F.col("credits") + F.col("debits")).alias("night_share"),
        F.round("typical_credit_vnd", 0).cast("double").alias("typical_credit_vnd"),
        "active_days",
    )


def _senders(parcels: DataFrame) -> DataFrame:
    """One row a sender of parcels (shop, or phone, address or account where no shop is named)."""
    cod = F.coalesce(F.col("cod_amount_vnd"), F.lit(0))
    days = (F.unix_timestamp("delivered_at") - F.unix_timestamp("created_at")) / 86400
    sums = parcels.groupBy(F.col("sender_key").alias("id")).agg(
        F.count(F.lit(1)).cast("double").alias("parcels"),
        F.count_if(cod > 0).alias("with_cod"),
        F.sum(cod).cast("double").alias("cod_vnd"),
        F.count_if(F.col("status").isin("returned", "refused")).alias("came_back"),
        F.size(
            F.collect_set(F.coalesce("recipient_phone_e164", "recipient_address_norm", "recipient_name_norm"))
        ).alias("recipients"),
        _distinct("recipient_province_code").alias("provinces"),
        _distinct("cod_account_id").alias("cod_accounts"),
        F.percentile("declared_value_vnd", 0.5).alias("typical_value_vnd"),
        F.percentile(
            F.when(F.col("weight_kg") > 0, F.col("declared_value_vnd") / F.col("weight_kg")), 0.5
        ).alias("value_per_kg_vnd"),
        F.percentile(days, 0.5).alias("days_to_deliver"),
        F.max(F.col("seller_key").isNotNull()).alias("has_shop"),
    )
    return sums.where(F.col("id").isNotNull()).select(
        "id",
        F.when(F.col("has_shop"), "sender:shop").otherwise("sender:off_platform").alias("peer_group"),
        "parcels",
        _share(F.col("with_cod"), F.col("parcels")).alias("cod_share"),
        "cod_vnd",
        _share(F.col("came_back"), F.col("parcels")).alias("returned_share"),
        _share(F.col("recipients"), F.col("parcels")).alias("recipients_per_parcel"),
        "provinces",
        "cod_accounts",
        F.round("typical_value_vnd", 0).cast("double").alias("typical_value_vnd"),
        F.round("value_per_kg_vnd", 0).cast("double").alias("value_per_kg_vnd"),
        F.round("days_to_deliver", 4).alias("days_to_deliver"),
    )


def _traders(declarations: DataFrame, context: JobContext) -> DataFrame:
    """One row a trader with declaration lines in the window."""
    in_window = F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))
    value = F.col("customs_value_vnd")
    was_red = (F.col("channel") == "red") | F.col("channel_history").contains("red")
    sums = (
        declarations.where(in_window & F.col("trader_key").isNotNull())
        .groupBy(F.col("trader_key").alias("id"))
        .agg(
            F.count(F.lit(1)).cast("double").alias("lines"),
            _distinct("declaration_no").alias("declarations"),
            _distinct("customs_office").alias("offices"),
            _distinct("hs_code").alias("goods"),
            _distinct("partner_name_norm").alias("partners"),
            F.count_if(was_red).alias("red"),
            F.sum(value).cast("double").alias("value_vnd"),
            F.sum(F.coalesce("duty_vnd", F.lit(0))).alias("duty_vnd"),
            F.count("duty_vnd").alias("with_duty"),
            F.percentile(F.when(F.col("net_weight_kg") > 0, value / F.col("net_weight_kg")), 0.5).alias(
                "per_kg"
            ),
            F.percentile("quantity", 0.5).alias("typical_quantity"),
            F.avg((F.col("direction") == "export").cast("int")).alias("export_share"),
        )
    )
    return sums.select(
        "id",
        F.when(F.col("export_share") >= 0.5, "trader:export").otherwise("trader:import").alias("peer_group"),
        "lines",
        "declarations",
        "offices",
        "goods",
        "partners",
        _share(F.col("red"), F.col("lines")).alias("red_share"),
        "value_vnd",
        F.when(F.col("with_duty") > 0, _share(F.col("duty_vnd"), F.col("value_vnd"))).alias("duty_share"),
        F.round("per_kg", 0).cast("double").alias("value_per_kg_vnd"),
        F.round("typical_quantity", 3).cast("double").alias("typical_quantity"),
    )


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parcels: DataFrame,
    declarations: DataFrame,
    context: JobContext,
) -> dict[str, DataFrame]:
    """The three feature tables."""
    return {
        "features.accounts": _accounts(payments, accounts),
        "features.senders": _senders(parcels),
        "features.traders": _traders(declarations, context),
    }


JOB = Job(
    name="measure_features",
    purpose="Plain facts of every account, sender and trader, for the outlier model",
    grain="one account, sender or trader",
    reads={
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "parcels": "flows.parcels",
        "declarations": "flows.declarations",
    },
    writes={
        "features.accounts": ACCOUNTS_DDL,
        "features.senders": SENDERS_DDL,
        "features.traders": TRADERS_DDL,
    },
    transform=transform,
)
