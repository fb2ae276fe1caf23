"""All money goes through one door."""

import numpy as np

from jobs.simulate import settlement
from jobs.simulate.calendar import DAY
from jobs.simulate.payments import pay, remit, rounded
from jobs.simulate.state import CHANNEL, STATUS, World
from jobs.simulate.world import live
from tests.jobs.simulate.conftest import Told


def _world() -> World:
    return live(2, "tiny")


def test_channel_device_and_window() -> None:
    world = _world()
    rng = world.rng("test")
    bank = world.accounts["bank"]
    a = 0
    same = int(np.flatnonzero(bank[1:] == bank[a])[0] + 1)
    other = int(np.flatnonzero(bank != bank[a])[0])
    at = world.calendar.start + 5 * DAY
    outside = world.calendar.end + 1
    rows = pay(
        world, rng, a, [same, other, other, other], [at, at, at, outside], [1e6, 1e6, 9e8, 1e6], 0, exact=True
    )
    channels = [int(c) for c in world.payments["channel"][rows]]
    assert channels == [CHANNEL["internal"], CHANNEL["napas247"], CHANNEL["citad"]]
    assert set(world.payments["device"][rows].tolist()) <= {-1, int(world.accounts["device"][a])}
    cash = pay(world, rng, -1, a, at, 5e6, 0, channel="cash_deposit")
    assert world.payments["device"][cash].tolist() == [-1]
    assert world.payments["debtor"][cash].tolist() == [-1]


def test_remittance_is_worth_its_dollars() -> None:
    world = _world()
    rng = world.rng("test")
    abroad = int(np.flatnonzero(world.accounts["country"] != "VN")[0])
    rows = remit(world, rng, 0, abroad, world.calendar.start + DAY, 1000.0, 0)
    assert abs(float(world.payments["amount_vnd"][rows[0]]) / 26_100_000 - 1) < 0.03
    assert world.payments["channel"][rows].tolist() == [CHANNEL["swift"]]


def test_amounts_are_whole_and_not_below_a_thousand() -> None:
    amounts = rounded(np.random.default_rng(1), np.array([3.0, 123_456.7, 9_876_543.2]))
    assert (amounts == np.round(amounts)).all()
    assert amounts.min() >= 1000


def test_carriers_pay_no_more_than_they_collected(tiny: Told) -> None:
    p, t = tiny.world.parcels, tiny.world.payments
    settled = t["channel"] == CHANNEL["cod_settlement"]
    for carrier, source in enumerate(tiny.world.carrier_accounts):
        paid = t["amount"][settled & (t["debtor"] == source)].sum()
        mine = (p["carrier"] == carrier) & (p["status"] == STATUS["delivered"]) & (p["cod_account"] >= 0)
        assert 0 < paid < p["cod_vnd"][mine].sum()


def test_a_batch_is_net_of_fees_and_returns() -> None:
    world = _world()
    world.payments["channel"][:] = CHANNEL["napas247"]
    before = len(world.payments)
    keep = np.zeros(len(world.parcels), dtype=bool)
    keep[:3] = True
    p = world.parcels
    p["cod_account"][~keep] = -1
    for row, (collected, delivered, returned) in enumerate([(100_000, 10, 0), (200_000, 10, 0), (0, 0, 10)]):
        at = world.calendar.start
        p["cod_vnd"][row], p["fee_vnd"][row], p["carrier"][row], p["cod_account"][row] = (
            collected,
            20_000,
            0,
            7,
        )
        p["delivered"][row] = at + delivered * DAY if delivered else 0
        p["returned"][row] = at + returned * DAY if returned else 0
    settlement.remit_cod(world)
    assert len(world.payments) == before + 1
    # 300,000 less 0.8 % and two fees of 20,000, less one and a half fees for the parcel that came back.
    assert world.payments["amount"][before] == 300_000 * 0.992 - 2 * 20_000 - 30_000
