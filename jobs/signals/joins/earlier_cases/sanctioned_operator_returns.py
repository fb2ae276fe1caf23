"""Shops and accounts opened after a confirmed decision that share rare things with whom it named.

A platform that suspends a shop decides as well: who opens again in another name shares as much with it.
Accounts do not count there: a relative who shares home and phone opens one for a living.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    record_rows,
    reported,
    subjects_of,
    union_all,
    worth,
)
from jobs.signals.joins.earlier_cases.confirmed_cases import confirmed_cases
from jobs.signals.joins.shops.shop_traces import MEMBER_KINDS, shop_traces, with_users
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="sanctioned_operator_returns",
    subject="operator",
    reads={
        "actions": "silver.enforcement_actions",
        "sellers": "silver.sellers",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
        "ties": "links.ties",
        "parcels": "flows.parcels",
    },
)
_FOLDED = {"sender_phone": "phone", "listed_phone": "phone", "cod_account": "account", "holder": "owner"}
# To go on under one's own name is open: by the key of the register or, where that is not known, by the name.
_OWN_NAME = {"owner": "owner_key", "name": "owner_name_norm"}
_HOLDER_NAME = {"owner": "holder_key", "name": "holder_name_norm"}
_AS_TRACE = {
    "phone": "phone",
    "account": "account",
    "address": "pickup",
    "person": "owner",
    "company": "owner",
}


def transform(
    *,
    actions: DataFrame,
    sellers: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    ties: DataFrame,
    parcels: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: kinds of rare things shared with the sanctioned, by weight and rarity; less when openly so."""
    decided = confirmed_cases(actions, as_of)
    suspended = kept(_suspended(sellers, as_of).join(decided, "case_id", "left_anti"))
    cases = kept(decided.unionByName(suspended))
    first = cases.agg(F.min("decided_on").alias("first_on"))
    shop_hand = operators.where(F.col("kind") == "seller").select(
        F.col("id").alias("seller_key"), "operator_id"
    )
    new_shops = kept(
        sellers.crossJoin(F.broadcast(first))
        .where(F.col("registered_on") > F.col("first_on"))
        .join(shop_hand, "seller_key", "left")
        .withColumn("operator_id", F.coalesce("operator_id", "seller_key"))
    )
    new_traces = kept(_newcomers(new_shops, accounts, first, parcels, ties))
    earlier = kept(_earlier(cases, sellers))
    marked = kept(_marked(cases, earlier, sellers, accounts, parcels, ties, operators))
    no_return = suspended.select("case_id", F.lit("account").alias("kind"))
    shared = kept(
        _shared(new_traces, marked, identifiers, parameters).join(no_return, ["case_id", "kind"], "left_anti")
    )
    rows = reported(_measure(new_traces, shared, parameters), parameters)
    members, evidence, sent = _shown(rows, shared, cases, earlier, sellers, parcels)
    return close(SIGNAL, worth(rows, sent), members, evidence, int(parameters["evidence_limit"]))


def _suspended(sellers: DataFrame, as_of: date) -> DataFrame:
    """Shops that their platform suspended, in the form of cases, decided when it was first known."""
    told = F.col("business_date")
    return sellers.where((F.col("status") == "suspended") & (told <= F.lit(as_of))).select(
        F.lit("seller").alias("subject_kind"),
        F.col("seller_key").alias("case_id"),
        told.alias("decided_on"),
        told.alias("confirmed_on"),
        F.lit(None).cast("date").alias("cleared_on"),
        F.array().cast("array<string>").alias("decision_keys"),
    )


def _folded(trace: Column) -> Column:
    folded = F.create_map(*[F.lit(item) for pair in _FOLDED.items() for item in pair])
    return F.coalesce(F.try_element_at(folded, trace), trace)


def _traces_of(shops: DataFrame, accounts: DataFrame, parcels: DataFrame, ties: DataFrame) -> DataFrame:
    """Distinct (seller_key, trace, id, declared) with the owners among the traces.

    `declared` is the owner whom the register names; who holds the account is an owner that it does not name.
    """
    owners = union_all(
        [
            shops.where(F.col(column).isNotNull()).select(
                "seller_key",
                F.lit(trace).alias("trace"),
                F.col(column).alias("id"),
                F.lit(True).alias("declared"),
            )
            for trace, column in _OWN_NAME.items()
        ]
    )
    traces = shop_traces(shops, parcels, ties, accounts).select(
        "seller_key", _folded(F.col("trace")).alias("trace"), "id", F.lit(False).alias("declared")
    )
    return (
        traces.unionByName(owners)
        .groupBy("seller_key", "trace", "id")
        .agg(F.bool_or("declared").alias("declared"))
    )


def _newcomers(
    new_shops: DataFrame, accounts: DataFrame, first: DataFrame, parcels: DataFrame, ties: DataFrame
) -> DataFrame:
    """Traces of shops registered, and of accounts opened, after the first decision."""
    shops = _traces_of(new_shops, accounts, parcels, ties).join(
        new_shops.select("seller_key", "operator_id", "registered_on"), "seller_key"
    )
    hands = new_shops.select(
        "seller_key",
        "operator_id",
        "registered_on",
        F.lit("operator").alias("trace"),
        F.lit(False).alias("declared"),
    )
    as_rows = [
        frame.select(
            "operator_id",
            F.lit("seller").alias("kind"),
            F.col("seller_key").alias("entity"),
            F.col("registered_on").alias("since"),
            "trace",
            F.col(identifier).alias("id"),
            "declared",
        )
        for frame, identifier in ((shops, "id"), (hands, "operator_id"))
    ]
    opened = accounts.crossJoin(F.broadcast(first)).where(
        (F.col("opened_on") > F.col("first_on")) & ~F.coalesce("hub", F.lit(False))
    )
    fields = {"phone": "phone_e164", "pickup": "address_norm", **_HOLDER_NAME}
    as_rows += [
        opened.where(F.col(column).isNotNull()).select(
            F.coalesce("operator_id", "account_id").alias("operator_id"),
            F.lit("account").alias("kind"),
            F.col("account_id").alias("entity"),
            F.col("opened_on").alias("since"),
            F.lit(trace).alias("trace"),
            F.col(column).alias("id"),
            F.lit(trace in _HOLDER_NAME).alias("declared"),
        )
        for trace, column in fields.items()
    ]
    return union_all(as_rows)


def _earlier(cases: DataFrame, sellers: DataFrame) -> DataFrame:
    """(seller_key, case_id, decided_on): shops that a decision names, by owner, phone or account too."""
    known = F.array("seller_key", "owner_key", "tax_key", "phone_e164", "settlement_account_id")
    return (
        sellers.select("seller_key", F.explode(known).alias("case_id"), "registered_on")
        .where(F.col("case_id").isNotNull())
        .join(F.broadcast(cases.select("case_id", "decided_on")), "case_id")
        .where(F.col("registered_on") <= F.col("decided_on"))
        .select("seller_key", "case_id", "decided_on")
    )


def _marked(
    cases: DataFrame,
    earlier: DataFrame,
    sellers: DataFrame,
    accounts: DataFrame,
    parcels: DataFrame,
    ties: DataFrame,
    operators: DataFrame,
) -> DataFrame:
    """Traces of the sanctioned: what the decision names itself, their earlier shops, their operator."""
    dated = cases.select("subject_kind", "case_id", "decided_on")
    as_trace = F.create_map(*[F.lit(item) for pair in _AS_TRACE.items() for item in pair])
    trace = F.try_element_at(as_trace, F.col("subject_kind"))
    itself = dated.select(
        "case_id",
        "decided_on",
        trace.alias("trace"),
        F.col("case_id").alias("id"),
        (trace == "owner").alias("named"),
    ).where(F.col("trace").isNotNull())
    shops = sellers.join(earlier.select("seller_key").distinct(), "seller_key", "left_semi")
    of_shops = (
        _traces_of(shops, accounts, parcels, ties)
        .join(earlier, "seller_key")
        .select("case_id", "decided_on", "trace", "id", F.col("declared").alias("named"))
    )
    hands = dated.join(
        operators, (operators["kind"] == dated["subject_kind"]) & (operators["id"] == dated["case_id"])
    ).select(
        "case_id",
        "decided_on",
        F.lit("operator").alias("trace"),
        F.col("operator_id").alias("id"),
        F.lit(False).alias("named"),
    )
    held = accounts.where(~F.coalesce("hub", F.lit(False))).select(
        F.explode(F.array("account_id", "holder_key")).alias("case_id"), *_HOLDER_NAME.values()
    )
    of_holders = [
        dated.join(held.where(F.col(column).isNotNull()), "case_id").select(
            "case_id",
            "decided_on",
            F.lit(trace).alias("trace"),
            F.col(column).alias("id"),
            F.lit(True).alias("named"),
        )
        for trace, column in _HOLDER_NAME.items()
    ]
    return (
        union_all([itself, of_shops, hands, *of_holders])
        .groupBy("case_id", "decided_on", "trace", "id")
        .agg(F.bool_or("named").alias("named"))
    )


def _shared(
    new_traces: DataFrame, marked: DataFrame, identifiers: DataFrame, parameters: Parameters
) -> DataFrame:
    """What a newcomer shares with a case decided before it came, with points for weight and rarity.

    `open`: it bears the name that the decision means. A name alone, shared with strangers, shows nothing.
    """
    joined = new_traces.join(marked, ["trace", "id"]).where(
        (F.col("since") > F.col("decided_on"))
        & (F.date_diff("since", "decided_on") <= int(parameters["return_days"]))
        & (F.col("entity") != F.col("case_id"))
    )
    named = F.col("declared") & F.col("named") & F.col("trace").isin(*_OWN_NAME)
    joined = joined.withColumn("open", F.max(named).over(Window.partitionBy("entity", "case_id"))).where(
        F.col("trace") != "name"
    )
    weight: Column = F.lit(0.0)
    for name, value in parameters.items():
        if name.startswith("weight_"):
            weight = F.when(F.col("trace") == name.removeprefix("weight_"), float(value)).otherwise(weight)
    rarity = 1 / F.log2(F.greatest(F.coalesce("users", F.lit(2)), F.lit(2)))
    return with_users(joined, identifiers).withColumn("points", F.round(weight * rarity, 6))


def _measure(new_traces: DataFrame, shared: DataFrame, parameters: Parameters) -> DataFrame:
    newcomers = new_traces.groupBy("operator_id").agg(F.max("since").alias("since"))
    kinds = shared.groupBy("operator_id", "kind", "entity", "case_id", "trace").agg(
        F.max("points").alias("points"), F.bool_or("open").alias("open")
    )
    by_links = F.col("trace") == "operator"
    traced = F.sum(F.when(~by_links, F.col("points")).otherwise(0.0))
    linked = F.max(F.when(by_links, F.col("points")).otherwise(0.0))
    entities = (
        kinds.groupBy("operator_id", "kind", "entity", "case_id")
        .agg(
            # One hand by links rests on the same traces: it counts only where it says more than they do.
            F.round(F.greatest(traced, linked), 6).alias("points"),
            F.max(F.col("open").cast("int")).alias("open"),
        )
        .withColumn(
            "points",
            # The same person may open another account: that alone is no return under another name.
            F.when((F.col("open") == 1) & (F.col("kind") == "account"), 0.0)
            # What else an open owner shares is its own: it shows no other name.
            .when(
                F.col("open") == 1,
                F.least(
                    F.col("points") * float(parameters["factor_open"]), F.lit(float(parameters["open_most"]))
                ),
            )
            .otherwise(F.col("points")),
        )
    )
    best = entities.groupBy("operator_id").agg(
        F.max("points").alias("points"),
        F.size(F.collect_set("entity")).alias("support"),
        F.min("open").alias("open"),
    )
    return newcomers.join(best, "operator_id", "left").select(
        F.col("operator_id").alias("subject_id"),
        F.lit("operators with newcomers").alias("peer_group"),
        F.round(F.coalesce("points", F.lit(0.0)), 6).alias("value"),
        F.coalesce("support", F.lit(0)).alias("support"),
        F.lit(0).cast("bigint").alias("value_vnd"),
        F.array(explanation("openly_reopened", F.col("open") == 1)).alias("explanations"),
    )


def _shown(
    rows: DataFrame,
    shared: DataFrame,
    cases: DataFrame,
    earlier: DataFrame,
    sellers: DataFrame,
    parcels: DataFrame,
) -> tuple[list[DataFrame], list[DataFrame], DataFrame]:
    found = shared.withColumnRenamed("operator_id", "subject_id").join(
        subjects_of(rows), "subject_id", "left_semi"
    )
    kinds = F.create_map(*[F.lit(item) for pair in MEMBER_KINDS.items() for item in pair])
    things = found.withColumn("thing", F.try_element_at(kinds, F.col("trace"))).where(
        F.col("thing").isNotNull()
    )
    case = cases.withColumn(
        "case_kind",
        F.when(
            F.col("subject_kind").isin("seller", "account", "person", "company", "phone", "address"),
            F.col("subject_kind"),
        ),
    )
    named = found.select("subject_id", "case_id").distinct().join(case, "case_id")
    shops = (
        found.where(F.col("kind") == "seller")
        .select("subject_id", F.col("entity").alias("seller_key"))
        .distinct()
    )
    before = named.select("subject_id", "case_id").join(earlier, "case_id").select("subject_id", "seller_key")
    sent = parcels.join(shops, "seller_key")
    members = [
        member_rows(
            found, F.col("kind"), "entity", F.when(F.col("kind") == "seller", "shop").otherwise("collector")
        ),
        member_rows(
            things,
            F.col("thing"),
            "id",
            F.when(F.col("thing") == "account", "collector").otherwise(F.col("trace")),
        ),
        member_rows(named.where(F.col("case_kind").isNotNull()), F.col("case_kind"), "case_id", "sanctioned"),
        member_rows(before, "seller", "seller_key", "sanctioned"),
    ]
    registered = sellers.join(shops.unionByName(before).distinct(), "seller_key")
    evidence = [
        record_rows(named, "enforcement_actions", F.explode("decision_keys"), 1),
        record_rows(registered, "sellers", "record_key", 2),
        record_rows(sent, "shipments", "record_key", 3),
    ]
    return members, evidence, sent
