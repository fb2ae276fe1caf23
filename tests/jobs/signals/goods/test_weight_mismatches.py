from math import log2

import pytest

from jobs.signals.goods import weight_mismatches
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, parcel


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
    # One document of several disagrees: a slip.
    declarations += [declaration(900, "73"), declaration(901, "73")]
    parcels.append(parcel(99000, "phone:+84900000098", weight_kg=40.0, declaration_no="100000000900"))
    parcels.append(parcel(99001, "phone:+84900000098", weight_kg=10.0, declaration_no="100000000901"))

    low = {"join_from": 0.1, "report_from": 0.1}
    found = measure(weight_mismatches, low, customs_declarations=declarations, parcels=parcels)

    assert "tax:72" not in found  # 10.4 kg on 10: packaging
    row = found["tax:71"]
    assert row.value == pytest.approx((log2(4) - 0.35) * 3 / 4.5, rel=1e-4)
    assert len(evidence(row)) == 3 + 12
    assert holding(found["tax:73"]) == {"single_slip"}
    assert found["tax:73"].value < row.value / 3
