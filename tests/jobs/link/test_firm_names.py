"""Names of firms: the same one, one group's, or strangers."""

import pytest
from pyspark.sql import SparkSession

from jobs.link.firm_names import group_key, holder_type_named, name_key, same_group, same_name, supplier_key
from tests.frames import frame_of_tuples


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


def test_the_kind_of_holder_that_a_name_tells(spark: SparkSession) -> None:
    told = {
        "cty tnhh noi that a chau": "company",
        "hkd nguyen thi lan": "household_business",
        "nguyen thi lan": "individual",
        "truong van hau": "individual",
        "truong tieu hoc kim dong": None,
        "truong": None,
        "kho bac nha nuoc": None,
        "lam san tay nguyen": None,
        None: None,
    }
    rows = frame_of_tuples(spark, "name string", [(name,) for name in told])
    found = {
        row["name"]: row["type"]
        for row in rows.select("name", holder_type_named("name").alias("type")).collect()
    }
    assert found == told
