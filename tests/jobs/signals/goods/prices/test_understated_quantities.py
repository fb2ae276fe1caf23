import math

import pytest

from jobs.signals.goods.prices import understated_quantities
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding


def test_pieces_that_weigh_three_times_the_usual(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), net_weight_kg=9.5 + n / 2)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", net_weight_kg=30.0) for n in range(5)]
    # By weight, a kilogram weighs a kilogram.
    rows += [declaration(100 + n, "72", unit="KGM", quantity=30.0, net_weight_kg=30.0) for n in range(5)]

    found = measure(understated_quantities, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(5)}


def test_kilograms_that_weigh_three(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), unit="KGM", quantity=30.0, net_weight_kg=30.0)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", unit="KGM", quantity=10.0, net_weight_kg=30.0) for n in range(5)]
    # Another code of the same heading has other weights: nothing to compare with.
    rows += [
        declaration(100 + n, "72", hs_code="64049990", unit="KGM", quantity=10.0, net_weight_kg=30.0)
        for n in range(5)
    ]

    found = measure(understated_quantities, customs_declarations=rows)

    assert set(found) == {"tax:71"}


def test_a_few_false_lines_among_many_honest_ones(measure: Measure) -> None:
    rows = [
        declaration(1000 + 100 * trader + n, str(trader), net_weight_kg=9.5 + n / 20)
        for trader in range(10, 50)
        for n in range(20)
    ]
    # One line in ten of this trader holds three times the pieces; the rest is honest.
    rows += [declaration(n, "71", net_weight_kg=30.0 if n % 10 == 0 else 10.0) for n in range(120)]

    (row,) = measure(understated_quantities, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    # 12 of 120 lines are far, none of the others' of this kind, which counts as 0.002: -log10 of Chernoff's
    # bound, and 12 lines of 12 + 4.
    base = 0.002
    bound = 120 * (0.1 * math.log10(0.1 / base) + 0.9 * math.log10(0.9 / (1 - base)))
    assert row.value == pytest.approx(math.sqrt(bound) * 12 / 16, rel=1e-4)


def test_larger_articles_cost_more(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), net_weight_kg=9.5 + n / 2)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", net_weight_kg=30.0) for n in range(5)]
    rows += [declaration(100 + n, "72", net_weight_kg=30.0, customs_value_vnd=2_500_000) for n in range(5)]

    found = measure(understated_quantities, {"report_from": 0.1}, customs_declarations=rows)

    assert (holding(found["tax:71"]), holding(found["tax:72"])) == (set(), {"dear_as_heavy"})
    assert found["tax:72"].value == pytest.approx(0.4 * found["tax:71"].value, rel=1e-4)


def test_heavy_goods_of_several_sellers_are_a_heavy_kind(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), net_weight_kg=9.5 + n / 2)
        for trader in range(10, 22)
        for n in range(3)
    ]
    for trader, sellers in (("71", 1), ("72", 3)):
        rows += [
            declaration(
                10 * int(trader) + n,
                trader,
                net_weight_kg=30.0,
                partner_name_norm=f"seller {n % sellers} of {trader}",
            )
            for n in range(6)
        ]

    found = measure(understated_quantities, {"report_from": 0.1}, customs_declarations=rows)

    assert (holding(found["tax:71"]), holding(found["tax:72"])) == (set(), {"several_partners"})
    assert found["tax:72"].value == pytest.approx(0.6 * found["tax:71"].value, rel=1e-4)


def test_single_pieces_weighed_with_their_box_are_no_peers_of_lots(measure: Measure) -> None:
    """Twenty persons order one pair each, of 3 kg with its box; companies' pairs weigh one kilogram."""
    rows = [
        declaration(3000 + 10 * person + n, "1", trader_key=f"cccd:{person}", quantity=1.0, net_weight_kg=3.0)
        for person in range(10, 30)
        for n in range(3)
    ]
    lot = {"quantity": 1000.0}
    rows += [
        declaration(1000 + 10 * trader + n, str(trader), **lot, net_weight_kg=970.0 + 30 * n)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", **lot, net_weight_kg=1500.0) for n in range(5)]

    found = measure(understated_quantities, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert holding(found["tax:71"]) == set()
    # All five lines are far, and none of the 96 others: as if 20 more were far as often as 5 of 101 are.
    base = 20 * 5 / 101 / (96 + 20)
    assert found["tax:71"].value == pytest.approx(math.sqrt(-5 * math.log10(base)) * 5 / 9, rel=1e-4)


def test_a_heavier_make_says_so_in_its_description(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), net_weight_kg=9.5 + n / 2)
        for trader in range(10, 22)
        for n in range(3)
    ]
    said = {"71": "", "72": " hang moi 100% de thep chong dinh", "73": " hang moi 100% ma pro 7"}
    for trader, words in said.items():
        rows += [
            declaration(
                10 * int(trader) + n, trader, net_weight_kg=30.0, goods_norm=f"giay the thao co 38-42{words}"
            )
            for n in range(5)
        ]

    found = measure(understated_quantities, {"report_from": 0.1}, customs_declarations=rows)

    # Four words that nobody else uses; brand, model and state are no reason to weigh more.
    assert {name: holding(row) for name, row in found.items()} == {
        "tax:71": set(),
        "tax:72": {"described_otherwise"},
        "tax:73": set(),
    }
    assert found["tax:72"].value == pytest.approx(0.5 * found["tax:71"].value, rel=1e-4)


def test_what_others_say_as_well_tells_nothing(measure: Measure) -> None:
    usual = "giay the thao co 38-42 hang moi 100% de thep chong dinh"
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), net_weight_kg=9.5 + n / 2, goods_norm=usual)
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", net_weight_kg=30.0, goods_norm=usual) for n in range(5)]

    assert holding(measure(understated_quantities, customs_declarations=rows)["tax:71"]) == set()


@pytest.mark.parametrize(("spread", "found"), [(0.1, 1), (4.0, 0)])
def test_goods_of_any_name_where_the_hands_of_a_code_agree(
    measure: Measure, spread: float, found: int
) -> None:
    """Every line has a name of its own: no name has peers, the code has, where its pieces weigh alike."""
    rows = [
        declaration(
            1000 + 10 * trader + n,
            str(trader),
            net_weight_kg=10.0 + spread * (trader - 10),
            goods_norm=f"may lanh {trader} {n}",
        )
        for trader in range(10, 22)
        for n in range(3)
    ]
    rows += [declaration(n, "71", net_weight_kg=30.0, goods_norm=f"may lanh x{n}") for n in range(5)]

    assert len(measure(understated_quantities, customs_declarations=rows)) == found
