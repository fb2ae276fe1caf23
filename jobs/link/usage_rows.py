"""Rows of `links.usages` before they are summed: one builder for each feed.

Every builder returns `party`, `entity_kind`, `entity_id`, `institution`, `records`, `first_key`, `last_key`,
`kind`, `id`, `role`, `feed`.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.contacts import contact_of
from jobs.link.nodes import node, person_kind
from jobs.link.pictures import picture_of

Use = tuple[str, Column, str]


def of_shops(shops: DataFrame, tax_party: Column) -> list[DataFrame]:
    owner = F.coalesce("owner_key", "tax_key", "party")
    shops = shops.withColumn("entity_kind", F.lit("seller")).withColumn("entity_id", F.col("seller_key"))
    uses = [
        ("owner", owner, "owned_by"),
        ("tax", F.when(F.col("owner_key").isNotNull(), tax_party), "tax"),
        ("phone", F.col("phone_e164"), "phone"),
        ("email", F.col("email_norm"), "email"),
        ("device", F.col("device_id"), "device"),
        ("address", F.col("pickup_address_norm"), "pickup"),
        ("account", F.col("settlement_account_id"), "settles_to"),
    ]
    registered = _spread(shops, "sellers", uses)
    # The tax payer is a party of its own where the owner's id is another one.
    payers = shops.where("owner_key IS NOT NULL AND tax_key IS NOT NULL").select(
        tax_party.alias("party"),
        person_kind(F.col("tax_key")).alias("entity_kind"),
        F.col("tax_key").alias("entity_id"),
        "record_key",
    )
    uses = [("owner", F.col("entity_id"), "owned_by"), ("tax", F.col("party"), "tax")]
    return [registered, _spread(payers, "sellers", uses)]


def of_accounts(register: DataFrame) -> DataFrame:
    entities = register.withColumn("entity_kind", F.lit("account")).withColumn(
        "entity_id", F.col("account_id")
    )
    uses = [
        ("owner", F.coalesce("holder_key", "party"), "held_by"),
        ("account", F.col("account_id"), "held_by"),
        ("phone", F.col("phone_e164"), "phone"),
        ("address", F.col("address_norm"), "address"),
    ]
    return _spread(entities, "bank_accounts", uses)


def of_firms(firms: DataFrame) -> DataFrame:
    """Accounts that their name says are a declarant's (`jobs/link/firm_accounts.py`)."""
    entities = firms.withColumn("entity_kind", F.lit("account")).withColumn("entity_id", F.col("account_id"))
    uses = [
        ("owner", F.col("holder_key"), "held_by"),
        ("account", F.col("account_id"), "held_by"),
    ]
    return _spread(entities, "bank_transactions", uses)


def of_traders(declarations: DataFrame, party: Column) -> DataFrame:
    traders = declarations.where(F.col("trader_key").isNotNull()).select(
        party.alias("party"),
        person_kind(F.col("trader_key")).alias("entity_kind"),
        F.col("trader_key").alias("entity_id"),
        "trader_phone_e164",
        "trader_address_norm",
        "record_key",
    )
    uses = [
        ("owner", F.col("entity_id"), "owned_by"),
        ("phone", F.col("trader_phone_e164"), "trader_phone"),
        ("address", F.col("trader_address_norm"), "trader_address"),
    ]
    return _spread(traders, "customs_declarations", uses)


def of_parcels(shipments: DataFrame, shop_party: DataFrame) -> list[DataFrame]:
    sent = (
        shipments.groupBy("seller_key", "sender_phone_e164", "sender_address_norm", "cod_account_id")
        .agg(*_counted())
        .join(shop_party, "seller_key", "left")
    )
    from_shops = sent.where("seller_key IS NOT NULL").select(
        F.coalesce("party", node("seller", F.col("seller_key"))).alias("party"),
        F.lit("seller").alias("entity_kind"),
        F.col("seller_key").alias("entity_id"),
        *[column for column in sent.columns if column not in ("party", "seller_key")],
    )
    # Off platform, the sender is known by phone, else by address, else by the account that the cash goes to.
    kind = (
        F.when(F.col("sender_phone_e164").isNotNull(), "phone")
        .when(F.col("sender_address_norm").isNotNull(), "address")
        .when(F.col("cod_account_id").isNotNull(), "account")
    )
    identifier = F.coalesce("sender_phone_e164", "sender_address_norm", "cod_account_id")
    off_platform = sent.where(F.col("seller_key").isNull() & kind.isNotNull()).select(
        node(kind, identifier).alias("party"),
        kind.alias("entity_kind"),
        identifier.alias("entity_id"),
        *[column for column in sent.columns if column not in ("party", "seller_key")],
    )
    uses = [
        ("phone", F.col("sender_phone_e164"), "sender_phone"),
        ("address", F.col("sender_address_norm"), "sender_address"),
        ("account", F.col("cod_account_id"), "cod_account"),
    ]
    self_named = [("owner", F.col("party"), "owned_by"), *uses]
    return [_spread(from_shops, "shipments", uses), _spread(off_platform, "shipments", self_named)]


def of_devices(payments: DataFrame, holder: DataFrame) -> DataFrame:
    used = (
        payments.where("debtor_account_id IS NOT NULL AND device_id IS NOT NULL")
        .groupBy(F.col("debtor_account_id").alias("account_id"), "device_id")
        .agg(*_counted())
        .join(holder, "account_id", "left")
        .select(
            F.coalesce("party", node("account", F.col("account_id"))).alias("party"),
            F.lit("account").alias("entity_kind"),
            F.col("account_id").alias("entity_id"),
            "institution",
            "device_id",
            "records",
            "first_key",
            "last_key",
        )
    )
    uses = [("owner", F.when(F.col("party").startswith("account:"), F.col("party")), "held_by")]
    return _spread(used, "bank_transactions", [*uses, ("device", F.col("device_id"), "payment_device")])


def of_pictures(listings: DataFrame, shop_party: DataFrame) -> DataFrame:
    shown = picture_of(listings, tie_rules().images)
    return _spread(_by_shop(shown, shop_party), "listings", [("image", F.col("picture"), "image")])


def of_contacts(listings: DataFrame, shop_party: DataFrame) -> DataFrame:
    given = contact_of(listings).groupBy("seller_key", "contact").agg(*_counted())
    return _spread(_by_shop(given, shop_party), "listings", [("phone", F.col("contact"), "listed_phone")])


def _by_shop(rows: DataFrame, shop_party: DataFrame) -> DataFrame:
    """The rows with the shop as entity of its party."""
    known = rows.join(shop_party, "seller_key", "left").withColumns(
        {
            "party": F.coalesce("party", node("seller", F.col("seller_key"))),
            "entity_kind": F.lit("seller"),
            "entity_id": F.col("seller_key"),
        }
    )
    return known.drop("seller_key")


def _counted() -> list[Column]:
    return [
        F.count(F.lit(1)).alias("records"),
        F.min("record_key").alias("first_key"),
        F.max("record_key").alias("last_key"),
    ]


def _spread(rows: DataFrame, feed: str, uses: list[Use]) -> DataFrame:
    """One row for each identifier that is given. Rows that were not counted before are one record each."""
    if "records" not in rows.columns:
        rows = rows.withColumns(
            {
                "records": F.lit(1).cast("bigint"),
                "first_key": F.col("record_key"),
                "last_key": F.col("record_key"),
            }
        )
    if "institution" not in rows.columns:
        rows = rows.withColumn("institution", F.lit(None).cast("string"))
    keep = ["party", "entity_kind", "entity_id", "institution", "records", "first_key", "last_key"]
    entries = [
        F.struct(F.lit(kind).alias("kind"), identifier.alias("id"), F.lit(role).alias("role"))
        for kind, identifier, role in uses
    ]
    given = F.filter(F.array(*entries), lambda use: use["id"].isNotNull())
    return rows.select(*keep, F.explode(given).alias("use")).select(*keep, "use.*", F.lit(feed).alias("feed"))
