"""The shops that stand behind parcels, off platform too, and the accounts that are known to be theirs."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.goods.senders import parcel_worth
from jobs.signals.joins.closing import union_all
from jobs.signals.joins.operators import operators_of


def sending_hand() -> Column:
    """Who sends a parcel: the operator, else the sender itself."""
    return F.coalesce("operator_id", "sender_key")


def delivered_sales(parcels: DataFrame) -> DataFrame:
    """Parcels of known hands that arrived, with who got them and what they are worth (`worth_vnd`)."""
    return parcels.where(
        F.col("operator_id").isNotNull()
        & (F.col("status") == "delivered")
        & F.col("recipient_name_norm").isNotNull()
    ).select(
        F.col("operator_id").alias("subject_id"),
        "recipient_name_norm",
        "seller_key",
        "sender_phone_e164",
        "sender_address_norm",
        "cod_account_id",
        "record_key",
        parcel_worth().alias("worth_vnd"),
    )


def shops_of(sellers: DataFrame, operators: DataFrame) -> DataFrame:
    """Sellers with `hand`: their operator, else the shop itself."""
    return sellers.join(operators_of(operators, "seller", "seller_key", "hand"), "seller_key", "left").select(
        F.coalesce("hand", "seller_key").alias("hand"),
        "seller_key",
        "record_key",
        "owner_key",
        "tax_key",
        "owner_name_norm",
        "phone_e164",
        "pickup_address_norm",
        "settlement_account_id",
    )


def senders_of(sent: DataFrame, shops: DataFrame) -> DataFrame:
    """(subject_id, seller_key) of the parcels in `sent` (subject_id with the columns of a sender).

    A parcel without a seller belongs to those shops of its hand whose phone, pickup point or account it has
    (trap 17); shops of the hand that have nothing to do with these parcels stay out.
    """
    named = sent.where(F.col("seller_key").isNotNull()).select("subject_id", "seller_key")
    traces = sent.where(F.col("seller_key").isNull()).select(
        F.col("subject_id").alias("hand"),
        F.explode(F.array("sender_phone_e164", "sender_address_norm", "cod_account_id")).alias("trace"),
    )
    known = shops.select(
        "hand",
        "seller_key",
        F.explode(F.array("phone_e164", "pickup_address_norm", "settlement_account_id")).alias("trace"),
    )
    return named.unionByName(
        known.join(traces.where(F.col("trace").isNotNull()).distinct(), ["hand", "trace"]).select(
            F.col("hand").alias("subject_id"), "seller_key"
        )
    ).distinct()


def known_accounts(
    parcels: DataFrame, shops: DataFrame, accounts: DataFrame, operators: DataFrame
) -> DataFrame:
    """(hand, account_id) that register, carriers and banks know as a hand's: settlement, COD, the owner's
    own, and that of a company which has left the sender's phone with its bank.

    Of a hand without a registered shop, every account of the operator is its own.
    """
    settled = shops.where(F.col("settlement_account_id").isNotNull()).select(
        "hand", F.col("settlement_account_id").alias("account_id")
    )
    carried = parcels.where(F.col("cod_account_id").isNotNull()).select(
        "hand", F.col("cod_account_id").alias("account_id")
    )
    owners = (
        shops.select("hand", F.explode(F.array("owner_key", "tax_key")).alias("holder_key"))
        .where(F.col("holder_key").isNotNull())
        .distinct()
    )
    owned = accounts.join(owners, "holder_key").select("hand", "account_id")
    private = (
        operators_of(operators, "account", "account_id", "hand")
        .join(shops.select("hand").distinct(), "hand", "left_anti")
        .select("hand", "account_id")
    )
    firms = accounts.where(
        F.col("holder_type").isin(*BUSINESS_HOLDERS) & F.col("phone_e164").isNotNull()
    ).select("account_id", F.col("phone_e164").alias("sender_phone_e164"))
    sending = (
        parcels.select("hand", "sender_phone_e164")
        .distinct()
        .join(firms, "sender_phone_e164")
        .drop("sender_phone_e164")
    )
    return union_all([settled, carried, owned, private, sending]).distinct()
