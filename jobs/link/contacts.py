"""Which number a listing gives to be reached at."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon


def contact_of(listings: DataFrame) -> DataFrame:
    """`seller_key`, `record_key`, `contact` (E.164): the first mobile number in the text of each listing.

    Numbers are taken as sellers write them: with points or spaces, or with the letter o for 0 so that the
    platform does not see them. Listings that give none are left out.
    """
    plan = load_lexicon("phones")
    beginnings = "|".join(prefix[1] for prefix in plan["mobile_ranges"])
    trunk = rf"(?<![0-9a-z])(?:\+?{plan['country_code']}|[0o])[ .-]?"
    written = rf"{trunk}((?:{beginnings})(?:[ .-]?[0-9o]){{8}})(?![0-9])"
    text = F.concat_ws(" | ", "title_norm", "description_norm")
    subscriber = F.regexp_replace(F.translate(F.regexp_extract(text, written, 1), "o", "0"), "[ .-]", "")
    return (
        listings.where(F.col("seller_key").isNotNull())
        .select("seller_key", "record_key", subscriber.alias("subscriber"))
        .where(F.col("subscriber") != "")
        .select(
            "seller_key",
            "record_key",
            F.concat(F.lit(f"+{plan['country_code']}"), "subscriber").alias("contact"),
        )
    )
