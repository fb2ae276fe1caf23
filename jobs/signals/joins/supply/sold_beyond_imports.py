"""Shops that sell many more pieces of a product than all its importers ever declared.

What is sold must have come from somewhere. Where one or two companies declare a brand's product, and a few
shops send out several times the pieces, the rest came in beside the declarations or is not the brand's. A
product that many shops sell has sources that nobody here sees, and whoever makes the brand in Vietnam
declares nothing: more of its parcels give Vietnam as origin than of other imported products (some senders
always give it). Pieces sold before the first import came from older stock, and explain what came after too.
Source: WCO Guidelines for Post-Clearance Audit (stock and sales reconciled with imports); Decree
98/2020/NĐ-CP, Art. 15 (smuggled goods) and 11 (counterfeits).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.listings.told_brands import phrases
from jobs.signals.goods.traders import DECLARATIONS, company_of, is_one_of, trader_kind
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.joins.supply.foreign_goods import brand_key, sold_parcels
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="sold_beyond_imports",
    subject="company",
    reads={"parcels": "flows.parcels", "customs": "flows.declarations"},
)
_WORDS_OF_A_BRAND = (1, 2)


def transform(*, parcels: DataFrame, customs: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value: log2 of pieces sold over pieces declared. Support: the parcels; `value_vnd`: their worth."""
    del as_of
    imported = _imported(customs, parameters)
    products = kept(_products(imported, parameters))
    lines = kept(_named(imported, products))
    sold = kept(_sold(parcels, products))
    balance = kept(_balance(lines, sold, parameters))
    rows = reported(_measure(balance), parameters)
    oversold = balance.where("oversold").select("subject_id", "product", "sold")
    shown = oversold.join(subjects_of(rows), "subject_id", "left_semi")
    declared = shown.join(lines, "product")
    shops = (
        shown.join(sold, "product")
        .groupBy("subject_id", "product", "seller_key")
        .agg(F.sum("pieces").alias("own"), F.first("sold").alias("sold"))
        .where(F.col("own") >= F.col("sold") * float(parameters["seller_share"]))
    )
    members = [
        member_rows(declared, trader_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(shops, "seller", "seller_key", "shop"),
    ]
    sent = shops.select("subject_id", "product", "seller_key").join(sold, ["product", "seller_key"])
    evidence = [
        record_rows(declared, DECLARATIONS, "record_key"),
        record_rows(sent, "shipments", "record_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _imported(customs: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines imported for use, with the brand as declared."""
    return (
        customs.where(
            (F.col("direction") == "import")
            & F.col("trader_key").isNotNull()
            & F.col("goods_norm").isNotNull()
        )
        .select(
            "record_key",
            "trader_key",
            "event_day",
            "goods_norm",
            "quantity",
            brand_key().alias("given"),
            is_one_of(F.upper("unit"), parameters, "piece_units").alias("in_pieces"),
            is_one_of(F.col("regime"), parameters, "regimes_left_out").alias("not_for_sale"),
        )
        .where(~F.col("not_for_sale"))
    )


def _products(imported: DataFrame, parameters: Parameters) -> DataFrame:
    """A brand, and the words with which its goods begin: product, brand, lead."""
    words = F.slice(F.split("goods_norm", " "), 1, int(parameters["lead_words"]))
    return (
        imported.where(F.length("given") >= int(parameters["brand_letters_least"]))
        .where(~F.col("given").rlike(str(parameters["no_brand"])))
        .select(F.col("given").alias("brand"), F.array_join(words, " ").alias("lead"))
        .distinct()
        .withColumn("product", F.concat_ws("|", "brand", "lead"))
    )


def _named(goods: DataFrame, products: DataFrame) -> DataFrame:
    """Adds `product` to rows of goods_norm and `given`, one row for each of the `products` they may be."""
    said = phrases(F.split("goods_norm", " "), _WORDS_OF_A_BRAND)
    brands = F.array_distinct(F.array_compact(F.concat(F.array("given"), said)))
    spaced = [F.concat(F.lit(" "), F.col(text), F.lit(" ")) for text in ("goods_norm", "lead")]
    named = (
        goods.select("goods_norm", "given")
        .distinct()
        .withColumn("brand", F.explode(brands))
        .join(F.broadcast(products), "brand")
        .where(F.contains(*spaced))
        .groupBy("goods_norm", "given")
        .agg(F.collect_set("product").alias("named"))
        .select(F.col("goods_norm").alias("said"), F.col("given").alias("said_brand"), "named")
    )
    same = (F.col("goods_norm") == F.col("said")) & F.col("given").eqNullSafe(F.col("said_brand"))
    return (
        goods.join(named, same)
        .drop("said", "said_brand")
        .withColumn("products", F.size("named"))
        .withColumn("product", F.explode("named"))
        .drop("named")
    )


def _sold(parcels: DataFrame, products: DataFrame) -> DataFrame:
    """Parcels of shops that name one product: product, pieces and what tells where they come from."""
    sent = sold_parcels(parcels.where(F.col("seller_key").isNotNull() & F.col("goods_norm").isNotNull()))
    return (
        _named(sent.withColumn("given", brand_key()), products)
        .where(F.col("products") == 1)
        .select(
            "product",
            "record_key",
            "seller_key",
            "day",
            "sold_vnd",
            F.greatest(F.coalesce("quantity", F.lit(1)), F.lit(1)).alias("pieces"),
            F.coalesce(F.col("origin_country") == "VN", F.lit(False)).alias("from_here"),
        )
    )


def _balance(lines: DataFrame, sold: DataFrame, parameters: Parameters) -> DataFrame:
    """Products that few import and few sell, each with the importer of its largest line as subject."""
    declared = lines.groupBy("product").agg(
        F.count(F.lit(1)).alias("lines"),
        F.sum("quantity").alias("declared"),
        F.count_distinct(company_of(F.col("trader_key"))).alias("importers"),
        F.max_by("trader_key", F.struct("quantity", "trader_key")).alias("subject_id"),
        F.min("event_day").alias("first_import"),
        F.every(F.col("in_pieces") & (F.col("quantity") > 0)).alias("in_pieces"),
    )
    everything = sold.agg(
        F.count(F.lit(1)).alias("all_parcels"), F.count_if("from_here").alias("all_from_here")
    )
    elsewhere = F.coalesce(
        F.try_divide(F.col("all_from_here") - F.col("from_here"), F.col("all_parcels") - F.col("parcels")),
        F.lit(0.0),
    )
    early = F.when(F.col("day") < F.col("first_import"), F.col("pieces")).otherwise(0)
    return (
        sold.join(F.broadcast(declared), "product")
        .groupBy("product", "subject_id", "lines", "declared", "importers", "in_pieces")
        .agg(
            F.sum("pieces").alias("sold"),
            F.sum(early).alias("sold_before"),
            F.count(F.lit(1)).alias("parcels"),
            F.sum("sold_vnd").alias("worth"),
            F.count_distinct("seller_key").alias("sellers"),
            F.count_if("from_here").alias("from_here"),
        )
        .where(F.col("in_pieces") & (F.col("lines") >= int(parameters["lines_least"])))
        .where(F.col("importers") <= int(parameters["importers_most"]))
        .where(F.col("sellers") <= int(parameters["sellers_most"]))
        .where(F.col("parcels") >= int(parameters["parcels_least"]))
        .crossJoin(F.broadcast(everything))
        .where(F.col("from_here") / F.col("parcels") - elsewhere < float(parameters["made_here_excess"]))
        .withColumn("value", F.round(F.log2(F.col("sold") / F.col("declared")), 6))
        .withColumn("oversold", F.col("value") >= float(parameters["report_from"]))
        .withColumn("old_stock", F.col("sold_before") >= F.col("sold") * float(parameters["old_stock_share"]))
    )


def _measure(balance: DataFrame) -> DataFrame:
    """One row an importer: of its products those that are oversold, or all where none is."""
    most = F.max("oversold").over(Window.partitionBy("subject_id"))
    return (
        balance.withColumn("most", most)
        .where(F.col("oversold") == F.col("most"))
        .groupBy("subject_id")
        .agg(
            F.max("value").alias("value"),
            F.sum("parcels").alias("support"),
            F.sum("worth").alias("value_vnd"),
            F.every("old_stock").alias("old_stock"),
        )
        .select(
            "subject_id",
            trader_kind(F.col("subject_id")).alias("subject_kind"),
            F.lit("products that few import and few sell").alias("peer_group"),
            "value",
            "support",
            "value_vnd",
            F.array(explanation("old_stock", F.col("old_stock"))).alias("explanations"),
        )
    )
