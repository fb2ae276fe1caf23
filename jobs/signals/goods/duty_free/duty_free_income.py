"""What importers of duty-free goods are paid: by a principal abroad for their work, or by buyers at home.

Who pays an importer at home may pay beside it a private account that takes for the importer.
"""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.firm_names import names_firm
from jobs.signals.schema import Parameters, member, record

BUYERS = """
    array<struct<members: array<struct<kind: string, id: string, role: string>>,
                 evidence: array<struct<feed: string, key: string>>>>
"""


def income_of_importers(
    payments: DataFrame, entries: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """hand, received, from_abroad, sold_vnd, accomplices: what importers are paid, how much of it by buyers
    at home, and who these are."""
    importers = _payees(entries)
    first = as_of - timedelta(days=int(parameters["lookback_days"]) - 1)
    in_time = payments.where(F.col("day").between(F.lit(first), F.lit(as_of)))
    payers = (
        in_time.withColumn("payee", _payee("creditor_holder_key", "creditor_name_norm"))
        .join(F.broadcast(importers), "payee", "inner")
        .where(F.coalesce(F.col("debtor_holder_key") != F.col("creditor_holder_key"), F.lit(True)))
        .where(F.coalesce(F.col("debtor_name_norm") != F.col("creditor_name_norm"), F.lit(True)))
        .groupBy(
            "hand",
            (F.coalesce("debtor_country", F.lit("VN")) != "VN").alias("abroad"),
            F.coalesce("debtor_hub", F.lit(False)).alias("hub"),
            F.coalesce("debtor_holder_key", "debtor_account_id").alias("payer"),
        )
        .agg(
            F.count(F.lit(1)).alias("times"),
            F.sum("amount_vnd").alias("amount"),
            F.max("debtor_holder_type").alias("holder_type"),
            F.collect_set("debtor_account_id").alias("accounts"),
            F.collect_set("creditor_account_id").alias("own_accounts"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
    )
    home = ~F.col("abroad") & ~F.col("hub")
    at_home = F.sum(F.when(home, F.col("amount"))).over(Window.partitionBy("hand"))
    buyer = (
        F.lit(bool(parameters["buyers_took_goods"]))
        & home
        & F.col("payer").isNotNull()
        & (F.col("times") >= int(parameters["buyer_payments"]))
        & (F.col("amount") >= F.col("at_home") * float(parameters["buyer_share"]))
        & (F.col("amount") >= int(parameters["buyer_vnd"]))
    )
    kind = F.when(F.col("payer").startswith("tax:"), "company").when(
        F.col("payer").startswith("cccd:") | F.col("payer").startswith("passport:"), "person"
    )
    # Its account is named where nothing else is known of a buyer. Who pays beside knows that it is no
    # ordinary sale: where some do, the others are customers. Where none does, so are all but those who take
    # most.
    largest = Window.partitionBy("hand").orderBy(F.desc("buyer"), F.desc("amount"), "payer")
    beyond = F.col("place") > int(parameters["buyers_named"])
    customer = F.coalesce(~F.array_contains("till_firms", F.col("payer")), beyond)
    bought = F.when(kind.isNotNull(), F.array(member(kind, F.col("payer"), "buyer"))).otherwise(
        F.transform("accounts", lambda account: member("account", account, "buyer"))
    )
    paid = F.transform("own_accounts", lambda account: member("account", account, "settlement"))
    named = F.when(customer, paid).otherwise(F.concat(bought, paid))
    shown = F.transform("report_keys", lambda key: record("bank_transactions", key))
    firms = home & (F.col("holder_type") == "company") & (F.col("amount") >= int(parameters["buyer_vnd"]))
    beside = _paid_beside(in_time, payers.where(firms).select("hand", "payer"), parameters)
    income = (
        payers.withColumn("at_home", at_home)
        .withColumn("buyer", F.coalesce(buyer, F.lit(False)))
        .withColumn("place", F.row_number().over(largest))
        .join(beside.select("hand", "till_firms"), "hand", "left")
        .groupBy("hand")
        .agg(
            F.sum(F.when(~F.col("hub"), F.col("amount"))).alias("received"),
            F.sum(F.when(F.col("abroad"), F.col("amount"))).alias("from_abroad"),
            F.sum(F.when(F.col("buyer"), F.col("amount"))).alias("sold_vnd"),
            F.collect_list(
                F.when(F.col("buyer"), F.struct(named.alias("members"), shown.alias("evidence")))
            ).alias("accomplices"),
        )
    )
    return (
        income.join(beside.drop("till_firms"), "hand", "left")
        .withColumn("sold_vnd", F.coalesce("sold_vnd", F.lit(0)) + F.coalesce("beside_vnd", F.lit(0)))
        .withColumn("accomplices", F.concat("accomplices", F.coalesce("tills", F.array().cast(BUYERS))))
        .drop("beside_vnd", "tills")
    )


def _paid_beside(payments: DataFrame, firms: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, beside_vnd, till_firms, tills: what firms that pay an importer also pay to one private account.

    One of them may have a reason of its own to pay that person; several of one importer's payers hardly.
    """
    private = F.lit(bool(parameters["buyers_took_goods"])) & (F.col("creditor_holder_type") == "individual")
    each = (
        payments.where(private & F.col("creditor_account_id").isNotNull())
        .withColumn("payer", F.coalesce("debtor_holder_key", "debtor_account_id"))
        .join(firms, "payer")
        .groupBy("hand", "payer", F.col("creditor_account_id").alias("till"))
        .agg(
            F.max("creditor_holder_key").alias("holder"),
            F.count(F.lit(1)).alias("times"),
            F.sum("amount_vnd").alias("amount"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where(F.col("times") >= int(parameters["buyer_payments"]))
        .where(F.col("amount") >= int(parameters["buyer_vnd"]))
    )
    holder = F.when(F.col("holder").isNotNull(), member("person", F.col("holder"), "collector"))
    named = F.filter(
        F.array(member("account", F.col("till"), "collector"), holder), lambda one: one.isNotNull()
    )
    shown = F.transform("report_keys", lambda key: record("bank_transactions", key))
    return (
        each.groupBy("hand", "till")
        .agg(
            F.collect_set("payer").alias("firms"),
            F.max("holder").alias("holder"),
            F.sum("amount").alias("amount"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where(F.size("firms") >= int(parameters["till_firms"]))
        .groupBy("hand")
        .agg(
            F.sum("amount").alias("beside_vnd"),
            F.flatten(F.collect_list("firms")).alias("till_firms"),
            F.collect_list(F.struct(named.alias("members"), shown.alias("evidence"))).alias("tills"),
        )
    )


def _payees(entries: DataFrame) -> DataFrame:
    """hand, payee: how payments name importers, by key or, where it is missing, by a name of one alone."""
    traders = entries.where(F.col("trader").isNotNull())
    named = (
        traders.where(names_firm("trader_name_norm"))
        .groupBy(_payee(F.lit(None), "trader_name_norm").alias("payee"))
        .agg(F.min("hand").alias("hand"), F.count_distinct("hand").alias("hands"))
        .where(F.col("hands") == 1)
    )
    keyed = traders.select("hand", F.col("trader").alias("payee")).distinct()
    return keyed.unionByName(named.select("hand", "payee"))


def _payee(key: str | Column, name: str) -> Column:
    # A name that a key stands beside is not looked at: the key tells whose account it is.
    return F.coalesce(key, F.concat(F.lit("name:"), name))
