"""Shops that offer prohibited goods or do not say what they offer, against lingerie and large catalogues."""

from datetime import date
from math import log2, sqrt
from typing import Any

import pytest

from jobs.signals.goods.listings import evasive_listings
from tests.jobs.signals.goods.frames import Measure, day, evidence, holding, listing, members


def _listings(start: int, seller: str, *, hits: int, others: int = 0, **given: Any) -> list[dict[str, Any]]:
    """So many listings as `given`, and so many of shoes."""
    marked = [listing(start + n, seller, **given) for n in range(hits)]
    return marked + [listing(start + hits + n, seller) for n in range(others)]


VAPES = {"title_norm": "pod 1 lan vi dua hau"}
HIDDEN = {"description_norm": "ship kin dao ib zalo"}


def test_shops_that_offer_what_is_prohibited_or_hide_what_it_is(measure: Measure) -> None:
    rows = _listings(0, "shopee:1", hits=3, others=1, **VAPES)
    rows += _listings(10, "shopee:2", hits=3, **HIDDEN)
    rows += _listings(20, "shopee:3", hits=0, others=9)
    rows += _listings(40, "shopee:5", hits=3, title_norm="esse bam vi cay 10")
    rows += _listings(50, "shopee:6", hits=3, title_norm="cuc tao huong", description_norm=None)
    # Medicinal plants, locks and candles.
    rows += _listings(60, "shopee:7", hits=1, title_norm="cay thuoc nam")
    rows += _listings(61, "shopee:7", hits=1, title_norm="khoa vali ba so")
    rows += _listings(62, "shopee:7", hits=1, title_norm="nen thom tao huong de chiu")
    # Parts of words are no words.
    rows += _listings(30, "shopee:4", hits=3, title_norm="tai nghe airpods podcast", description_norm=None)

    found = measure(evasive_listings, {"report_from": 0.1}, listings=rows)

    assert set(found) == {f"shopee:{shop}" for shop in (1, 2, 5, 6)}
    row = found["shopee:1"]
    # Three of four listings, each sold 20 times at a million.
    assert row.value == pytest.approx(log2(1 + 3) * sqrt(3 / 4), abs=1e-6)
    assert (row.support, row.value_vnd, row.peers) == (3, 60_000_000, 7)
    assert members(row) == {("seller", "shopee:1")}
    assert evidence(row) == {f"shopee:{n}" for n in range(3)}
    assert holding(row) == set()
    assert found["shopee:2"].value == pytest.approx(log2(1 + 3))
    assert evidence(found["shopee:2"]) == {f"shopee:{n}" for n in range(10, 13)}


def test_the_rest_of_the_catalogue_lowers_the_value(measure: Measure) -> None:
    rows = _listings(0, "shopee:1", hits=3, others=9, **VAPES)
    rows += _listings(20, "shopee:2", hits=1, others=8, **VAPES)
    rows += _listings(40, "shopee:3", hits=1, others=15, **VAPES)
    found = measure(evasive_listings, listings=rows)
    # Three of twelve; eight listings beside one are a cheap cover; one of sixteen (a quarter of log2(2)) is
    # less than is reported.
    assert found["shopee:1"].value == pytest.approx(log2(1 + 3) * sqrt(3 / 12))
    assert found["shopee:2"].value == pytest.approx(1 / 3, abs=1e-6)
    assert set(found) == {"shopee:1", "shopee:2"}


def test_what_many_offer_openly_tells_little_of_each(measure: Measure) -> None:
    rows = [row for n in range(8) for row in _listings(10 * n, f"shopee:{n}", hits=3, **VAPES)]
    found = measure(evasive_listings, listings=rows)
    # Four would tell as much as one; there are eight: each listing counts for half.
    assert {row.value for row in found.values()} == {round(log2(1 + 1.5) * sqrt(0.5), 6)}
    assert len(found) == 8


def test_what_everybody_says_does_not_hide_what_few_say(measure: Measure) -> None:
    rows = [row for n in range(8) for row in _listings(10 * n, f"shopee:{n}", hits=3, **HIDDEN)]
    both = {**VAPES, **HIDDEN}
    found = measure(evasive_listings, listings=rows + _listings(90, "shopee:9", hits=3, **both))
    # Nine hands wrap up, one offers vapes: by that word its listings count whole.
    assert found["shopee:9"].value == 2.0
    assert found["shopee:1"].value == pytest.approx(log2(1 + 3 * 4 / 9) * sqrt(4 / 9), abs=1e-6)


@pytest.mark.parametrize(
    ("as_of", "sellers"),
    [(date(2024, 12, 31), {"shopee:2"}), (date(2025, 1, 1), {"shopee:1", "shopee:2"})],
)
def test_goods_are_prohibited_from_the_day_of_their_law(
    measure: Measure, as_of: date, sellers: set[str]
) -> None:
    rows = _listings(0, "shopee:1", hits=3, event_day=date(2024, 12, 1), **VAPES)
    rows += _listings(10, "shopee:2", hits=3, event_day=date(2024, 12, 1), title_norm="phao hoa no tu che")
    assert set(measure(evasive_listings, listings=rows, as_of=as_of)) == sellers


def test_a_price_that_stands_for_none_beside_a_number_to_ask_at_hides_what_is_offered(
    measure: Measure,
) -> None:
    asked, token = {"description_norm": "lien he zalo 0912345678 xem mau"}, {"price_vnd": 9_000}
    rows = _listings(0, "shopee:1", hits=1, others=2, **asked, **token)
    # No number to ask at; a price that is one; a shop whose goods do cost so little.
    rows += _listings(10, "shopee:2", hits=1, others=2, **token)
    rows += _listings(20, "shopee:3", hits=1, others=2, **asked, price_vnd=10_001)
    rows += _listings(30, "shopee:4", hits=3, **asked, **token)
    found = measure(evasive_listings, listings=rows)
    assert set(found) == {"shopee:1"}
    # One of three.
    assert found["shopee:1"].value == pytest.approx(sqrt(1 / 3), abs=1e-6)
    assert evidence(found["shopee:1"]) == {"shopee:0"}


def test_intimate_goods_are_wrapped_up_by_anyone(measure: Measure) -> None:
    lace = {"title_norm": "do lot ren nu"}
    rows = _listings(0, "shopee:1", hits=3, **lace, **HIDDEN)
    # Half of what is hidden is intimate, less than half is, and prohibited goods beside it.
    rows += _listings(10, "shopee:2", hits=2, **lace, **HIDDEN) + _listings(12, "shopee:2", hits=2, **HIDDEN)
    rows += _listings(20, "shopee:3", hits=1, **lace, **HIDDEN) + _listings(21, "shopee:3", hits=2, **HIDDEN)
    rows += _listings(30, "shopee:4", hits=3, **VAPES, description_norm="do lot ren nu giao kin dao")
    # Who does not hide them shows nothing.
    rows += _listings(40, "shopee:5", hits=3, **lace)

    found = measure(evasive_listings, listings=rows)

    assert {seller: holding(row) for seller, row in found.items()} == {
        "shopee:1": {"intimate_goods"},
        "shopee:2": {"intimate_goods"},
        "shopee:3": set(),
        "shopee:4": set(),
    }
    assert found["shopee:1"].value == pytest.approx(log2(1 + 3))


def test_the_shops_of_one_hand_that_offer_such_goods_are_members(measure: Measure) -> None:
    rows = _listings(0, "shopee:1", hits=2, **VAPES) + _listings(10, "shopee:2", hits=1, **VAPES)
    rows += _listings(20, "shopee:3", hits=0, others=1)
    operators = [
        {"kind": "seller", "id": f"shopee:{shop}", "operator_id": "op:1", "degree": 3} for shop in (1, 2, 3)
    ]

    found = measure(evasive_listings, listings=rows, operators=operators)

    assert set(found) == {"shopee:1"}
    # Three of the hand's four listings.
    assert found["shopee:1"].value == pytest.approx(log2(1 + 3) * sqrt(3 / 4), abs=1e-6)
    assert members(found["shopee:1"]) == {("seller", "shopee:1"), ("seller", "shopee:2")}


def test_the_account_into_which_such_a_shop_is_paid_is_a_member(measure: Measure) -> None:
    rows = _listings(0, "shopee:1", hits=2, **VAPES) + _listings(10, "shopee:2", hits=2)
    sellers = [
        {"seller_key": f"shopee:{shop}", "settlement_account_id": f"VCB:{shop}", "registered_on": day(200)}
        for shop in (1, 2)
    ]

    found = measure(evasive_listings, listings=rows, sellers=sellers)

    # A shop of shoes hides nothing, and neither does its account.
    assert set(found) == {"shopee:1"}
    assert members(found["shopee:1"]) == {("seller", "shopee:1"), ("account", "VCB:1")}


def test_shops_that_send_the_customer_to_one_number_off_the_platform_are_one_hand(measure: Measure) -> None:
    off = {"description_norm": "lh 0368.129.673 (khong dat qua san)"}
    rows = _listings(0, "shopee:1", hits=2, others=2, **off) + _listings(10, "lazada:2", hits=1, **off)
    rows += _listings(20, "zalo:3", hits=1, others=2, description_norm="lh 0368129673 khong dat qua app")
    # Resellers name their distributor's number and sell on the platform.
    rows += _listings(30, "shopee:4", hits=2, description_norm="hotline nha phan phoi 0368 129 673")
    sellers = [{"seller_key": "shopee:1", "settlement_account_id": "VCB:1"}]

    found = measure(evasive_listings, listings=rows, sellers=sellers)

    assert set(found) == {"shopee:1"}
    # Four of eight listings; the account into which the platform pays is not where this money goes.
    assert found["shopee:1"].value == pytest.approx(log2(1 + 4) * sqrt(4 / 8), abs=1e-6)
    assert members(found["shopee:1"]) == {
        ("seller", "shopee:1"),
        ("seller", "lazada:2"),
        ("seller", "zalo:3"),
    }


@pytest.mark.parametrize(("as_of", "found"), [(date(2025, 6, 30), set()), (date(2025, 7, 1), {"zalo:1"})])
def test_what_needs_a_prescription_may_not_be_sold_online(
    measure: Measure, as_of: date, found: set[str]
) -> None:
    rows = _listings(0, "zalo:1", hits=3, event_day=date(2025, 6, 1), title_norm="cefuroxim 500 hop 10 vi")
    rows += _listings(10, "zalo:2", hits=3, event_day=date(2025, 6, 1), title_norm="vien uong vitamin c")
    assert set(measure(evasive_listings, listings=rows, as_of=as_of)) == found


def test_a_pharmacy_that_names_medicines_hides_nothing(measure: Measure) -> None:
    medicine = {"title_norm": "cefuroxim 500 hop 10 vi"}
    rows = _listings(0, "own_site:1", hits=2, **medicine) + _listings(10, "zalo:2", hits=2, **medicine)
    # A pharmacy's vapes, and medicines that it sends without their name.
    rows += _listings(20, "own_site:3", hits=2, **VAPES)
    rows += _listings(30, "own_site:4", hits=2, **medicine, **HIDDEN)
    names = {"own_site:1": "nha thuoc minh chau", "zalo:2": "nha hang minh chau"}
    names |= {"own_site:3": "nha thuoc an", "own_site:4": "quay thuoc binh"}
    sellers = [{"seller_key": shop, "shop_name_norm": name} for shop, name in names.items()]
    found = measure(evasive_listings, listings=rows, sellers=sellers)
    assert {shop: holding(row) for shop, row in found.items()} == {
        "own_site:1": {"pharmacy"},
        "zalo:2": set(),
        "own_site:3": set(),
        "own_site:4": set(),
    }
