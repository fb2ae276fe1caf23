"""Suppliers paid by outsiders, against agents, families, groups, platforms and school fees."""

from collections.abc import Callable
from datetime import date, timedelta
from math import log, log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.supplier_paid_by_outsiders import transform

MILLION = 1_000_000
START = date(2026, 2, 1)


def line(number: str, trader: str, partner: str, value: int = 100, **more: Any) -> dict[str, Any]:
    """A firm's import unless `trader` is a person's name."""
    person = " " in trader
    return {
        "record_key": f"{number}:1",
        "declaration_no": number,
        "direction": "import",
        "trader_key": None if person else f"tax:{trader}",
        "trader_name_norm": trader if person else f"cong ty tnhh {trader} hai",
        "partner_name_norm": partner,
        "partner_country": "CN",
        "event_day": START,
        "customs_value_vnd": value * MILLION,
        **more,
    }


def payment(payer: str, partner: str, value: int, day: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "payment_key": f"{payer}>{partner.split(maxsplit=1)[0]}:{day}",
        "day": START + timedelta(days=day),
        "amount_vnd": value * MILLION,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"cccd:{payer}",
        "debtor_holder_type": "individual",
        "debtor_name_norm": f"{payer} thi ngan",
        "creditor_account_id": f"ICBK:{partner.split(maxsplit=1)[0]}",
        "creditor_country": "CN",
        "creditor_name_norm": partner,
        **more,
    }


def firm(payer: str) -> dict[str, Any]:
    return {"debtor_holder_key": f"tax:{payer}", "debtor_holder_type": "company"}


Find = Callable[..., dict[str, Row]]


@pytest.fixture(scope="module")
def find(table: Callable[..., Any], parameters: Callable[..., Any]) -> Find:
    def run(customs: Any, payments: Any, accounts: Any = (), parcels: Any = ()) -> dict[str, Row]:
        rows = transform(
            customs=table("customs", *customs),
            payments=table("payments", *payments),
            parcels=table("parcels", *parcels),
            accounts=table("accounts", *accounts),
            operators=table("operators"),
            parameters=parameters("supplier_paid_by_outsiders", report_from=0.01),
            as_of=date(2026, 3, 31),
        )
        return {row.subject_id: row for row in rows.collect()}

    return run


def chernoff(seen: int, expected: float) -> float:
    return (seen * log(seen / expected) - seen + expected) / log(10)


@pytest.fixture(scope="module")
def importers(find: Find) -> dict[str, Row]:
    lamp, chair, tile = "foshan lamp co ltd", "foshan chair co ltd", "foshan tile co ltd"
    return find(
        [
            line("1", "front", lamp, 100),
            line("2", "front", lamp, 300),
            line("3", "trusting", chair, 100),
            line("4", "trusting", chair, 300),
            line("5", "open", tile, 100),
        ],
        [
            payment("straw", "foshan lamp company limited", 100),
            payment("helper", lamp, 250, declaration_no="2"),
            payment("agency", chair, 250, 5, declaration_no="3", **firm("agency")),
            payment("agency", chair, 250, 9, declaration_no="4", **firm("agency")),
            payment("open", tile, 100, **firm("open")),
        ],
    )


def test_outsiders_pay_what_a_company_declares(importers: dict[str, Row]) -> None:
    row = importers["tax:front"]
    # Of 5 declarations and a prior of 5 in 1000, outsiders name 3; 2 payments meet 2 declarations by chance.
    expected = 2 * 2 * (2 * 0.002 / 3) + 2 * (3 + 5) / (5 + 1000)
    assert row.value == pytest.approx(chernoff(2, expected), abs=1e-5)
    assert (row.support, row.value_vnd) == (2, 350 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:front", "trader"),
        *(("account", f"VCB:{who}", "beneficiary") for who in ("straw", "helper")),
        *(("person", f"cccd:{who}", "beneficiary") for who in ("straw", "helper")),
    }
    assert {e.key for e in row.evidence} == {"straw>foshan:5", "helper>foshan:5", "1:1", "2:1"}


def test_one_firm_that_pays_for_all_is_entrusted(importers: dict[str, Row]) -> None:
    row = importers["tax:trusting"]
    assert row.value == pytest.approx(importers["tax:front"].value * 0.4, abs=1e-5)
    assert [e.id for e in row.explanations if e.holds] == ["entrusted_import"]
    assert set(importers) == {"tax:front", "tax:trusting"}


STAR, DOOR = "yiwu star trading co ltd", "12 hang bong ha noi"
NAMES = ("le van mot", "tran van hai", "vu van ba", "ngo van bon", "do van nam", "bui van sau")


def invented(n: int, name: str) -> dict[str, Any]:
    return line(f"10{n}", name, STAR, 1, trader_address_norm=DOOR)


@pytest.fixture(scope="module")
def payers(find: Find) -> dict[str, Row]:
    school, shop, other, software = "yiwu school ltd", "yiwu shop ltd", "yiwu other ltd", "yiwu software ltd"
    sellers = (school, shop, other, software)
    return find(
        [
            *(invented(n, name) for n, name in enumerate(NAMES)),
            *(line(f"20{n}", f"firm{n}", seller) for n, seller in enumerate(sellers)),
        ],
        [
            *(payment("buyer", STAR, 7, day) for day in (3, 6, 9)),
            *(payment("pupil", school, 7, day, remittance_norm="nop hoc phi") for day in (3, 6, 9)),
            *(payment("keys", software, 7, day, remittance_norm="licence fee 03") for day in (3, 6, 9)),
            *(payment("shop", shop, 7, day, debtor_holder_type="household_business") for day in (3, 6, 9)),
            payment("once", other, 7),
            payment("lies", other, 7, declaration_no="999"),
        ],
        accounts=[{"account_id": "VCB:shop", "payers": 30}],
        parcels=[{"record_key": "ghn:1", "declaration_no": "100"}, {"record_key": "ghn:2"}],
    )


# Five outsiders, four of whom pay again; beside a prior of one in ten.
USUAL = (4 + 1) / (5 + 10)
AGAIN = -2 * log10(USUAL)


def test_one_account_pays_for_many_names_at_one_door(payers: dict[str, Row]) -> None:
    row = payers["VCB:buyer"]
    assert row.value == pytest.approx(AGAIN + log10(6), abs=1e-5)
    assert (row.support, row.value_vnd) == (3, 21 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "VCB:buyer", "beneficiary"),
        ("person", "cccd:buyer", "beneficiary"),
    }
    bank = {f"buyer>yiwu:{day}" for day in (3, 6, 9)}
    assert {e.key for e in row.evidence} == bank | {f"10{n}:1" for n in range(6)} | {"ghn:1"}


def test_fees_and_purchasing_agents_are_lowered(payers: dict[str, Row]) -> None:
    reasons = {"pupil": "not_for_goods", "keys": "not_for_goods", "shop": "payment_agent"}
    for name, reason in reasons.items():
        account = f"VCB:{name}"
        assert payers[account].value == pytest.approx(AGAIN * 0.4, abs=1e-5)
        assert [e.id for e in payers[account].explanations if e.holds] == [reason]


def test_one_payment_and_numbers_that_do_not_exist_are_nothing(payers: dict[str, Row]) -> None:
    assert set(payers) == {"VCB:buyer", "VCB:pupil", "VCB:keys", "VCB:shop"}


def test_who_is_near_to_an_importer_is_no_outsider(find: Find) -> None:
    home = "5 le loi hue"
    mark = {"account_id": "VCB:sister", "address_norm": home}
    found = find(
        [
            line("1", "nguyen van an", STAR, trader_address_norm=home),
            line("2", "moon", STAR, trader_name_norm="cong ty hoa sen ha noi", trader_phone_e164="+84901"),
        ],
        [
            *(payment("sister", STAR, 7, d, debtor_name_norm="nguyen thi binh") for d in (3, 6)),
            *(payment("lotus", STAR, 7, d, debtor_name_norm="hoa sen hue", **firm("lotus")) for d in (3, 6)),
            *(payment("phone", STAR, 7, d) for d in (3, 6)),
            *(payment("namesake", STAR, 7, d, debtor_name_norm="nguyen van an") for d in (3, 6)),
            *(payment("lodger", STAR, 7, d) for d in (3, 6)),
        ],
        accounts=[
            mark,
            {"account_id": "VCB:lodger", "address_norm": home},
            {"account_id": "VCB:phone", "phone_e164": "+84901"},
        ],
    )
    assert set(found) == {"VCB:lodger"}


def test_who_lives_at_the_door_is_its_owner_whatever_the_surnames(find: Find) -> None:
    found = find(
        [invented(n, name) for n, name in enumerate(NAMES)],
        [payment("owner", STAR, 7, debtor_name_norm="le thi ha")],
        accounts=[{"account_id": "VCB:owner", "address_norm": DOOR}],
    )
    assert found["VCB:owner"].value == pytest.approx(log10(6) + 2.0, abs=1e-5)


def test_of_a_platform_little_goes_to_one_door_and_many_pay_again(find: Find) -> None:
    crowd = [line(f"30{n}", f"khach hang {n}", STAR, trader_address_norm=f"{n} hue") for n in range(24)]
    found = find(
        [*(invented(n, name) for n, name in enumerate(NAMES)), *crowd],
        [payment(f"p{n}", STAR, 7, day) for n in range(21) for day in (3, 6)],
    )
    # Of 20 others all pay again, as do (21 + 1) of (21 + 10) in the population; 6 of 30 go to the door.
    here = (20 + 20 * 22 / 31) / 40
    assert found["VCB:p0"].value == pytest.approx(-log10(here) + 0.2 * log10(6) / 21, abs=1e-5)


def test_goods_that_a_courier_declares_are_those_of_its_customers(find: Find) -> None:
    """Two doors; the payer lives at one, with the surname of a customer there, and imports nothing."""
    doors = (DOOR, "9 hang ga ha noi")
    parcels = [
        line(
            f"40{place}{n}",
            "courier",
            STAR,
            1,
            consignee_name_norm=f"{name} {place}",
            consignee_address_norm=door,
        )
        for place, door in enumerate(doors)
        for n, name in enumerate(NAMES)
    ]
    elsewhere = [
        line(f"41{n}", "courier", STAR, consignee_name_norm=f"khach {n}", consignee_address_norm=f"{n} hue")
        for n in range(4)
    ]
    found = find(
        [*parcels, *elsewhere, line("420", "maker", STAR, consignee_name_norm="cty tnhh maker")],
        [payment("owner", STAR, 7, debtor_name_norm="le thi ha")],
        accounts=[{"account_id": "VCB:owner", "address_norm": doors[1]}],
    )
    # Twelve names at the doors, of sixteen private receivers.
    assert found["VCB:owner"].value == pytest.approx(0.75 * (log10(12) + 2.0), abs=1e-5)
    assert sum(e.feed == "customs_declarations" for e in found["VCB:owner"].evidence) == 12


def test_who_is_paid_by_the_importers_first_buys_for_them(find: Find) -> None:
    """Who lives where six or twelve names import: a service, one whose customers are few, one paid too
    little, one paid too late, one whose customers are many and nearly all who pay it, and its twin who is
    paid by many others as well."""
    sellers = {who: f"yiwu {who} ltd" for who in ("service", "boss", "poor", "late", "many", "mixed")}
    crowd = [*NAMES, *(f"{name} con" for name in NAMES)]
    orders = [
        line(f"5{place}{n}", name, seller, 1, trader_address_norm=f"{place} hang bong ha noi")
        for place, seller in enumerate(sellers.values())
        for n, name in enumerate(crowd if seller in ("yiwu many ltd", "yiwu mixed ltd") else NAMES)
    ]

    def funds(name: str, payer: str, value: int, day: int) -> dict[str, Any]:
        return payment(
            name,
            payer,
            value,
            day,
            debtor_name_norm=name,
            creditor_account_id=f"VCB:{payer}",
            creditor_country="VN",
            payment_key=f"{name}>{payer}",
        )

    found = find(
        orders,
        [
            *(payment(who, seller, 10, day) for who, seller in sellers.items() for day in (5, 9)),
            # Sixteen of twenty million, from three of six.
            *(funds(name, "service", value, 9) for name, value in zip(NAMES, (5, 5, 6), strict=False)),
            *(funds(name, "boss", 10, 3) for name in NAMES[:2]),
            *(funds(name, "poor", 5, 3) for name in NAMES[:3]),
            *(funds(name, "late", 7, 10) for name in NAMES[:3]),
            *(funds(name, who, 1, 3) for name in crowd[:10] for who in ("many", "mixed")),
        ],
        accounts=[
            {
                "account_id": f"VCB:{who}",
                "address_norm": f"{place} hang bong ha noi",
                "payers": {"many": 20, "mixed": 21}.get(who),
            }
            for place, who in enumerate(sellers)
        ],
    )

    reasons = {who: [e.id for e in found[f"VCB:{who}"].explanations if e.holds] for who in sellers}
    assert reasons == {
        "service": ["buying_service"],
        "boss": [],
        "poor": [],
        "late": [],
        "many": ["buying_service"],
        "mixed": [],
    }
    # All six pay again; the value is left to the typology.
    again = -log10((6 + 1) / (6 + 10))
    assert found["VCB:service"].value == pytest.approx(again + log10(6) + 2.0, abs=1e-5)


@pytest.mark.parametrize(("persons", "together"), [(1, 1), (3, 3), (6, 1)])
def test_a_few_private_people_who_pay_one_supplier_stand_together(
    find: Find, persons: int, together: int
) -> None:
    others = [payment(f"o{n}", f"seller {n} ltd", 7) for n in range(24)]
    found = find(
        [line("1", "moon", STAR), *(line(f"2{n}", "moon", f"seller {n} ltd") for n in range(24))],
        [*others, *(payment(f"p{n}", STAR, 7 + n, day) for n in range(persons) for day in (3, 6))],
    )
    # Of the others here all but the subject pay again; of 24 + `persons`, and of ten more one in ten.
    usual = (persons + 1) / (24 + persons + 10)
    here = (persons - 1 + 20 * usual) / (persons - 1 + 20)
    assert found["VCB:p0"].value == pytest.approx(-together * log10(here), abs=1e-5)
    accounts = {member.id for member in found["VCB:p0"].members if member.kind == "account"}
    assert accounts == {f"VCB:p{n}" for n in range(together)} if together > 1 else {"VCB:p0"}
