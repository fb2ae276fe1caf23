"""Twenty-two honest hands declare shoes between 95,000 and 105,000 VND a pair; a few pay far more."""

from math import log, sqrt
from typing import Any

import pytest

from jobs.signals.goods.prices import overvalued_imports
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _lines(start: int, trader: str, price: int, count: int = 6, **given: Any) -> list[dict[str, Any]]:
    """Lines of one seller, a day apart."""
    given = {"customs_value_vnd": price * 10_000, "partner_name_norm": "seller"} | given
    return [
        declaration(start + place, trader, **{"event_day": day(40 + place), **given})
        for place in range(count)
    ]


def _honest() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for place in range(22):
        rows += _lines(1000 + 10 * place, str(10 + place), 95 + place // 2, count=3)
    return rows


def _value(gap: float) -> float:
    """Scale 0.15 at least; distance = root(gap / 0.15 x gap / 0.35); six lines of caution 1.5."""
    return sqrt(gap / 0.15 * gap / 0.35) * 6 / 7.5


def test_guilty_and_innocent_importers(measure: Measure) -> None:
    rows = _honest() + _lines(1, "71", 400)
    rows += _lines(21, "72", 400, goods_norm="giay cao cap phien ban")  # said to be premium goods
    rows += _lines(41, "73", 120)  # somewhat dearer
    rows += _lines(61, "74", 400, count=2)  # two lines are not enough
    rows += _lines(81, "75", 400, regime="E21")  # processing goods carry no sale price
    rows += _lines(101, "76", 400, hs_code="99999999")  # nobody to compare with
    rows += _lines(141, "78", 25)  # far below: another signal's matter

    found = measure(overvalued_imports, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72"}
    dear = found["tax:71"]
    assert members(dear) == {("company", "tax:71")}
    assert evidence(dear) == {f"{100000000000 + number}:1" for number in range(1, 7)}
    assert (dear.support, dear.value_vnd) == (6, 24_000_000)
    assert holding(dear) == set()
    # Votes of 26 hands with goods of that name: 22 honest, 25, 120 and two at 400 (71, 74): the thirteenth is
    # 100, the next 101.
    assert dear.value == pytest.approx(_value(log(400) - (log(100) + log(101)) / 2), rel=1e-3)
    assert holding(found["tax:72"]) == {"clearance_or_low_grade"}
    # Nobody else calls them so: with its own, votes of 27 hands under that code, the fourteenth of them 101.
    assert found["tax:72"].value == pytest.approx(0.7 * _value(log(400 / 101)), rel=1e-3)


def test_samples_are_dear(measure: Measure) -> None:
    samples = {"quantity": 1.0, "net_weight_kg": 1.0, "customs_value_vnd": 400_000}
    found = measure(overvalued_imports, customs_declarations=_honest() + _lines(1, "71", 400, **samples))

    assert holding(found["tax:71"]) == {"small_purchase"}


@pytest.mark.parametrize(
    ("duty", "told"), [(200_000, {"duty_on_the_price"}), (199_000, set()), (0, set()), (None, set())]
)
def test_dear_goods_that_bear_duty_cost_their_importer_more(
    measure: Measure, duty: int | None, told: set[str]
) -> None:
    # 400,000 VND a pair, ten pairs: a twentieth is 200,000.
    found = measure(overvalued_imports, customs_declarations=_honest() + _lines(1, "71", 400, duty_vnd=duty))

    assert holding(found["tax:71"]) == told
    keep = 0.7 if told else 1.0
    assert found["tax:71"].value == pytest.approx(keep * _value(log(400 / 100)), rel=1e-2)


def test_what_several_sellers_ask_is_what_such_goods_cost(measure: Measure) -> None:
    """Six dear lines: of one seller, of two who share them, and of two of whom one has four."""
    rows = _honest()
    for trader, others in (("71", 0), ("72", 3), ("73", 2)):
        rows += _lines(100 * int(trader), trader, 400, count=6 - others)
        start = 100 * int(trader) + 10
        rows += _lines(start, trader, 400, count=others, partner_name_norm=f"seller of {trader}")

    found = measure(overvalued_imports, customs_declarations=rows)

    told = [holding(found[f"tax:{trader}"]) for trader in (71, 72, 73)]
    assert told == [set(), {"several_partners"}, set()]
    assert found["tax:72"].value == pytest.approx(0.6 * found["tax:71"].value, rel=1e-4)


def test_one_purchase_is_not_money_moved_again_and_again(measure: Measure) -> None:
    rows = _honest() + _lines(1, "71", 400, event_day=day(40))
    found = measure(overvalued_imports, customs_declarations=rows)

    assert holding(found["tax:71"]) == {"one_shipment"}
    assert found["tax:71"].value == pytest.approx(0.7 * _value(log(400 / 100)), rel=1e-2)


def test_what_persons_have_sent_makes_no_company_dear(measure: Measure) -> None:
    """Eight companies pay what the trade pays; twenty persons order the same goods for a third of it."""
    rows: list[dict[str, Any]] = []
    for place in range(20):
        rows += _lines(1000 + 10 * place, str(10 + place), 33, count=3, trader_key=f"cccd:{10 + place}")
    for place in range(8):
        rows += _lines(2000 + 10 * place, str(40 + place), 100)
    rows += _lines(1, "71", 400)

    found = measure(overvalued_imports, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(_value(log(400 / 100)), rel=1e-3)


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(overvalued_imports) == {}


def test_one_kind_of_goods_that_is_dear_among_honest_ones(measure: Measure) -> None:
    bags = {"hs_code": "42022200", "goods_norm": "tui xach"}
    rows = _honest()
    for place in range(22):
        rows += _lines(3000 + 10 * place, str(10 + place), 95 + place // 2, count=3, **bags)
    # Six dear lines of shoes among sixty of bags at the usual price.
    rows += _lines(1, "71", 400) + _lines(101, "71", 100, count=60, **bags)

    [row] = measure(overvalued_imports, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    # 23 hands trade in shoes: the twelfth pays 100. 0.85 of what the shoes alone would weigh.
    assert row.value == pytest.approx(0.85 * _value(log(400 / 100)), rel=1e-3)
