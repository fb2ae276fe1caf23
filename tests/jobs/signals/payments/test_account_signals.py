"""Signals on single accounts and devices, each over one world with the guilty and their innocent twins."""

from datetime import date
from math import log, log10, sqrt

import pytest

from jobs.signals.payments.abroad import small_credits_sent_abroad
from jobs.signals.payments.collection import fan_in_collection, pretext_remarks
from jobs.signals.payments.conduct import (
    device_sharing,
    dormant_awakening,
    opened_away_from_home,
    turnover_beyond_means,
)
from tests.jobs.signals.payments.told import holding


def by_subject(rows):
    return {row.subject_id: row for row in rows}


def roles(row):
    return {(member.id, member.role) for member in row.members}


@pytest.fixture(scope="module")
def collections(new_world, measure):
    """Forty payers each; what happens to the money differs."""
    world = new_world()
    for account in ("cashed", "kept", "foreign", "importer", "school", "buyer", "idle"):
        for number in range(40):
            amount = 2.0 if account == "school" else 1.0 + 0.05 * number
            said = {"remittance_norm": "nop hoc phi"} if account == "school" else {}
            for month in (0, 30) if account == "school" else (0,):
                world.pay(f"{account}-payer{number}", account, amount, month + number * 0.5, **said)
    for day in range(1, 22):
        collected = [1.0 + 0.05 * number for number in range(40) if day - 1 <= number * 0.5 < day]
        if not collected:
            continue
        total = sum(collected)
        world.pay("cashed", None, total, day, channel="cash_withdrawal")
        world.pay("foreign", "CN:supplier", total, day, channel="swift", creditor_country="CN")
        world.pay(
            "importer",
            "CN:factory",
            total,
            day,
            channel="swift",
            creditor_country="CN",
            declaration_no="101234567890",
        )
        for buyer, partner in (("buyer", "yiwu star ltd"), ("idle", "yiwu moon ltd")):
            world.pay(
                buyer,
                f"CN:{buyer}",
                total,
                day,
                channel="swift",
                creditor_country="CN",
                creditor_name_norm=partner,
            )
        world.pay("school", None, 4.0, day + 0.1, channel="cash_withdrawal")
    # Thirty of the buyer's forty customers import, and ten whom it does not know; of the other's, nine do.
    for partner, known, strangers in (("yiwu star co ltd", 30, 10), ("yiwu moon co ltd", 9, 0)):
        who = "buyer" if known == 30 else "idle"
        for number in range(known):
            world.import_(f"ten {who}-payer{number}", partner)
        for number in range(strangers):
            world.import_(f"nguoi la so{number}", partner)
    low = measure(fan_in_collection, world, report_from=0.1)
    return by_subject(low), by_subject(measure(small_credits_sent_abroad, world))


def test_collected_and_cashed_is_found_and_kept_is_not(collections):
    row = collections[0]["cashed"]
    # All of it left; 40 payers stand at log(40 / 10) / log(120 / 10) of the scale.
    assert row.value == pytest.approx(sqrt(log(4) / log(12)), abs=1e-6)
    assert roles(row) == {("cashed", "collector")}
    assert row.value_vnd == sum(1_000_000 + 50_000 * number for number in range(40))
    assert len(row.evidence) == row.support == 60
    assert "kept" not in collections[0]


def test_school_fees_are_explained(collections):
    assert {"steady_payers", "fixed_fee", "stated_reason"} <= holding(collections[0]["school"])
    assert holding(collections[0]["cashed"]) == set()


def test_a_firm_that_pays_abroad_is_heard_as_far_as_firms_name_their_papers(new_world, measure):
    world = new_world()
    for account in ("quiet", "open"):
        world.account(account, holder_type="company", holder_key=f"tax:030000000{len(account)}")
        for number in range(40):
            world.pay(f"{account}-payer{number}", account, 1.0 + 0.05 * number, number * 0.5)
        papers = {"declaration_no": "101234567890"} if account == "open" else {}
        for day in range(1, 22):
            world.pay(account, "CN:factory", 5, day, channel="swift", creditor_country="CN", **papers)
    row = by_subject(measure(small_credits_sent_abroad, world, report_from=0.1))["quiet"]
    # All of it left, and the 40 payers are the full scale; half of the firms' payments name a declaration.
    assert row.value == pytest.approx(0.5, abs=1e-6)


def test_licences_pass_no_customs_office(new_world, measure):
    world = new_world()
    for account, remark in (("goods", "purchase"), ("keys", "licence fee 03")):
        for number in range(40):
            world.pay(f"{account}-payer{number}", account, 1.0 + 0.05 * number, number * 0.5)
        for day in range(1, 22):
            abroad = {"channel": "swift", "creditor_country": "CN", "remittance_norm": remark}
            world.pay(account, f"CN:{account}", 5, day, **abroad)
    assert by_subject(measure(small_credits_sent_abroad, world)).keys() == {"goods"}


def test_money_sent_abroad_is_found_with_its_rare_beneficiary(collections):
    row = collections[1]["foreign"]
    # 40 payers are the full scale, and all of it went abroad.
    assert row.value == pytest.approx(1.0)
    assert roles(row) == {("foreign", "collector"), ("CN:supplier", "beneficiary")}
    assert "cashed" not in collections[1]


def test_who_buys_abroad_for_its_customers_is_explained(collections):
    assert holding(collections[1]["buyer"]) == {"buying_service"}
    # All who import from that seller paid it, but they are few of its payers and paid little of what it sent.
    assert holding(collections[1]["idle"]) == set()
    assert holding(collections[1]["foreign"]) == set()


def test_who_declares_what_is_paid_for_abroad_shops_openly(new_world, measure):
    world = new_world()
    # Of 105 million paid abroad; the last declares as much, but long ago.
    declared = {"shopper": 63, "smuggler": 62, "reformed": 63}
    for account, millions in declared.items():
        for number in range(40):
            world.pay(f"{account}-payer{number}", account, 2.0 + 0.05 * number, number * 0.5)
        for day in range(1, 22):
            world.pay(account, f"CN:{account}", 5, day, channel="swift", creditor_country="CN")
        long_ago = {"event_day": date(2025, 11, 1)} if account == "reformed" else {}
        world.import_(
            "ten", "yume", trader_key=f"cccd:{account}", customs_value_vnd=millions * 1_000_000, **long_ago
        )
    found = by_subject(measure(small_credits_sent_abroad, world))
    assert {account: holding(row) for account, row in found.items()} == {
        "shopper": {"own_imports"},
        "smuggler": set(),
        "reformed": set(),
    }


def test_an_importer_with_declarations_sends_nothing_unexplained(collections):
    assert "importer" not in collections[1]


def test_a_sleeper_that_wakes_and_its_twins(new_world, measure):
    world = new_world()
    for day in range(0, 80, 8):
        for name in range(12):
            world.pay(f"person{name}", f"person{(name + 1) % 12}", 1, day)
    world.account("sleeper", opened_on=date(2018, 1, 1))
    world.account("newcomer", opened_on=date(2026, 2, 20))
    world.account("house", opened_on=date(2018, 1, 1))
    for account in ("sleeper", "newcomer"):
        for number in range(7):
            world.pay(f"payer{number}", account, 40, 75 + number)
            world.pay(account, "onwards", 40, 75.5 + number)
    world.pay("buyer", "house", 900, 75)
    world.pay("friend", "house", 1, 76)
    world.pay("aunt", "house", 1, 76)
    world.pay("house", "builder", 900, 80)
    # A haulier has work again, and one that its bank calls dormant has been at work since before the window.
    world.account("haulier", opened_on=date(2018, 1, 1))
    world.account("at work", opened_on=date(2018, 1, 1), status="dormant")
    for number in range(7):
        world.account(f"client{number}", holder_type="company")
        world.pay(f"client{number}", "haulier", 40, 75 + number)
        world.pay("haulier", "drivers", 40, 75.5 + number)
        world.pay(f"payer{number}", "at work", 40, number - 5)
        world.pay("at work", "onwards", 40, number - 4.5)
    # Two others and the holder, who is no payer of the own account, pay in.
    world.account("saver", opened_on=date(2018, 1, 1), holder_name_norm="le van saver")
    for number in range(7):
        slip = {"channel": "cash_deposit", "debtor_name_norm": "le van saver"}
        world.pay(None, "saver", 40, 75 + number, **slip)
        world.pay(f"payer{number % 2}", "saver", 1, 75.2 + number)
        world.pay("saver", "onwards", 40, 75.5 + number)
    found = by_subject(measure(dormant_awakening, world))
    # Still for 75 days, 280 m in a week against a typical account's 1 m, and all of it left.
    assert found["sleeper"].value == pytest.approx(1.0)
    assert holding(found["sleeper"]) == set()
    assert holding(found["house"]) == {"one_large_sale"}
    assert holding(found["haulier"]) == {"from_businesses"}
    assert not {"newcomer", "at work", "saver"} & set(found)


def test_devices_of_strangers_and_of_families(new_world, measure):
    world = new_world()
    for number in range(4):
        world.account(f"family{number}", address_norm="12 ngo 5 lang ha noi")
        world.account(f"client{number}", holder_type="company", holder_key=f"tax:010123456{number}")
        for day in (1, 9):
            for group in ("stranger", "family", "client"):
                world.pay(f"{group}{number}", "shop", 1, day + number, device_id=f"device-{group}")
    for number in range(40):
        world.pay(f"customer{number}", "shop", 1, 20)
    world.pay("visitor", "shop", 1, 3, device_id="device-stranger")
    world.pay("visitor", "shop", 1, 5, device_id="device-own")
    world.pay("visitor", "shop", 1, 7, device_id="device-own")
    found = by_subject(measure(device_sharing, world))
    row = found["device-stranger"]
    # Four holders: 3 / (3 + 2). Who used it once is not among them. Everybody pays the shop that they pay, so
    # only three quarters are left.
    assert row.value == pytest.approx(0.6 * 0.75)
    assert roles(row) == {
        ("device-stranger", "device"),
        *((f"stranger{number}", "mule") for number in range(4)),
    }
    assert len(row.evidence) == row.support == 8
    assert holding(found["device-client"]) == {"bookkeeper"}
    assert "device-family" not in found
    assert row.peers == 4


@pytest.fixture(scope="module")
def devices(new_world, measure):
    """Four strangers a device, each paying twice through it; what ties them differs. And two pairs."""
    world = new_world()
    for number in range(4):
        for day in (1, 9):
            for group in ("apart", "within", "taxed", "half-taxed", "hardly-taxed"):
                payee = f"{group}-shop{number}"
                if group == "within" and number == 3:
                    payee = "within0"
                taxed = day == 9 and number < {"taxed": 4, "half-taxed": 2, "hardly-taxed": 1}.get(group, 0)
                remark = "nop thue khoan quy 1" if taxed else "tien hang"
                device = f"device-{group}"
                said = {"device_id": device, "remittance_norm": remark}
                world.pay(f"{group}{number}", payee, 1, day + number, **said)
    for number in range(2):
        for day in (1, 9):
            world.pay(f"pair{number}", f"pair-shop{number}", 1, day + number, device_id="device-pair")
    return by_subject(measure(device_sharing, world))


def test_strangers_on_one_device_with_nothing_between_them_count_less(devices):
    # Four holders: 3 / (3 + 2), of which three quarters are left; where one pays another, all of it.
    assert devices["device-apart"].value == pytest.approx(0.6 * 0.75)
    assert devices["device-within"].value == pytest.approx(0.6)


def test_two_holders_of_a_device_count_as_they_are(devices):
    # 1 / (1 + 2): there is little left to take away.
    assert devices["device-pair"].value == pytest.approx(1 / 3, abs=1e-6)


def test_whose_device_pays_the_taxes_of_half_the_accounts_is_a_bookkeeper(devices):
    assert holding(devices["device-taxed"]) == {"bookkeeper"}
    assert holding(devices["device-half-taxed"]) == {"bookkeeper"}
    assert holding(devices["device-hardly-taxed"]) == set()
    assert holding(devices["device-apart"]) == set()


def test_a_device_through_which_strangers_pay_one_payee(new_world, measure):
    """Each has a device of its own for its own life; the operator's only forwards."""
    world = new_world()
    for number in range(5):
        for day in (1, 5, 9):
            world.pay(f"straw{number}", f"shop{number}", 1, day, device_id=f"device-own{number}")
        world.pay(f"straw{number}", "operator", 9, 10 + number, device_id="device-operator")
        world.pay(f"guest{number}", "school", 2, 10 + number, device_id="device-counter")
    for number in range(25):
        world.pay(f"pupil{number}", "school", 2, 12, device_id=f"device-pupil{number}")
    found = by_subject(measure(device_sharing, world))
    assert found.keys() == {"device-operator"}
    # Five holders: 4 / (4 + 2).
    assert found["device-operator"].value == pytest.approx(4 / 6, abs=1e-6)
    assert roles(found["device-operator"]) == {
        ("device-operator", "device"),
        ("operator", "collector"),
        *((f"straw{number}", "mule") for number in range(5)),
    }


@pytest.mark.parametrize(("winners", "named"), [(3, 3), (4, 0)])
def test_payees_that_are_more_than_the_accounts_are_customers(new_world, measure, winners, named):
    """Three tills of a betting ring on one device, each of which pays the same winners."""
    world = new_world()
    for till in range(3):
        for winner in range(winners):
            world.pay(f"till{till}", f"winner{winner}", 2, 3 * till + winner, device_id="device-ring")
    row = by_subject(measure(device_sharing, world))["device-ring"]
    assert sum(role == "collector" for _, role in roles(row)) == named
    assert sum(role == "mule" for _, role in roles(row)) == 3


def test_devices_with_two_common_holders_are_one_hand(new_world, measure):
    """Two strangers who pay by both devices; a stranger, or one person's two accounts, merge nothing."""
    world = new_world()
    for number in range(2):
        for group in ("one", "alias"):
            key = "cccd:alias" if group == "alias" else f"cccd:one{number}"
            world.account(f"{group}-common{number}", holder_key=key)
    for group, common in (("farm", 2), ("one", 1), ("alias", 2)):
        for hand in "ab":
            device = {"device_id": f"{group}-{hand}"}
            for day in (1, 9):
                for number in range(common):
                    world.pay(f"{group}-common{number}", f"{group}-kiosk{number}", 1, day, **device)
                for number in range(2):
                    payee = f"{group}-common0" if number else f"{group}-shop-{hand}"
                    world.pay(f"{group}-{hand}{number}", payee, 1, day + number, **device)
    found = by_subject(measure(device_sharing, world, report_from=0.1))
    assert found.keys() == {"farm-a", "one-a", "one-b", "alias-a", "alias-b"}
    row = found["farm-a"]
    # Two of each device and the two common ones: 5 / (5 + 2), where two and three users are no more ordinary.
    assert (row.value, row.support) == (pytest.approx(5 / 7, abs=1e-6), 16)
    assert {name for name, role in roles(row) if role == "device"} == {"farm-a", "farm-b"}
    assert {name for name, role in roles(row) if role == "mule"} == {
        *(f"farm-{hand}{number}" for hand in "ab" for number in range(2)),
        *(f"farm-common{number}" for number in range(2)),
    }
    # Three holders a device: 2 / (2 + 2).
    assert {found[name].value for name in ("one-a", "one-b", "alias-a", "alias-b")} == {0.5}


def test_accounts_of_one_name_on_one_device_are_one_holders(new_world, measure):
    """Beside two accounts of one name three strangers; money goes between the two, or to a stranger."""
    world = new_world()
    for group in ("pockets", "strangers", "alone"):
        for number in range(2):
            world.account(f"{group}-an{number}", holder_key=None, holder_name_norm="nguyen van an")
    for day in (1, 9):
        for group in ("pockets", "strangers", "alone"):
            others = 0 if group == "alone" else 3
            device = {"device_id": f"device-{group}"}
            for number in range(others):
                world.pay(f"{group}{number}", f"{group}-shop{number}", 1, day + number, **device)
            payee = "strangers0" if group == "strangers" else f"{group}-an1"
            # The payment names its payee in short: by its names alone it is one between two people.
            world.pay(f"{group}-an0", payee, 1, day + 3, creditor_name_norm="ng van an", **device)
            world.pay(f"{group}-an1", f"{group}-kiosk", 1, day + 4, **device)
    found = by_subject(measure(device_sharing, world, report_from=0.1))
    # Five accounts, four holders: 3 / (3 + 2), of which three quarters are left where nobody pays another.
    assert found["device-pockets"].value == pytest.approx(0.6 * 0.75)
    assert found["device-strangers"].value == pytest.approx(0.6)
    assert found.keys() == {"device-pockets", "device-strangers"}


def test_turnover_is_held_against_what_was_declared(new_world, measure):
    world = new_world()
    for name, declared in (("modest", 1_000_000), ("rich", 500_000_000), ("silent", None)):
        world.account(name, declared_monthly_turnover_vnd=declared)
        for number in range(10):
            world.pay(f"{name}-payer{number}", name, 10, number)
    found = by_subject(measure(turnover_beyond_means, world))
    # Nine of ten credits count; the window has 86 days up to the end of March.
    assert found["modest"].value == pytest.approx(log10(90 * 30 / 86), abs=1e-6)
    assert found.keys() == {"modest"}
    assert found["modest"].peers == 2


def test_accounts_opened_away_that_pay_one_person(new_world, measure):
    world = new_world()
    for number in range(3):
        world.account(
            f"away{number}",
            opened_on=date(2025, 12, 1),
            branch_province_code="79",
            current_province_code="01",
        )
        # Yên Bái became part of Lào Cai: no move.
        world.account(
            f"home{number}",
            opened_on=date(2025, 12, 1),
            branch_province_code="10",
            current_province_code="15",
        )
        for group in ("away", "home"):
            for payer in range(3):
                world.pay(f"{group}-payer{number}{payer}", f"{group}{number}", 5, payer)
            world.pay(f"{group}{number}", f"{group}-boss", 15, 4)
    found = by_subject(measure(opened_away_from_home, world))
    assert found.keys() == {"away-boss"}
    assert found["away-boss"].value == pytest.approx(3 / 4.5, abs=1e-6)
    assert roles(found["away-boss"]) == {
        ("away-boss", "beneficiary"),
        *((f"away{number}", "mule") for number in range(3)),
    }


def test_pretexts_count_beyond_what_is_usual(new_world, measure):
    world = new_world()
    for number in range(60):
        world.pay(f"a{number}", "lender", 1, number * 0.5, remittance_norm="cho vay lai")
        world.pay(f"b{number}", "shop", 1, number * 0.5, remittance_norm=f"don hang {number}")
        # Some guests are early.
        day = 10 + number * 0.01 if number > 2 else number
        world.pay(f"c{number}", "wedding", 1, day, remittance_norm="mung cuoi")
        world.pay(f"e{number}", "till", 1, number * 0.5, channel="qr")  # nobody is asked for a remark
        for other in ("stall", "kiosk", "market"):
            world.pay(f"d{other}{number}", other, 1, number * 0.5, remittance_norm="tien ca")
    world.sellers.append({"seller_key": "zalo:1", "settlement_account_id": "lender"})
    found = by_subject(measure(pretext_remarks, world))
    assert found.keys() == {"lender", "wedding"}
    assert roles(found["lender"]) == {("lender", "collector"), ("zalo:1", "shop")}
    # Two accounts of six: the usual share is 1/3, so all of it is an excess of 2/3.
    assert found["lender"].value == pytest.approx(sqrt(2 / 3), abs=1e-6)
    assert len(found["lender"].evidence) == 60
    assert holding(found["wedding"]) == {"event_gifts", "stated_reason"}
    assert holding(found["lender"]) == set()


def test_instalments_are_no_pretext_and_gift_baskets_are_goods(new_world, measure):
    world = new_world()
    for number in range(60):
        for month in (0, 29):
            world.pay(f"a{number}", "lender", 1 + number, month, remittance_norm=f"tt khoan vay {number}")
            # As often, but never the same sum again.
            world.pay(f"b{number}", "borrower", 1 + number + month, month, remittance_norm="cho vay")
        world.pay(f"c{number}", "baskets", 1, number * 0.5, remittance_norm=f"gio qua {number}")
        for other in ("stall", "kiosk", "market", "bakery"):
            world.pay(f"d{other}{number}", other, 1, number * 0.5, remittance_norm="tien ca")
    found = by_subject(measure(pretext_remarks, world))
    assert found.keys() == {"lender", "borrower"}
    assert holding(found["lender"]) == {"instalments"}
    assert holding(found["borrower"]) == set()


def test_who_writes_nothing_hides_less_than_who_writes_of_gifts(new_world, measure):
    world = new_world()
    for number in range(60):
        world.pay(f"a{number}", "silent", 1, number * 0.5)
        # Of what givers write two thirds name a good cause; a third of them write nothing.
        said = ("ung ho be", "ung ho dong bao", "tang be", None)[number % 4]
        world.pay(f"b{number}", "charity", 1, number * 0.5, remittance_norm=said)
        for other in ("stall", "kiosk", "market", "bakery"):
            world.pay(f"d{other}{number}", other, 1, number * 0.5, remittance_norm="tien ca")
    found = by_subject(measure(pretext_remarks, world))
    assert holding(found["silent"]) == {"hardly_a_word"}
    assert holding(found["charity"]) == {"stated_reason"}
