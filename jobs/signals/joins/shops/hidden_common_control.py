"""Shops of different declared owners that one hand runs, shown by the rare things that they share."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
    worth,
)
from jobs.signals.joins.operators import operators_of
from jobs.signals.joins.shops.shop_owners import homes_of, owners_of, registered_at_once, with_owner
from jobs.signals.joins.shops.shop_traces import LISTED, member_kind, shop_traces, with_users
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="hidden_common_control",
    subject="operator",
    reads={
        "operators": "links.operators",
        "identifiers": "links.identifiers",
        "accounts": "links.accounts",
        "sellers": "silver.sellers",
        "ties": "links.ties",
        "listings": "silver.listings",
        "parcels": "flows.parcels",
        "payments": "flows.payments",
    },
)
_MONEY = ("account", "cod_account", "holder", "collector")


def transform(
    *,
    operators: DataFrame,
    identifiers: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    ties: DataFrame,
    listings: DataFrame,
    parcels: DataFrame,
    payments: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: kinds of rare sharing across owners, each by weight, rarity and reach (0 to about 6)."""
    del as_of
    shops = with_owner(
        sellers.join(operators_of(operators, "seller", "seller_key"), "seller_key").withColumnRenamed(
            "operator_id", "subject_id"
        )
    )
    groups = kept(
        owners_of(shops, parameters).where(
            (F.col("owners") >= 2) & (F.col("shops") <= F.lit(int(parameters["shops_most"])))
        )
    )
    shops = kept(shops.join(F.broadcast(groups.select("subject_id")), "subject_id", "left_semi"))
    owned = F.broadcast(shops.select("seller_key", "subject_id", "owner"))
    traces = kept(shop_traces(shops, parcels, ties, accounts).join(owned, "seller_key"))
    shared = kept(_shared(traces, identifiers, operators))
    passed_on = kept(_passed_on(traces, payments))
    forwarded = kept(_forwarded(passed_on, accounts))
    kinds = _kinds(
        shared.select("subject_id", "trace", "strength", "owners_inside").unionByName(
            forwarded.select("subject_id", F.lit("collector").alias("trace"), "strength", "owners_inside")
        ),
        groups,
        parameters,
    )
    of_operators = parcels.where(F.col("operator_id").isNotNull())
    parcel_counts = of_operators.groupBy(F.col("operator_id").alias("subject_id")).agg(
        F.count(F.lit(1)).alias("parcels")
    )
    bursts = registered_at_once(shops, int(parameters["burst_days"]))
    pictured = (
        listings.where(F.col("image_hash").isNotNull())
        .join(owned, "seller_key")
        .groupBy("subject_id")
        .agg(F.count_distinct("owner").alias("pictured_owners"))
    )
    known = (
        groups.join(bursts, "subject_id", "left")
        .join(pictured, "subject_id", "left")
        .join(_supplied(passed_on, shared, accounts), "subject_id", "left")
        .fillna({"at_once": 0, "pictured_owners": 0, "supplied_owners": 0})
    )
    measured = _value(kinds, known, homes_of(shops, accounts), parcel_counts, parameters)
    rows = reported(measured, parameters)
    members, evidence, sold = _shown(
        rows, traces, shared, forwarded, shops, ties, parcels, payments, parameters
    )
    return close(SIGNAL, worth(rows, sold), members, evidence, int(parameters["evidence_limit"]))


def _shared(traces: DataFrame, identifiers: DataFrame, operators: DataFrame) -> DataFrame:
    """Identifiers that shops of at least two declared owners use, with how little anybody else uses them."""
    inside = (
        traces.groupBy("subject_id", "trace", "id")
        .agg(F.size(F.collect_set("owner")).alias("owners_inside"))
        .where(F.col("owners_inside") >= 2)
    )
    # Users are people and firms, straw holders of accounts among them: those of the operator are inside.
    parties = (
        operators.where(F.col("kind").isin("person", "company"))
        .groupBy(F.col("operator_id").alias("subject_id"))
        .agg(F.count(F.lit(1)).alias("parties"))
    )
    known = with_users(inside, identifiers).join(parties, "subject_id", "left")
    own = F.greatest(F.col("owners_inside").cast("bigint"), F.coalesce("parties", F.lit(0)))
    users = F.greatest(F.coalesce("users", F.lit(0)), F.col("owners_inside"))
    return known.withColumn("strength", F.round(F.least(F.lit(1.0), own / users), 6)).drop("parties")


def _passed_on(traces: DataFrame, payments: DataFrame) -> DataFrame:
    """Payments out of the accounts into which shops are paid, with `subject_id` and `owner`."""
    own = (
        traces.where(F.col("trace").isin("account", "cod_account"))
        .groupBy("subject_id", F.col("id").alias("debtor_account_id"))
        .agg(F.min("owner").alias("owner"))
    )
    return (
        payments.where(F.col("creditor_account_id").isNotNull())
        .join(F.broadcast(own), "debtor_account_id")
        .where(F.col("creditor_account_id") != F.col("debtor_account_id"))
        .select(
            "subject_id", "owner", "debtor_account_id", "creditor_account_id", "creditor_hub", "amount_vnd"
        )
    )


def _supplied(passed_on: DataFrame, shared: DataFrame, accounts: DataFrame) -> DataFrame:
    """Per `subject_id`: how many owners (`supplied_owners`) pay one company that has a phone or an address
    that they share: it sends out the goods that they sell, and the bank knows whose phone it is.
    """
    firms = accounts.where(F.col("holder_type") == "company").select(
        F.col("account_id").alias("creditor_account_id"),
        F.col("holder_key").alias("firm"),
        F.explode(F.array_compact(F.array("phone_e164", "address_norm"))).alias("id"),
    )
    theirs = firms.join(F.broadcast(shared.select("subject_id", "id").distinct()), "id")
    return (
        passed_on.join(
            F.broadcast(theirs.select("subject_id", "firm", "creditor_account_id").distinct()),
            ["subject_id", "creditor_account_id"],
        )
        .groupBy("subject_id", "firm")
        .agg(F.count_distinct("owner").alias("supplied_owners"))
        .groupBy("subject_id")
        .agg(F.max("supplied_owners").alias("supplied_owners"))
    )


def _forwarded(passed_on: DataFrame, accounts: DataFrame) -> DataFrame:
    """Accounts of nobody in particular to which the accounts of several owners pass on what they take in."""
    out = passed_on.where(~F.coalesce("creditor_hub", F.lit(False)))
    total = out.groupBy("subject_id").agg(F.sum("amount_vnd").alias("total_vnd"))
    payees = accounts.select(F.col("account_id").alias("creditor_account_id"), "payers")
    return (
        out.groupBy("subject_id", "creditor_account_id")
        .agg(
            F.size(F.collect_set("owner")).alias("owners_inside"),
            F.size(F.collect_set("debtor_account_id")).alias("accounts_inside"),
            F.sum("amount_vnd").alias("amount_vnd"),
        )
        .where(F.col("owners_inside") >= 2)
        .join(F.broadcast(total), "subject_id")
        .join(payees, "creditor_account_id", "left")
        .withColumn("known_payers", F.greatest(F.coalesce("payers", "accounts_inside"), "accounts_inside"))
        .withColumn(
            "strength",
            F.round(
                F.try_divide("amount_vnd", "total_vnd") * F.try_divide("accounts_inside", "known_payers"), 6
            ),
        )
    )


def _weight(parameters: Parameters) -> Column:
    column = F.lit(0.0)
    for name, value in parameters.items():
        if name.startswith("weight_"):
            column = F.when(F.col("trace") == name.removeprefix("weight_"), float(value)).otherwise(column)
    return column


def _kinds(strengths: DataFrame, groups: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an operator and kind of sharing: how far it reaches over the operator's owners, 0 to 1.

    Owners and not shops: one who lends the hand a name may have shops of an ordinary life beside it.
    """
    spread = F.col("strength") * F.col("owners_inside") / F.col("owners")
    pictures = F.least(F.lit(1.0), F.col("ids") / F.lit(float(parameters["images_least"])))
    reach = F.least(F.lit(1.0), F.col("reach")) * F.when(F.col("trace") == "image", pictures).otherwise(
        F.lit(1.0)
    )
    return (
        strengths.join(F.broadcast(groups.select("subject_id", "owners")), "subject_id")
        .groupBy("subject_id", "trace")
        .agg(F.round(F.sum(F.round(spread, 6)), 6).alias("reach"), F.count(F.lit(1)).alias("ids"))
        .withColumn("points", F.round(_weight(parameters) * reach, 6))
    )


def _value(
    kinds: DataFrame, groups: DataFrame, homes: DataFrame, parcel_counts: DataFrame, parameters: Parameters
) -> DataFrame:
    """The shared kinds, lowered for few owners, for little trade, and for what explains them.

    `groups` with `at_once` (`registered_at_once`), `pictured_owners`, whose listings show pictures, and
    `supplied_owners`.
    """
    pictures = F.max((F.col("trace") == "image").cast("int"))
    money = F.when(F.col("trace").isin(*_MONEY), F.col("points")).otherwise(F.lit(0.0))
    points = kinds.groupBy("subject_id").agg(
        F.round(F.sum("points"), 6).alias("points"),
        F.round(F.sum(money), 6).alias("money_points"),
        pictures.alias("pictures"),
        F.count(F.lit(1)).alias("support"),
    )
    few = F.col("owners") <= int(parameters["family_owners_most"])
    together = F.col("one_home") | (F.col("one_surname") & F.col("one_pickup"))
    # More than a few are one family when the name and the home say so, wherever they store their goods.
    household = F.col("owners") <= int(parameters["household_owners_most"])
    wholly = F.col("one_surname") & F.col("one_home")
    scored = (
        groups.join(points, "subject_id", "left")
        .join(homes, "subject_id", "left")
        .join(parcel_counts, "subject_id", "left")
        .fillna(
            {"points": 0.0, "money_points": 0.0, "pictures": 0, "support": 0, "parcels": 0}
            | {"one_home": False, "residents": 0}
        )
        .withColumn("family", (few & together) | (household & wholly))
    )
    # Names that are registered together are kept in stock, whether they trade yet or not.
    stocked = (F.col("at_once") >= int(parameters["burst_owners"])) & (
        F.col("at_once") >= F.col("owners") * float(parameters["burst_share"])
    )
    # A service works for many sellers, who come to it one by one, and does not show the same goods in all
    # their names.
    agency = (
        (F.col("points") > 0)
        & ~stocked
        & (F.col("money_points") < F.lit(float(parameters["money_least"])))
        & (F.col("pictures") == 0)
    )
    # Who hides behind several names sells one set of goods; others share a warehouse, an agency, a till.
    own_goods = (
        (F.col("pictures") == 0)
        & ~stocked
        & ~agency
        & (F.col("pictured_owners") >= F.col("owners") * float(parameters["pictured_share"]))
    )
    supplied = F.col("supplied_owners") >= F.col("owners") * float(parameters["supplied_share"])
    # Straw owners live anywhere; relatives and neighbours keep the goods where several of them live.
    at_home = F.col("residents") >= int(parameters["residents_least"])
    strangers = F.col("owners") - 1
    crowd = strangers / (strangers + F.lit(float(parameters["owners_half"])))
    traded = F.col("parcels") / (F.col("parcels") + F.lit(float(parameters["parcels_half"])))
    trade = F.when(stocked, 1.0).otherwise(traded)
    factor = F.lit(1.0)
    for holds, name in ((agency, "agency"), (F.col("family"), "family"), (F.col("brand"), "brand")):
        factor = factor * F.when(holds, float(parameters[f"factor_{name}"])).otherwise(F.lit(1.0))
    return scored.select(
        "subject_id",
        F.lit("shops of several owners").alias("peer_group"),
        F.round(F.col("points") * crowd * trade * factor, 6).alias("value"),
        "support",
        F.lit(0).cast("bigint").alias("value_vnd"),
        F.array(
            explanation("service_agency", agency),
            explanation("own_goods", own_goods),
            explanation("supplied_by_a_company", supplied),
            explanation("family_shops", F.col("family")),
            explanation("sold_from_home", ~F.col("family") & at_home),
            explanation("open_brand", F.col("brand")),
        ).alias("explanations"),
    )


def _shown(
    rows: DataFrame,
    traces: DataFrame,
    shared: DataFrame,
    forwarded: DataFrame,
    shops: DataFrame,
    ties: DataFrame,
    parcels: DataFrame,
    payments: DataFrame,
    parameters: Parameters,
) -> tuple[list[DataFrame], list[DataFrame], DataFrame]:
    """Members, records and parcels of the operators that are reported."""
    subjects = subjects_of(rows)
    rare = float(parameters["member_strength_least"])
    telling = shared.where(F.col("strength") >= rare).join(subjects, "subject_id", "left_semi")
    using = traces.join(
        F.broadcast(telling.select("subject_id", "trace", "id")), ["subject_id", "trace", "id"], "left_semi"
    )
    collectors = F.broadcast(
        forwarded.where(F.col("strength") >= float(parameters["collector_strength_least"]))
        .join(subjects, "subject_id", "left_semi")
        .select("subject_id", "creditor_account_id")
    )
    involved = F.broadcast(kept(using.select("subject_id", "seller_key").distinct()))
    own = traces.where(F.col("trace").isin("account", "cod_account")).join(
        involved, ["subject_id", "seller_key"], "left_semi"
    )
    role = (
        F.when(F.col("trace").isin("account", "cod_account"), "collector")
        .when(F.col("trace") == "holder", "beneficiary")
        .otherwise(F.col("trace"))
    )
    named = telling.withColumn("kind", member_kind(F.col("trace"), F.col("id"))).where(
        F.col("kind").isNotNull()
    )
    passed_on = kept(
        payments.join(
            F.broadcast(own.select("subject_id", F.col("id").alias("debtor_account_id")).distinct()),
            "debtor_account_id",
        )
        .join(collectors, ["subject_id", "creditor_account_id"], "left_semi")
        .select("subject_id", "debtor_account_id", "report_keys")
    )
    members = [
        member_rows(involved, "seller", "seller_key", "shop"),
        member_rows(named, F.col("kind"), "id", F.regexp_replace(role, "^(sender|listed)_", "")),
        member_rows(passed_on, "account", "debtor_account_id", "mule"),
        member_rows(collectors, "account", "creditor_account_id", "collector"),
    ]
    listed = (
        using.where(F.col("trace").isin(*LISTED))
        .select("subject_id", F.col("seller_key").alias("id_a"), F.col("id").alias("id_b"))
        .join(ties.where(F.col("tie").isin(*LISTED)), ["id_a", "id_b"])
        .select("subject_id", F.explode("evidence").alias("shown"))
        .where(F.col("shown.feed") == "listings")
    )
    sent = parcels.join(involved, "seller_key")
    evidence = [
        record_rows(
            shops.join(involved, ["subject_id", "seller_key"], "left_semi"), "sellers", "record_key", 1
        ),
        record_rows(listed, "listings", "shown.key", 2),
        payment_rows(passed_on, 3),
        record_rows(sent, "shipments", "record_key", 4),
    ]
    return members, evidence, sent
