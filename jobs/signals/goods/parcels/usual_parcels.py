"""What goods called the same usually weigh and cost: by their first two words, where enough parcels tell."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters


def piece_worth() -> Column:
    """What is paid at the door for a piece, or its declared value; VND, null where unknown."""
    paid = F.when(F.col("cod_amount_vnd") > 0, F.col("cod_amount_vnd")).otherwise(F.col("declared_value_vnd"))
    return F.nullif(paid, F.lit(0)) / F.greatest(F.coalesce("quantity", F.lit(1)), F.lit(1))


def with_usual_parcel(parcels: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `goods`, `usual_kg` (of a parcel) and `usual_vnd` (of a piece): medians over parcels with `hand`.

    Null where fewer than `usual_parcels` parcels of `usual_senders` senders tell.
    """
    named = parcels.withColumn("goods", F.substring_index("goods_norm", " ", 2))
    usual = (
        named.where(F.col("goods").isNotNull() & F.col("weight_kg").isNotNull())
        .groupBy("goods")
        .agg(
            F.percentile("weight_kg", 0.5).alias("usual_kg"),
            F.percentile(piece_worth(), 0.5).alias("usual_vnd"),
            F.count(F.lit(1)).alias("weighed"),
            F.count_distinct("hand").alias("senders"),
        )
        .where(F.col("weighed") >= int(parameters["usual_parcels"]))
        .where(F.col("senders") >= int(parameters["usual_senders"]))
        .select("goods", "usual_kg", "usual_vnd")
    )
    return named.join(F.broadcast(usual), "goods", "left")
