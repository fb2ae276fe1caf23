"""Articles that promise a cure over several shops, against pharmacies, kinds of goods and pest control."""

from math import log2, sqrt
from typing import Any

import pytest

from jobs.signals.goods.listings import promised_cures
from tests.jobs.signals.goods.frames import Measure, evidence, holding, listing, members


def _titled(start: int, seller: str, *titles: str, **given: Any) -> list[dict[str, Any]]:
    return [listing(start + n, seller, title_norm=title, **given) for n, title in enumerate(titles)]


def test_one_article_with_a_promise_over_several_shops(measure: Measure) -> None:
    rows = _titled(0, "shopee:1", "xuong khop vuong chua dut diem sau 1 lieu trinh", "xuong khop vuong")
    rows += _titled(10, "lazada:2", "xuong khop vuong nhap khau my")
    # Another article, and one whose name merely begins alike.
    rows += _titled(20, "shopee:3", "vien uong collagen", "xuong khop vuong gia")
    rows += _titled(30, "shopee:4", "xuong khopper")

    found = measure(promised_cures, listings=rows)

    assert len(found) == 1
    (row,) = found.values()
    # One listing of four promises, three hands offer.
    assert row.value == pytest.approx(log2(1 + 1) * sqrt(1 / 4) + log2(3), abs=1e-6)
    assert (row.support, row.value_vnd) == (4, 80_000_000)
    assert members(row) == {("seller", "shopee:1"), ("seller", "lazada:2"), ("seller", "shopee:3")}
    assert evidence(row) == {"shopee:0", "shopee:1", "shopee:10", "shopee:21"}
    assert holding(row) == set()


def test_a_promise_counts_once_though_another_article_begins_with_the_same_word(measure: Measure) -> None:
    rows = _titled(0, "shopee:1", "vien khop an chua khoi", "vien khop an tri khoi")
    rows += _titled(10, "shopee:2", "vien gan binh chua khoi", "vien gan binh tri khoi")
    found = measure(promised_cures, listings=rows)
    assert {seller: row.support for seller, row in found.items()} == {"shopee:1": 2, "shopee:2": 2}
    assert {tuple(sorted(evidence(row))) for row in found.values()} == {
        ("shopee:0", "shopee:1"),
        ("shopee:10", "shopee:11"),
    }


def test_a_promise_in_the_description_is_of_the_article_in_the_title(measure: Measure) -> None:
    promise = {"description_norm": "khong khoi hoan tien"}
    rows = _titled(0, "shopee:1", "tra thon lady gold nhap khau nhat", **promise)
    rows += _titled(10, "shopee:2", "tra thon lady gold", **promise)
    (row,) = measure(promised_cures, listings=rows).values()
    assert row.value == pytest.approx(log2(1 + 2) + log2(2), abs=1e-6)


@pytest.mark.parametrize(
    "title",
    [
        "vien khop ho tro dieu tri benh khop",
        "diet gian dut diem",
        "ao thun gia tan goc",
        "vien khop hoan tien",
    ],
)
def test_what_promises_no_cure(measure: Measure, title: str) -> None:
    assert measure(promised_cures, listings=_titled(0, "shopee:1", title, title, title)) == {}


def test_what_many_hands_offer_by_one_name_is_a_kind_of_goods(measure: Measure) -> None:
    rows = [row for n in range(12) for row in _titled(10 * n, f"shopee:{n}", "vien uong collagen")]
    rows += _titled(200, "shopee:20", "vien uong collagen tri tan goc", "vien uong collagen chua khoi")
    found = measure(promised_cures, listings=rows)
    # Thirteen hands: the promises are the last one's alone.
    assert {seller: row.value for seller, row in found.items()} == {"shopee:20": round(log2(1 + 2), 6)}
    assert evidence(found["shopee:20"]) == {"shopee:200", "shopee:201"}


def test_who_asks_another_price_sells_another_article(measure: Measure) -> None:
    rows = _titled(0, "shopee:1", "nuoc hoa versace chua khoi", price_vnd=300_000)
    rows += _titled(10, "shopee:2", "nuoc hoa versace", price_vnd=600_000)
    rows += _titled(20, "shopee:3", "nuoc hoa versace", price_vnd=150_000)
    rows += _titled(30, "shopee:4", "nuoc hoa versace", price_vnd=601_000)
    rows += _titled(40, "shopee:5", "nuoc hoa versace", price_vnd=149_000)
    # A price that is missing tells nothing.
    rows += _titled(50, "shopee:6", "nuoc hoa versace", price_vnd=None)
    (row,) = measure(promised_cures, listings=rows).values()
    assert {seller for _, seller in members(row)} == {"shopee:1", "shopee:2", "shopee:3", "shopee:6"}


def test_shops_of_one_hand_are_one(measure: Measure) -> None:
    rows = _titled(0, "shopee:1", "canximax chua khoi") + _titled(10, "shopee:2", "canximax chua khoi")
    operators = [{"kind": "seller", "id": f"shopee:{n}", "operator_id": "op:1", "degree": 2} for n in (1, 2)]
    (row,) = measure(promised_cures, listings=rows, operators=operators).values()
    assert row.value == pytest.approx(log2(1 + 2), abs=1e-6)
    assert members(row) == {("seller", "shopee:1"), ("seller", "shopee:2")}


def test_pharmacies_sell_what_cures_and_private_people_a_few_pieces(measure: Measure) -> None:
    rows = _titled(0, "shopee:1", "siro ho abc tri khoi", "siro ho abc tri khoi")
    rows += _titled(10, "shopee:2", "canximax chua khoi", "canximax chua khoi", units_sold=1)
    sellers = [
        {"seller_key": "shopee:1", "shop_name_norm": "nha thuoc minh chau"},
        {"seller_key": "shopee:2"},
    ]
    found = measure(promised_cures, listings=rows, sellers=sellers)
    assert {seller: holding(row) for seller, row in found.items()} == {
        "shopee:1": {"pharmacy"},
        "shopee:2": {"few_units"},
    }
