from math import log2
from typing import Any

import pytest

from jobs.signals.goods import weight_mismatches
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, parcel


def _alone(number: int, weight_kg: float) -> dict[str, Any]:
    """The one parcel of a declaration."""
    named = f"{100000000000 + number}"
    return parcel(90_000 + number, "phone:+84900000098", weight_kg=weight_kg, declaration_no=named)


def test_where_all_documents_disagree_nobody_stands_out(measure: Measure) -> None:
    # Half of the documents carry a quarter of what they declare, half four times as much: two each a trader.
    traders = range(51, 71)
    declarations = [declaration(10 * trader + n, f"{trader}") for trader in traders for n in (0, 1)]
    parcels = [
        _alone(10 * trader + n, 10.0 * 4 ** (1 if trader % 2 else -1)) for trader in traders for n in (0, 1)
    ]
    assert measure(weight_mismatches, customs_declarations=declarations, parcels=parcels) == {}


def test_parcels_that_outweigh_their_declaration(measure: Measure) -> None:
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
            parcels.append(_alone(100 * int(trader) + place, weight))

    low = {"join_from": 0.1, "report_from": 0.1}
    found = measure(weight_mismatches, low, customs_declarations=declarations, parcels=parcels)

    assert "tax:72" not in found  # 10.4 kg on 10: packaging
    row = found["tax:71"]
    assert row.value == pytest.approx((log2(4) - 0.35) * 3 / 4.5, rel=1e-4)
    assert len(evidence(row)) == 3 + 12
    assert holding(found["tax:73"]) == {"single_slip"}
    assert found["tax:73"].value < row.value / 3
