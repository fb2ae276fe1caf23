from math import sqrt

import pytest

from jobs.signals.goods.declarations import vague_descriptions
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding


def test_bare_descriptions_where_others_are_exact(measure: Measure) -> None:
    bare = {"goods_description": "Giày dép", "goods_norm": "giay dep"}
    rows = [declaration(1000 + 10 * trader + n, str(trader)) for trader in range(10, 20) for n in range(4)]
    rows += [declaration(n, "71", **bare) for n in range(6)]
    rows += [declaration(100 + n, "72", **bare, brand="Bitis") for n in range(6)]  # the brand says it
    rows += [
        declaration(300 + n, "73", **bare, inspection_result="match" if n < 4 else "none") for n in range(6)
    ]
    # Loose cargo that nobody describes any better.
    rows += [
        declaration(200 + 10 * trader + n, str(40 + trader), hs_code="25171000", **bare)
        for trader in range(5)
        for n in range(4)
    ]

    found = measure(vague_descriptions, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:73"}
    assert holding(found["tax:71"]) == set()
    assert holding(found["tax:73"]) == {"inspected_and_matched"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(6)}
    rate = 1 / 12  # of twelve others one, one vote each
    unusual = (6 - 6 * rate) / sqrt(6 * rate * (1 - rate) + 1)
    assert found["tax:71"].value == pytest.approx(sqrt((1 - rate) * unusual), rel=1e-3)


def test_a_ring_with_many_lines_is_not_its_own_custom(measure: Measure) -> None:
    bare = {"goods_description": "Giày dép", "goods_norm": "giay dep"}
    rows = [declaration(1000 + 10 * trader + n, str(trader)) for trader in range(10, 20) for n in range(4)]
    rows += [declaration(100 * trader + n, str(trader), **bare) for trader in (71, 72) for n in range(30)]

    found = measure(vague_descriptions, customs_declarations=rows)

    # Sixty of a hundred lines are bare, and one of eleven others.
    rate = 1 / 11
    unusual = (30 - 30 * rate) / sqrt(30 * rate * (1 - rate) + 1)
    assert found["tax:71"].value == pytest.approx(sqrt((1 - rate) * unusual), rel=1e-3)


def test_words_that_fit_any_goods(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), goods_norm="giay the thao")
        for trader in range(10, 20)
        for n in range(4)
    ]
    # As many words as the others have, and a number that says nothing; not the goods of a brand or a type.
    rows += [declaration(n, "71", goods_norm="do gia dung moi 100%") for n in range(6)]
    rows += [declaration(100 + n, "72", goods_norm="phu kien cac loai") for n in range(6)]
    rows += [declaration(200 + n, "73", goods_norm="do gia dung moi 100%", brand="Lock") for n in range(6)]
    rows += [declaration(300 + n, "74", goods_norm="phu kien xe may") for n in range(6)]
    rows += [declaration(400 + n, "75", goods_norm="giay nhan hieu biti") for n in range(6)]
    rows += [declaration(500 + n, "76", goods_norm="giay") for n in range(6)]

    found = measure(vague_descriptions, customs_declarations=rows)
    alike = measure(vague_descriptions, {"short_weight": 1.0}, customs_declarations=rows)

    # "Giày" alone names the goods: it hides less.
    assert set(found) == {"tax:71", "tax:72"}
    assert set(alike) == {"tax:71", "tax:72", "tax:76"}


def test_a_wording_of_many_companies_is_how_the_trade_describes_its_goods(measure: Measure) -> None:
    bare, short = {"goods_norm": "giay dep moi 100%"}, {"goods_norm": "dep"}
    rows = [declaration(1000 + 10 * trader + n, str(trader)) for trader in range(10, 25) for n in range(4)]
    # Six say "giày dép"; "dép" is said by five companies and a private person; six say nothing.
    rows += [declaration(100 * trader + n, str(trader), **bare) for trader in range(71, 77) for n in range(4)]
    rows += [
        declaration(100 * trader + n, str(trader), **short) for trader in range(81, 86) for n in range(4)
    ]
    rows += [declaration(9000 + n, "90", **short, trader_key="cccd:90") for n in range(4)]
    rows += [
        declaration(100 * trader + n, str(trader), goods_norm="moi 100%")
        for trader in range(91, 97)
        for n in range(4)
    ]

    changed = {"join_from": 0.5, "report_from": 0.5, "short_weight": 1.0}
    found = measure(vague_descriptions, changed, customs_declarations=rows)

    # The person describes as five companies do, each of which has but four others.
    assert set(found) == {f"tax:{trader}" for trader in (*range(81, 86), *range(91, 97))}
