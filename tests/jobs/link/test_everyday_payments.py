"""Wages and what comes with them."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.link.everyday_payments import reason_stated, wages


def test_bonuses_of_an_employee_are_wages_and_large_sums_are_not(spark: SparkSession) -> None:
    columns = (
        "payee string, amount_vnd bigint, purpose_code string, remittance_norm string, debtor_type string"
    )
    rows = [
        ("staff", 10, "SALA", None, "company"),
        ("staff", 9, None, "luong thang 2", "company"),
        ("staff", 20, None, None, "company"),  # twice the largest marked pay
        ("staff", 21, None, None, "company"),
        ("seller", 10, None, "binh thuong", "company"),
        ("seller", 10, None, "thuong tet 2026", "household_business"),
        ("friend", 10, None, "tra luong ho", "individual"),
    ]
    frame = spark.createDataFrame(rows, columns).select(
        "amount_vnd",
        "purpose_code",
        "remittance_norm",
        F.col("debtor_type").alias("debtor_holder_type"),
        F.lit("individual").alias("creditor_holder_type"),
        F.col("debtor_type").alias("debtor_account_id"),
        F.col("payee").alias("creditor_account_id"),
    )
    marked = frame.withColumn("wages", wages(2.0)).where("wages").select("creditor_account_id", "amount_vnd")
    assert sorted(map(tuple, marked.collect())) == [
        ("seller", 10),
        ("staff", 9),
        ("staff", 10),
        ("staff", 20),
    ]


def test_remarks_that_state_an_everyday_reason(spark: SparkSession) -> None:
    remarks = ["gop hui ky 3", "ung ho ba con", "hoc phi", "huyen thoai", "chuyen tien", None]
    frame = spark.createDataFrame([(remark,) for remark in remarks], "remittance_norm string")
    stated = [row[0] for row in frame.select(reason_stated()).collect()]
    assert stated == [True, True, True, False, False, False]
