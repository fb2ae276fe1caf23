"""Words that fit any goods, that say nothing, and that go on to tell; descriptions stand normalised."""

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.signals.goods.generic_descriptions import is_generic, says_more, telling_words


@pytest.mark.parametrize(
    ("text", "told", "generic", "more"),
    [
        ("do gia dung moi 100%", "do gia dung", True, False),
        ("phu kien, cac loai", "phu kien cac loai", True, False),
        ("hang bach hoa", "hang bach hoa", True, False),
        ("moi 100%", "", True, False),  # nothing is said at all
        ("phu kien xe may", "phu kien xe may", False, False),
        ("moitruong xanh", "moitruong xanh", False, False),  # a filler that only begins a word
        ("loa keo hieu jbl", "loa keo hieu jbl", False, True),
        ("loa keo 50w moi 100%", "loa keo 50w", False, True),
        (None, None, None, None),
    ],
)
def test_what_a_description_tells(
    spark: SparkSession, text: str | None, told: str | None, generic: bool | None, more: bool | None
) -> None:
    rows = spark.createDataFrame([(text,)], "text string").withColumn("told", telling_words(F.col("text")))

    [row] = rows.select("told", is_generic(F.col("told")), says_more(F.col("told"))).collect()

    assert tuple(row) == (told, generic, more)
