"""Whose lines they are."""

import pytest
from pyspark.sql import SparkSession

from jobs.signals.goods.traders import with_hand
from tests.jobs.signals.goods.frames import declaration, frame

_PHONE = "+84911222333"


@pytest.mark.parametrize(
    ("others", "trader"),
    [
        ([], _PHONE),
        ([("company", "tax:71")], "tax:71"),
        ([("company", "tax:71"), ("account", "VCB:1"), ("seller", "shopee:a")], "tax:71"),
        ([("company", "tax:71"), ("person", "cccd:1")], _PHONE),  # which of the two, nobody says
        ([("seller", "shopee:a")], _PHONE),  # a shop declares nothing
    ],
)
def test_a_line_that_names_only_a_phone_is_the_one_known_traders(
    spark: SparkSession, others: list[tuple[str, str]], trader: str
) -> None:
    line = declaration(1, "71", trader_key=None, trader_phone_e164=_PHONE)
    known = [("phone", _PHONE), *others]
    operators = [{"kind": kind, "id": name, "operator_id": "op a"} for kind, name in known]

    [row] = with_hand(
        frame(spark, "customs_declarations", [line]), frame(spark, "operators", operators)
    ).collect()

    assert (row.hand, row.trader) == ("op a", trader)


def test_a_line_that_names_its_trader_stays_that_traders(spark: SparkSession) -> None:
    lines = [declaration(1, "71"), declaration(2, "72"), declaration(3, "73", trader_key=None)]
    lines[2]["trader_phone_e164"] = None
    operators = [{"kind": "company", "id": f"tax:{n}", "operator_id": "op a"} for n in (71, 70)]

    found = with_hand(frame(spark, "customs_declarations", lines), frame(spark, "operators", operators))

    named = {row.declaration_no[-1]: (row.hand, row.trader) for row in found.collect()}
    assert named == {"1": ("op a", "tax:71"), "2": ("tax:72", "tax:72"), "3": (None, None)}
