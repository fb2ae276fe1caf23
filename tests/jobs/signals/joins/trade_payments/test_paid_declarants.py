"""An account that pays people for their names, and the hub, the employer, the buyer and the forwarder."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.paid_declarants import transform

THOUSAND = 1_000
LAMP = "foshan lamp co ltd"
REGISTERED = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)


class World:
    """Lines that people import, each 1.5 million, and payments, each 100,000, a day after the import."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []

    def imports(self, person: str, **more: Any) -> None:
        number = f"10{len(self.lines):04d}"
        self.lines.append(
            {
                "record_key": f"{person}:{number}",
                "declaration_no": number,
                "direction": "import",
                "registered_at": REGISTERED,
                "event_day": REGISTERED.date(),
                "trader_key": f"cccd:{person}",
                "partner_name_norm": LAMP,
                "customs_value_vnd": 1500 * THOUSAND,
                **more,
            }
        )

    def pays(self, account: str, person: str, days: float = 1, **more: Any) -> None:
        at = REGISTERED + timedelta(days=days)
        self.payments.append(
            {
                "payment_key": f"{account}>{person}:{days}",
                "at": at,
                "day": at.date(),
                "amount_vnd": 100 * THOUSAND,
                "debtor_account_id": account,
                "debtor_holder_key": f"cccd:{account}",
                "debtor_holder_type": "individual",
                "debtor_hub": False,
                "creditor_account_id": f"VCB:{person}",
                "creditor_holder_key": f"cccd:{person}",
                "creditor_holder_type": "individual",
                **more,
            }
        )

    def hires(self, account: str, people: int = 3, days: float = 1, **payment: Any) -> None:
        """`people` of this account's own import lamps, and it pays each."""
        for n in range(people):
            self.imports(f"{account}{n}")
            self.pays(account, f"{account}{n}", days, **payment)


def hired(world: World) -> None:
    """Six people, one with a passport, one with a partner of his own, one paid twice, one with two lines, of
    which one says no value."""
    for person in "abcd":
        world.imports(person)
        world.pays("boss", person)
    world.imports("d", customs_value_vnd=None)
    world.imports("a", registered_at=REGISTERED - timedelta(days=8))  # paid too late for this one
    world.imports("a", direction="export")
    world.imports("a", partner_name_norm=None)
    world.pays("boss", "a", 7, debtor_holder_key=None)
    world.imports("e", trader_key="passport:e")
    world.pays("boss", "e", 0, creditor_holder_key="passport:e")
    world.imports("f", partner_name_norm="foshan chair co ltd")
    world.pays("boss", "f")
    world.pays("boss", "friend")  # imports nothing
    world.imports("boss")
    world.pays("boss", "boss", creditor_account_id="VCB:own")


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    world = World()
    hired(world)
    world.hires("hub", debtor_hub=True)
    world.hires("two", people=2)
    world.hires("early", days=-0.1)
    world.hires("late", days=7.1)
    world.hires("buyer", amount_vnd=750 * THOUSAND)  # just half of what the goods are worth
    world.hires("just less", amount_vnd=749 * THOUSAND)
    world.hires(
        "family", creditor_name_norm="tran van an", debtor_name_norm="tran van an", debtor_holder_key=None
    )
    world.hires("old")
    for line in world.lines:
        if line["record_key"].startswith("old"):
            line["event_day"] = date(2025, 12, 1)
    for people, account in ((13, "sixteen"), (12, "fifteen")):
        world.hires(account)
        for n in range(people):
            world.pays(account, f"{account} customer{n}")
        world.pays(account, f"{account} shop", creditor_holder_key=f"tax:{account}")
    for n, line in enumerate(line for line in world.lines if line["record_key"].startswith("sixteen")):
        line["partner_name_norm"] = f"ningbo shop {n}"
    for n in range(3):
        world.imports(f"alone{n}", partner_name_norm=f"yiwu shop {n}")
        world.pays("several", f"alone{n}")
        world.imports(f"firm{n}", trader_key=f"tax:010000000{n}")
        world.pays("agent", f"firm{n}", creditor_holder_key=f"tax:010000000{n}")
        world.imports(f"unpriced{n}", customs_value_vnd=None)
        world.pays("unpriced", f"unpriced{n}")
        for partner in ("yiwu pearl", "yiwu coral"):
            world.imports(f"both{n}", partner_name_norm=partner, record_key=f"{partner}:{n}")
        world.pays("both", f"both{n}")
    firm: dict[str, Any] = {"debtor_holder_key": "tax:0200000001", "debtor_holder_type": "company"}
    world.hires("employer", **firm, purpose_code="SALA")
    world.hires("forwarder", **firm, remittance_norm="hoan tien cuoc thua")
    rows = transform(
        customs_declarations=table("customs", *world.lines),
        payments=table("payments", *world.payments),
        parameters=parameters("paid_declarants", window_days=90),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def holding(row: Row) -> set[str]:
    return {e.id for e in row.explanations if e.holds}


def test_six_people_are_paid_for_their_names(found: dict[str, Row]) -> None:
    row = found["boss"]
    assert (row.signal, row.subject_kind) == ("paid_declarants", "account")
    assert row.value == pytest.approx(log2(6))
    # Six payments and the second to a; six lines of 1.5 million, and the one that says no value.
    assert (row.support, row.value_vnd) == (7, 9000 * THOUSAND)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "boss", "beneficiary"),
        *(("person", f"cccd:{person}", "trader") for person in "abcdf"),
        ("person", "passport:e", "trader"),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("bank_transactions", f"boss>{person}:1") for person in "abcdf"),
        ("bank_transactions", "boss>a:7"),
        ("bank_transactions", "boss>e:0"),
        *(
            ("customs_declarations", key)
            for key in ("a:100000", "b:100001", "c:100002", "d:100003", "d:100004", "e:100008", "f:100009")
        ),
    }
    assert holding(row) == set()


def test_a_fifth_of_all_whom_it_pays_and_less_than_half_the_worth_are_enough(found: dict[str, Row]) -> None:
    # Three of fifteen people; the firm that it pays is none.
    assert found["fifteen"].value == found["just less"].value == pytest.approx(log2(3))


def test_who_pays_people_for_their_names_may_buy_of_many(found: dict[str, Row]) -> None:
    assert found["several"].value == pytest.approx(log2(3))
    lines = {e.key for e in found["both"].evidence if e.feed == "customs_declarations"}
    assert lines == {f"yiwu {shop}:{n}" for shop in ("coral", "pearl") for n in range(3)}
    # A payment that follows two lines is one payment.
    assert (found["both"].support, found["both"].value_vnd) == (3, 9000 * THOUSAND)


def test_wages_of_a_firm_are_explained(found: dict[str, Row]) -> None:
    assert holding(found["employer"]) == {"wages_of_a_firm"}


def test_what_a_forwarder_gives_back_is_explained(found: dict[str, Row]) -> None:
    assert holding(found["forwarder"]) == {"forwarder_refunds"}


def test_nobody_else(found: dict[str, Row]) -> None:
    # Each of the others lacks one condition, after which it is named.
    assert set(found) == {"boss", "fifteen", "just less", "several", "both", "employer", "forwarder"}
