"""Names of firms: the same one, one group's, or strangers."""

import pytest
from pyspark.sql import SparkSession

from jobs.link.firm_names import group_key, name_key, same_group, same_name, supplier_key


@pytest.mark.parametrize(
    ("left", "right", "one_name", "one_group"),
    [
        ("cty tnhh viet an vinh", "cty cp viet an nguyen", False, True),
        ("cty tnhh viet an", "cty tnhh thuong mai viet an", True, True),
        ("cty tnhh viet an vinh", "cty tnhh minh phong", False, False),
        ("cty tnhh hoa", "cty cp hoa", True, None),  # one word is no group's name
        ("cty tnhh thiet bi an phat", "cty cp thiet bi khai minh", False, False),
        ("cty tnhh thep hoa phat", "cty cp thep hoa phat dung quat", True, True),
        ("cty tnhh xd an phat", "cty tnhh thiet bi an phat", False, False),  # a frequent name
        ("cty tnhh thiet bi an", "cty tnhh thiet bi an", True, None),
        (None, "cty cp hoa", None, None),
    ],
)
def test_names_of_firms(
    spark: SparkSession, left: str | None, right: str, one_name: bool | None, one_group: bool | None
) -> None:
    frame = spark.createDataFrame([(left, right)], "left string, right string")
    row = frame.select(
        same_name("left", "right").alias("name"), same_group("left", "right").alias("group")
    ).first()
    assert row is not None
    assert (row["name"], row["group"]) == (one_name, one_group)


def test_keys_by_which_names_are_joined(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("cty tnhh viet an vinh", "Yiwu Star Import-Export Co., Ltd", "co ltd")])
    row = frame.select(
        name_key("_1"), group_key("_1"), supplier_key("_2", 24), supplier_key("_2", 8), supplier_key("_3", 24)
    ).first()
    assert tuple(row or ()) == ("an viet vinh", "viet an", "yiwustarimpexp", "yiwustar", None)
