"""Accounts into which many pay within hours, and the weddings, stalls and customers that look like them."""

import pytest

from jobs.signals.payments.collection import credits_in_bursts
from tests.jobs.signals.payments.told import holding, members, shown

HOUR = 1 / 24
STARTS = (0, 20)


def burst(world, name, day, *, payers=8, hours=2, paid=1, **columns):
    """So many strangers pay a million each, evenly within the hours."""
    return [
        world.pay(f"{name}-{day}-{n}", name, paid, day + n * hours * HOUR / payers, **columns)
        for n in range(payers)
    ]


def bursts(world, name, *, starts=STARTS, to="receiver", share=0.9, after=6, payers=8, **columns):
    """Bursts of which a share goes on some hours later; the keys of their payments."""
    keys = []
    for day in starts:
        keys += burst(world, name, day, payers=payers, **columns)
        if share:
            keys.append(world.pay(name, f"{name}-{to}", payers * share, day + after * HOUR))
    return set(keys)


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    keys = bursts(world, "fast")
    bursts(world, "keeps", share=0)
    bursts(world, "late", after=30)
    bursts(world, "pays-more", share=1.3)
    bursts(world, "wedding", remittance_norm="mung cuoi hai chau")
    bursts(world, "eatery", starts=tuple(range(10)))
    bursts(world, "busy")
    for n in range(16):
        world.pay(f"busy-other{n}", "busy", 1, 30 + n)
    bursts(world, "once", starts=(0,))
    bursts(world, "few", payers=5)
    for day in STARTS:
        burst(world, "slow", day, hours=6)
        for n in range(8):
            world.pay("one-payer", "one", 1, day + n * HOUR / 8)
    world.account("firm", holder_type="company", holder_key="tax:0301234567")
    bursts(world, "firm")
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    return {row.subject_id: row for row in measure(credits_in_bursts, filled[0])}


def test_two_bursts_that_go_on_to_one_account(found, filled):
    row = found["fast"]
    # 16 of 16 + 10 credits, all in bursts, all handed on.
    assert row.value == pytest.approx(16 / 26, abs=1e-6)
    assert (row.support, row.value_vnd) == (18, 16_000_000)
    assert members(row) == {("fast", "collector"), ("fast-receiver", "beneficiary")}
    assert shown(row) == filled[1]
    assert holding(row) == set()


@pytest.mark.parametrize("name", ["keeps", "late", "pays-more"])
def test_what_stays_weighs_less(found, name):
    row = found[name]
    assert row.value == pytest.approx(16 / 26 * 0.4, abs=1e-6)
    assert members(row) == {(name, "collector")}


def test_other_credits_weaken_it(found):
    assert found["busy"].value == pytest.approx(16 / 26 * 0.5, abs=1e-6)


def test_innocent_explanations(found):
    assert holding(found["wedding"]) == {"stated_reason"}
    assert holding(found["eatery"]) == {"hours_of_trade"}


def test_exactly_those_that_are_meant(found):
    assert set(found) == {"fast", "keeps", "late", "pays-more", "wedding", "eatery", "busy"}
