"""Whom the declarations of a trader name, read from small tables."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from configs.catalogue import shipped_catalogue
from jobs.score.gather_counterparts import gather_counterparts
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

DECLARATIONS = """
    record_key string, event_day date, trader string, trader_key string, trader_phone_e164 string,
    trader_name_norm string, consignee_phone_e164 string, consignee_name_norm string, partner_name_norm string
"""
RULES = shipped_catalogue().ranking.model_copy(update={"lone_contact_users": 3, "lone_counterpart_lines": 2})


def line(number: int, trader: str, **named: str) -> tuple[Any, ...]:
    """A line of a trader who declares a phone and a name of its own."""
    key = f"tax:{trader}"
    own = (f"own {trader}", f"cong ty {trader}")
    contacts = (named.get(name) for name in ("phone", "consignee", "partner"))
    return (f"{trader}{number}", date(2026, 2, 1), key, key, *own, *contacts)


def counterparts(spark: SparkSession, rows: list[tuple[Any, ...]]) -> dict[str, str]:
    lake = SimpleNamespace(
        read=lambda _: frame_of_tuples(spark, DECLARATIONS, rows),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    run = SimpleNamespace(lake=lake, context=SimpleNamespace(as_of=date(2026, 3, 31)))
    traders = {Member("company", row[2]) for row in rows}
    found = gather_counterparts(run, traders, RULES)  # type: ignore[arg-type]
    return {one.id.removeprefix("tax:"): other.id.removeprefix("tax:") for one, other in found.items()}


@pytest.mark.parametrize("named", [{"phone": "own B"}, {"consignee": "cong ty B"}, {"partner": "cong ty B"}])
def test_what_one_trader_alone_declares_names_it(spark: SparkSession, named: dict[str, str]) -> None:
    rows = [line(1, "A", **named), line(2, "A", **named), line(3, "A"), line(4, "B"), line(5, "C", **named)]
    # C names it once, which may be a slip; B finds whom it is named by.
    assert counterparts(spark, rows) == {"A": "B", "B": "A"}


def test_a_consignee_phone_that_only_two_use(spark: SparkSession) -> None:
    rows = [line(number, trader, phone="+84901000001") for trader in "AB" for number in range(2)]
    rows += [line(number, trader, phone="+84901000002") for trader in "CDE" for number in range(2)]
    assert counterparts(spark, rows) == {"A": "B", "B": "A"}


def test_a_parcel_under_a_traders_phone_makes_no_counterpart(spark: SparkSession) -> None:
    rows = [line(number, "A", phone="+84901000001") for number in range(5)]
    rows.append(line(9, "B", phone="+84901000001"))
    assert counterparts(spark, rows) == {}
    # Its second line is enough.
    assert counterparts(spark, [*rows, line(10, "B", phone="+84901000001")]) == {"A": "B", "B": "A"}


def test_whom_many_name_is_a_warehouse_or_a_broker(spark: SparkSession) -> None:
    rows = [line(number, trader, phone="own W") for trader in "ABC" for number in range(2)] + [line(9, "W")]
    found = counterparts(spark, rows)
    assert not {"A", "B", "C"} & found.keys()


def test_no_traders_need_no_tables() -> None:
    assert gather_counterparts(SimpleNamespace(), (), RULES) == {}  # type: ignore[arg-type]
