"""A phone that sends back what many shops delivered, against one bad shop, refusals, a hard buyer."""

from math import log10, sqrt
from typing import Any

import pytest

from jobs.signals.goods.parcels import returned_by_one_receiver
from tests.jobs.signals.goods.frames import Measure, day, evidence, holding, members, parcel

PHONE = "+84980000001"


def _received(
    start: int, parcels: int, back: int, phone: str | None = PHONE, *, shops: int = 6, **given: Any
) -> list[dict[str, Any]]:
    """So many parcels of so many shops in turn, of which the first `back` are returned."""
    return [
        parcel(
            start + n,
            f"shopee:{n % shops}",
            **{
                "recipient_phone_e164": phone,
                "recipient_name_norm": "nguyen thi an",
                "status": "returned" if n < back else "delivered",
                **given,
            },
        )
        for n in range(parcels)
    ]


def _ordinary(finished: int, back: int) -> list[dict[str, Any]]:
    """Parcels of sixteen others in turn; the last ten of nobody known."""
    rows = _received(10_000, finished, back, None)
    return [row | {"recipient_phone_e164": f"+8491{n % 16:07d}"} for n, row in enumerate(rows[:-10])] + rows[
        -10:
    ]


def _chance(back: int, parcels: int, usual: float) -> float:
    share = back / parcels
    rest = (1 - share) * log10((1 - share) / (1 - usual)) if share < 1 else 0.0
    return parcels * (share * log10(share / usual) + rest)


def test_far_more_comes_back_than_from_others(measure: Measure) -> None:
    rows = _received(0, 12, 9, cod_amount_vnd=300_000) + _ordinary(388, 11)
    # On the way, and refused at the door: not finished.
    rows += _received(100, 5, 0, status="in_transit") + _received(110, 5, 0, status="refused")
    # Before the window.
    rows += _received(120, 5, 5, day=day(95))

    [row] = measure(returned_by_one_receiver, parcels=rows).values()

    # 20 of 400 finished parcels came back.
    assert row.value == pytest.approx(_chance(9, 12, 0.05) * sqrt(9 / 12), abs=1e-5)
    assert row.value == pytest.approx(7.6604, abs=1e-3)
    assert (row.subject_kind, row.subject_id) == ("phone", PHONE)
    assert (row.support, row.value_vnd) == (9, 9 * 300_000)
    assert row.peers == 17
    assert members(row) == {("phone", PHONE)}
    assert evidence(row) == {f"ghn:{n}" for n in range(12)}
    assert holding(row) == set()


def test_returned_parcels_are_shown_first(measure: Measure) -> None:
    rows = _received(0, 12, 9) + _ordinary(388, 11)
    rows[0]["status"], rows[11]["status"] = "delivered", "returned"

    [row] = measure(returned_by_one_receiver, {"evidence_limit": 9}, parcels=rows).values()

    assert evidence(row) == {*(f"ghn:{n}" for n in range(1, 9)), "ghn:11"}


@pytest.mark.parametrize(
    "parcels",
    [
        pytest.param(_received(0, 7, 7), id="few parcels"),
        pytest.param(_received(0, 8, 4), id="four came back"),
        pytest.param(_received(0, 12, 9, shops=3), id="three shops"),
        pytest.param(_received(0, 12, 9, operator_id="op1"), id="shops of one hand"),
        pytest.param(_received(0, 12, 9, status="refused"), id="refused at the door"),
        pytest.param(_received(0, 60, 6), id="a little more than others"),
        pytest.param(_received(0, 12, 9, None), id="no phone"),
    ],
)
def test_ordinary_receivers(measure: Measure, parcels: list[dict[str, Any]]) -> None:
    assert measure(returned_by_one_receiver, parcels=parcels + _ordinary(388, 11)) == {}


def test_nothing_ever_comes_back(measure: Measure) -> None:
    assert measure(returned_by_one_receiver, parcels=_received(0, 12, 0)) == {}


def test_a_phone_of_everybody_is_left_out(measure: Measure) -> None:
    hub = {"kind": "phone", "id": PHONE, "hub": True}
    rows = _received(0, 12, 9) + _ordinary(388, 11)
    assert measure(returned_by_one_receiver, parcels=rows, identifiers=[hub]) == {}


def test_a_buyer_hard_to_please_and_a_parcel_point(measure: Measure) -> None:
    fussy, unnamed, most, point, nine = (f"+8498000000{n}" for n in range(2, 7))
    names = [f"tran van {letter}" for letter in "abcdefghij"]
    rows = _ordinary(4_000, 100)
    rows += _received(0, 20, 11, fussy)
    rows += _received(100, 20, 11, unnamed)
    rows[-1]["recipient_name_norm"] = None
    rows += _received(200, 20, 12, most)
    rows += [
        row | {"recipient_name_norm": names[n % 10]} for n, row in enumerate(_received(300, 20, 11, point))
    ]
    rows += [
        row | {"recipient_name_norm": names[n % 9]} for n, row in enumerate(_received(400, 20, 11, nine))
    ]

    found = measure(returned_by_one_receiver, parcels=rows)

    assert {phone: holding(row) for phone, row in found.items()} == {
        fussy: {"one_fussy_buyer"},
        # Nobody says that the name is the same on all.
        unnamed: set(),
        # Twelve of twenty are the larger part by far.
        most: set(),
        point: {"parcel_point"},
        nine: set(),
    }


def test_senders_of_no_shop_are_told_by_their_phones(measure: Measure) -> None:
    rows = [
        row | {"seller_key": None, "sender_key": f"phone:+8490{n % 4:07d}"}
        for n, row in enumerate(_received(0, 12, 9))
    ]
    assert set(measure(returned_by_one_receiver, parcels=rows + _ordinary(388, 11))) == {PHONE}
