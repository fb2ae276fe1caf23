"""Foreign goods that carriers pick up in border provinces with no declaration behind them.

Source: design of this project (border pickup of foreign goods with no declaration); OECD/EUIPO on small
parcels. Which province borders on another country is dated: the 63 provinces until 2025-06-30, the 34 since.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.senders import (
    parcel_worth,
    sender_detections,
    sender_names,
    with_sending_hand,
)
from jobs.signals.goods.traders import in_window, listed
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="border_pickups",
    subject="phone",
    reads={
        "parcels": "flows.parcels",
        "customs_declarations": "flows.declarations",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    parcels: DataFrame,
    customs_declarations: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value (0 to 1) = volume x root(share of foreign goods) x root(share from the border) x off platform."""
    known = _with_foreign(with_sending_hand(parcels), parameters)
    bare = F.coalesce("declaration_no", "house_bill_no", "master_bill_no").isNull()
    marked = known.withColumn("border", _at_border(parameters)).withColumn(
        "hit", F.col("foreign") & bare & F.col("border")
    )
    imports = in_window(customs_declarations, as_of, parameters["lookback_days"]).where(
        F.col("direction") == "import"
    )
    declared = imports.groupBy("hand").agg(F.sum("customs_value_vnd").alias("imported_vnd"))
    registered = _registered_shops(sellers, parameters, as_of)
    joined = marked.join(registered, "seller_key", "left")
    found = against_peers(_measure(joined, declared, parameters), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _with_foreign(parcels: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `foreign`: by declared origin, else by where the brand's parcels of known origin come from.

    What is named as goods that others never import by the book (made for the home market of a neighbour,
    carried by hand, bought on its marketplaces) is foreign whatever origin the sender gives.
    """
    worded = is_true(F.col("goods_norm").rlike(str(parameters["foreign_words"])))
    origin = F.when(F.col("origin_country").isNotNull(), F.col("origin_country") != "VN")
    brand = Window.partitionBy(F.coalesce(F.lower("brand"), F.concat(F.lit("~"), F.col("record_key"))))
    known = F.count(origin).over(brand)
    abroad = F.count_if(origin).over(brand)
    by_brand = (known >= int(parameters["brand_parcels"])) & (
        abroad >= float(parameters["brand_foreign_share"]) * known
    )
    return parcels.withColumn(
        "foreign", worded | F.coalesce(origin, F.col("brand").isNotNull() & by_brand, F.lit(False))
    )


def _at_border(parameters: Parameters) -> Column:
    """Whether the sender's province is at a land border, by the codes of the parcel's day."""
    merged = F.col("day") >= F.lit(date.fromisoformat(str(parameters["merger_day"])))
    code = F.col("sender_province_code")
    old = code.isin(listed(parameters, "border_codes_63"))
    new = code.isin(listed(parameters, "border_codes_34"))
    return F.coalesce(F.when(merged, new | old).otherwise(old), F.lit(False))


def _registered_shops(sellers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Shops with a tax code that are older than `settled_days`."""
    age = F.datediff(F.lit(as_of), F.col("registered_on"))
    return (
        sellers.where(F.col("tax_key").isNotNull() & (age >= int(parameters["settled_days"])))
        .groupBy("seller_key")
        .agg(F.lit(True).alias("settled"))
    )


def _measure(marked: DataFrame, declared: DataFrame, parameters: Parameters) -> DataFrame:
    hit = F.col("hit")
    hands = marked.groupBy("hand").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if("foreign").alias("foreign"),
        F.count_if(F.col("foreign") & F.col("border")).alias("foreign_at_border"),
        F.count_if(hit).alias("support"),
        F.count_if(hit & F.col("platform").isNull()).alias("off_platform"),
        F.count_if(hit & F.col("settled").isNotNull()).alias("settled"),
        F.size(F.collect_set(F.when(hit, F.col("recipient_province_code")))).alias("provinces"),
        F.sum(
            F.when(
                hit,
                parcel_worth(),
            )
        ).alias("value_vnd"),
        F.collect_list(F.when(hit, record("shipments", F.col("record_key")))).alias("evidence"),
        F.collect_list(F.when(hit, sender_names())).alias("names"),
    )
    volume = F.col("support") / (F.col("support") + float(parameters["half_parcels"]))
    off = F.try_divide(F.col("off_platform"), F.col("support"))
    floor = float(parameters["platform_weight"])
    reach = F.col("provinces") / (F.col("provinces") + float(parameters["half_provinces"]))
    value = (
        volume
        * F.sqrt(F.col("foreign") / F.col("parcels"))
        * F.sqrt(F.col("foreign_at_border") / F.col("foreign"))
        * (floor + (1 - floor) * off)
        * F.sqrt(reach)
    )
    innocent = {
        "declared_importer": F.col("imported_vnd")
        >= F.col("value_vnd") * float(parameters["declared_share"]),
        "settled_shop": F.col("settled") * 2 >= F.col("support"),
    }
    for name, holds in innocent.items():
        keep = float(parameters[f"keep_{name}"])
        value = value * F.when(F.coalesce(holds, F.lit(False)), keep).otherwise(1.0)
    return (
        hands.where(F.col("foreign") >= int(parameters["least_parcels"]))
        .join(declared, "hand", "left")
        .select(
            "hand",
            F.lit("senders of foreign goods").alias("peer_group"),
            F.when(F.col("support") > 0, value).otherwise(0.0).alias("value"),
            "support",
            F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
            F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
            "evidence",
            "names",
        )
    )
