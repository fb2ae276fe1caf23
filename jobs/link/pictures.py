"""Which picture a listing shows: copies that differ in a few bits are one."""

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import ImageRules
from models.links.images import picture_groups

_HASH = r"^[0-9a-f]{1,16}$"


def picture_of(listings: DataFrame, rules: ImageRules) -> DataFrame:
    """`seller_key`, `record_key`, `picture` (16 hex digits: the smallest hash among its copies).

    The distinct hashes go to NumPy and back, once: a graph of near copies. A hash that is no hexadecimal
    number of 64 bits names no picture.
    """
    written = F.lpad(F.lower(F.trim("image_hash")), 16, "0")
    valid = F.lower(F.trim("image_hash")).rlike(_HASH) & F.col("seller_key").isNotNull()
    shown = listings.where(valid).select("seller_key", "record_key", written.alias("hash"))
    distinct = shown.select("hash").distinct().toPandas()["hash"]
    hashes = np.array([int(text, 16) for text in distinct], dtype=np.uint64)
    groups = picture_groups(hashes, rules.distance_max, rules.bucket_max)
    copies = pd.DataFrame({"hash": distinct, "copy_of": [f"{group:016x}" for group in groups.tolist()]})
    copies = copies[copies["hash"] != copies["copy_of"]].sort_values("hash")
    known = listings.sparkSession.createDataFrame(copies.astype(str), "hash string, copy_of string")
    return shown.join(F.broadcast(known), "hash", "left").select(
        "seller_key", "record_key", F.coalesce("copy_of", "hash").alias("picture")
    )
