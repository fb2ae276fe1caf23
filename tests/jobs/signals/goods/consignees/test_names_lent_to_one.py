"""One phone behind several companies for one seller's nuts, against groups, agents, brokers and partners."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.consignees import names_lent_to_one
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_PHONE = "+84785091050"
_NUTS = "08013100"


def _own(number: int, trader: str) -> dict[str, Any]:
    """Shoes of its own, under its own phone."""
    return declaration(number, trader, partner_name_norm=f"ban {trader}")


def _lent(number: int, trader: str, **given: Any) -> dict[str, Any]:
    return declaration(
        number,
        trader,
        **{
            "hs_code": _NUTS,
            "partner_name_norm": "nuts ltd",
            "consignee_phone_e164": _PHONE,
            "consignee_name_norm": f"cong ty {trader}",
            "trader_name_norm": f"cong ty minh {trader}",
        }
        | given,
    )


def test_companies_that_lend_their_names(measure: Measure) -> None:
    rows = [_own(n, str(70 + n)) for n in range(1, 5)]
    rows += [_lent(10 + n, str(70 + n)) for n in range(1, 4)]

    (row,) = measure(names_lent_to_one, customs_declarations=rows).values()

    assert row.value == pytest.approx(log2(3))
    assert members(row) == {("phone", _PHONE), *[("company", f"tax:{n}") for n in (71, 72, 73)]}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (11, 12, 13)}
    assert (row.support, row.value_vnd, holding(row)) == (3, 3_000_000, set())


@pytest.mark.parametrize(
    "given",
    [
        [{}, {"partner_name_norm": "others ltd"}],
        [{}, {"hs_code": "44034990"}],
        [{}, {"partner_name_norm": None}],
        [{"consignee_phone_e164": None}, {}],
        [{"regime": "E21"}, {}],
    ],
    ids=["two sellers", "two goods", "a seller unknown", "own phone", "to be worked"],
)
def test_a_phone_of_many_matters(measure: Measure, given: list[dict[str, Any]]) -> None:
    rows = [_own(1, "71"), _own(2, "72"), *[_lent(11 + n, str(71 + n), **one) for n, one in enumerate(given)]]
    assert measure(names_lent_to_one, customs_declarations=rows) == {}


def test_who_has_no_other_trade_or_declares_often_lends_nothing(measure: Measure) -> None:
    rows = [_own(1, "71"), _lent(11, "71"), _lent(12, "72")]
    rows += [_own(3, "73"), *[_lent(20 + n, "73") for n in range(4)]]
    assert measure(names_lent_to_one, customs_declarations=rows) == {}


def test_groups_and_entrusted_imports_say_so(measure: Measure) -> None:
    rows = [_own(n, str(70 + n)) for n in range(1, 4)]
    rows += [_lent(10 + n, str(70 + n), consignee_name_norm="cong ty hoa binh") for n in range(1, 4)]
    low = {"report_from": 0.1}
    (row,) = measure(names_lent_to_one, low, customs_declarations=rows).values()
    assert holding(row) == {"entrusted_import"}
    assert row.value == pytest.approx(0.45 * log2(3))

    rows = [_own(n, str(70 + n)) for n in range(1, 4)]
    rows += [_lent(10 + n, str(70 + n), trader_name_norm="cong ty hoang long") for n in range(1, 4)]
    (row,) = measure(names_lent_to_one, low, customs_declarations=rows).values()
    assert holding(row) == {"one_open_group"}
    assert row.value == pytest.approx(0.3 * log2(3))


@pytest.mark.parametrize(
    ("people", "given", "found"),
    [
        (3, {}, True),
        (2, {}, False),  # a couple
        (3, {"regime": "H11"}, False),  # presents
        (3, {"trader_phone_e164": _PHONE}, False),  # their own
        (3, {"trader_phone_e164": None}, False),
    ],
)
def test_people_who_lend_their_names(
    measure: Measure, people: int, given: dict[str, Any], found: bool
) -> None:
    rows = [
        _lent(
            n,
            "0",
            **{
                "trader_key": f"cccd:{n}",
                "consignee_name_norm": f"ten {n}",
                "trader_phone_e164": f"+84900{n}",
            }
            | given,
        )
        for n in range(people)
    ]
    # Whose phone it is brings in other goods of other sellers.
    rows += [declaration(10 + n, "79", trader_phone_e164=_PHONE) for n in range(4)]

    rows = measure(names_lent_to_one, customs_declarations=rows)

    if found:
        assert rows[_PHONE].value == pytest.approx(log2(people))
        assert members(rows[_PHONE]) == {
            ("phone", _PHONE),
            ("company", "tax:79"),
            *(("person", f"cccd:{n}") for n in range(people)),
        }
    else:
        assert rows == {}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(names_lent_to_one) == {}
