"""Importers and exporters that answer, after a confirmed decision, where the sanctioned one did.

A name that Customs knows is given up, and the business goes on under another: the phone or the address of
the one stands on the declarations of a trader that nobody has seen before the decision. Brokers' phones and
office towers stand on many declarations and tell nothing. Where the newcomer also buys the same goods of the
same seller, it is the same business. A company may also be taken over: one that declared long before takes up
the contact, and the goods of that seller, after the decision. A decision from before the first records tells
nothing: whoever is first seen after it may have traded for years. Shops and accounts are told by
`sanctioned_operator_returns`.
Source: Government Office dispatch 3986/VPCP-V.I (repeat offenders); Vietnam Customs dispatch 3923/2021
(companies set up one after the other).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.traders import DECLARATIONS, company_of, heading, trader_kind
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.joins.earlier_cases.confirmed_cases import confirmed_cases
from jobs.signals.schema import Parameters, Signal, no_explanations

SIGNAL = Signal(
    id="importer_returns",
    subject="company",
    reads={
        "actions": "silver.enforcement_actions",
        "customs": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_PARTIES = ("company", "person")
_CONTACTS = {
    "phone": ("trader_phone_e164", "consignee_phone_e164"),
    "address": ("trader_address_norm", "consignee_address_norm"),
}


def transform(
    *,
    actions: DataFrame,
    customs: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: what the newcomer has in common with one that was sanctioned, by weight (`weight_*`): phone,
    address, the seller, and the goods of that seller. Support: its declarations; `value_vnd`: their customs
    value.
    """
    lines = customs.where(F.col("trader_key").isNotNull())
    parties = F.col("subject_kind").isin(*_PARTIES)
    since = lines.agg(F.date_add(F.min("event_day"), int(parameters["known_days"])).alias("known_since"))
    cases = kept(
        confirmed_cases(actions, as_of)
        .where(parties)
        .crossJoin(F.broadcast(since))
        .where(F.col("decided_on") >= F.col("known_since"))
    )
    candidates = kept(_candidates(lines, cases))
    shared = kept(_shared(lines, cases, candidates, identifiers, parameters))
    rows = reported(_measure(lines, candidates, shared, parameters), parameters)
    subjects = subjects_of(rows)
    pairs = shared.join(subjects, "subject_id", "left_semi")
    own = lines.withColumn("subject_id", F.col("trader_key")).join(subjects, "subject_id", "left_semi")
    before = pairs.join(
        lines.select(F.col("trader_key").alias("case_id"), F.col("record_key").alias("line_key")), "case_id"
    )
    decided = pairs.join(cases.select("case_id", F.explode("decision_keys").alias("decision_key")), "case_id")
    members = [
        member_rows(rows, trader_kind(F.col("subject_id")), "subject_id", "trader"),
        member_rows(pairs, trader_kind(F.col("case_id")), "case_id", "sanctioned"),
    ]
    evidence = [
        record_rows(decided, "enforcement_actions", "decision_key"),
        record_rows(own, DECLARATIONS, "record_key"),
        record_rows(before, DECLARATIONS, "line_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _candidates(lines: DataFrame, cases: DataFrame) -> DataFrame:
    """Traders that declare after the first of the cases, and are none of them: subject_id and first_on."""
    first = cases.agg(F.min("decided_on").alias("first_decision"))
    return (
        lines.groupBy(F.col("trader_key").alias("subject_id"))
        .agg(F.min("event_day").alias("first_on"), F.max("event_day").alias("last_on"))
        .crossJoin(F.broadcast(first))
        .where(F.col("last_on") > F.col("first_decision"))
        .join(cases.select(F.col("case_id").alias("subject_id")), "subject_id", "left_anti")
        .select("subject_id", "first_on")
    )


def _contacts(lines: DataFrame, identifiers: DataFrame, parameters: Parameters) -> DataFrame:
    """trader_key, trace, id, since: phones and addresses that few use, and none of them by trade."""
    rare = identifiers.where(~F.col("hub") & (F.col("users") <= int(parameters["users_most"]))).select(
        F.col("kind").alias("trace"), "id"
    )
    named = [
        F.struct(F.lit(trace).alias("trace"), F.col(column).alias("id"))
        for trace, columns in _CONTACTS.items()
        for column in columns
    ]
    return (
        lines.select("trader_key", "event_day", F.explode(F.array(*named)).alias("contact"))
        .select("trader_key", "event_day", "contact.*")
        .where(F.col("id").isNotNull())
        .groupBy("trader_key", "trace", "id")
        .agg(F.min("event_day").alias("since"))
        .join(rare, ["trace", "id"])
    )


def _shared(
    lines: DataFrame, cases: DataFrame, candidates: DataFrame, identifiers: DataFrame, parameters: Parameters
) -> DataFrame:
    """subject_id, case_id, value: who took up a contact of one that was sanctioned before.

    Whoever declared before the decision must have taken up the seller's goods after it as well.
    """
    contacts = kept(_contacts(lines, identifiers, parameters))
    code = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    seller = F.col("partner_name_norm")
    trade = [
        F.struct(F.lit("seller").alias("trace"), seller.alias("id")),
        F.struct(F.lit("goods").alias("trace"), F.concat(seller, F.lit("|"), code).alias("id")),
    ]
    traded = (
        lines.where(seller.isNotNull())
        .select("trader_key", "event_day", F.explode(F.array(*trade)).alias("of"))
        .select("trader_key", "event_day", "of.*")
        .groupBy("trader_key", "trace", "id")
        .agg(F.min("event_day").alias("since"))
    )

    def in_common(traces: DataFrame) -> DataFrame:
        ours = traces.withColumnRenamed("trader_key", "subject_id")
        theirs = traces.select(F.col("trader_key").alias("case_id"), "trace", "id")
        return (
            ours.join(candidates, "subject_id")
            .join(theirs.join(cases.select("case_id", "decided_on"), "case_id"), ["trace", "id"])
            .where(F.col("since") > F.col("decided_on"))
            .where(company_of(F.col("subject_id")) != company_of(F.col("case_id")))
            .groupBy("subject_id", "case_id", "trace")
            .agg(F.max(F.col("first_on") > F.col("decided_on")).alias("began"))
        )

    reached = in_common(contacts)
    also = in_common(traded).join(
        reached.select("subject_id", "case_id").distinct(), ["subject_id", "case_id"]
    )
    weight = F.coalesce(
        *[
            F.when(F.col("trace") == trace, float(parameters[f"weight_{trace}"]))
            for trace in ("phone", "address", "seller", "goods")
        ]
    )
    return (
        reached.unionByName(also)
        .groupBy("subject_id", "case_id")
        .agg(
            F.sum(weight).alias("value"),
            F.max("began").alias("began"),
            F.max(F.col("trace") == "goods").alias("same_goods"),
        )
        .where(F.col("began") | F.col("same_goods"))
        .where(F.col("value") >= float(parameters["report_from"]))
    )


def _measure(lines: DataFrame, candidates: DataFrame, shared: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a candidate with enough declarations."""
    declared = lines.groupBy(F.col("trader_key").alias("subject_id")).agg(
        F.count_distinct("declaration_no").alias("support"),
        F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
    )
    most = shared.groupBy("subject_id").agg(F.max("value").alias("value"))
    return (
        candidates.join(declared, "subject_id")
        .where(F.col("support") >= int(parameters["declarations_least"]))
        .join(most, "subject_id", "left")
        .select(
            "subject_id",
            trader_kind(F.col("subject_id")).alias("subject_kind"),
            F.lit("traders that declare after a decision").alias("peer_group"),
            F.coalesce("value", F.lit(0.0)).alias("value"),
            "support",
            "value_vnd",
            no_explanations().alias("explanations"),
        )
    )
