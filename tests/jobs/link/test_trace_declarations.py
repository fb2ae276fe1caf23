"""Whose lines they are."""

from datetime import date

import pytest

from jobs.link.resolve_identities import OPERATORS_DDL
from jobs.link.trace_declarations import DECLARATIONS_DDL, transform
from jobs.runtime.job import JobContext, check_schema
from tests.jobs.link.conftest import Build, Rows

_PHONE = "+84911222333"


def _operator(kind: str, identifier: str) -> dict[str, object]:
    return {"kind": kind, "id": identifier, "operator_id": "op a", "degree": 0}


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
    build: Build, silver: Build, context: JobContext, others: list[tuple[str, str]], trader: str
) -> None:
    line = {"record_key": "1:1", "trader_phone_e164": _PHONE}
    operators = [_operator(kind, name) for kind, name in [("phone", _PHONE), *others]]

    [row] = transform(
        customs_declarations=silver("customs_declarations", [line]),
        operators=build(OPERATORS_DDL, operators),
        context=context,
    ).collect()

    assert (row.hand, row.trader) == ("op a", trader)


def test_a_line_that_names_its_trader_stays_that_traders(
    build: Build, silver: Build, context: JobContext
) -> None:
    lines: Rows = [
        {"record_key": "1:1", "trader_key": "tax:71", "trader_phone_e164": _PHONE},
        {"record_key": "2:1", "trader_key": "tax:72"},
        {"record_key": "3:1"},
        {"record_key": "4:1", "trader_key": "tax:71", "event_day": date(2027, 1, 1)},  # after the run's day
    ]
    lines = [line | {"declaration_no": line["record_key"][0]} for line in lines]

    made = transform(
        customs_declarations=silver("customs_declarations", lines),
        operators=build(OPERATORS_DDL, [_operator("company", f"tax:{n}") for n in (71, 70)]),
        context=context,
    )

    rows = check_schema("flows.declarations", made, DECLARATIONS_DDL).collect()
    named = {row.record_key: (row.hand, row.trader) for row in rows}
    assert named == {"1:1": ("op a", "tax:71"), "2:1": ("tax:72", "tax:72"), "3:1": (None, None)}


def test_what_a_line_leaves_out_the_others_of_its_declaration_tell(
    build: Build, silver: Build, context: JobContext
) -> None:
    lines: Rows = [
        {"record_key": "1:1", "trader_key": "tax:71", "house_bill_no": "H1", "brand": "A"},
        {"record_key": "1:2", "trader_phone_e164": _PHONE, "house_bill_no": "H2"},
        {"record_key": "1:3"},
        {"record_key": "2:1"},
    ]

    made = transform(
        customs_declarations=silver(
            "customs_declarations", [line | {"declaration_no": line["record_key"][0]} for line in lines]
        ),
        operators=build(OPERATORS_DDL, []),
        context=context,
    )

    told = {
        row.record_key: (row.trader, row.trader_phone_e164, row.house_bill_no, row.brand)
        for row in made.collect()
    }
    assert told == {
        "1:1": ("tax:71", _PHONE, "H1", "A"),
        "1:2": ("tax:71", _PHONE, "H2", None),  # a brand is of the goods
        "1:3": ("tax:71", _PHONE, None, None),  # which of two bills, nobody says
        "2:1": (None, None, None, None),
    }
