"""Contractors of public bodies that hand a part of what they are paid, through somebody, to the same person.

Whoever decides on a contract is not paid by the contractor: a relative is, behind a director, a go-between or
a company of advisers, within days of the public payment, and what the one between gets goes on nearly whole.
A subcontractor buys and pays its people of it, and an employee keeps the pay.
Source: Penal Code 100/2015/QH13, Art. 222, 354 and 364; Bidding Law 22/2023/QH15, Art. 16; FATF, Laundering
the Proceeds of Corruption, 2011.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.link.firm_names import names_firm
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import FEED, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member, record

SIGNAL = Signal(
    id="public_payments_shared",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 24 * 3600


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a contractor; value = public payments of which a part was handed on, times their share of all.

    Within `share_days` a part (`part_least` to `part_most`) goes to somebody who hands on nearly all of it to
    persons within `hold_days`; a person who hands on once more is followed once more. Such payments count
    where the same person has part of `times_least` of them, between or behind.
    """
    rows = ledger(payments)
    public = kept(_public_bodies(payments, parameters))
    credits = kept(_credits(rows, public, parameters))
    paid = (
        rows.where(F.col("out") & F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary"))
        .join(F.broadcast(public.withColumnRenamed("account_id", "other")), "other", "left_anti")
        .select(
            "account_id",
            F.col("other").alias("payee"),
            is_true(F.col("other_type") == "company").alias("to_company"),
            F.col("at_seconds").alias("paid_at"),
            F.col("amount_vnd").alias("paid_vnd"),
            "payment_key",
            "report_keys",
            "reason_stated",
        )
    )
    first = kept(_handed_on(_parts(credits, paid, parameters), paid, parameters))
    received = first.select(
        "subject_id",
        "credit",
        F.col("payee").alias("account_id"),
        F.col("paid_at").alias("received_at"),
        F.col("paid_vnd").alias("received_vnd"),
        "keys",
    )
    further = _handed_on(received, paid, parameters)
    steps = first.withColumn("first", F.lit(True)).unionByName(further.withColumn("first", F.lit(False)))
    counted = credits.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.count_distinct("credit").alias("credits")
    )
    found = (
        _gathered(_of_one(steps, parameters), parameters)
        .join(counted, "subject_id")
        .withColumn("value", F.round(F.col("shared") * F.col("shared") / F.col("credits"), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .select("subject_id", "value", "support", "value_vnd", "members", "evidence", "explanations")
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _public_bodies(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Accounts that some payment names as a public body's: `account_id`. A firm named after one is none."""
    name = F.col("debtor_name_norm")
    named = is_true(name.rlike(str(parameters["public_names"]))) & ~is_true(names_firm("debtor_name_norm"))
    return (
        payments.where(named & F.col("debtor_account_id").isNotNull())
        .select(F.col("debtor_account_id").alias("account_id"))
        .distinct()
    )


def _credits(rows: DataFrame, public: DataFrame, parameters: Parameters) -> DataFrame:
    """Public payments to businesses: account_id, credit (its key), credited_at, credited_vnd, credit_keys."""
    return (
        rows.where(
            ~F.col("out")
            & is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
            & (F.col("amount_vnd") >= int(parameters["credit_vnd_least"]))
        )
        .join(F.broadcast(public.withColumnRenamed("account_id", "other")), "other", "left_semi")
        .join(F.broadcast(public), "account_id", "left_anti")
        .select(
            "account_id",
            F.col("payment_key").alias("credit"),
            F.col("at_seconds").alias("credited_at"),
            F.col("amount_vnd").alias("credited_vnd"),
            F.col("report_keys").alias("credit_keys"),
        )
    )


def _parts(credits: DataFrame, paid: DataFrame, parameters: Parameters) -> DataFrame:
    """Parts of public payments that others got: `account_id` got it, of the latest one."""
    least, most = float(parameters["part_least"]), float(parameters["part_most"])
    part = F.col("paid_vnd") / F.col("credited_vnd")
    latest = F.max_by(F.struct("credit", "credit_keys"), F.struct("credited_at", "credit"))
    return (
        paid.join(F.broadcast(credits), "account_id")
        .where(_within("credited_at", int(parameters["share_days"])) & part.between(least, most))
        .groupBy(F.col("account_id").alias("subject_id"), "payment_key")
        .agg(
            latest.alias("latest"),
            F.first("payee").alias("account_id"),
            F.first("paid_at").alias("received_at"),
            F.first("paid_vnd").alias("received_vnd"),
            F.first("report_keys").alias("report_keys"),
        )
        .select(
            "subject_id",
            F.col("latest.credit").alias("credit"),
            "account_id",
            "received_at",
            "received_vnd",
            F.concat("latest.credit_keys", "report_keys").alias("keys"),
        )
    )


def _handed_on(received: DataFrame, paid: DataFrame, parameters: Parameters) -> DataFrame:
    """Who persons are that got nearly all of what was received, in a few pieces: one row each.

    subject_id, credit, account_id (who hands on), payee, paid_at, paid_vnd, stated, keys (with those before).
    """
    piece = F.struct("payee", "paid_at", "paid_vnd", "reason_stated", "report_keys")
    whole = F.sum("paid_vnd") / F.first("received_vnd")
    least, most = float(parameters["handed_least"]), float(parameters["handed_most"])
    return (
        paid.where(~F.col("to_company"))
        .join(F.broadcast(received), "account_id")
        .where(_within("received_at", int(parameters["hold_days"])))
        .where(F.col("payee") != F.col("subject_id"))
        .where(
            F.col("paid_vnd").between(
                F.col("received_vnd") * float(parameters["piece_least"]), F.col("received_vnd") * most
            )
        )
        .groupBy("subject_id", "credit", "account_id", "received_at", "received_vnd")
        .agg(whole.alias("whole"), F.collect_list(piece).alias("pieces"), F.first("keys").alias("keys"))
        .where(F.col("whole").between(least, most))
        .select("subject_id", "credit", "account_id", "keys", F.explode("pieces").alias("piece"))
        .select(
            "subject_id",
            "credit",
            "account_id",
            F.col("piece.payee").alias("payee"),
            F.col("piece.paid_at").alias("paid_at"),
            F.col("piece.paid_vnd").alias("paid_vnd"),
            F.col("piece.reason_stated").alias("stated"),
            F.concat("keys", "piece.report_keys").alias("keys"),
        )
    )


def _of_one(steps: DataFrame, parameters: Parameters) -> DataFrame:
    """The steps of those public payments that share a person with others, between or behind."""
    person = F.explode(F.array("account_id", "payee")).alias("person")
    people = steps.select("subject_id", "credit", person)
    often = (
        people.groupBy("subject_id", "person")
        .agg(F.count_distinct("credit").alias("times"))
        .where(F.col("times") >= int(parameters["times_least"]))
    )
    shared = (
        people.join(often, ["subject_id", "person"], "left_semi").select("subject_id", "credit").distinct()
    )
    return steps.join(shared, ["subject_id", "credit"], "left_semi")


def _gathered(steps: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a contractor: shared (public payments), support, value_vnd, members, evidence, explanations."""

    def named(names: Column, role: str) -> Column:
        return F.transform(names, lambda name: member("account", name, role))

    keys = F.array_distinct("keys")
    records = F.transform(keys, lambda key: record(FEED, key))
    stated = F.col("stated") >= F.col("support") * float(parameters["stated_share"])
    return (
        steps.groupBy("subject_id")
        .agg(
            F.count_distinct("credit").alias("shared"),
            F.count(F.lit(1)).alias("support"),
            F.sum(F.when(F.col("first"), F.col("paid_vnd"))).alias("value_vnd"),
            F.sort_array(F.collect_set("account_id")).alias("between"),
            F.sort_array(F.collect_set("payee")).alias("payees"),
            F.flatten(F.collect_list("keys")).alias("keys"),
            F.count_if("stated").alias("stated"),
        )
        .select(
            "subject_id",
            "shared",
            "support",
            "value_vnd",
            F.concat(
                F.array(member("account", F.col("subject_id"), "operator")),
                named(F.col("between"), "mule"),
                named(F.array_except("payees", "between"), "beneficiary"),
            ).alias("members"),
            bounded(records, int(parameters["evidence_limit"])).alias("evidence"),
            F.array(explanation("stated_reason", stated)).alias("explanations"),
        )
    )


def _within(since: str, days: int) -> Column:
    """Whether a payment follows what came `since` by so many days at most."""
    return (F.col("paid_at") > F.col(since)) & (F.col("paid_at") <= F.col(since) + days * _DAY)
