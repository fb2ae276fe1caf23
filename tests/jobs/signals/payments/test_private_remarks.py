"""Remarks that explain no sale, against those that name one in like words."""

import re

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.signals.payments.private_remarks import kin_pattern, says_gift, says_living, says_loan, says_nothing


@pytest.mark.parametrize(
    ("remark", "named"),
    [
        ("gui me", True),
        ("nam gui cho vo thang 3", True),
        ("con gui ve nha", True),
        ("tien dai loan", True),
        ("bieu ba me", True),
        ("gui con", False),
        ("cho em muon", False),
        ("gia dinh gui", True),
        ("gui tien me", True),
        ("gui tien nha", True),
        ("gui nha xe", False),
        ("tien han", True),
        ("tien han muc", False),
        ("gui menu", False),
        ("tien nha", False),
    ],
)
def test_words_for_a_family(remark, named):
    assert bool(re.search(kin_pattern(), remark)) is named


@pytest.mark.parametrize(
    ("says", "told", "others"),
    [
        (says_loan, ["cho em muon", "tra no thang 1"], ["muong", "no", None]),
        (says_gift, ["mung tuoi chau", "tang"], ["gio qua tet", "mang", None]),
        (says_living, ["tien an thang 3", "gui me"], ["tien nha", "an", None]),
        (says_nothing, ["chuyen tien", None], ["chuyen tien ao", "mung tuoi"]),
    ],
)
def test_reasons_are_told_by_whole_words(spark: SparkSession, says, told, others):
    rows = spark.createDataFrame([(remark,) for remark in told + others], "remark string")
    said = [row.said for row in rows.select(says(F.col("remark")).alias("said")).collect()]
    assert said == [True] * len(told) + [False] * len(others)
