"""Accounts that private relays pay all that several private people had spread over them.

Who does not want to be seen paying a party spreads the money: each of several people pays each of several
others, and these hand it on, whole, to one account. A club pays its members back, and who treats friends pays
less than they brought; the customers of a market are many more than those who buy at every stall there.
Source: Altman et al., Realistic Synthetic Financial Transactions for Anti-Money Laundering Models (2023): the
stacked bipartite pattern; FATF, Professional Money Laundering (2018).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import names_goods
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="relays_for_one",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_PRIVATE = ("individual", "household_business")
# At a till nobody pays one's relay.
_TILL_CHANNELS = ("qr", "card", "wallet")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account that relays pay. `value` = pairs of a person who pays and a relay that is paid.

    A relay pays one account `passed_least` to `passed_most` of all that private people pay it. Of these those
    count who pay `relays_least` of the account's relays; they are `feeders_least` and more, and they bring
    `fed_share` to `fed_most` times what the relays hand on.
    """
    private = ledger(payments).where(
        F.col("holder_type").isin(*_PRIVATE)
        & F.col("other").isNotNull()
        & ~F.col("cash")
        & ~F.col("salary")
        & ~F.col("other_context")
        & ~F.col("channel").isin(*_TILL_CHANNELS)
    )
    pairs = private.groupBy("account_id", "out", "other", "other_type").agg(
        F.sum("amount_vnd").alias("vnd"),
        F.count(F.lit(1)).alias("payments"),
        F.count_if(names_goods()).alias("ordered"),
        F.count_if("reason_stated").alias("stated"),
    )
    found = _found(_fed(pairs, _relays(pairs, parameters), parameters), parameters)
    return rank_in_population(
        SIGNAL,
        found.join(_evidence(private, found, parameters), "subject_id").select(
            "subject_id",
            F.col("value").cast("double").alias("value"),
            "support",
            "value_vnd",
            _members().alias("members"),
            "evidence",
            F.array(
                explanation("market", F.col("market")), explanation("stated_reason", F.col("told"))
            ).alias("explanations"),
        ),
        measured_accounts(accounts),
        parameters,
    )


def _relays(pairs: DataFrame, parameters: Parameters) -> DataFrame:
    """relay, subject_id, passed (struct of vnd, payments, stated): a private account, and the one to which it
    hands on what private people pay it."""
    people = F.col("other_type").isin(*_PRIVATE)
    taken = F.sum(F.when(~F.col("out") & people, F.col("vnd"))).over(Window.partitionBy("account_id"))
    return (
        pairs.withColumn("taken", taken)
        .where(F.col("out") & (F.col("vnd") >= int(parameters["passed_vnd_least"])))
        .where(F.col("vnd") >= F.col("taken") * float(parameters["passed_least"]))
        .where(F.col("vnd") <= F.col("taken") * float(parameters["passed_most"]))
        .select(
            F.col("account_id").alias("relay"),
            F.col("other").alias("subject_id"),
            F.struct("vnd", "payments", "stated").alias("passed"),
        )
    )


def _fed(pairs: DataFrame, relays: DataFrame, parameters: Parameters) -> DataFrame:
    """The relays of an account, a row for each private person who pays enough of them."""
    several = F.count(F.lit(1)).over(Window.partitionBy("subject_id", "feeder"))
    return (
        pairs.where(~F.col("out") & F.col("other_type").isin(*_PRIVATE))
        .select(
            F.col("account_id").alias("relay"), F.col("other").alias("feeder"), "vnd", "payments", "ordered"
        )
        .join(relays, "relay")
        .where(F.col("feeder") != F.col("subject_id"))
        .withColumn("several", several)
        .where(F.col("several") >= int(parameters["relays_least"]))
    )


def _found(fed: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account: value, support, value_vnd, feeders, relays (structs of relay and passed), ...."""
    share = float(parameters["told_share"])
    passed_vnd, passed, stated = _total("vnd"), _total("payments"), _total("stated")
    return (
        fed.groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("value"),
            F.collect_set("feeder").alias("feeders"),
            # Each relay once, however many feed it.
            F.collect_set(F.struct("relay", "passed")).alias("relays"),
            F.sum("vnd").alias("fed_vnd"),
            F.sum("payments").alias("payments"),
            F.sum("ordered").alias("ordered"),
        )
        .where(
            (F.size("feeders") >= int(parameters["feeders_least"]))
            & (F.size("relays") >= int(parameters["relays_least"]))
            & (F.col("fed_vnd") >= passed_vnd * float(parameters["fed_share"]))
            & (F.col("fed_vnd") <= passed_vnd * float(parameters["fed_most"]))
        )
        .withColumn("value_vnd", passed_vnd)
        .withColumn("support", F.col("payments") + passed)
        .withColumn("market", F.col("ordered") >= F.col("payments") * share)
        .withColumn("told", stated >= passed * share)
    )


def _evidence(private: DataFrame, found: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, evidence: what the feeders pay the relays, and the relays the account."""
    relays = found.select("subject_id", "feeders", F.explode("relays.relay").alias("account_id"))
    on_path = F.when(F.col("out"), F.col("other") == F.col("subject_id")).otherwise(
        F.array_contains("feeders", F.col("other"))
    )
    return (
        private.join(F.broadcast(relays), "account_id")
        .groupBy("subject_id")
        .agg(evidence_of(on_path, parameters).alias("evidence"))
    )


def _total(name: str) -> Column:
    """The sum over the relays."""
    return F.aggregate("relays", F.lit(0).cast("bigint"), lambda total, relay: total + relay["passed"][name])


def _members() -> Column:
    end = F.array(member("account", F.col("subject_id"), "beneficiary"))
    relays = F.transform("relays", lambda relay: member("account", relay["relay"], "mule"))
    feeders = F.transform("feeders", lambda feeder: member("account", feeder, "mule"))
    return F.concat(end, relays, feeders)
