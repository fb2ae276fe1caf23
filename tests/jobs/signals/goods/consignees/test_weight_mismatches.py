from math import log2, sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.consignees import weight_mismatches
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, parcel


def _alone(number: int, weight_kg: float) -> dict[str, Any]:
    """The one parcel of a declaration."""
    named = f"{100000000000 + number}"
    return parcel(90_000 + number, "phone:+84900000098", weight_kg=weight_kg, declaration_no=named)


def _in_three(number: int, weight_kg: float, **given: Any) -> list[dict[str, Any]]:
    """Three parcels with all ten pieces of a declaration."""
    return [
        _alone(number, weight_kg * pieces / 10)
        | {"record_key": f"ghn:{number}/{place}", "quantity": pieces, **given}
        for place, pieces in enumerate((4, 3, 3))
    ]


def test_where_all_documents_disagree_nobody_stands_out(measure: Measure) -> None:
    # Half of the documents carry a quarter of what they declare, half four times as much: two each a trader.
    traders = range(51, 71)
    declarations = [declaration(10 * trader + n, f"{trader}") for trader in traders for n in (0, 1)]
    parcels = [
        _alone(10 * trader + n, 10.0 * 4 ** (1 if trader % 2 else -1)) for trader in traders for n in (0, 1)
    ]
    assert measure(weight_mismatches, customs_declarations=declarations, parcels=parcels) == {}


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    declarations, parcels = [], []
    for place in range(3):
        for trader, each in (("71", 10.0), ("72", 2.6)):
            number = 10 * int(trader) + place
            declarations.append(declaration(number, trader))  # 10 kg, 10 pieces
            parcels += [
                parcel(
                    100 * number + piece,
                    "phone:+84900000099",
                    weight_kg=each,
                    quantity=2,
                    origin_country="CN",
                    declaration_no=f"{100000000000 + number}",
                )
                for piece in range(4)
            ]
    # One document of several disagrees: a slip. All others carry what they declare.
    weights = {"73": [40.0, 10.0], **{f"5{place}": [10.0] for place in range(30)}}
    for trader, carried in weights.items():
        for place, weight in enumerate(carried):
            declarations.append(declaration(100 * int(trader) + place, trader))
            parcels += _in_three(100 * int(trader) + place, weight)
    # Three of ten pieces went out, of 3 kg each: 9 kg on 10. Five of the six parcels come from one shop.
    for place in range(2):
        declarations.append(declaration(7400 + place, "74"))
        parcels += [
            _alone(7400 + place, 3.0) | {"record_key": f"ghn:74{place}{piece}", "seller_key": "shopee:outlet"}
            for piece in range(3)
        ]
    parcels[-1]["seller_key"] = "shopee:other"
    # What is declared by the kilogram is sent in boxes of three.
    for place in range(2):
        declarations.append(declaration(7600 + place, "76", unit="KGM"))
        parcels += [_alone(7600 + place, 3.0) | {"record_key": f"ghn:76{place}", "quantity": 1}] * 3

    low = {"join_from": 0.1, "report_from": 0.1}
    return measure(weight_mismatches, low, customs_declarations=declarations, parcels=parcels)


def test_parcels_that_outweigh_their_declaration(found: dict[str, Row]) -> None:
    assert "tax:72" not in found  # 10.4 kg on 10: packaging
    assert "tax:76" not in found
    row = found["tax:71"]
    # Two pieces weigh 10 kg: that says more than 40 kg on 10.
    assert row.value == pytest.approx((log2(5) - 0.4) * 3 / 4.5, rel=1e-4)
    assert len(evidence(row)) == 3 + 12
    assert holding(found["tax:73"]) == {"single_slip"}
    # One of two documents, and half of it kept.
    assert found["tax:73"].value == pytest.approx((log2(4) - 0.35) * sqrt(1 / 2) / 2.5 * 0.5, rel=1e-4)


def test_the_weight_of_a_piece_tells_of_what_went_out_in_part(found: dict[str, Row]) -> None:
    row = found["tax:74"]
    assert row.value == pytest.approx((log2(3) - 0.4) * 2 / 3.5, rel=1e-4)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:74", "trader"),
        ("seller", "shopee:outlet", "shop"),
    }
    assert len(evidence(row)) == 2 + 6
    assert holding(row) == set()


@pytest.mark.parametrize(("registered", "named"), [(1, 1), (3, 3), (4, 0)])
def test_the_shops_at_whose_phone_the_parcels_arrive(measure: Measure, registered: int, named: int) -> None:
    declarations = [declaration(7100 + place, "71") for place in range(3)]
    declarations += [declaration(100 * trader, f"{trader}") for trader in range(50, 80)]
    parcels = [_alone(100 * trader, 10.0) for trader in range(50, 80) if trader != 71]
    for place in range(3):  # 40 kg on 10
        parcels += _in_three(7100 + place, 40.0, recipient_phone_e164="+84911000001")
    sellers = [
        *({"seller_key": f"shopee:{n}", "phone_e164": "+84911000001"} for n in range(registered)),
        {"seller_key": "lazada:1", "phone_e164": "+84911000002"},
        {"seller_key": "lazada:2", "phone_e164": None},
    ]

    (row,) = measure(
        weight_mismatches, customs_declarations=declarations, parcels=parcels, sellers=sellers
    ).values()

    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:71", "trader"),
        *(("seller", f"shopee:{n}", "shop") for n in range(named)),
    }
    # The shops are joined to the parcels: none is weighed twice.
    assert row.value == pytest.approx((2 - 0.35) * 3 / 4.5, rel=1e-4)
    assert len(evidence(row)) == 3 + 9


def test_a_shop_at_whose_phone_few_of_the_parcels_arrive_is_no_outlet(measure: Measure) -> None:
    declarations = [declaration(7100 + place, "71") for place in range(3)]
    parcels = [_in_three(7100 + place, 40.0, recipient_phone_e164="+84911000001") for place in range(3)]
    carried = [one for three in parcels for one in three]
    for one in carried[:2]:
        one["recipient_phone_e164"] = "+84911000002"
    sellers = [{"seller_key": f"shopee:{n}", "phone_e164": f"+8491100000{n}"} for n in (1, 2)]

    row = measure(
        weight_mismatches,
        {"report_from": 0.1, "join_from": 0.1},
        customs_declarations=declarations,
        parcels=carried,
        sellers=sellers,
    )["tax:71"]

    # Seven of nine, and two of nine.
    assert {m.id for m in row.members if m.kind == "seller"} == {"shopee:1"}
