"""Orders, payments and waybills that do not add up: sales to oneself, to a few, unpaid, or paid back."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.operators import operators_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payment_parcel_mismatch",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
    },
)
_PARTS = ("hollow_share", "repeated_share", "returned_share", "unpaid_share")


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value 0 to 1: geometric mean of the two strongest of four shares, so that one alone is nothing.

    Parcels that cannot be sales (to oneself, weightless); parcels to recipients who receive over and over;
    money of private payers that goes back to them, or that recipients get from the seller to buy with; cash
    on delivery that no carrier ever remits.
    """
    sales = kept(_sales(parcels, operators, parameters))
    loops = kept(_loops(payments, parameters))
    funded = kept(_funded(sales, payments, accounts, parameters))
    shares = (
        _parcel_shares(sales, parameters)
        .join(_returned(payments, loops), "subject_id", "left")
        .join(_funded_shares(sales, funded), "subject_id", "left")
        .join(_unpaid(parcels, payments, as_of, parameters), "subject_id", "left")
        .fillna(0.0, subset=[*_PARTS, "funded_share"])
        .fillna(0)
        .withColumn("returned_share", F.greatest("returned_share", "funded_share"))
    )
    rows = reported(_measure(shares), parameters)
    pairs = (
        loops.select("subject_id", "account_id")
        .unionByName(funded.select("subject_id", "account_id"))
        .distinct()
    )
    return close(SIGNAL, rows, *_shown(rows, sales, pairs, payments), int(parameters["evidence_limit"]))


def _sales(parcels: DataFrame, operators: DataFrame, parameters: Parameters) -> DataFrame:
    """Parcels of an operator that claim to be a sale, with `hollow` and `repeated`.

    Stock that a chain moves between its own shops carries no order and no cash: it claims nothing.
    """
    claims = (
        F.col("platform").isNotNull()
        | F.col("order_no").isNotNull()
        | (F.coalesce("cod_amount_vnd", F.lit(0)) > 0)
    )
    delivered = parcels.where(claims & F.col("operator_id").isNotNull() & (F.col("status") == "delivered"))
    own = operators_of(operators, "phone", "recipient_phone_e164", "recipient_operator")
    to_itself = F.coalesce(F.col("recipient_operator") == F.col("operator_id"), F.lit(False)) | F.coalesce(
        F.col("recipient_address_norm") == F.col("sender_address_norm"), F.lit(False)
    )
    weightless = F.coalesce(F.col("weight_kg") <= float(parameters["weightless_kg"]), F.lit(False))
    known = (
        delivered.join(own, "recipient_phone_e164", "left")
        .withColumn("subject_id", F.col("operator_id"))
        .withColumn("recipient", F.coalesce("recipient_phone_e164", "recipient_address_norm"))
        .withColumn("hollow", to_itself | weightless)
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "recipient",
            "recipient_phone_e164",
            "recipient_name_norm",
            "hollow",
            F.greatest(
                F.coalesce("cod_amount_vnd", F.lit(0)), F.coalesce("declared_value_vnd", F.lit(0))
            ).alias("worth_vnd"),
        )
    )
    often = known.groupBy("subject_id", "recipient").agg(F.count(F.lit(1)).alias("times"))
    return (
        known.join(often, ["subject_id", "recipient"], "left")
        .withColumn("repeated", F.coalesce(F.col("times") >= int(parameters["repeated_least"]), F.lit(False)))
        .drop("times")
    )


def _parcel_shares(sales: DataFrame, parameters: Parameters) -> DataFrame:
    suspect = F.col("hollow") | F.col("repeated")
    return (
        sales.groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("parcels"),
            F.sum(F.col("hollow").cast("int")).alias("hollow"),
            F.sum(F.col("repeated").cast("int")).alias("repeated"),
            F.sum(suspect.cast("int")).alias("support"),
            F.sum(F.when(suspect, F.col("worth_vnd")).otherwise(F.lit(0))).alias("value_vnd"),
        )
        .where(F.col("parcels") >= int(parameters["parcels_least"]))
        .withColumn("hollow_share", F.round(F.col("hollow") / F.col("parcels"), 6))
        .withColumn("repeated_share", F.round(F.col("repeated") / F.col("parcels"), 6))
    )


def _loops(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """(operator, private account) with money both ways: what came from it and what went back to it."""
    between = payments.where(
        ~F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))
    )

    def side(operator: str, other: str, hub: str, kind: str, name: str) -> DataFrame:
        private = (
            ~F.coalesce(F.col(hub), F.lit(False))
            & F.coalesce(F.col(kind) == "individual", F.lit(True))
            & F.col(operator).isNotNull()
            & F.col(other).isNotNull()
        )
        return (
            between.where(private)
            .groupBy(F.col(operator).alias("subject_id"), F.col(other).alias("account_id"))
            .agg(F.sum("amount_vnd").alias(name))
        )

    came = side("creditor_operator", "debtor_account_id", "debtor_hub", "debtor_holder_type", "came_vnd")
    went = side("debtor_operator", "creditor_account_id", "creditor_hub", "creditor_holder_type", "went_vnd")
    return came.join(went, ["subject_id", "account_id"]).where(
        F.col("went_vnd") >= F.col("came_vnd") * F.lit(float(parameters["returned_least"]))
    )


def _funded(sales: DataFrame, payments: DataFrame, accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """(operator, private account) that the seller pays and that is known as a recipient of its parcels.

    Known by phone, or by a name that receives several of this seller's parcels. `bought_vnd` is the worth of
    those parcels; the seller must have paid a good part of it, which a refund now and then does not.
    """
    paid = (
        payments.where(
            F.col("debtor_operator").isNotNull()
            & ~F.coalesce("creditor_hub", F.lit(False))
            & F.coalesce(F.col("creditor_holder_type") == "individual", F.lit(True))
            & ~F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))
        )
        .groupBy(
            F.col("debtor_operator").alias("subject_id"), F.col("creditor_account_id").alias("account_id")
        )
        .agg(F.sum("amount_vnd").alias("went_vnd"))
        .join(accounts.select("account_id", "phone_e164", "holder_name_norm"), "account_id")
    )
    worth = [F.sum("worth_vnd").alias("bought_vnd"), F.count(F.lit(1)).alias("parcels")]
    by_phone = sales.groupBy("subject_id", F.col("recipient_phone_e164").alias("phone_e164")).agg(*worth)
    by_name = (
        sales.groupBy("subject_id", F.col("recipient_name_norm").alias("holder_name_norm"))
        .agg(*worth)
        .where(F.col("parcels") >= int(parameters["named_parcels_least"]))
    )
    known = paid.join(by_phone, ["subject_id", "phone_e164"]).unionByName(
        paid.join(by_name, ["subject_id", "holder_name_norm"])
    )
    return (
        known.groupBy("subject_id", "account_id")
        .agg(F.max("went_vnd").alias("went_vnd"), F.max("bought_vnd").alias("bought_vnd"))
        .where(F.col("went_vnd") >= F.col("bought_vnd") * F.lit(float(parameters["returned_least"])))
    )


def _funded_shares(sales: DataFrame, funded: DataFrame) -> DataFrame:
    """Per operator: share of its sales that go to recipients whom it pays (two of them at least)."""
    whole = sales.groupBy("subject_id").agg(F.sum("worth_vnd").alias("sold_vnd"))
    bought = funded.groupBy("subject_id").agg(
        F.sum("bought_vnd").alias("bought_vnd"), F.count(F.lit(1)).alias("buyers")
    )
    share = F.least(F.lit(1.0), F.try_divide("bought_vnd", "sold_vnd"))
    return (
        bought.where(F.col("buyers") >= 2)
        .join(whole, "subject_id")
        .select("subject_id", F.round(share, 6).alias("funded_share"))
    )


def _returned(payments: DataFrame, loops: DataFrame) -> DataFrame:
    """Per operator: share of the money of private payers that goes back to those whom it came from."""
    private = payments.where(
        ~F.coalesce("debtor_hub", F.lit(False))
        & F.col("debtor_account_id").isNotNull()
        & F.coalesce(F.col("debtor_holder_type") == "individual", F.lit(True))
        & ~F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))
    )
    income = private.groupBy(F.col("creditor_operator").alias("subject_id")).agg(
        F.sum("amount_vnd").alias("income_vnd")
    )
    back = loops.groupBy("subject_id").agg(
        F.sum(F.least("came_vnd", "went_vnd")).alias("back_vnd"), F.count(F.lit(1)).alias("loops")
    )
    share = F.round(F.try_divide("back_vnd", "income_vnd"), 6)
    return (
        back.where(F.col("loops") >= 2)
        .join(income, "subject_id")
        .select("subject_id", share.alias("returned_share"), "loops")
    )


def _unpaid(parcels: DataFrame, payments: DataFrame, as_of: date, parameters: Parameters) -> DataFrame:
    """Per operator: share of the cash on delivery that no carrier remitted to the account that should get it.

    Only accounts whose income we see, and parcels that are old enough to be settled (batches, net of fees).
    """
    settled_by = F.date_sub(F.lit(as_of), int(parameters["settlement_days"]))
    due = (
        parcels.where(
            (F.col("status") == "delivered")
            & (F.col("cod_amount_vnd") > 0)
            & F.col("cod_account_id").isNotNull()
            & F.col("operator_id").isNotNull()
            & (F.to_date("delivered_at") <= settled_by)
        )
        .groupBy(F.col("operator_id").alias("subject_id"), "cod_account_id")
        .agg(F.sum("cod_amount_vnd").alias("due_vnd"))
    )
    remitted = F.when(F.col("channel") == "cod_settlement", F.col("amount_vnd")).otherwise(F.lit(0))
    income = (
        payments.where(F.col("creditor_account_id").isNotNull())
        .groupBy(F.col("creditor_account_id").alias("cod_account_id"))
        .agg(F.sum(remitted).alias("remitted_vnd"))
    )
    expected = F.col("due_vnd") * F.lit(float(parameters["remitted_share"]))
    return (
        due.join(income, "cod_account_id")
        .groupBy("subject_id")
        .agg(F.sum("due_vnd").alias("due_vnd"), F.sum("remitted_vnd").alias("remitted_vnd"))
        .select(
            "subject_id",
            F.round(F.greatest(F.lit(0.0), 1 - F.try_divide("remitted_vnd", expected)), 6).alias(
                "unpaid_share"
            ),
        )
    )


def _measure(shares: DataFrame) -> DataFrame:
    strongest = F.sort_array(F.array(*_PARTS), asc=False)
    return shares.select(
        "subject_id",
        F.concat(F.lit("parcels 10^"), F.floor(F.log10("parcels")).cast("string")).alias("peer_group"),
        F.round(F.sqrt(strongest[0] * strongest[1]), 6).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation(
                "group_buying",
                (F.col("repeated_share") > 0) & (F.col("hollow_share") + F.col("returned_share") == 0),
            ),
        ).alias("explanations"),
    )


def _shown(
    rows: DataFrame, sales: DataFrame, looped: DataFrame, payments: DataFrame
) -> tuple[list[DataFrame], list[DataFrame]]:
    subjects = subjects_of(rows)
    forged = sales.where(F.col("hollow") | F.col("repeated")).join(subjects, "subject_id", "left_semi")
    pairs = looped.join(subjects, "subject_id", "left_semi")
    came = payments.join(
        pairs.select(
            F.col("subject_id").alias("creditor_operator"), F.col("account_id").alias("debtor_account_id")
        ),
        ["creditor_operator", "debtor_account_id"],
    ).withColumnRenamed("creditor_operator", "subject_id")
    went = payments.join(
        pairs.select(
            F.col("subject_id").alias("debtor_operator"), F.col("account_id").alias("creditor_account_id")
        ),
        ["debtor_operator", "creditor_account_id"],
    ).withColumnRenamed("debtor_operator", "subject_id")
    # Who receives again and again what cannot be a sale lends the name; who merely buys often does not.
    straw = forged.where(F.col("hollow") & F.col("repeated"))
    members = [
        member_rows(forged, "seller", "seller_key", "shop"),
        member_rows(pairs, "account", "account_id", "mule"),
        member_rows(came, "account", "creditor_account_id", "collector"),
        member_rows(went, "account", "debtor_account_id", "collector"),
        member_rows(straw, "phone", "recipient_phone_e164", "straw_buyer"),
    ]
    evidence = [
        record_rows(forged, "shipments", "record_key", 1),
        payment_rows(came, 2),
        payment_rows(went, 2),
    ]
    return members, evidence
