"""What a shop leaves behind that another could share: phones, accounts, devices, pickup units, pictures."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# (kind of trace, kind of member that its value is; null: it stands in the evidence only)
MEMBER_KINDS = {
    "phone": "phone",
    "sender_phone": "phone",
    "listed_phone": "phone",
    "account": "account",
    "cod_account": "account",
    "device": "device",
    "pickup": "address",
}
# The same value seen in two fields (a phone that registers and sends) is one trace, of the earlier kind.
_KINDS = (
    "phone",
    "account",
    "device",
    "email",
    "pickup",
    "image",
    "sender_phone",
    "listed_phone",
    "cod_account",
    "holder",
)
# What the text and the pictures of listings give, as the ties know it.
LISTED = ("image", "listed_phone")
_IDENTIFIER_KINDS = {
    "phone": "phone",
    "sender_phone": "phone",
    "listed_phone": "phone",
    "account": "account",
    "cod_account": "account",
    "device": "device",
    "email": "email",
    "pickup": "address",
    "image": "image",
}


def _exploded(frame: DataFrame, fields: dict[str, str]) -> DataFrame:
    """One row a shop and filled field: seller_key, trace, id."""
    pairs = [
        F.struct(F.lit(trace).alias("trace"), F.col(column).alias("id")) for trace, column in fields.items()
    ]
    return (
        frame.select("seller_key", F.explode(F.array(*pairs)).alias("pair"))
        .select("seller_key", "pair.trace", "pair.id")
        .where(F.col("id").isNotNull() & (F.col("id") != ""))
    )


def shop_traces(sellers: DataFrame, parcels: DataFrame, ties: DataFrame, accounts: DataFrame) -> DataFrame:
    """Distinct (seller_key, trace, id) of the register, the parcels, the listings and the account register.

    What listings give comes from the ties: nearly equal pictures are one there, and stock pictures are none.

    `sellers` decides which shops are looked at; the other frames are cut to them first. `holder` is who holds
    a settlement account without being the declared owner of the shop.
    """
    shops = F.broadcast(sellers.select("seller_key"))
    registered = _exploded(
        sellers,
        {
            "phone": "phone_e164",
            "account": "settlement_account_id",
            "device": "device_id",
            "email": "email_norm",
            "pickup": "pickup_address_norm",
        },
    )
    sent = _exploded(
        parcels.where(F.col("seller_key").isNotNull())
        .join(shops, "seller_key", "left_semi")
        .groupBy("seller_key", "sender_phone_e164", "sender_address_norm", "cod_account_id")
        .agg(F.count(F.lit(1)).alias("parcels")),
        {
            "sender_phone": "sender_phone_e164",
            "pickup": "sender_address_norm",
            "cod_account": "cod_account_id",
        },
    )
    shown = (
        ties.where(F.col("tie").isin(*LISTED) & (F.col("kind_a") == "seller"))
        .select(F.col("id_a").alias("seller_key"), F.col("tie").alias("trace"), F.col("id_b").alias("id"))
        .join(shops, "seller_key", "left_semi")
    )
    held = (
        accounts.select("account_id", "holder_key")
        .join(
            F.broadcast(
                sellers.select("seller_key", "owner_key", F.col("settlement_account_id").alias("account_id"))
            ),
            "account_id",
        )
        .where(F.col("holder_key").isNotNull() & ~F.col("holder_key").eqNullSafe(F.col("owner_key")))
        .select("seller_key", F.lit("holder").alias("trace"), F.col("holder_key").alias("id"))
    )
    return (
        registered.unionByName(sent)
        .unionByName(shown)
        .unionByName(held)
        .groupBy("seller_key", "id")
        .agg(F.min(_rank()).alias("rank"))
        .select("seller_key", _kind().alias("trace"), "id")
    )


def _rank() -> Column:
    column = F.lit(len(_KINDS))
    for place, kind in enumerate(_KINDS):
        column = F.when(F.col("trace") == kind, place).otherwise(column)
    return column


def _kind() -> Column:
    return F.element_at(F.array(*[F.lit(kind) for kind in _KINDS]), F.col("rank") + 1)


def with_users(traces: DataFrame, identifiers: DataFrame) -> DataFrame:
    """Add `users` (who else uses the identifier; null when unknown) and leave hubs out."""
    kind_of = F.create_map(*[F.lit(item) for pair in _IDENTIFIER_KINDS.items() for item in pair])
    known = identifiers.select(F.col("kind").alias("identifier_kind"), "id", "users", "hub")
    return (
        traces.withColumn("identifier_kind", F.element_at(kind_of, F.col("trace")))
        .join(known, ["identifier_kind", "id"], "left")
        .where(~F.coalesce("hub", F.lit(False)))
        .drop("identifier_kind", "hub")
    )


def member_kind(trace: Column, identifier: Column) -> Column:
    """The member that a trace is: phone, account, device, address, or the holder as person or company."""
    kinds = F.create_map(*[F.lit(item) for pair in MEMBER_KINDS.items() for item in pair])
    party = F.when(identifier.startswith("tax:"), F.lit("company")).otherwise(F.lit("person"))
    return F.when(trace == "holder", party).otherwise(F.try_element_at(kinds, trace))
