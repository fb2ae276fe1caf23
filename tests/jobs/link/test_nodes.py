"""Nodes on Spark are those of `models.links.keys`, and name their member again."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link import nodes
from jobs.runtime.job import JobContext
from models.links.keys import canonical_key, member_kind

KEYS = ["cccd:001085000001", "tax:001085000001", "tax:0101234567", "tax:0101234567-002", "passport:C1234567"]
MEMBERS = [
    ("seller", "own_site:4:5", "seller:own_site:4:5"),
    ("account", "VCB:0011", "account:VCB:0011"),
    ("phone", "+84901", "phone:+84901"),
    ("address", "12 le loi: tang 2", "address:12 le loi: tang 2"),
    ("device", "d-1", "device:d-1"),
    *[(member_kind(key), key, key) for key in KEYS],
]


def test_keys_are_canonical_as_in_python(spark: SparkSession, context: JobContext) -> None:
    frame = spark.createDataFrame(pa.table({"key": KEYS}))
    rules = tie_rules()
    for as_of in (date(2025, 6, 30), date(2025, 7, 1)):
        day = replace(context, as_of=as_of).as_of
        rows = frame.select("key", nodes.canonical(F.col("key"), rules, day).alias("made")).collect()
        since = as_of >= rules.personal_number_is_tax_code_from
        assert {row["key"]: row["made"] for row in rows} == {key: canonical_key(key, since) for key in KEYS}


def test_a_member_and_its_node_name_each_other(spark: SparkSession) -> None:
    kinds, ids, names = zip(*MEMBERS, strict=True)
    frame = spark.createDataFrame(pa.table({"kind": list(kinds), "id": list(ids), "name": list(names)}))
    rows = frame.select(
        "kind",
        "id",
        "name",
        nodes.node(F.col("kind"), F.col("id")).alias("node"),
        nodes.kind_of(F.col("name")).alias("kind_again"),
        nodes.id_of(F.col("name")).alias("id_again"),
        nodes.operator_id(F.col("name")).alias("operator"),
    ).collect()
    for row in rows:
        assert (row["node"], row["kind_again"], row["id_again"]) == (row["name"], row["kind"], row["id"])
        assert row["operator"].startswith("op_")
        assert row["id"] not in row["operator"]
    assert len({row["operator"] for row in rows}) == len(MEMBERS)
