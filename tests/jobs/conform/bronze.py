"""Bronze rows for tests, from the few columns that matter."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from configs.sources import Source
from jobs.land.read_files import bronze_schema

DELIVERED = date(2025, 12, 31)


def bronze_rows(spark: SparkSession, source: Source, rows: Iterable[Mapping[str, Any]]) -> DataFrame:
    """A frame of `lake.bronze.<feed>`; places are `f.csv`, lines count from 2 where a row names none."""
    whole = []
    for line, row in enumerate(rows, start=2):
        place = row.get("source_file", "f.csv")
        whole.append(
            dict.fromkeys(bronze_schema(source).names)
            | {
                "source_line": line,
                "sender": "sender",
                "business_date": DELIVERED,
                "load_id": "load",
                "landing_file": place.partition("!")[0],
                "source_file": place,
            }
            | dict(row)
        )
    return spark.createDataFrame(pa.Table.from_pylist(whole, bronze_schema(source)))
