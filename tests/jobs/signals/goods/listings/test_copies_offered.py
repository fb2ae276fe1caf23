"""Shops that call their goods copies or mask a brand, against stray words and likenesses of brands."""

from math import log2, sqrt
from typing import Any

import pytest

from jobs.signals.goods.listings import copies_offered
from tests.jobs.signals.goods.frames import Measure, evidence, holding, listing, members


def _titled(start: int, seller: str, titles: list[str], **given: Any) -> list[dict[str, Any]]:
    """One listing a title, without marks in its normalised form."""
    plain = [" ".join("".join(c if c.isalnum() else " " for c in title.lower()).split()) for title in titles]
    pairs = enumerate(zip(titles, plain, strict=True))
    return [listing(start + n, seller, title=raw, title_norm=norm, **given) for n, (raw, norm) in pairs]


def test_a_catalogue_that_calls_itself_copies(measure: Measure) -> None:
    copies = ["Tui LV rep 1:1", "Giay sieu cap", "Vi da like auth"]
    rows = _titled(0, "shopee:1", [*copies, "Ao thun"])
    # Two are a stray word; of three among forty most are something else.
    rows += _titled(10, "shopee:2", copies[:2])
    rows += _titled(20, "shopee:3", [*copies, *["Ao thun"] * 37])
    # The shop promises to reply, and that nothing is fake.
    rows += _titled(70, "shopee:4", ["Ao thun"] * 3, description_norm="shop rep nhanh khong fake")

    found = measure(copies_offered, listings=rows)

    assert set(found) == {"shopee:1"}
    assert found["shopee:1"].value == pytest.approx(log2(1 + 3) * sqrt(3 / 4), abs=1e-6)
    assert (found["shopee:1"].support, found["shopee:1"].value_vnd) == (3, 60_000_000)
    assert members(found["shopee:1"]) == {("seller", "shopee:1")}
    assert evidence(found["shopee:1"]) == {"shopee:0", "shopee:1", "shopee:2"}
    assert holding(found["shopee:1"]) == set()


@pytest.mark.parametrize(
    "masked",
    [
        "Tui N*ke",
        "Ao D.i.o.r nam",
        "Tui L.V",
        "ao g.u.c.c.i",
        "Giay ad1das",
        "Ch.nel",
        "Dong ho C*o",
        "Giay n**e",
    ],
)
def test_a_brand_with_masked_letters(measure: Measure, masked: str) -> None:
    found = measure(copies_offered, listings=_titled(0, "shopee:1", [masked] * 3))
    assert found["shopee:1"].value == 2.0


@pytest.mark.parametrize(
    "title",
    [
        "Ao Nike chinh hang",
        "Omega3 dau ca",
        "Ao size 3.5",
        "Cap 2in1",
        "Sac usb3.0",
        "www.nike.com",
        "T.shirt",
        "Son M.A.C",
        "Dong ho c.o",
        "Tranh 40cm*60cm",
        "Hop go D*R*C 30*20*10",
        "Khung tranh D*R 60*40",
    ],
)
def test_what_masks_nothing(measure: Measure, title: str) -> None:
    assert measure(copies_offered, listings=_titled(0, "shopee:1", [title] * 3)) == {}


def test_a_brand_that_several_sellers_name_in_its_column_is_known(measure: Measure) -> None:
    known = [listing(90 + n, f"shopee:{90 + n}", brand="Bitis") for n in range(3)]
    rows = _titled(0, "shopee:1", ["Giay B*tis"] * 3)
    assert measure(copies_offered, listings=[*rows, *known[:2]]) == {}
    assert set(measure(copies_offered, listings=[*rows, *known])) == {"shopee:1"}


def test_a_private_person_sells_a_few_pieces(measure: Measure) -> None:
    rows = _titled(0, "shopee:1", ["Tui rep"] * 3, units_sold=1)
    rows += _titled(10, "shopee:2", ["Tui rep"] * 3, units_sold=2)
    found = measure(copies_offered, listings=rows)
    # Three and six millions.
    assert {seller: holding(row) for seller, row in found.items()} == {
        "shopee:1": {"few_units"},
        "shopee:2": set(),
    }
