"""Money patterns in one world of rings, their innocent twins, and ordinary payments between."""

import pytest

from jobs.signals.payments.circulation import (
    chained_transfers,
    company_circulation,
    cyclic_flow,
    gather_scatter,
    layered_flow,
    scatter_gather,
)
from jobs.signals.payments.conduct import sudden_turnover
from tests.jobs.signals.payments.told import holding


def roles(row):
    return {(member.id, member.role) for member in row.members}


def names(row):
    return {member.id for member in row.members}


def by_subject(rows):
    return {row.subject_id: row for row in rows}


@pytest.fixture(scope="module")
def world(new_world):
    world = new_world()
    circle = [f"circle{number}" for number in range(5)]
    for number, name in enumerate(circle):
        world.pay(name, circle[(number + 1) % 5], 50 * 0.97**number, number)
    friends = [f"friend{number}" for number in range(3)]
    for number, name in enumerate(friends):
        for week in range(10):
            world.pay(name, friends[(number + 1) % 3], 1 + (7 * week + 5 * number) % 6, week * 8 + number)
        world.pay(name, friends[(number + 1) % 3], 3, 1 + number)
    for number in range(5):
        world.pay("source", f"middle{number}", 20 + number, number * 0.2)
        world.pay(f"middle{number}", "sink", (20 + number) * 0.95, 2 + number * 0.2)
    for number in range(6):
        world.pay(f"giver{number}", "hub", 10 + number, number * 0.1)
        world.pay("hub", f"taker{number}", 9.8 + number, 3 + number * 0.1)
        world.pay(f"club{number}", "organiser", 2, 20 + number * 0.01)
    for number in range(6):
        world.pay("organiser", f"club{number}", 2, 21 + number * 0.01)
    for upper in range(4):
        for lower in range(3):
            world.pay(f"upper{upper}", f"lower{lower}", 17 + upper, 10 + lower * 0.3)
            for week in range(8):
                world.pay(f"shop{upper}", f"wholesaler{lower}", 5 + week, week * 10 + lower)
    for name, number in (("north", 1), ("south", 2), ("east", 3)):
        world.account(name, holder_type="company", holder_key=f"tax:030000000{number}")
    for turn in range(4):
        for step, (debtor, creditor) in enumerate((("north", "south"), ("south", "east"), ("east", "north"))):
            world.pay(debtor, creditor, (900 + 10 * turn) * 0.99**step, turn * 20 + step * 5)
    turns(world)
    broken_circle(world)
    return world


def turns(world):
    for turn in range(3):
        for number in range(6):
            world.pay(f"fan{number}", "rounds", 10 + number, 20 * turn + number * 0.1)
            world.pay("rounds", f"outlet{number}", 9.8 + number, 20 * turn + 3 + number * 0.1)
    for turn in range(9):
        for number in range(6):
            world.pay(f"guest{number}", "counter", 10 + number, turn * 4 + number * 0.5)
            world.pay("counter", f"seller{number}", 9.8 + number, turn * 4 + 0.3 + number * 0.5)


def broken_circle(world):
    shrinking = [f"slow{number}" for number in range(5)]
    for number, name in enumerate(shrinking):
        for part in range(2):  # each step is cut in two, loses a fee, and waits for days
            half = 40 * 0.96**number
            world.pay(name, shrinking[(number + 1) % 5], half + part, 5.5 * number + part * 0.2)


def test_a_circle_is_one_ring(world, measure):
    found = by_subject(measure(cyclic_flow, world))
    row = next(row for row in found.values() if "circle0" in names(row))
    assert names(row) == {f"circle{number}" for number in range(5)}
    # Five payments: (5 - 2) / (5 - 2 + 2), and the pairs do nothing else.
    assert row.value == pytest.approx(0.6)
    assert len(row.evidence) == row.support == 5
    ordinary = [row for row in found.values() if "friend0" in names(row)]
    assert all(row.value < 0.45 for row in ordinary)


def test_circling_companies_are_one_group(world, measure):
    found = by_subject(measure(company_circulation, world))
    assert len(found) == 1
    (row,) = found.values()
    assert roles(row) == {("north", "trader"), ("south", "trader"), ("east", "trader")}
    # Four circles of three: each (3 - 1) / (3 - 1 + 2.5).
    assert row.value == pytest.approx(1 - (1 - 2 / 4.5) ** 4, abs=1e-6)


@pytest.mark.parametrize("signal", [cyclic_flow, company_circulation])
def test_a_group_that_moves_its_capital_explains_a_circle(new_world, measure, signal):
    world = new_world()
    said = {"group": "dieu chuyen von noi bo", "trade": "tien hang", "people": "dieu chuyen von noi bo"}
    for circle, (name, remark) in enumerate(said.items()):
        for number in range(3):
            of_firm = {"holder_type": "company", "holder_key": f"tax:03000000{circle}{number}"}
            world.account(f"{name}{number}", **({} if name == "people" else of_firm))
        for number in range(3):
            payee = f"{name}{(number + 1) % 3}"
            # The last payment of each circle says nothing: two of three are most of them.
            stated = remark if number < 2 else None
            world.pay(f"{name}{number}", payee, 90 * 0.97**number, 3 * number, remittance_norm=stated)

    explained = {row.subject_id.rstrip("012"): holding(row) for row in measure(signal, world)}

    # Between people the same words explain nothing.
    of_people = {"people": set()} if signal is cyclic_flow else {}
    assert explained == {"group": {"group_treasury"}, "trade": set(), **of_people}


def test_scattered_and_gathered_again(world, measure):
    found = by_subject(measure(scatter_gather, world))
    assert found.keys() == {"sink"}
    row = found["sink"]
    assert roles(row) == {
        ("source", "operator"),
        ("sink", "beneficiary"),
        *((f"middle{number}", "mule") for number in range(5)),
    }
    # Five intermediaries: (5 - 1) / (5 - 1 + 2).
    assert row.value == pytest.approx(4 / 6, abs=1e-6)
    assert len(row.evidence) == 10


@pytest.mark.parametrize(("sources", "members"), [(2, 2), (3, 0)])
def test_a_scheme_has_a_source_or_two_and_more_are_who_pays_in(new_world, measure, sources, members):
    world = new_world()
    for turn in range(sources):
        for number in range(3):
            amount, day = 20 + 3 * turn + number, 10 * turn + 0.2 * number
            world.pay(f"source{turn}", f"middle{number}", amount, day)
            world.pay(f"middle{number}", "sink", amount * 0.95, day + 2)
    (row,) = measure(scatter_gather, world)
    assert sum(role == "operator" for _, role in roles(row)) == members
    assert {*(f"middle{number}" for number in range(3)), "sink"} <= names(row)
    assert len(row.evidence) == 6 * sources


def test_two_accounts_of_one_person_are_one_hand(new_world, measure):
    world = new_world()
    for number in range(3):
        world.account(f"own-middle{number}", holder_key="cccd:001")
        for name in ("own", "others"):
            world.pay(f"{name}-source", f"{name}-middle{number}", 20 + number, number * 0.2)
            world.pay(f"{name}-middle{number}", f"{name}-sink", (20 + number) * 0.95, 2 + number * 0.2)
    (row,) = measure(scatter_gather, world)
    # Three holders: (3 - 1) / (3 - 1 + 2); those of one person are worth nothing.
    assert row.subject_id == "others-sink"
    assert row.value == pytest.approx(0.5, abs=1e-6)


def test_wages_that_staff_hand_on_are_found_and_rent_is_not(new_world, measure):
    world = new_world()
    for name, share in (("boss", 0.9), ("landlord", 0.25)):
        world.account(f"employer of {name}", holder_type="company")
        for number in range(5):
            staff = f"{name} staff{number}"
            world.pay(f"employer of {name}", staff, 20 + number, number * 0.1, purpose_code="SALA")
            world.pay(staff, name, (20 + number) * share, 2 + number * 0.1)

    (row,) = measure(scatter_gather, world)

    assert row.subject_id == "boss"
    assert ("employer of boss", "operator") in roles(row)


def test_gathered_and_scattered_and_the_savings_club(world, measure):
    found = by_subject(measure(gather_scatter, world))
    row = found["hub"]
    assert ("hub", "collector") in roles(row)
    assert len(row.members) == 13
    # Six on each side, all gathering before all scattering: (6 - 2) / (6 - 2 + 3).
    assert row.value == pytest.approx(4 / 7, abs=1e-6)
    assert holding(row) == set()
    # Six payments of two million make no fortune.
    assert holding(found["organiser"]) == {"savings_club", "modest_sums"}


def test_rounds_of_gathering_and_scattering_weigh_like_one(world, measure):
    found = by_subject(measure(gather_scatter, world, report_from=0.1))
    # Eighteen in and eighteen out in six runs, where a random order makes 19: sqrt(1 - 4 / 17) is kept.
    assert found["rounds"].value == pytest.approx(4 / 7 * (1 - 4 / 17) ** 0.5, abs=1e-6)
    # A counter that takes and pays in turns makes more runs than chance: nothing is kept.
    assert "counter" not in found


def test_a_circle_with_fees_and_pauses_in_two_payments_a_step(world, measure):
    found = measure(cyclic_flow, world)
    assert any(names(row) == {f"slow{number}" for number in range(5)} for row in found)


def test_layers_and_ordinary_wholesale(world, measure):
    found = measure(layered_flow, world)
    row = next(row for row in found if "upper0" in names(row))
    assert names(row) == {*(f"upper{n}" for n in range(4)), *(f"lower{n}" for n in range(3))}
    # Twelve pairs: (12 - 3) / (12 - 3 + 6).
    assert row.value == pytest.approx(0.6)
    assert all(row.value < 0.6 for row in found if "shop0" in names(row))


@pytest.mark.parametrize(
    ("remarks", "explained"),
    [
        (["tien hang", None, "tt hoa don"], True),
        (["tien hang", "cam on", "tien xe"], False),
        ([None, None, None], False),
    ],
)
def test_who_names_goods_all_along_trades(new_world, measure, remarks, explained):
    world = new_world()
    for payer in range(5):
        for seller in range(3):
            said = remarks[(payer + seller) % 3]
            world.pay(f"shop{payer}", f"mill{seller}", 40, 0.3 * payer + 0.1 * seller, remittance_norm=said)
    (row,) = measure(layered_flow, world)
    assert ("goods_all_along" in holding(row)) is explained


@pytest.mark.parametrize(("millions", "payers"), [(3, 0), (30, 5)])
def test_who_pays_several_accounts_small_sums_is_their_customer(new_world, measure, millions, payers):
    world = new_world()
    for payer in range(5):
        for collector in range(3):
            sum_ = 40 if payer == 4 else millions + payer  # one pays more than the others
            world.pay(f"payer{payer}", f"collector{collector}", sum_, 0.3 * payer + 0.1 * collector)
    (row,) = measure(layered_flow, world)
    assert {name for name in names(row) if name.startswith("collector")} == {
        f"collector{n}" for n in range(3)
    }
    assert sum(role == "operator" for _, role in roles(row)) == payers
    assert len(row.evidence) == 15


def test_a_fast_chain_of_strangers_is_found_and_a_supply_chain_explained(new_world, measure):
    world = new_world()
    for number in range(6):
        # Everybody has some ordinary life: amounts of their own, weeks apart.
        for week in range(4):
            world.pay(f"friend{number}", f"link{number}", 2 + 0.37 * (number + week), week * 20 + number)
            world.pay(f"buyer{number}", f"firm{number}", 2 + 0.31 * (number + week), week * 20 + number)
        world.account(f"firm{number}", holder_type="company", holder_key=f"tax:030000000{number}")
    for number in range(5):
        world.pay(f"link{number}", f"link{number + 1}", 80 * 0.98**number, 30 + number * 0.2)
        world.pay(f"firm{number}", f"firm{number + 1}", 70 * 0.97**number, 40 + number * 0.2)
        world.pay(f"link{number}", f"slow{number}", 50, 50 + number)
    found = by_subject(measure(chained_transfers, world))
    (chain,) = [row for row in found.values() if "link0" in names(row)]
    assert names(chain) == {f"link{number}" for number in range(6)}
    assert {member.role for member in chain.members if member.id == "link0"} == {"operator"}
    assert len(chain.evidence) == 5
    assert holding(chain) == set()
    (trade,) = [row for row in found.values() if "firm0" in names(row)]
    assert holding(trade) == {"supply_chain"}
    assert len(found) == 2


def test_a_chain_that_names_a_savings_club_is_explained(new_world, measure):
    world = new_world()
    for number in range(6):
        for week in range(4):
            world.pay(f"friend{number}", f"link{number}", 2 + 0.37 * (number + week), week * 20 + number)
    for number in range(5):
        words = "tra tien hui" if number < 3 else "chuyen tien"
        millions = 80 * 0.98**number
        world.pay(f"link{number}", f"link{number + 1}", millions, 30 + number * 0.2, remittance_norm=words)
    (chain,) = measure(chained_transfers, world)
    # Three of five say so.
    assert holding(chain) == {"stated_reason"}


def test_sums_that_match_only_as_a_whole_whoever_the_centre_is(new_world, measure):
    world = new_world()
    world.account("firm", holder_type="company", holder_key="tax:0300000001")
    for centre, start in (("hub", 30), ("firm", 60)):
        for week in range(10):
            world.pay(centre, f"{centre}-grocer", 1, week * 8)
        for number in range(6):
            world.pay(f"{centre}-giver{number}", centre, 50 + 7 * number, start + number * 0.1)
            world.pay(centre, f"{centre}-taker{number}", 66 - 0.1 * number, start + 1 + number * 0.1)
    found = by_subject(measure(sudden_turnover, world))
    assert found.keys() == {"hub", "firm"}
    assert roles(found["hub"]) == {
        ("hub", "collector"),
        *((f"hub-giver{number}", "payer") for number in range(6)),
        *((f"hub-taker{number}", "payee") for number in range(6)),
    }
    assert len(found["hub"].evidence) == 12
    assert holding(found["hub"]) == set()
    # A company that passes on from persons to persons does not trade with that money.
    assert holding(found["firm"]) == set()


def test_gifts_and_shares_of_a_purchase_are_small(new_world, measure):
    world = new_world()
    for week in range(10):
        for centre in ("bride", "mule"):
            world.pay(centre, f"{centre}-grocer", 1 + 0.05 * week, week * 8)
    for centre, more in (("bride", 0), ("mule", 30)):
        for number in range(8):
            world.pay(f"{centre}-giver{number}", centre, 5 + 0.5 * number + more, 40 + number * 0.1)
            world.pay(centre, f"{centre}-taker{number}", 6.7 + more - 0.1 * number, 41 + number * 0.1)
    explained = {name: holding(row) for name, row in by_subject(measure(sudden_turnover, world)).items()}
    assert explained == {"bride": {"small_parts"}, "mule": set()}


@pytest.fixture(scope="module")
def ways(new_world, measure):
    """Ways that money goes once, twice and three times, each time from somebody else."""
    world = new_world()
    for way, times in (("trodden", 3), ("twice", 2), ("once", 1)):
        for number in range(3):
            for week in range(6):
                world.pay(f"{way}-friend{number}", f"{way}{number}", 2 + 0.37 * (number + week), week * 14)
        for turn in range(times):
            amount, day = 80 + 7 * turn, 10 + 25 * turn
            world.pay(f"{way}-victim{turn}", f"{way}0", amount, day)
            world.pay(f"{way}0", f"{way}1", amount * 0.98, day + 0.2)
            world.pay(f"{way}1", f"{way}2", amount * 0.96, day + 0.4)
            world.pay(f"{way}2", f"{way}-boss", amount * 0.94, day + 0.6)
    return measure(chained_transfers, world)


def test_who_pays_once_into_a_trodden_way_is_no_member(ways):
    (row,) = [row for row in ways if "trodden1" in names(row)]
    assert roles(row) == {
        *((f"trodden{number}", "mule") for number in range(3)),
        ("trodden-boss", "beneficiary"),
    }
    # What they paid stays in evidence.
    assert len(row.evidence) == 12


@pytest.mark.parametrize(("way", "times"), [("once", 1), ("twice", 2)])
def test_a_way_that_money_went_less_often_keeps_its_ends(ways, way, times):
    (row,) = [row for row in ways if f"{way}1" in names(row)]
    assert roles(row) == {
        *((f"{way}-victim{turn}", "operator") for turn in range(times)),
        *((f"{way}{number}", "mule") for number in range(3)),
        (f"{way}-boss", "beneficiary"),
    }


@pytest.mark.parametrize(("others", "left"), [(0, set()), (1, {"giver0", "giver1", "giver2"})])
def test_several_who_pay_one_account_each_are_no_members(new_world, measure, others, left):
    """The ways on differ each time; whoever pays several accounts stands behind them."""
    world = new_world()
    for name in ("front0", "front1", "layer0", "layer1", "layer2", "boss"):
        for week in range(6):
            world.pay(f"friend-of-{name}", name, 2 + 0.37 * week + 0.1 * len(name), week * 14)
    for giver in range(3):
        for turn in range(2):
            amount, day = 60 + 9 * giver + 4 * turn, 5 + 20 * giver + 8 * turn
            front, layer = f"front{others * turn}", f"layer{(giver + turn) % 3}"
            world.pay(f"giver{giver}", front, amount, day)
            world.pay(front, layer, amount * 0.98, day + 0.1)
            world.pay(layer, "boss", amount * 0.96, day + 0.2)
    (row,) = measure(chained_transfers, world)
    assert {member.id for member in row.members if member.role == "operator"} == left
    assert {"front0", "layer0", "layer1", "layer2", "boss"} <= names(row)
    assert len(row.evidence) == 18


@pytest.mark.parametrize(("signal", "way"), [(chained_transfers, 4), (cyclic_flow, 5)])
def test_what_friends_lend_and_repay_is_modest(new_world, measure, signal, way):
    world = new_world()
    for name, millions in (("friend", 19), ("ring", 21)):
        for number in range(5):
            for week in range(4):
                world.pay(f"{name}-guest{number}", f"{name}{number}", 2 + 0.37 * (number + week), week * 20)
        for number in range(way):
            payee = f"{name}{(number + 1) % 5}"
            world.pay(f"{name}{number}", payee, millions * 0.99**number, 30 + number * 0.2)
    explained = {row.subject_id.rstrip("01234"): holding(row) for row in measure(signal, world)}
    # Nobody gets more than 20 million of it, or somebody does.
    assert explained == {"friend": {"modest_sums"}, "ring": set()}


def test_what_was_lent_and_is_spent_at_a_company(new_world, measure):
    world = new_world()
    for name in ("seed-shop", "in-parts"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    for name, parts in (("seed-shop", 1), ("in-parts", 2), ("person", 1)):
        for number in range(4):
            world.pay(f"lender to {name}", f"{name} farmer{number}", 20 + number, number * 0.2)
            for part in range(parts):
                share = (20 + number) * 0.95 / parts
                world.pay(f"{name} farmer{number}", name, share, 2 + number * 0.2 + part * 0.05)
    # Hauliers buy fuel as often as they are paid their freight.
    world.account("fuel", holder_type="company", holder_key="tax:fuel")
    for number in range(4):
        for turn in range(2):
            freight = 20 + number + turn
            world.pay("shipper", f"haulier{number}", freight, turn * 30 + number * 0.2)
            world.pay(f"haulier{number}", "fuel", freight * 0.8, turn * 30 + 2 + number * 0.2)
    # Of ten dealers one settles with the distributor in two parts: 11 payments for 10.
    world.account("distributor", holder_type="company", holder_key="tax:distributor")
    for number in range(10):
        world.pay("chain", f"dealer{number}", 20 + number, number * 0.1)
        for part in range(2 if number == 9 else 1):
            share = (20 + number) * 0.95 / (2 if number == 9 else 1)
            world.pay(f"dealer{number}", "distributor", share, 2 + number * 0.1 + part * 0.05)
    found = by_subject(measure(scatter_gather, world))
    assert {name: holding(row) for name, row in found.items()} == {
        "distributor": {"spent_at_company"},
        "fuel": {"spent_at_company", "kept_much"},
        "seed-shop": {"spent_at_company"},
        "in-parts": set(),
        "person": set(),
    }


def test_who_keeps_more_than_a_commission_earns_it(new_world, measure):
    world = new_world()
    # Three keep 4, 14 and 30 of a hundred: by the median a commission, but not a rate.
    for name, kept in (
        ("supplier", (0.18, 0.22, 0.3)),
        ("sink", (0.04, 0.06, 0.08)),
        ("mixed", (0.04, 0.14, 0.3)),
    ):
        for number, share in enumerate(kept):
            world.pay(f"builder of {name}", f"{name} {number}", 50 + number, number * 0.2)
            world.pay(f"{name} {number}", name, (50 + number) * (1 - share), 2 + number * 0.2)
    found = by_subject(measure(scatter_gather, world))
    assert {name: holding(row) for name, row in found.items()} == {
        "supplier": {"kept_much"},
        "sink": set(),
        "mixed": {"kept_unevenly"},
    }


def test_two_of_a_firms_staff_may_pay_one_person(new_world, measure):
    world = new_world()
    for name, staff in (("landlord", 2), ("boss", 4)):
        world.account(f"employer of {name}", holder_type="company")
        for number in range(staff):
            world.pay(
                f"employer of {name}", f"{name}{number}", 20 + number, number * 0.1, purpose_code="SALA"
            )
            world.pay(f"{name}{number}", name, (20 + number) * 0.9, 2 + number * 0.1)
    (row,) = measure(scatter_gather, world)
    # One of four counts for nothing: (3 - 1) / (3 - 1 + 2).
    assert (row.subject_id, row.value) == ("boss", pytest.approx(0.5, abs=1e-6))


@pytest.mark.parametrize(
    ("millions", "apart_days", "times", "business", "sold"),
    [
        (1800, 1.5, 1, False, True),
        (600, 1.5, 1, False, False),
        (1800, 0.1, 1, False, False),
        (1800, 1.5, 2, False, False),
        (1800, 1.5, 1, True, False),
    ],
)
def test_who_sells_a_home_buys_the_next(new_world, measure, millions, apart_days, times, business, sold):
    """Dearer than most homes, once each, and not at once; firms buy no homes of each other."""
    world = new_world()
    if business:
        world.account("h2", holder_type="company", holder_key="tax:0101234567")
    for time in range(times):
        for step in range(4):
            day = 20 + 30 * time + step * apart_days
            world.pay(f"h{step}", f"h{step + 1}", millions - 60 * step, day)
    found = [row for row in measure(chained_transfers, world, report_from=0.0) if "h1" in names(row)]
    assert found
    assert all(("home_sales" in holding(row)) == sold for row in found)
