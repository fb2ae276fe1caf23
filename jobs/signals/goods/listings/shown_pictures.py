"""The picture that a listing shows, by one name for all of its copies."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.pictures import picture_of


def with_picture(listings: DataFrame) -> DataFrame:
    """Adds `image`: one name for all copies of a picture, be they cropped or compressed anew."""
    pictures = picture_of(listings, tie_rules().images).select("record_key", "picture")
    return (
        listings.join(pictures, "record_key", "left")
        .withColumn("image", F.coalesce("picture", F.lower("image_hash")))
        .drop("picture")
    )
