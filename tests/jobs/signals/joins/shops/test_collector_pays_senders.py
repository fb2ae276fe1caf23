"""A crew that shares out the cash of its parcels, against relatives, farmers and a place where all do so."""

from collections.abc import Sequence
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.signals.joins.shops.collector_pays_senders import transform
from tests.frames import frame

_SHIPMENTS = "record_key string, sender_name_norm string"


class World:
    """Accounts, parcels and payments of collectors, each with senders of their own."""

    def __init__(self) -> None:
        self.accounts: list[dict[str, Any]] = []
        self.parcels: list[dict[str, Any]] = []
        self.shipments: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []

    def collect(
        self, collector: str, senders: Sequence[str], paid: Sequence[str] = (), goods: str = "kem duong da"
    ) -> None:
        """Two parcels in each sender's name, whose cash the collector takes; it pays those of `paid` once."""
        for name in {collector, *senders, *paid}:
            account = {"account_id": name, "holder_key": f"cccd:{name}", "holder_name_norm": name}
            self.accounts.append(account | {"holder_type": "individual", "hub": False})
        for name in senders:
            for _ in range(2):
                key = f"ghn:{len(self.parcels)}"
                sent = {"record_key": key, "cod_account_id": collector, "cod_amount_vnd": 100_000}
                self.parcels.append(sent | {"goods_norm": goods})
                self.shipments.append({"record_key": key, "sender_name_norm": name})
        for name in paid:
            key = f"VCB:{len(self.payments)}"
            payment = {"payment_key": key, "day": date(2026, 3, 1), "amount_vnd": 500_000}
            self.payments.append(payment | {"debtor_account_id": collector, "creditor_account_id": name})

    def settle(self, collector: str, amount: int, day: date) -> None:
        """A carrier settles cash on delivery with a collector."""
        payment = {"payment_key": f"ACB:{len(self.payments)}", "day": day, "amount_vnd": amount}
        payment |= {"debtor_account_id": "carrier", "creditor_account_id": collector}
        self.payments.append(payment | {"channel": "cod_settlement"})


@pytest.fixture(scope="module")
def found(spark: SparkSession, table: Any, parameters: Any) -> Any:
    def measure(world: World, **changed: float) -> dict[str, Row]:
        rows = transform(
            shipments=frame(spark, _SHIPMENTS, world.shipments),
            parcels=table("parcels", *world.parcels),
            payments=table("payments", *world.payments),
            accounts=table("accounts", *world.accounts),
            parameters=parameters("collector_pays_senders", **changed),
            as_of=date(2026, 3, 31),
        )
        return {row.subject_id: row for row in rows.collect()}

    return measure


@pytest.fixture
def world() -> World:
    world = World()
    world.collect("an", ["an", "binh", "chi", "dung"], paid=["binh", "chi"])
    world.collect("lan", ["lan", "mai"], paid=["mai"])
    world.collect("nam", ["oanh", "phuc"], paid=["oanh", "phuc"], goods="nong san kho")
    world.collect("quy", ["son", "tam"], paid=["uyen", "vinh"])
    for number in range(30):
        world.collect(f"honest {number}", [f"honest {number}", f"friend {number}"])
    return world


def test_two_who_are_paid_in_the_names_on_the_parcels(found: Any, world: World) -> None:
    rows = found(world)

    assert set(rows) == {"an", "nam"}
    row = rows["an"]
    assert row.value == pytest.approx(log2(3))
    assert {tuple(member) for member in row.members} == {
        ("account", "an", "collector"),
        ("account", "binh", "sender"),
        ("account", "chi", "sender"),
    }
    # Two payments and the four parcels in these names.
    assert (row.support, row.value_vnd) == (6, 400_000)
    assert {(record.feed, record.key) for record in row.evidence} == {
        *(("bank_transactions", f"VCB:{n}") for n in (0, 1)),
        *(("shipments", f"ghn:{n}") for n in (2, 3, 4, 5)),
    }
    assert not any(item.holds for item in row.explanations)


def test_farmers_of_a_cooperative_send_their_produce(found: Any, world: World) -> None:
    assert [item.id for item in found(world)["nam"].explanations if item.holds] == ["farm_produce"]


@pytest.mark.parametrize(
    ("amount", "day", "agency"),
    [
        (510_000, date(2026, 2, 27), True),
        (510_000, date(2026, 2, 20), False),  # nine days before
        (550_000, date(2026, 2, 27), False),  # a tenth stays with the collector
        (490_000, date(2026, 2, 27), False),  # more is paid than came in
    ],
)
def test_an_agency_hands_each_settlement_on(
    found: Any, world: World, amount: int, day: date, agency: bool
) -> None:
    world.settle("an", amount, day)

    explained = {item.id for item in found(world)["an"].explanations if item.holds}
    assert explained == ({"each_receipt_handed_on"} if agency else set())


def test_where_the_cash_of_many_goes_through_relatives_nobody_stands_out(found: Any, world: World) -> None:
    for number in range(5):
        world.collect(f"brother {number}", [f"brother {number}", f"sister {number}"], [f"sister {number}"])
    assert found(world) == {}
