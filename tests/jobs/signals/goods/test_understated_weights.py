from jobs.signals.goods import understated_weights
from tests.jobs.signals.goods.frames import Measure, declaration, evidence


def test_pieces_that_weigh_a_third_of_the_usual(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), net_weight_kg=9.5 + n / 2)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", net_weight_kg=3.3) for n in range(5)]
    # Three times the weight for a piece is another matter.
    rows += [declaration(100 + n, "72", net_weight_kg=30.0) for n in range(5)]

    found = measure(understated_weights, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(5)}
