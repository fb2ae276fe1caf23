"""Accounts that gather small credits and send them abroad."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.link.firm_names import supplier_key
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import kept
from jobs.signals.joins.trade import declarations, outward_payments
from jobs.signals.joins.trade_payments.outside_payers import (
    buys_for_importers,
    paid_by_importers,
    with_supplier,
)
from jobs.signals.payments.collection.collected_credits import (
    collecting_accounts,
    describe,
    with_exits,
    with_small_credits,
)
from jobs.signals.payments.ledger import days_in_window, ledger, of_accounts
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="small_credits_sent_abroad",
    subject="account",
    reads={
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "customs": "flows.declarations",
        "operators": "links.operators",
    },
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    customs: DataFrame,
    operators: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """One row a collecting account. Exit: a transfer abroad without declaration, tuition or medical purpose.

    A foreign beneficiary is a member when few accounts in the country pay it: factories, forwarders and
    platforms abroad have many payers and are context. Where businesses name no declarations, silence says
    nothing of one: its value counts by the share of their payments abroad that name a paper.
    """
    abroad = F.col("out") & (F.col("other_country") != "VN")
    rows = ledger(payments)
    senders = rows.where(abroad)
    sent = _sent(of_accounts(rows, senders), abroad, parameters)
    strong = kept(_heard(collecting_accounts(sent, parameters), sent, parameters))
    papers = sent.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.sum(F.when(F.col("documented"), F.col("amount_vnd")).otherwise(0)).alias("documented_vnd"),
        F.sum(F.when(F.col("abroad"), F.col("amount_vnd"))).alias("abroad_vnd"),
    )
    theirs = of_accounts(sent, strong.withColumnRenamed("subject_id", "account_id"))
    documented = F.col("documented_vnd") * 2 >= F.col("abroad_vnd")
    imports = kept(with_supplier(declarations(customs, operators), parameters))
    bought = is_true(F.col("bought_vnd") * 2 >= F.col("abroad_vnd"))
    imported = is_true(F.col("declared_vnd") >= F.col("abroad_vnd") * float(parameters["own_imports_share"]))
    further = F.array(
        explanation("buying_service", bought),
        explanation("own_imports", imported),
        explanation("trade_documents", documented),
    )
    found = (
        describe(strong, theirs, accounts, days_in_window(payments, as_of), parameters)
        .join(papers, on="subject_id", how="left")
        .join(_bought(strong, payments, imports, parameters), on="subject_id", how="left")
        .join(_declared(strong, accounts, customs, parameters, as_of), on="subject_id", how="left")
        .withColumn("explanations", F.array_sort(F.concat("explanations", further)))
        .drop("documented_vnd", "abroad_vnd", "bought_vnd", "declared_vnd")
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _bought(strong: DataFrame, payments: DataFrame, imports: DataFrame, parameters: Parameters) -> DataFrame:
    """Per collecting account `bought_vnd`: what it paid suppliers for whose importers it buys."""
    paid = kept(
        outward_payments(payments)
        .withColumnRenamed("debtor_account_id", "subject_id")
        .withColumn("supplier", supplier_key("creditor_name_norm", int(parameters["name_letters"])))
        .join(F.broadcast(strong.select("subject_id", F.col("payers").alias("clients"))), on="subject_id")
    )
    return (
        paid.groupBy("subject_id", "clients", "payer", "supplier")
        .agg(F.sum("amount_vnd").alias("value_vnd"))
        .join(paid_by_importers(payments, imports, paid), on=["payer", "supplier"])
        .where(buys_for_importers(parameters))
        .groupBy("subject_id")
        .agg(F.sum("value_vnd").alias("bought_vnd"))
    )


def _declared(
    strong: DataFrame, accounts: DataFrame, customs: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Per collecting account `declared_vnd`: what its holder declared as imports of its own of late."""
    holders = accounts.select(
        F.col("account_id").alias("subject_id"), F.col("holder_key").alias("trader_key")
    )
    return (
        in_window(customs, as_of, parameters["own_imports_days"])
        .where("direction = 'import'")
        .join(F.broadcast(holders.join(strong.select("subject_id"), "subject_id")), "trader_key")
        .groupBy("subject_id")
        .agg(F.sum("customs_value_vnd").alias("declared_vnd"))
    )


def _heard(strong: DataFrame, sent: DataFrame, parameters: Parameters) -> DataFrame:
    """Businesses by how usual it is among them to name a paper; people in full."""
    business = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    usual = sent.where(business & F.col("abroad")).agg(
        F.round(F.coalesce(F.avg(F.col("documented").cast("double")), F.lit(0.0)), 6).alias("usual_papers")
    )
    value = F.col("value") * F.when(business, F.col("usual_papers")).otherwise(1.0)
    return (
        strong.crossJoin(usual)
        .withColumn("value", F.round(value, 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .drop("usual_papers")
    )


def _sent(rows: DataFrame, abroad: Column, parameters: Parameters) -> DataFrame:
    """Ledger rows of accounts that send abroad, with exits, and rare foreign accounts as `beneficiary`."""
    purposes = str(parameters["documented_purposes"]).split()
    documented = (
        F.col("declaration_no").isNotNull()
        | is_true(F.col("purpose_code").isin(*purposes))
        | remark_tells("services")
    )
    known = (
        rows.where(abroad & F.col("other").isNotNull())
        .groupBy("other")
        .agg(F.size(F.collect_set("account_id")).alias("senders"))
    )
    rare = F.col("senders") <= int(parameters["beneficiary_senders_max"])
    marked = (
        with_small_credits(rows, parameters)
        .withColumn("abroad", abroad)
        .withColumn("documented", abroad & documented)
        .join(known, on="other", how="left")
        .withColumn("beneficiary", F.when(F.col("abroad") & ~F.col("other_context") & rare, F.col("other")))
    )
    return with_exits(marked, F.col("abroad") & ~F.col("documented"), parameters)
