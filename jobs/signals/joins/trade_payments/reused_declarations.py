"""Payers who share several declaration numbers, though one declaration has one importer.

A mistyped number may be somebody else's once; two payers share several only where one hand gives them out.
Who is entrusted with an import says so, and pays with the importer no more than was declared.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.firm_names import same_group, same_name, supplier_key
from jobs.signals.joins.closing import close, kept, member_rows, payment_rows, reported, subjects_of
from jobs.signals.joins.surprise import unlikely
from jobs.signals.joins.trade import declarations, holder_kind, named_payments, outward_payments
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="reused_declarations",
    subject="operator",
    reads={
        "payments": "flows.payments",
        "customs": "flows.declarations",
        "operators": "links.operators",
    },
)


def transform(
    *, payments: DataFrame, customs: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: how far chance is from explaining the numbers that a payer shares (-log10 of its bound).

    Needs no declaration to be held: what is compared are the payments that name one number. Where it is held,
    the importer who pays its seller reuses nothing, whoever else does.
    """
    del as_of
    named = kept(outward_payments(payments).where(F.col("number").isNotNull()))
    declared = kept(named_payments(named, declarations(customs, operators)))
    rightful = kept(_rightful(declared, int(parameters["supplier_letters"])))
    shared = _without(_shared_numbers(named, parameters), rightful)
    shared = kept(shared.join(_entrusted(declared, parameters), ["payer", "number"], "left"))
    rows = reported(_measure(named, shared, parameters), parameters)
    return close(SIGNAL, rows, *_shown(rows, named, shared), int(parameters["evidence_limit"]))


def _shared_numbers(named: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a payer, another payer (`other`) and a number that both pay, of pairs that share enough.

    Each pays a fair share of the money on the number: a fee, or freight, that another pays is small.
    """
    number, pair = Window.partitionBy("number"), Window.partitionBy("payer", "other")
    paid = (
        named.groupBy("number", "payer")
        .agg(F.sum("amount_vnd").alias("paid_vnd"), F.min("debtor_name_norm").alias("name"))
        .withColumn("all_vnd", F.sum("paid_vnd").over(number))
        .where(F.col("paid_vnd") >= F.col("all_vnd") * float(parameters["share_least"]))
        .withColumn("payers", F.count(F.lit(1)).over(number))
        .where(F.col("payers") >= 2)
        .select("number", "payer", "name")
    )
    others = paid.select("number", F.col("payer").alias("other"), F.col("name").alias("other_name"))
    return (
        paid.join(others, "number")
        .where(F.col("payer") != F.col("other"))
        .withColumn("together", F.count(F.lit(1)).over(pair))
        .where(F.col("together") >= int(parameters["numbers_least"]))
        .withColumn("group", F.coalesce(same_group("name", "other_name"), F.lit(False)))
        .select("payer", "other", "number", "group")
    )


def _rightful(declared: DataFrame, letters: int) -> DataFrame:
    """payer, number: importers who pay, for a declaration of their own, the seller that it names."""
    seller = supplier_key("creditor_name_norm", letters) == supplier_key("partner_name_norm", letters)
    return (
        declared.where("own")
        .where(is_true(seller) | is_true(same_name("payee", "partner_name_norm")))
        .select("payer", "number")
        .distinct()
    )


def _entrusted(declared: DataFrame, parameters: Parameters) -> DataFrame:
    """payer, number, entrusted: who says that it pays for another, while all that is paid was declared."""
    says = is_true(F.col("remittance_norm").rlike(str(parameters["entrusted_words"])))
    paid = F.sum("amount_vnd").over(Window.partitionBy("number"))
    within = F.col("paid_vnd") <= F.col("declared_vnd") * float(parameters["declared_most"])
    return (
        declared.withColumn("paid_vnd", paid)
        .groupBy("payer", "number")
        .agg(F.bool_and(says & within).alias("entrusted"))
    )


def _without(shared: DataFrame, rightful: DataFrame) -> DataFrame:
    """Shared numbers of those who pay for nothing of their own there; `robbed`: the other payer does."""
    owners = rightful.select(F.col("payer").alias("other"), "number", F.lit(True).alias("robbed"))
    return shared.join(rightful, ["payer", "number"], "left_anti").join(owners, ["other", "number"], "left")


def _measure(named: DataFrame, shared: DataFrame, parameters: Parameters) -> DataFrame:
    everybody = Window.partitionBy()
    # An agent shares the numbers of an importer that pays as well.
    agent = is_true(F.col("entrusted") & F.col("robbed"))
    numbers = shared.groupBy("payer", "number").agg(
        F.bool_and("group").alias("group"), F.bool_and(agent).alias("agent")
    )
    paid = named.groupBy("payer", "number").agg(
        F.count(F.lit(1)).alias("payments"), F.sum("amount_vnd").alias("paid_vnd")
    )
    reused = F.col("group").isNotNull()
    by_payer = (
        paid.join(numbers, ["payer", "number"], "left")
        .groupBy("payer")
        .agg(
            F.count(F.lit(1)).alias("named"),
            F.count_if(reused).alias("cases"),
            F.coalesce(F.sum(F.when(reused, F.col("payments"))), F.lit(0)).alias("support"),
            F.coalesce(F.sum(F.when(reused, F.col("paid_vnd"))), F.lit(0)).alias("value_vnd"),
            F.coalesce(F.bool_and("group"), F.lit(False)).alias("group"),
            F.coalesce(F.bool_and("agent"), F.lit(False)).alias("agent"),
        )
    )
    others = F.sum("cases").over(everybody) - F.col("cases") + float(parameters["prior_cases"])
    of_others = F.sum("named").over(everybody) - F.col("named") + float(parameters["prior_named"])
    return by_payer.withColumn("usual", F.round(others / of_others, 6)).select(
        F.col("payer").alias("subject_id"),
        F.lit("payers of named declarations").alias("peer_group"),
        unlikely("cases", "named", F.col("usual")).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("one_group", F.col("group")), explanation("entrusted_import", F.col("agent"))
        ).alias("explanations"),
    )


def _shown(rows: DataFrame, named: DataFrame, shared: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    """The payer and those with whom it shares numbers, but for the importer whose number it is.

    Another who was mistyped onto one is nobody's.
    """
    own = shared.join(subjects_of(rows), shared["payer"] == F.col("subject_id"))
    accomplice = F.when(F.col("robbed").isNull(), F.col("other"))
    parties = own.select(
        "subject_id", "number", F.explode(F.array("payer", accomplice)).alias("payer")
    ).distinct()
    together = kept(named.join(parties, ["number", "payer"]))
    members = [
        member_rows(together, "account", "debtor_account_id", "operator"),
        member_rows(together, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "trader"),
    ]
    return members, [payment_rows(together)]
