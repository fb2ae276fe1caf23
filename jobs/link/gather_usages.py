"""List who uses which identifier: registrations, accounts, traders, parcels, devices and pictures.

A *party* is whoever answers for the record: the owner or holder where an id is given, the shop, account or
phone itself otherwise. A row says that an entity of the party uses an identifier, in which role, and by
which records; kind `owner` says who the party is.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.links.rules import hub_rules, tie_rules
from jobs.link.nodes import canonical, node, person_kind
from jobs.link.pictures import picture_of
from jobs.runtime.job import Job, JobContext

USAGES_DDL = """
    party string, entity_kind string, entity_id string, kind string, id string, class string, role string,
    institution string, records bigint, feed string, first_key string, last_key string
"""
_GRAIN = ("party", "entity_kind", "entity_id", "kind", "id", "class", "role", "institution", "feed")
Use = tuple[str, Column, str]


def transform(
    *,
    sellers: DataFrame,
    accounts: DataFrame,
    payments: DataFrame,
    declarations: DataFrame,
    shipments: DataFrame,
    listings: DataFrame,
    context: JobContext,
) -> DataFrame:
    rules = tie_rules()
    recent = F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))

    def key(column: str) -> Column:
        return canonical(F.col(column), rules, context.as_of)

    shops = sellers.withColumn(
        "party", F.coalesce(key("owner_key"), key("tax_key"), node("seller", F.col("seller_key")))
    )
    shop_party = shops.select("seller_key", "party")
    register = accounts.withColumn(
        "party", F.coalesce(key("holder_key"), node("account", F.col("account_id")))
    ).withColumn(
        "institution", F.when(F.col("holder_type").isin(*hub_rules().institutions), F.col("holder_type"))
    )
    holder = register.select("account_id", "party", "institution", "holder_type")
    rows = [
        *_of_shops(shops, key("tax_key")),
        _of_accounts(register),
        _of_traders(declarations.where(recent), key("trader_key")),
        *_of_parcels(shipments.where(recent), shop_party),
        _of_devices(payments.where(recent), holder),
        _of_pictures(listings, shop_party),
    ]
    every = rows[0]
    for more in rows[1:]:
        every = every.unionByName(more)
    return (
        _classed(every, holder)
        .groupBy(*_GRAIN)
        .agg(
            F.sum("records").alias("records"),
            F.min("first_key").alias("first_key"),
            F.max("last_key").alias("last_key"),
        )
        .select(*_names(USAGES_DDL))
    )


def _of_shops(shops: DataFrame, tax_party: Column) -> list[DataFrame]:
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


def _of_accounts(register: DataFrame) -> DataFrame:
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


def _of_traders(declarations: DataFrame, party: Column) -> DataFrame:
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


def _of_parcels(shipments: DataFrame, shop_party: DataFrame) -> list[DataFrame]:
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


def _of_devices(payments: DataFrame, holder: DataFrame) -> DataFrame:
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
    return _spread(used, "bank_transactions", [*uses, ("device", F.col("device_id"), "device")])


def _of_pictures(listings: DataFrame, shop_party: DataFrame) -> DataFrame:
    shown = picture_of(listings, tie_rules().images)
    entities = shown.join(shop_party, "seller_key", "left").select(
        F.coalesce("party", node("seller", F.col("seller_key"))).alias("party"),
        F.lit("seller").alias("entity_kind"),
        F.col("seller_key").alias("entity_id"),
        "picture",
        "record_key",
    )
    return _spread(entities, "listings", [("image", F.col("picture"), "image")])


def _classed(every: DataFrame, holder: DataFrame) -> DataFrame:
    """Give identifiers their class; an account that no register holds becomes a party of its own."""
    classes = tie_rules().address_classes
    known = holder.select(F.col("account_id").alias("id"), F.lit("account").alias("kind"), "holder_type")
    address = F.when(F.col("kind") == "address", F.col("id"))
    in_tower = F.when(address.rlike(classes.unit), "unit").otherwise("tower")
    classed = every.join(known, ["kind", "id"], "left").withColumn(
        "class",
        F.when(F.col("kind") == "account", F.coalesce("holder_type", F.lit("unregistered")))
        .when(address.rlike(classes.warehouse), F.lit("warehouse"))
        .when(address.rlike(classes.tower), in_tower)
        .otherwise(F.lit("plain")),
    )
    itself = node("account", F.col("id"))
    uses = [
        _use(
            F.col("party"),
            F.col("entity_kind"),
            F.col("entity_id"),
            F.col("kind"),
            F.col("id"),
            F.col("role"),
        ),
        _use(itself, F.lit("account"), F.col("id"), F.lit("account"), F.col("id"), F.lit("held_by")),
        _use(itself, F.lit("account"), F.col("id"), F.lit("owner"), itself, F.lit("held_by")),
    ]
    parts = F.when(F.col("class") == "unregistered", F.array(*uses)).otherwise(F.array(uses[0]))
    kept = ["class", "institution", "records", "feed", "first_key", "last_key"]
    return classed.select(F.explode(parts).alias("use"), *kept).select(
        "use.*",
        F.when(F.col("use.kind") == "owner", "plain").otherwise(F.col("class")).alias("class"),
        *kept[1:],
    )


def _use(*parts: Column) -> Column:
    names = ("party", "entity_kind", "entity_id", "kind", "id", "role")
    return F.struct(*[part.alias(name) for name, part in zip(names, parts, strict=True)])


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


def _names(ddl: str) -> list[str]:
    return [column.split()[0] for column in ddl.split(",")]


JOB = Job(
    name="gather_usages",
    purpose="Who uses which phone, device, address, account, email and picture, in which role",
    grain="one row a party, entity, identifier and role",
    reads={
        "sellers": "silver.sellers",
        "accounts": "silver.bank_accounts",
        "payments": "silver.bank_transactions",
        "declarations": "silver.customs_declarations",
        "shipments": "silver.shipments",
        "listings": "silver.listings",
    },
    writes={"links.usages": USAGES_DDL},
    transform=transform,
)
