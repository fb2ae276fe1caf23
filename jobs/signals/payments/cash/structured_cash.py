"""Cash kept just under the day's reporting level, at one account or spread over several."""

from datetime import date

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.payments.cash.cash_rings import assemble_cash
from jobs.signals.payments.ledger import by_account, by_pair, days_in_window, ledger, of_accounts
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.payments.reporting_levels import level_on
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="structured_cash",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
LAW = "cash_reporting_level"


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an account, or a group of accounts that one hand fills on the same days.

    `value` (0..1): the share of its days with much cash on which it stayed just under the level, or reached
    it only in pieces, shrunk for few such days: n / (n + half). A cash business lands anywhere.
    """
    days = (
        large_cash_days(payments, parameters)
        .join(
            accounts.select("account_id", "operator_id", "declared_monthly_turnover_vnd"),
            on="account_id",
            how="left",
        )
        .crossJoin(days_in_window(payments, as_of))
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_cash(frame, parameters)

    found = days.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def large_cash_days(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account, direction and day with at least `floor_share` of the level in cash.

    cash_vnd, pieces, sold (pieces that say they are the price of a home, land or a vehicle), largest_vnd,
    level_vnd, depositor (name on the cash slip), payee (who gets most of what the account pays), report_keys
    (a list), payment_keys.
    """
    paid = F.when(F.col("out") & F.col("other").isNotNull() & ~F.col("other_context"), F.col("amount_vnd"))
    share = float(parameters["main_payee_share"])
    left = F.sum(F.when(F.col("out"), F.col("amount_vnd"))).over(by_account())
    main = is_true(F.sum(paid).over(by_pair()) >= left * share)
    rows = ledger(payments)
    daily = (
        of_accounts(rows, rows.where("cash"))
        .withColumn("payee", F.max(F.when(main & paid.isNotNull(), F.col("other"))).over(by_account()))
        .where("cash")
        .groupBy("account_id", "out", "day")
        .agg(
            F.max("holder_type").alias("holder_type"),
            F.max("payee").alias("payee"),
            F.sum("amount_vnd").alias("cash_vnd"),
            F.count(F.lit(1)).alias("pieces"),
            F.count_if(remark_tells("property_sold")).alias("sold"),
            F.max("amount_vnd").alias("largest_vnd"),
            F.max("other_name").alias("depositor"),
            F.sort_array(F.flatten(F.collect_list("report_keys"))).alias("report_keys"),
            F.min("payment_key").alias("payment_key"),
        )
        .withColumn("level_vnd", level_on(LAW, F.col("day")))
    )
    return daily.where(F.col("cash_vnd") >= F.col("level_vnd") * float(parameters["floor_share"]))
