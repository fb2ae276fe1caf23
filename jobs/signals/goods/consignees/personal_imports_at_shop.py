"""Shops at whose door or phone imports arrive in the names of several people.

What people order for themselves comes to their homes, free of what trade has to show; where a shop is reached
under the phone of three or more who each declare as if for themselves, the goods are its stock. Its owner's
own orders say nothing, and who buys abroad for others is paid by them, sends on what arrives, or gives each
one's own phone.
Who orders together gets goods of all kinds within a few days.
Source: Vietnam Customs dispatch 3923/2021 (many consignees on one address or phone, house bills split).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.nodes import person_kind
from jobs.signals.goods.consignees.hidden_consignees import sameness
from jobs.signals.goods.consignees.import_bills import PARCELS
from jobs.signals.goods.consignees.paying_customers import paying_customers
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported
from jobs.signals.joins.shops.shop_owners import personal_number
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="personal_imports_at_shop",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    parcels: DataFrame,
    payments: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: people, other than the owner, in whose names imports reach the phone or place of a shop."""
    shops = kept(_shops(sellers, identifiers, parameters))
    imports = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import") & (person_kind(F.col("trader")) == "person")
    )
    arrived = kept(_arrived(kept(_deliveries(imports, parcels)), shops))
    # Whose customers are asked for: few of all shops.
    reached = shops.join(F.broadcast(arrived.select("subject_id").distinct()), "subject_id", "left_semi")
    customers = _sent_on(parcels, reached).unionByName(paying_customers(payments, reached)).distinct()
    rows = reported(_measure(arrived, customers, parameters), parameters)
    shown = arrived.join(F.broadcast(rows.select("subject_id")), "subject_id")
    there = shops.join(F.broadcast(rows.select("subject_id")), "subject_id")
    members = [
        member_rows(shown, "person", "trader", "consignee"),
        member_rows(there, "seller", "seller_key", "shop"),
        member_rows(there, "phone", "subject_id", "consignee"),
    ]
    evidence = [
        *[record_rows(shown.where(F.col("feed") == feed), feed, "key") for feed in (DECLARATIONS, PARCELS)],
        record_rows(there, "sellers", "record_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _shops(sellers: DataFrame, identifiers: DataFrame, parameters: Parameters) -> DataFrame:
    """Shops with a phone (subject_id) that few register, their owner, and the place where they are.

    A place that many shops or people use is none of theirs.
    """
    hubs = identifiers.where("hub").select("kind", F.col("id").alias("used"))
    phones = hubs.where(F.col("kind") == "phone").select(F.col("used").alias("subject_id"))
    places = hubs.where(F.col("kind") == "address").select(
        F.col("used").alias("place"), F.lit(True).alias("open")
    )
    most = int(parameters["shops_most"])
    at_phone, at_place = Window.partitionBy("subject_id"), Window.partitionBy("place")
    return (
        sellers.select(
            F.col("phone_e164").alias("subject_id"),
            "seller_key",
            "record_key",
            F.coalesce("owner_key", personal_number("tax_key")).alias("owner"),
            F.col("owner_name_norm").alias("owner_name"),
            F.col("pickup_address_norm").alias("place"),
            F.col("settlement_account_id").alias("account"),
        )
        .withColumn("at_place", F.size(F.collect_set("seller_key").over(at_place)))
        .where(F.col("subject_id").isNotNull())
        .join(phones, "subject_id", "left_anti")
        .join(F.broadcast(places), "place", "left")
        .withColumn("at_phone", F.size(F.collect_set("seller_key").over(at_phone)))
        .where(F.col("at_phone") <= most)
        .withColumn("place", F.when(F.col("open").isNull() & (F.col("at_place") <= most), F.col("place")))
        .select("subject_id", "seller_key", "record_key", "owner", "owner_name", "place", "account")
    )


def _deliveries(imports: DataFrame, parcels: DataFrame) -> DataFrame:
    """Lines and parcels of people's imports: declaration_no, trader, trader_name, the phone and address that
    it names, the record (feed, key), and of a line line_vnd, its goods (heading) and declared_on."""
    lines = imports.select(
        "declaration_no",
        "house_bill_no",
        "trader",
        F.col("trader_name_norm").alias("trader_name"),
        F.coalesce("consignee_phone_e164", "trader_phone_e164").alias("phone"),
        F.coalesce("consignee_address_norm", "trader_address_norm").alias("address"),
        F.col("customs_value_vnd").alias("line_vnd"),
        heading(F.col("hs_code"), 4).alias("goods"),
        F.col("event_day").alias("declared_on"),
        F.lit(DECLARATIONS).alias("feed"),
        F.col("record_key").alias("key"),
    )
    sent = parcels.select(
        "declaration_no",
        "house_bill_no",
        F.col("recipient_phone_e164").alias("phone"),
        F.col("recipient_address_norm").alias("address"),
        F.lit(0).cast("bigint").alias("line_vnd"),
        F.lit(None).cast("string").alias("goods"),
        F.lit(None).cast("date").alias("declared_on"),
        F.lit(PARCELS).alias("feed"),
        F.col("record_key").alias("key"),
    )
    named = lines.groupBy("declaration_no").agg(
        F.min("house_bill_no").alias("house_bill_no"),
        F.min("trader").alias("trader"),
        F.min("trader_name").alias("trader_name"),
    )
    of_bill = named.where(F.col("house_bill_no").isNotNull())
    by_number = sent.drop("house_bill_no").join(named.drop("house_bill_no"), "declaration_no")
    by_bill = (
        sent.where(F.col("declaration_no").isNull()).drop("declaration_no").join(of_bill, "house_bill_no")
    )
    return lines.drop("house_bill_no").unionByName(by_number).unionByName(by_bill.drop("house_bill_no"))


def _arrived(deliveries: DataFrame, shops: DataFrame) -> DataFrame:
    """All deliveries of declarations that reach a shop (subject_id) by phone or place; not its owner's."""
    owned = shops.groupBy("subject_id").agg(
        F.collect_set("owner").alias("owners"), F.collect_set("owner_name").alias("owner_names")
    )
    phones = owned.select(F.col("subject_id").alias("phone"), "subject_id")
    places = shops.where(F.col("place").isNotNull()).select(F.col("place").alias("address"), "subject_id")
    named = deliveries.select("declaration_no", "phone", "address")
    reached = named.join(phones, "phone").unionByName(named.join(places.distinct(), "address"))
    owns = F.array_contains("owners", F.col("trader")) | F.coalesce(
        F.array_contains("owner_names", F.col("trader_name")), F.lit(False)
    )
    return (
        deliveries.join(reached.select("subject_id", "declaration_no").distinct(), "declaration_no")
        .join(owned, "subject_id")
        .where(~owns)
        .drop("owners", "owner_names")
    )


def _sent_on(parcels: DataFrame, shops: DataFrame) -> DataFrame:
    """subject_id, trader_name: to whom the shop sends parcels elsewhere, itself or by its phone."""
    places = shops.groupBy("subject_id").agg(F.collect_set("place").alias("places"))
    by_shop = shops.select("seller_key", "subject_id").distinct()
    by_phone = shops.select(F.col("subject_id").alias("sender_phone_e164"), "subject_id").distinct()
    named = ["subject_id", "recipient_name_norm", "recipient_phone_e164", "recipient_address_norm"]
    here = (F.col("recipient_phone_e164") == F.col("subject_id")) | F.array_contains(
        "places", F.col("recipient_address_norm")
    )
    return (
        parcels.join(by_shop, "seller_key")
        .select(named)
        .unionByName(parcels.join(by_phone, "sender_phone_e164").select(named))
        .join(places, "subject_id")
        .where(F.col("recipient_name_norm").isNotNull() & ~F.coalesce(here, F.lit(False)))
        .select("subject_id", F.col("recipient_name_norm").alias("trader_name"))
    )


def _measure(arrived: DataFrame, customers: DataFrame, parameters: Parameters) -> DataFrame:
    family = F.split_part(F.col("trader_name"), F.lit(" "), F.lit(1))
    people = arrived.groupBy("subject_id", "trader").agg(
        F.count_distinct("declaration_no").alias("declarations"),
        F.sum("line_vnd").alias("line_vnd"),
        F.min("trader_name").alias("trader_name"),
        F.min(family).alias("family"),
        F.collect_set("address").alias("homes"),
        F.collect_list("goods").alias("goods"),
        F.collect_set("declared_on").alias("days"),
        F.bool_and(F.col("phone") != F.col("subject_id")).alias("reached"),
    )
    of_family = Window.partitionBy("subject_id", "family")
    known = customers.withColumn("customer", F.lit(True))
    counted = people.join(known, ["subject_id", "trader_name"], "left").withColumn(
        "kin", F.when(F.col("family").isNotNull(), F.count(F.lit(1)).over(of_family))
    )
    shops = counted.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("people"),
        F.count_if("customer").alias("customers"),
        F.count_if("reached").alias("reached"),
        F.max("kin").alias("kin"),
        F.size(F.array_distinct(F.flatten(F.collect_list("homes")))).alias("homes"),
        F.flatten(F.collect_list("goods")).alias("goods"),
        F.size(F.array_distinct(F.flatten(F.collect_list("days")))).alias("days"),
        F.sum("declarations").alias("support"),
        F.sum("line_vnd").alias("value_vnd"),
    )
    household = (
        (F.col("people") <= int(parameters["household_most"]))
        & (F.col("kin") >= F.col("people") * float(parameters["household_share"]))
        & F.col("homes").between(1, int(parameters["household_homes"]))
    )
    customers_of_it = F.col("customers") >= F.col("people") * float(parameters["customers_share"])
    reached = F.col("reached") >= F.col("people") * float(parameters["own_phone_share"])
    collects = F.col("people") >= int(parameters["collects_for"])
    of_all_kinds = _alike("goods") < float(parameters["kinds_sameness"])
    together = of_all_kinds & (F.col("days") <= F.col("support") * float(parameters["together_days"]))
    return shops.select(
        "subject_id",
        F.lit("shops that imports of others reach").alias("peer_group"),
        F.col("people").cast("double").alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("household", household),
            explanation("buys_for_others", customers_of_it | reached),
            explanation("collection_point", collects),
            explanation("group_order", together),
        ).alias("explanations"),
    )


def _alike(column: str) -> Column:
    """The chance that two lines hold the same goods (0 to 1)."""
    kinds = F.transform(
        F.array_distinct(column),
        lambda kind: F.size(F.filter(column, lambda one: one == kind)).cast("bigint"),
    )
    return F.coalesce(sameness(kinds), F.lit(1.0))
