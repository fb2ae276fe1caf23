"""The weights on Spark are those in Python, for every kind, class and number of users."""

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link import rarity
from models.links import weights


def test_spark_and_python_weigh_alike(spark: SparkSession) -> None:
    rules = tie_rules()
    cases = [
        {"kind": kind, "class": name, "users": users}
        for kind, classes in rules.identifiers.items()
        for name, steps in classes.items()
        for users in range(1, weights.users_max(steps) + 3)
    ]
    frame = spark.createDataFrame(pa.Table.from_pylist(cases))
    kind, name, users = F.col("kind"), F.col("class"), F.col("users")
    rows = frame.select(
        "kind",
        "class",
        "users",
        rarity.rarity_weight(kind, name, users, rules).alias("weight"),
        rarity.users_limit(kind, name, rules).alias("most"),
    ).collect()
    assert len(rows) == len(cases)
    for row in rows:
        steps = rules.identifiers[row["kind"]][row["class"]]
        assert (row["weight"] or 0.0) == weights.rarity_weight(steps, row["users"])
        assert row["most"] == weights.users_max(steps)
