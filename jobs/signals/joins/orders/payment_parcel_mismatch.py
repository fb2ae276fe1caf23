"""Orders, payments and waybills that do not add up: sales to oneself, to a few, unpaid, or paid back."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.senders import parcel_worth
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
from jobs.signals.joins.orders.review_fees import without_review_fees
from jobs.signals.joins.shops.sending_shops import senders_of, sending_hand, shops_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payment_parcel_mismatch",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
    },
)
_PARTS = ("hollow_share", "repeated_share", "returned_share", "unpaid_share")


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value 0 to 1: geometric mean of the two strongest of four shares, so that one alone is nothing.

    Parcels that cannot be sales (to oneself, weightless); parcels to recipients who receive over and over;
    money of private payers that goes back to them, or that recipients get from the seller to buy with; cash
    on delivery that no carrier ever remits.
    """
    shops = shops_of(sellers, operators)
    sales = kept(_sales(parcels, operators, _doors(parcels, shops, parameters), parameters))
    shares = kept(_parcel_shares(sales, parameters))
    dealings = kept(_dealings(sales, shares, without_review_fees(payments, parameters), accounts, parameters))
    measured = (
        shares.join(_returned(dealings), "subject_id", "left")
        .join(_unpaid(parcels, payments, as_of, parameters), "subject_id", "left")
        .join(_seen(payments), "subject_id", "left")
        .fillna(0.0, subset=[*_PARTS])
    )
    rows = reported(_measure(measured), parameters)
    pairs = dealings.where("returns").select("subject_id", "account_id")
    return close(
        SIGNAL,
        rows,
        *_shown(rows, sales, pairs, payments, shops, parameters),
        int(parameters["evidence_limit"]),
    )


def _doors(parcels: DataFrame, shops: DataFrame, parameters: Parameters) -> DataFrame:
    """(operator_id, recipient_address_norm, own_door): where a hand sends from or has its parcels picked up.

    A tower or warehouse from which more than `door_hands_most` hands send is nobody's door.
    """
    sending = parcels.select(
        sending_hand().alias("hand"), F.col("sender_address_norm").alias("recipient_address_norm")
    )
    picked_up = shops.select("hand", F.col("pickup_address_norm").alias("recipient_address_norm"))
    return (
        sending.unionByName(picked_up)
        .where(F.col("hand").isNotNull() & F.col("recipient_address_norm").isNotNull())
        .groupBy("recipient_address_norm")
        .agg(F.collect_set("hand").alias("hands"))
        .where(F.size("hands") <= int(parameters["door_hands_most"]))
        .select(
            F.explode("hands").alias("operator_id"), "recipient_address_norm", F.lit(True).alias("own_door")
        )
    )


def _sales(parcels: DataFrame, operators: DataFrame, doors: DataFrame, parameters: Parameters) -> DataFrame:
    """Parcels of an operator that may be sales, with `hollow` and `repeated`.

    Stock that a chain moves between its own shops carries no order and no cash: it claims nothing. A parcel
    is hollow when it goes to its sender (a phone or door of the operator, of whichever shop), weighs nothing,
    or as little as an envelope where such goods weigh more. A recipient is known by phone, or by a name that
    receives a good part of the operator's parcels (a buyer with several phones).
    """
    claims = (
        F.col("platform").isNotNull()
        | F.col("order_no").isNotNull()
        | (F.coalesce("cod_amount_vnd", F.lit(0)) > 0)
    )
    delivered = parcels.where(F.col("operator_id").isNotNull() & (F.col("status") == "delivered"))
    own = operators_of(operators, "phone", "recipient_phone_e164", "recipient_operator")
    to_itself = F.coalesce(F.col("recipient_operator") == F.col("operator_id"), F.lit(False)) | F.coalesce(
        "own_door", F.lit(False)
    )
    usual = (
        delivered.where(F.col("goods_norm").isNotNull() & (F.col("weight_kg") > 0))
        .groupBy("goods_norm", "operator_id")
        .agg(F.percentile("weight_kg", 0.5).alias("weight_kg"))
        .groupBy("goods_norm")
        .agg(F.percentile("weight_kg", 0.5).alias("usual_kg"), F.count(F.lit(1)).alias("goods_hands"))
        .where(F.col("goods_hands") >= int(parameters["goods_hands_least"]))
    )
    # Light goods weigh little too: far less than usual counts for an envelope only.
    empty = F.least(
        F.lit(float(parameters["envelope_kg"])),
        F.col("usual_kg") * F.lit(float(parameters["hollow_weight_share"])),
    )
    weightless = F.coalesce(
        F.col("weight_kg") <= F.greatest(F.lit(float(parameters["weightless_kg"])), empty), F.lit(False)
    )
    of_hand = Window.partitionBy("subject_id")
    of_phone = Window.partitionBy("subject_id", "recipient")
    of_name = Window.partitionBy("subject_id", "recipient_name_norm")
    by_name = (
        (F.count(F.lit(1)).over(of_name) >= int(parameters["repeated_least"]))
        & (
            F.count(F.lit(1)).over(of_name)
            >= F.count(F.lit(1)).over(of_hand) * F.lit(float(parameters["repeated_name_share"]))
        )
        & F.col("recipient_name_norm").isNotNull()
    )
    by_phone = (F.count(F.lit(1)).over(of_phone) >= int(parameters["repeated_least"])) & F.col(
        "recipient"
    ).isNotNull()
    return (
        delivered.join(own, "recipient_phone_e164", "left")
        .join(doors, ["operator_id", "recipient_address_norm"], "left")
        .withColumn("to_itself", to_itself)
        .where(claims | ~F.col("to_itself"))
        .join(F.broadcast(usual), "goods_norm", "left")
        .withColumn("subject_id", F.col("operator_id"))
        .withColumn("recipient", F.coalesce("recipient_phone_e164", "recipient_address_norm"))
        .withColumn("hollow", F.col("to_itself") | weightless)
        .withColumn("repeated", by_phone | by_name)
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "recipient",
            "recipient_phone_e164",
            "recipient_name_norm",
            "sender_phone_e164",
            "sender_address_norm",
            "cod_account_id",
            "hollow",
            "repeated",
            parcel_worth().alias("worth_vnd"),
        )
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
            F.sum("worth_vnd").alias("sold_vnd"),
            F.sum(F.when(F.col("hollow"), F.col("worth_vnd")).otherwise(F.lit(0))).alias("hollow_vnd"),
        )
        .where(F.col("parcels") >= int(parameters["parcels_least"]))
        .withColumn("dear_hollow", _dear_hollow(parameters))
        .withColumn(
            "hollow_share",
            F.when(
                F.col("hollow") >= int(parameters["hollow_least"]),
                F.round(F.col("hollow") / F.col("parcels"), 6),
            ).otherwise(0.0),
        )
        .withColumn("repeated_share", F.round(F.col("repeated") / F.col("parcels"), 6))
    )


def _dear_hollow(parameters: Parameters) -> Column:
    """Whether what weighs nothing is stated at a price as what weighs something is.

    A sample, a gift or a sticker is worth next to nothing, and says so: an empty parcel at the full price is
    a sale on paper, wherever the money goes back.
    """
    each = F.try_divide("hollow_vnd", "hollow")
    others = F.try_divide(F.col("sold_vnd") - F.col("hollow_vnd"), F.col("parcels") - F.col("hollow"))
    return is_true(
        (F.col("hollow") >= int(parameters["hollow_least"]))
        & (each >= others * float(parameters["hollow_price_share"]))
        & (each >= int(parameters["hollow_price_least_vnd"]))
    )


def _dealings(
    sales: DataFrame, shares: DataFrame, payments: DataFrame, accounts: DataFrame, parameters: Parameters
) -> DataFrame:
    """(operator, private account): what came from it, what it bought, what went back, and `returns`.

    Bought is the worth of parcels to a recipient with the account's phone, or with its holder's name when
    that receives several. An account returns when those from whom it buys pay it a good part of what they
    got, or a lesser part again and again: also when one shop of a ring pays back what another took. A refund
    now and then does not.
    """
    inside = F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))

    def leg(operator: str, side: str, came: Column, went: Column) -> Column:
        private = ~F.coalesce(F.col(f"{side}_hub"), F.lit(False)) & F.coalesce(
            F.col(f"{side}_holder_type") == "individual", F.lit(True)
        )
        return F.when(
            private & F.col(operator).isNotNull() & F.col(f"{side}_account_id").isNotNull(),
            F.struct(
                F.col(operator).alias("subject_id"),
                F.col(f"{side}_account_id").alias("account_id"),
                came.alias("came_vnd"),
                went.alias("went_vnd"),
                (went > 0).cast("int").alias("times"),
            ),
        )

    none = F.lit(0).cast("bigint")
    legs = F.array(
        leg("creditor_operator", "debtor", F.col("amount_vnd"), none),
        leg("debtor_operator", "creditor", none, F.col("amount_vnd")),
    )
    flows = (
        payments.where(~inside)
        .select(F.explode(legs).alias("leg"))
        .select("leg.*")
        .join(F.broadcast(shares.select("subject_id")), "subject_id", "left_semi")
        .groupBy("subject_id", "account_id")
        .agg(
            F.sum("came_vnd").alias("came_vnd"),
            F.sum("went_vnd").alias("went_vnd"),
            F.sum("times").alias("times"),
        )
    )
    worth = [F.sum("worth_vnd").alias("bought_vnd"), F.count(F.lit(1)).alias("parcels")]
    by_phone = (
        sales.groupBy("subject_id", F.col("recipient_phone_e164").alias("phone_e164"))
        .agg(*worth)
        .select("subject_id", "phone_e164", F.col("bought_vnd").alias("phone_vnd"))
    )
    by_name = (
        sales.groupBy("subject_id", F.col("recipient_name_norm").alias("holder_name_norm"))
        .agg(*worth)
        .where(F.col("parcels") >= int(parameters["named_parcels_least"]))
        .select("subject_id", "holder_name_norm", F.col("bought_vnd").alias("name_vnd"))
    )
    buyer = Window.partitionBy("account_id")
    paid = F.greatest("came_vnd", "bought_vnd")
    return (
        flows.join(accounts.select("account_id", "phone_e164", "holder_name_norm"), "account_id", "left")
        .join(by_phone, ["subject_id", "phone_e164"], "left")
        .join(by_name, ["subject_id", "holder_name_norm"], "left")
        .withColumn("bought_vnd", F.coalesce(F.greatest("phone_vnd", "name_vnd"), F.lit(0)))
        .withColumn("income_vnd", F.sum("came_vnd").over(Window.partitionBy("subject_id")))
        .where(paid > 0)
        .withColumn("paid_vnd", F.sum(paid).over(buyer))
        .withColumn("back_vnd", F.sum("went_vnd").over(buyer))
        .withColumn("times", F.sum("times").over(buyer))
        .withColumn("rate", F.col("back_vnd") / F.col("paid_vnd"))
        .withColumn(
            "returns",
            (F.col("rate") >= float(parameters["returned_least"]))
            | (
                (F.col("rate") >= float(parameters["returned_often_least"]))
                & (F.col("times") >= int(parameters["returned_times"]))
            ),
        )
        .select("subject_id", "account_id", "came_vnd", "bought_vnd", "income_vnd", "rate", "returns")
        .join(shares.select("subject_id", "sold_vnd"), "subject_id")
    )


def _returned(dealings: DataFrame) -> DataFrame:
    """Per operator: share of its private income, or of its sales, that goes back (to two buyers at least)."""
    rate = F.least(F.lit(1.0), F.col("rate"))
    of_income = F.try_divide(F.sum(F.col("came_vnd") * rate), F.max("income_vnd"))
    of_sales = F.try_divide(F.sum(F.col("bought_vnd") * rate), F.max("sold_vnd"))
    share = F.greatest(F.coalesce(of_income, F.lit(0.0)), F.coalesce(of_sales, F.lit(0.0)))
    return (
        dealings.where("returns")
        .groupBy("subject_id")
        .agg(F.least(F.lit(1.0), F.round(share, 6)).alias("returned_share"), F.count(F.lit(1)).alias("loops"))
        .where(F.col("loops") >= 2)
        .select("subject_id", "returned_share")
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


def _seen(payments: DataFrame) -> DataFrame:
    """Operators whose income banks report: what of it went back would be seen."""
    paid = payments.where(F.col("creditor_operator").isNotNull())
    return paid.select(F.col("creditor_operator").alias("subject_id"), F.lit(True).alias("seen")).distinct()


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
            # Who forges sales has the money back, or none was ever paid, or sends nothing at the full price.
            explanation(
                "money_stays",
                F.col("seen")
                & (F.col("returned_share") + F.col("unpaid_share") == 0)
                & ~F.col("dear_hollow"),
            ),
        ).alias("explanations"),
    )


def _shown(
    rows: DataFrame,
    sales: DataFrame,
    looped: DataFrame,
    payments: DataFrame,
    shops: DataFrame,
    parameters: Parameters,
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
    # Who receives again and again what cannot be a sale lends the name; who merely buys often does not. Where
    # money shows the buyers, they are known by their accounts.
    straw = forged.where(F.col("hollow") & F.col("repeated")).join(pairs, "subject_id", "left_anti")
    members = [
        member_rows(senders_of(_of_forging_shops(forged, parameters), shops), "seller", "seller_key", "shop"),
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


def _of_forging_shops(forged: DataFrame, parameters: Parameters) -> DataFrame:
    """`forged` but for what another shop of the hand sends now and then: one light parcel forges nothing."""
    often = F.count(F.lit(1)).over(Window.partitionBy("subject_id", "seller_key"))
    return (
        forged.withColumn("often", often)
        .withColumn("most", F.max("often").over(Window.partitionBy("subject_id")))
        .where(
            F.col("seller_key").isNull()
            | (F.col("often") >= int(parameters["hollow_least"]))
            | (F.col("often") == F.col("most"))
        )
        .drop("often", "most")
    )
