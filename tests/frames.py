"""Small frames for tests, in the form in which the lake hands out small tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType, _parse_datatype_string

from jobs.link.firm_names import group_key
from jobs.runtime.session import as_fitted


def frame(spark: SparkSession, ddl: str, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    """Rows as one partition of the schema, null where a row says nothing; an unknown column is a mistake."""
    schema = _parse_datatype_string(ddl)
    assert isinstance(schema, StructType)
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, f"no such column: {sorted(unknown)}"
    # As Arrow, so that Spark sees which tables are empty; one partition, so that it shuffles nothing.
    arrow = pa.Table.from_pylist([dict(row) for row in rows], schema=to_arrow_schema(schema))
    return as_fitted(spark.createDataFrame(arrow, schema))


def frame_of_tuples(spark: SparkSession, ddl: str, rows: Sequence[tuple[Any, ...]]) -> DataFrame:
    """The same from tuples in the order of the schema."""
    schema = _parse_datatype_string(ddl)
    assert isinstance(schema, StructType)
    return frame(spark, ddl, [dict(zip(schema.names, row, strict=True)) for row in rows])


def with_groups(payments: DataFrame) -> DataFrame:
    """The payments with the group's name of both sides, as `trace_payments` has them on its way."""
    return payments.withColumns(
        {f"{side}_group_name": group_key(f"{side}_name_norm") for side in ("debtor", "creditor")}
    )
