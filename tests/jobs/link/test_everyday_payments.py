"""Wages and what comes with them, reasons that remarks state, and parties that are openly one."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.link.everyday_payments import one_open_holder, reason_stated, wages, with_group_name
from jobs.link.firm_names import holder_type_named
from tests.frames import frame_of_tuples, with_groups


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


def test_wages_of_payers_and_payees_whose_names_tell_what_they_are(spark: SparkSession) -> None:
    rows = [
        ("cty tnhh noi that a chau", "nguyen thi lan"),
        ("hkd nguyen thi lan", "truong van hau"),
        ("cty tnhh noi that a chau", "cty cp an phat"),
        ("nguyen thi lan", "truong van hau"),
        ("kho bac nha nuoc", "nguyen thi lan"),
    ]
    frame = frame_of_tuples(spark, "debtor string, creditor string", rows).select(
        "debtor",
        "creditor",
        F.lit(10).alias("amount_vnd"),
        F.lit(None).cast("string").alias("purpose_code"),
        F.lit("luong thang 2").alias("remittance_norm"),
        holder_type_named("debtor").alias("debtor_holder_type"),
        holder_type_named("creditor").alias("creditor_holder_type"),
        F.col("debtor").alias("debtor_account_id"),
        F.col("creditor").alias("creditor_account_id"),
    )
    paid = frame.withColumn("wages", wages(2.0)).where("wages").select("debtor", "creditor").collect()
    assert sorted(map(tuple, paid)) == rows[:2]


def reasons(spark: SparkSession, payments: list[tuple[str | None, ...]]) -> list[bool]:
    """Whether payments state a reason: remark, the kinds of debtor and creditor, their names where known."""
    columns = ("remittance_norm", "debtor_holder_type", "creditor_holder_type", "debtor_name_norm")
    schema = ", ".join(f"{column} string" for column in (*columns, "creditor_name_norm", "debtor_holder_key"))
    rows = [(*payment, *[None] * (7 - len(payment))) for payment in payments]
    frame = frame_of_tuples(spark, f"{schema}, creditor_holder_key string", rows)
    return [row[0] for row in frame.select(reason_stated()).collect()]


def test_remarks_that_state_an_everyday_reason(spark: SparkSession) -> None:
    everyday = [
        "gop hui ky 3",
        "ung ho ba con",
        "hoc phi",
        "ung luong tuan 2",
        "ve so ngay 12",
        "tien tour da nang",
        "mua xe cu",
        "sua nha",
    ]
    remarks = [*everyday, "huyen thoai", "chuyen tien ve que", None]
    stated = reasons(spark, [(remark, "individual", None) for remark in remarks])
    assert stated == [True] * len(everyday) + [False, False, False]


def test_transfers_within_a_group_are_a_reason_between_businesses_only(spark: SparkSession) -> None:
    remark = "dieu chuyen von noi bo thang 3"
    rows = [
        (remark, "company", "company", True),
        (remark, "company", "household_business", True),
        ("noi boc", "company", "company", False),
        ("tien hang", "company", "company", False),
        (None, "company", "company", False),
        (remark, "individual", "company", False),
        (remark, "company", "individual", False),
        (remark, "company", None, False),
        (remark, None, None, False),
    ]
    assert reasons(spark, [row[:3] for row in rows]) == [row[-1] for row in rows]


def test_what_goes_between_companies_of_one_name_has_a_reason(spark: SparkSession) -> None:
    trade, farm = "cong ty tnhh thuong mai va xuat nhap khau hung vuong", "cong ty tnhh nong san hung vuong"
    types = ("company", "company")
    rows = [
        (None, *types, trade, farm, True),
        (None, *types, trade, "cong ty tnhh nong san hung", False),
        (None, "company", "household_business", trade, farm, False),
        (None, *types, trade, "cong ty tnhh nong san vuong hung", False),
        (None, *types, trade, None, False),
    ]
    assert reasons(spark, [row[:5] for row in rows]) == [row[-1] for row in rows]


def test_a_name_that_many_companies_bear_names_no_group(spark: SparkSession) -> None:
    names = ["hoa phat thep", "hoa phat go", "dai viet a", "dai viet b", "dai viet c", "hoa phat"]
    rows: list[tuple[str | None, ...]] = [
        (str(n), f"tax:{n}", "company", name) for n, name in enumerate(names[:5], 1)
    ]
    rows += [("6", "cccd:6", "individual", names[5])]
    rows += [("7", None, "individual", "dai viet c"), ("8", "tax:1", "company", "hoa phat thep")]
    columns = "account_id string, holder_key string, holder_type string, holder_name_norm string"
    named = with_group_name(frame_of_tuples(spark, columns, rows), 2)
    assert {row["account_id"]: row["group_name"] for row in named.collect()} == {
        "1": "hoa phat",
        "2": "hoa phat",
        "3": None,
        "4": None,
        "5": None,
        "6": None,
        "7": None,
        "8": "hoa phat",
    }


def test_parties_that_are_openly_one(spark: SparkSession) -> None:
    group, member = "cty cp thep hoa phat", "cty tnhh thep hoa phat dung quat"
    tax, branch, other = "tax:0101234567", "tax:0101234567-001", "tax:0200000002"
    rows = [
        # Names of one group count between companies: by tax code, or by what their names say they are.
        (tax, group, "company", other, member, "company", True),
        (None, group, "company", other, member, None, True),
        (None, group, "company", None, member, "company", True),
        (None, group, "company", None, member, None, False),
        (None, group, "company", None, member, "household_business", False),
        ("cccd:1", group, "company", other, member, "company", False),
        (None, group, "company", None, "cty tnhh an phat khanh", "company", False),
        # Head office and branch, one holder, and one name where an identity is missing.
        (tax, "a", "company", branch, "b", "company", True),
        ("cccd:1", "lan", "individual", "cccd:1", "nguyen thi lan", "individual", True),
        ("cccd:1", "nguyen thi lan", "individual", None, "nguyen thi lan", None, True),
        ("cccd:1", "nguyen thi lan", "individual", "cccd:2", "nguyen thi lan", "individual", False),
        (None, None, None, None, None, None, False),
    ]
    facts = ("holder_key", "name_norm", "holder_type")
    columns = [f"{side}_{fact} string" for side in ("debtor", "creditor") for fact in facts]
    frame = with_groups(frame_of_tuples(spark, ", ".join([*columns, "one boolean"]), rows)).withColumns(
        {"debtor_account_id": F.lit("VCB:1"), "creditor_account_id": F.lit("VCB:2")}
    )
    assert [row[0] for row in frame.select(one_open_holder()).collect()] == [row[-1] for row in rows]
