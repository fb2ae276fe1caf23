from jobs.signals.goods.prices import understated_weights
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


def test_goods_that_differ_by_a_number_are_peers_where_too_few_bear_each(measure: Measure) -> None:
    def named(number: int, trader: str, size: int, kilograms: float) -> dict[str, object]:
        said = f"may dieu hoa treo tuong {size} btu"
        return declaration(number, trader, goods_norm=said, net_weight_kg=kilograms)

    rows = [
        named(1000 + 10 * trader + n, str(trader), 1100 + 100 * (3 * trader + n), 9.5 + n / 2)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [named(n, "71", 9000 + 100 * n, 3.3) for n in range(5)]

    assert set(measure(understated_weights, customs_declarations=rows)) == {"tax:71"}


def test_far_lines_of_one_kind_show_among_many_of_others(measure: Measure) -> None:
    def kind(hs_code: str, number: int, trader: str, kilograms: float) -> dict[str, object]:
        return declaration(
            number, trader, hs_code=hs_code, goods_norm=f"ten {hs_code}", net_weight_kg=kilograms
        )

    rows = []
    for trader in range(10, 30):
        for n in range(5):
            rows.append(kind("85166090", 1000 + 10 * trader + n, str(trader), 9.5 + n / 4))
            # Of the other goods one line in five is far, whoever declares them.
            rows.append(kind("94036090", 3000 + 10 * trader + n, str(trader), 3.0 if n == 0 else 10.0))
    rows += [kind("85166090", n, "71", 3.3 if n < 9 else 10.0) for n in range(12)]
    rows += [kind("94036090", 100 + n, "71", 10.0) for n in range(60)]

    found = measure(understated_weights, customs_declarations=rows)
    assert set(found) == {"tax:71"}
    assert "tax:71" not in measure(
        understated_weights, changed={"kind_prior_lines": 0}, customs_declarations=rows
    )
