"""Who stands behind a shop, an account, a trader or a phone: the operator, or the thing itself when alone."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def operators_of(
    operators: DataFrame, kind: str, identifier: str, operator: str = "operator_id"
) -> DataFrame:
    """Members of one kind as (`identifier`, `operator`), ready to be joined on `identifier`."""
    return operators.where(F.col("kind") == kind).select(
        F.col("id").alias(identifier), F.col("operator_id").alias(operator)
    )


def parties_of(operators: DataFrame, identifier: str, operator: str = "operator_id") -> DataFrame:
    """Persons and companies (keys `cccd:`, `passport:`, `tax:` name their kind themselves)."""
    return operators.where(F.col("kind").isin("person", "company")).select(
        F.col("id").alias(identifier), F.col("operator_id").alias(operator)
    )
