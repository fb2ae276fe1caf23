"""Describe every account that is seen anywhere: holder, operator, counterparties, and whether it is a hub."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.links.rules import HubRules, hub_rules
from jobs.link.firm_names import holder_type_named, names_public_body
from jobs.link.nodes import node, operator_id
from jobs.runtime.job import Job, JobContext

ACCOUNTS_DDL = """
    account_id string, bank string, registered boolean, holder_key string, holder_type string,
    holder_name_norm string, phone_e164 string, address_norm string, opened_on date, status string,
    occupation string, declared_monthly_turnover_vnd bigint, current_province_code string,
    branch_province_code string, operator_id string, hub boolean, hub_reason string,
    payers bigint, payees bigint
"""
_REGISTER = (
    "holder_key", "holder_type", "holder_name_norm", "phone_e164", "address_norm", "opened_on", "status",
    "occupation", "declared_monthly_turnover_vnd", "current_province_code", "branch_province_code",
)  # fmt: skip
HOME_COUNTRY = "VN"


def transform(
    *,
    accounts: DataFrame,
    payments: DataFrame,
    usages: DataFrame,
    identifiers: DataFrame,
    operators: DataFrame,
    context: JobContext,
) -> DataFrame:
    recent = F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))
    register = accounts.select("account_id", *_REGISTER, F.lit(True).alias("registered"))
    seen = _seen_in_payments(payments.where(recent))
    used = usages.where(F.col("kind") == "account").select(F.col("id").alias("account_id"))
    firms = usages.where(
        (F.col("role") == "held_by") & (F.col("kind") == "owner") & (F.col("feed") == "bank_transactions")
    ).where(F.col("id").startswith("tax:"))
    named = firms.select(F.col("entity_id").alias("account_id"), F.col("id").alias("named_key"))
    ids = register.select("account_id").union(seen.select("account_id")).union(used).distinct()
    shared = identifiers.where(F.col("hub") & (F.col("kind") == "account")).select(
        F.col("id").alias("account_id"), F.col("hub_reason").alias("shared_reason")
    )
    hands = operators.where(F.col("kind") == "account").select(F.col("id").alias("account_id"), "operator_id")
    abroad = F.coalesce("abroad", F.lit(False))
    described = (
        ids.join(register, "account_id", "left")
        .join(seen, "account_id", "left")
        .join(named, "account_id", "left")
        .join(shared, "account_id", "left")
        .join(hands, "account_id", "left")
        .withColumns(
            {
                # Many accounts are seen with no register beside them; a name then tells who holds them.
                "holder_type": F.coalesce("holder_type", F.when(~abroad, holder_type_named("seen_name"))),
                "holder_key": F.coalesce("holder_key", "named_key"),
                "holder_name_norm": F.coalesce("holder_name_norm", "seen_name"),
                "registered": F.coalesce("registered", F.lit(False)),
                "payers": F.coalesce("payers", F.lit(0)).cast("bigint"),
                "payees": F.coalesce("payees", F.lit(0)).cast("bigint"),
            }
        )
        .withColumn("hub_reason", _hub_reason(hub_rules()))
    )
    return described.select(
        "account_id",
        F.substring_index("account_id", ":", 1).alias("bank"),
        "registered",
        "holder_key",
        "holder_type",
        "holder_name_norm",
        *[column for column in _REGISTER if column not in ("holder_key", "holder_type", "holder_name_norm")],
        F.coalesce("operator_id", operator_id(node("account", F.col("account_id")))).alias("operator_id"),
        F.col("hub_reason").isNotNull().alias("hub"),
        "hub_reason",
        "payers",
        "payees",
    )


def _seen_in_payments(payments: DataFrame) -> DataFrame:
    """One row an account: distinct payers and payees, a name, and whether a payment puts it abroad."""
    legs = F.array(
        _leg("debtor", "creditor", pays=True),
        _leg("creditor", "debtor", pays=False),
    )
    pairs = (
        payments.select(F.explode(legs).alias("leg"))
        .select("leg.*")
        .where("account_id IS NOT NULL")
        .groupBy("account_id", "other", "pays")
        .agg(F.max("name").alias("name"), F.max("abroad").alias("abroad"))
    )
    counts = F.col("other").isNotNull() & (F.col("other") != F.col("account_id"))
    return pairs.groupBy("account_id").agg(
        F.count(F.when(counts & ~F.col("pays"), 1)).alias("payers"),
        F.count(F.when(counts & F.col("pays"), 1)).alias("payees"),
        F.max("name").alias("seen_name"),
        F.max("abroad").alias("abroad"),
    )


def _leg(own: str, other: str, pays: bool) -> Column:
    return F.struct(
        F.col(f"{own}_account_id").alias("account_id"),
        F.col(f"{other}_account_id").alias("other"),
        F.lit(pays).alias("pays"),
        F.col(f"{own}_name_norm").alias("name"),
        (F.coalesce(f"{own}_country", F.lit(HOME_COUNTRY)) != HOME_COUNTRY).alias("abroad"),
    )


def _hub_reason(rules: HubRules) -> Column:
    """Why the account is context: its holder, its users, or more counterparties than such a holder has."""
    counterparties = F.col("payers") + F.col("payees")
    limits = rules.counterparties_max
    private = F.coalesce(F.col("holder_type").isin("individual", "household_business"), F.lit(False))
    foreign = ~F.col("registered") & F.coalesce("abroad", F.lit(False))
    return F.coalesce(
        F.when(F.col("holder_type").isin(*rules.institutions), F.col("holder_type")),
        F.when(~private & names_public_body("holder_name_norm"), F.lit("public_body")),
        F.col("shared_reason"),
        F.when((F.col("holder_type") == "company") & (counterparties > limits.company), F.lit("company")),
        F.when(foreign & (counterparties > limits.foreign), F.lit("foreign")),
        F.when(~F.col("registered") & (counterparties > limits.unregistered), F.lit("unregistered")),
    )


JOB = Job(
    name="describe_accounts",
    purpose="Holder, operator, counterparties and hub of every account",
    grain="one row an account",
    reads={
        "accounts": "silver.bank_accounts",
        "payments": "silver.bank_transactions",
        "usages": "links.usages",
        "identifiers": "links.identifiers",
        "operators": "links.operators",
    },
    writes={"links.accounts": ACCOUNTS_DDL},
    transform=transform,
)
