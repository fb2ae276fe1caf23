"""List who uses which identifier: registrations, accounts, traders, parcels, devices and listings.

A *party* is whoever answers for the record: the owner or holder where an id is given, the shop, account or
phone itself otherwise. A row says that an entity of the party uses an identifier, in which role, and by
which records; kind `owner` says who the party is.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.links.rules import hub_rules, tie_rules
from jobs.link.firm_accounts import firm_accounts
from jobs.link.nodes import canonical, node
from jobs.link.usage_rows import (
    of_accounts,
    of_contacts,
    of_devices,
    of_firms,
    of_parcels,
    of_pictures,
    of_shops,
    of_traders,
)
from jobs.runtime.job import Job, JobContext

USAGES_DDL = """
    party string, entity_kind string, entity_id string, kind string, id string, class string, role string,
    institution string, records bigint, feed string, first_key string, last_key string
"""
_GRAIN = ("party", "entity_kind", "entity_id", "kind", "id", "class", "role", "institution", "feed")
_COMPANY = r"^tax:\d{10}$"


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
    firms = firm_accounts(accounts, payments.where(recent), declarations).withColumn(
        "party", key("holder_key")
    )
    of_firm = firms.select(
        "account_id",
        "party",
        F.lit(None).cast("string").alias("institution"),
        F.lit("company").alias("holder_type"),
    )
    holder = register.select("account_id", "party", "institution", "holder_type").unionByName(of_firm)
    rows = [
        *of_shops(shops, key("tax_key")),
        of_accounts(register),
        of_firms(firms),
        of_traders(declarations.where(recent), key("trader_key")),
        *of_parcels(shipments.where(recent), shop_party),
        of_devices(payments.where(recent), holder),
        of_pictures(listings, shop_party),
        of_contacts(listings, shop_party),
    ]
    every = rows[0]
    for more in rows[1:]:
        every = every.unionByName(more)
    summed = (
        _classed(every, holder)
        .groupBy(*_GRAIN)
        .agg(
            F.sum("records").alias("records"),
            F.min("first_key").alias("first_key"),
            F.max("last_key").alias("last_key"),
        )
    )
    return _with_offices(summed).select(*_names(USAGES_DDL))


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


def _with_offices(rows: DataFrame) -> DataFrame:
    """A phone or device of many companies is an office that works for them: class `office`."""
    sharers = Window.partitionBy("kind", "id")
    company = F.when(F.col("kind").isin("phone", "device") & F.col("party").rlike(_COMPANY), F.col("party"))
    companies = F.size(F.collect_set(company).over(sharers))
    office = companies >= tie_rules().office_companies_min
    return rows.withColumn("class", F.when(office, F.lit("office")).otherwise(F.col("class")))


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
