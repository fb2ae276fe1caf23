"""One picture of one brand at a third of its price in three shops, against stock pictures and usual ones."""

from math import log, log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.listings import one_picture_below_brand
from tests.jobs.signals.goods.frames import Measure, evidence, holding, listing, members


def _showing(picture: str, prices: dict[int, int], **given: Any) -> list[dict[str, Any]]:
    """One listing in each of the shops at its price in thousands, all with one picture."""
    return [
        listing(shop, f"shopee:{shop}", price_vnd=1_000 * price, image_hash=picture, **given)
        for shop, price in prices.items()
    ]


def _honest() -> list[dict[str, Any]]:
    """Thirty shops ask a million for either brand, beside pictures of their own."""
    return [
        listing(1000 + 10 * shop + n, f"shopee:{1000 + shop}", brand=brand)
        for shop in range(30)
        for n, brand in enumerate(("adidas", "nike"))
    ]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = [
        *_honest(),
        *_showing("copied", {1: 250, 2: 300, 3: 400}, title_norm="giay adidas sieu cap"),
        # A catalogue's picture stands beside two brands.
        *_showing("stock", {11: 300, 12: 300}),
        *_showing("stock", {13: 300}, brand="nike"),
        # Both a third below the brand.
        *_showing("usual", {21: 680, 22: 680}),
        *_showing("own", {31: 300, 32: 300}),
        *_showing("everybody", dict.fromkeys(range(41, 52), 300)),
        *_showing("single", {61: 300}),
        # Accessories are not the brand's goods.
        *_showing("case", {71: 100, 72: 100}, title_norm="op lung adidas"),
        *_showing("wardrobe", {81: 300, 82: 300}, units_sold=2),
        # The brand stands in the title alone, and the picture was cropped (one bit); a case is for a brand.
        *_showing("00000000000000f0", {91: 300, 92: 300}, brand=None),
        *_showing("00000000000000f1", {93: 300}, brand=None),
        *_showing("for a brand", {94: 300, 95: 300}, brand=None, title="Hộp cho Adidas"),
        *_showing("two brands", {96: 300, 97: 300}, brand=None, title="Adidas, Nike"),
    ]
    operators = [
        {"kind": "seller", "id": f"shopee:{shop}", "operator_id": "op:own", "degree": 2} for shop in (31, 32)
    ]
    return measure(one_picture_below_brand, listings=rows, operators=operators)


def test_three_shops_with_one_picture_far_below_the_brand(found: dict[str, Row]) -> None:
    row = found["shopee:1"]
    # Three hands; the middle one asks 300,000 for what costs a million.
    assert row.value == pytest.approx(log2(3) * -log(0.3), abs=1e-5)
    assert (row.support, row.value_vnd) == (3, 20 * 950_000)
    assert members(row) == {("seller", f"shopee:{shop}") for shop in (1, 2, 3)}
    assert {member.role for member in row.members} == {"shop"}
    assert evidence(row) == {f"shopee:{shop}" for shop in (1, 2, 3)}
    assert holding(row) == set()


def test_a_few_pieces_each_may_be_private_sales(found: dict[str, Row]) -> None:
    assert found["shopee:81"].value == pytest.approx(-log(0.3), abs=1e-5)
    assert holding(found["shopee:81"]) == {"few_units", "chance_pair", "not_called_copies"}
    assert holding(found["shopee:1"]) == set()


def test_copies_of_a_picture_are_one_and_the_title_tells_the_brand(found: dict[str, Row]) -> None:
    row = found["shopee:91"]
    assert row.value == pytest.approx(log2(3) * -log(0.3), abs=1e-5)
    assert members(row) == {("seller", f"shopee:{shop}") for shop in (91, 92, 93)}
    # Three listings, and none calls the goods a copy.
    assert holding(row) == {"not_called_copies"}


def test_one_listing_of_each_shop_may_be_chance_and_several_are_not(measure: Measure) -> None:
    rows = _honest()
    for shop in range(1, 6):
        rows += _showing("once", {shop: 300})
        rows += _showing("again", {10 + shop: 300})
        # A second listing of every shop, with a number of its own.
        rows += [
            {**row, "record_key": f"{row['record_key']}b"} for row in _showing("again", {10 + shop: 300})
        ]

    found = measure(one_picture_below_brand, listings=rows)

    assert holding(found["shopee:1"]) == {"not_called_copies"}
    assert found["shopee:11"].support == 10
    assert holding(found["shopee:11"]) == set()


@pytest.mark.parametrize(("said", "told"), [(1, {"not_called_copies"}), (2, set())])
def test_one_shop_of_six_that_calls_its_goods_copies_speaks_for_itself(
    measure: Measure, said: int, told: set[str]
) -> None:
    rows = _honest() + _showing("one", dict.fromkeys(range(1, 7), 300), title_norm="giay adidas")
    for row in rows[len(rows) - said :]:
        row["title_norm"] = "giay adidas sieu cap"

    assert holding(measure(one_picture_below_brand, listings=rows)["shopee:1"]) == told


@pytest.mark.parametrize("shop", [11, 12, 13])
def test_a_stock_picture_of_two_brands_is_nothing(found: dict[str, Row], shop: int) -> None:
    assert ("seller", f"shopee:{shop}") not in _named(found)


@pytest.mark.parametrize("shop", [21, 31, 41, 61, 71, 94, 96])
def test_usual_prices_one_hand_everybodys_pictures_and_accessories_are_nothing(
    found: dict[str, Row], shop: int
) -> None:
    assert ("seller", f"shopee:{shop}") not in _named(found)


def _named(found: dict[str, Row]) -> set[tuple[str, str]]:
    return {member for row in found.values() for member in members(row)}
