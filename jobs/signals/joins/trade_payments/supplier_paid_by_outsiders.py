"""Foreign suppliers paid by somebody who imports nothing from them, for goods that others declare.

Two sides of one conduct. A company imports, and outsiders pay just what its declarations are worth, or name
them: the subject is the importer. Private people at one door import in small lots, and somebody else pays
their supplier again and again: the subject is the payer. A few private people who do so for one supplier
stand together.
Source: FATF/Egmont Group risk indicators 2021 (payments made by a third party unrelated to the transaction).
"""

from datetime import date
from math import log

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import declarations, digits, holder_kind
from jobs.signals.joins.trade_payments.outside_payers import (
    buys_for_importers,
    outside_payments,
    paid_by_importers,
    with_supplier,
)
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="supplier_paid_by_outsiders",
    subject="operator",
    reads={
        "customs": "flows.declarations",
        "payments": "flows.payments",
        "parcels": "flows.parcels",
        "accounts": "links.accounts",
        "operators": "links.operators",
    },
)


def transform(
    *,
    customs: DataFrame,
    payments: DataFrame,
    parcels: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: how far chance is from explaining what outsiders pay (-log10)."""
    del as_of
    imports = kept(with_supplier(declarations(customs, operators), parameters))
    outside = kept(outside_payments(payments, imports, accounts, parameters))
    matched = kept(_matched(outside, imports, parameters))
    other = outside.join(matched, "payment_key", "left_anti")
    repeated = kept(
        _repeated(other, _doors(imports), parameters).join(
            paid_by_importers(payments, imports, other), ["payer", "supplier"], "left"
        )
    )
    expected = _expected(matched, outside, imports, parameters)
    measured = _of_importers(matched, expected, parameters).unionByName(_of_payers(repeated, parameters))
    # Who imports from one supplier and pays another for somebody is one subject, with what says more.
    best = Window.partitionBy("subject_id").orderBy(F.col("value").desc(), "peer_group")
    rows = reported(
        measured.withColumn("place", F.row_number().over(best)).where("place = 1").drop("place"), parameters
    )
    return close(
        SIGNAL,
        rows,
        *_shown(rows, matched, other, repeated, imports, parcels, parameters),
        int(parameters["evidence_limit"]),
    )


def _matched(outside: DataFrame, imports: DataFrame, parameters: Parameters) -> DataFrame:
    """Outside payments that name a company's declaration, or else equal the worth of one, one row each.

    Sums are looked up by steps on a logarithmic scale: one join by equality, however many a supplier has.
    """
    step = float(parameters["equal_within"])
    firms = imports.where(F.col("trader_key").startswith("tax:") & (F.col("declared_vnd") > 0)).select(
        "supplier",
        "trader",
        "trader_key",
        F.col("declaration_no").alias("number"),
        "registered_day",
        "declared_vnd",
        "line_keys",
    )
    at = F.floor(F.round(F.ln("amount_vnd") / step, 6))
    gap = F.round(F.abs(F.ln(F.col("amount_vnd") / F.col("declared_vnd"))), 9)
    days = F.datediff("day", "registered_day")
    in_time = days.between(-int(parameters["days_before"]), int(parameters["days_after"]))
    named = outside.where("named").join(firms, ["supplier", "number"])
    equal = (
        outside.where(~F.col("named") & (F.col("amount_vnd") > 0))
        .drop("number")
        .withColumn("step", F.explode(F.array(at - 1, at, at + 1)))
        .join(
            firms.withColumn("step", F.floor(F.round(F.ln("declared_vnd") / step, 6))), ["supplier", "step"]
        )
        .where((gap <= step) & in_time)
        .drop("step")
    )
    pairs = named.unionByName(equal)
    nearest = F.min_by(F.struct(*pairs.columns), F.struct(gap, F.abs(days), "number"))
    return pairs.groupBy("payment_key").agg(nearest.alias("nearest")).select("nearest.*")


def _expected(
    matched: DataFrame, outside: DataFrame, imports: DataFrame, parameters: Parameters
) -> DataFrame:
    """Per importer (`trader`), how many outside payments may name or equal its declarations by chance.

    Equal sums: the values of a supplier's declarations spread evenly over some powers of e. Numbers: what is
    named by outsiders in the whole population, for each declaration of a company.
    """
    firms = imports.where(F.col("trader_key").startswith("tax:"))
    equal = 2 * float(parameters["equal_within"]) / float(parameters["sums_spread"])
    prior = float(parameters["prior_declarations"])
    named = matched.agg(
        (F.count_if("named") + prior * float(parameters["prior_named"])).alias("named_in_all")
    )
    usual = firms.agg((F.count(F.lit(1)) + prior).alias("declarations_in_all")).crossJoin(named)
    paid = outside.groupBy("supplier").agg(F.count(F.lit(1)).alias("outside"))
    return (
        firms.groupBy("trader", "supplier")
        .agg(F.count(F.lit(1)).alias("declarations"))
        .join(paid, "supplier", "left")
        .groupBy("trader")
        .agg(
            F.sum("declarations").alias("declarations"),
            F.sum(F.col("declarations") * F.coalesce("outside", F.lit(0)) * equal).alias("by_equality"),
        )
        .crossJoin(F.broadcast(usual))
        .select(
            "trader",
            (
                F.col("by_equality")
                + F.col("declarations") * F.col("named_in_all") / F.col("declarations_in_all")
            ).alias("expected"),
        )
    )


def _doors(imports: DataFrame) -> DataFrame:
    """Per supplier the doors to which many private names import from it, with the `share` that goes there.

    Of what a platform sends, a little goes to every tower: that share is small.
    """
    crowded = F.col("door").isNotNull()
    return (
        imports.where(F.col("receiver").isNotNull())
        .groupBy("supplier")
        .agg(
            F.collect_set("door").alias("doors"),
            F.size(F.collect_set(F.when(crowded, F.col("receiver")))).alias("names"),
            F.min(F.when(crowded, F.col("registered_day"))).alias("first_day"),
            F.max(F.when(crowded, F.col("registered_day"))).alias("last_day"),
            F.avg(crowded.cast("double")).alias("share"),
        )
        .where(F.col("share") > 0)
    )


def _repeated(other: DataFrame, doors: DataFrame, parameters: Parameters) -> DataFrame:
    """Outsiders and the suppliers that they pay, with `points` and whether doors stand behind them."""
    in_door = is_true(
        F.col("day").between(
            F.date_sub("first_day", int(parameters["days_before"])),
            F.date_add("last_day", int(parameters["days_after"])),
        )
    )
    pairs = (
        other.join(F.broadcast(doors), "supplier", "left")
        .groupBy("payer", "supplier")
        .agg(
            F.size(F.collect_set("day")).alias("days"),
            F.count(F.lit(1)).alias("payments"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.count_if("private").alias("private"),
            F.count_if(in_door).alias("to_door"),
            F.count_if(in_door & is_true(F.array_contains("doors", F.col("address_norm")))).alias("at_door"),
            F.max("names").alias("names"),
            F.max("share").alias("door_share"),
            F.max(is_true(F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS)).cast("int")).alias("firm"),
            F.max("clients").alias("clients"),
        )
    )
    again = (F.col("days") > 1).cast("int")
    whole, same = Window.partitionBy(F.lit(1)), Window.partitionBy("supplier")
    prior = float(parameters["prior_payers"])
    usual = (F.sum(again).over(whole) + prior * float(parameters["prior_again"])) / (
        F.count(F.lit(1)).over(whole) + prior
    )
    # A supplier whom many outsiders pay again and again is paid so by trade: its other payers say how often.
    weight = float(parameters["supplier_weight"])
    here = (F.sum(again).over(same) - again + weight * F.col("usual")) / (
        F.count(F.lit(1)).over(same) - 1 + weight
    )
    of_payments = F.col("to_door") / F.sum("to_door").over(same)
    lives_there = F.when(F.col("at_door") > 0, float(parameters["lives_there_points"])).otherwise(0.0)
    behind = F.when(
        F.col("to_door") > 0, F.col("door_share") * (F.log10("names") * of_payments + lives_there)
    ).otherwise(0.0)
    # A few private people who do it again and again are as unlikely as all of them; many are a trade.
    alone = F.round(behind - (F.col("days") - 1) * F.log10(here), 6)
    person = (F.col("firm") == 0) & ~_tells_private_reasons(parameters) & (F.col("days") > 1)
    persons = F.count_if(person).over(same)
    return (
        pairs.withColumn("usual", usual)
        .withColumn("alone", alone)
        .withColumn("joint", person & persons.between(2, int(parameters["joint_persons_most"])))
        .withColumn(
            "points",
            F.when(F.col("joint"), F.round(F.sum(F.when(person, F.col("alone"))).over(same), 6)).otherwise(
                F.col("alone")
            ),
        )
        .withColumn("has_doors", behind > 0)
    )


def _tells_private_reasons(parameters: Parameters) -> Column:
    return F.col("private") >= F.col("payments") * float(parameters["private_share_least"])


def _of_importers(matched: DataFrame, expected: DataFrame, parameters: Parameters) -> DataFrame:
    firm = F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS)
    entrusted = (F.col("persons") == 0) & (F.col("payers") == 1)
    factor = (
        F.when(entrusted, float(parameters["factor_entrusted"]))
        .when(F.col("persons") == 0, float(parameters["factor_firms"]))
        .otherwise(1.0)
    )
    # Chernoff's bound for so many or more, where so many were expected.
    seen, usual = F.col("support"), F.greatest("expected", F.lit(1e-6))
    bound = (seen * F.ln(seen / usual) - seen + usual) / log(10)
    surprise = F.when(seen > usual, bound).otherwise(0.0)
    return (
        matched.groupBy("trader")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.count_if(~is_true(firm)).alias("persons"),
            F.size(F.collect_set("payer")).alias("payers"),
        )
        .join(expected, "trader")
        .select(
            F.col("trader").alias("subject_id"),
            F.lit("importers whose declarations outsiders pay").alias("peer_group"),
            F.round(surprise * factor, 6).alias("value"),
            "support",
            "value_vnd",
            _explained(entrusted_import=entrusted),
        )
    )


def _of_payers(repeated: DataFrame, parameters: Parameters) -> DataFrame:
    agent = is_true((F.col("firm") == 1) & (F.col("clients") >= int(parameters["agent_clients_least"])))
    told = _tells_private_reasons(parameters)
    reasons = {
        "payment_agent": agent,
        "not_for_goods": told,
        "buying_service": buys_for_importers(parameters),
    }
    factor = F.when(agent, float(parameters["factor_agent"])).otherwise(1.0) * F.when(
        told, float(parameters["factor_private"])
    ).otherwise(1.0)
    judged = repeated.withColumn("value", F.round(F.col("points") * factor, 6))
    columns = ["value", "support", "value_vnd", "explanations"]
    each = judged.withColumn("support", F.col("payments")).withColumn("explanations", _explained(**reasons))
    best = F.max_by(F.struct(*columns), F.struct("value", "supplier"))
    return (
        each.groupBy("payer")
        .agg(best.alias("best"))
        .select(
            F.col("payer").alias("subject_id"),
            F.lit("outsiders who pay suppliers of others").alias("peer_group"),
            "best.*",
        )
    )


def _explained(**tested: Column) -> Column:
    """All innocent explanations of the signal, in one order; what a side does not test does not hold."""
    known = ("entrusted_import", "payment_agent", "not_for_goods", "buying_service")
    return F.array(*(explanation(name, tested.get(name, F.lit(False))) for name in known)).alias(
        "explanations"
    )


def _shown(
    rows: DataFrame,
    matched: DataFrame,
    other: DataFrame,
    repeated: DataFrame,
    imports: DataFrame,
    parcels: DataFrame,
    parameters: Parameters,
) -> tuple[list[DataFrame], list[DataFrame]]:
    subjects = subjects_of(rows)
    paid_for = kept(matched.join(subjects, matched["trader"] == F.col("subject_id")))
    # Further suppliers of a payer are shown where each would be reported by itself.
    by_payer = repeated.join(subjects, repeated["payer"] == F.col("subject_id")).where(
        F.col("points") >= float(parameters["report_from"])
    )
    by_others = (
        by_payer.where("joint")
        .select("subject_id", "supplier")
        .join(repeated.where("joint").select("payer", "supplier", "has_doors"), "supplier")
    )
    pairs = kept(
        by_payer.select("subject_id", "payer", "supplier", "has_doors").unionByName(by_others).distinct()
    )
    paid = kept(
        other.join(F.broadcast(pairs.select("subject_id", "payer", "supplier")), ["payer", "supplier"])
    )
    members = [member_rows(paid_for, holder_kind(F.col("trader_key")), "trader_key", "trader")]
    for frame in (paid_for, paid):
        members += [
            member_rows(frame, "account", "debtor_account_id", "beneficiary"),
            member_rows(frame, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "beneficiary"),
        ]
    behind = kept(
        imports.where(F.col("door").isNotNull())
        .join(F.broadcast(pairs.where("has_doors")), "supplier")
        .select("subject_id", "declaration_no", "line_keys")
    )
    carried = parcels.withColumn("number", digits("declaration_no")).join(
        F.broadcast(behind.select("subject_id", F.col("declaration_no").alias("number"))), "number"
    )
    return members, [
        payment_rows(paid_for, 1),
        payment_rows(paid, 1),
        record_rows(paid_for, "customs_declarations", F.explode("line_keys"), 2),
        record_rows(behind, "customs_declarations", F.explode("line_keys"), 2),
        record_rows(carried, "shipments", "record_key", 3),
    ]
