"""Payees abroad whom many pay under the reporting level (1,000 USD); families and schools beside them."""

from decimal import Decimal
from math import log2

import pytest

from configs.catalogue import load_catalogue
from jobs.signals.payments.abroad import structured_remittances
from tests.frames import frame
from tests.jobs.signals.payments.conftest import AS_OF
from tests.jobs.signals.payments.told import holding, members, shown

REPORTS_DDL = "record_key string, amount decimal(18, 2), currency string"
DONG = {"USD": 0.026, "CNY": 0.0036}  # millions


class Remittances:
    """A world's payments abroad with the money in which they were paid."""

    def __init__(self, world):
        self.world, self.reports = world, []

    def remit(self, payer, payee, amount, day, *, currency="USD", **columns):
        key = self.world.pay(
            payer, payee, amount * DONG[currency], day, channel="swift", creditor_country="CN", **columns
        )
        self.reports.append({"record_key": key, "amount": Decimal(amount), "currency": currency})
        return key

    def crowd(self, payee, amounts, *, payers=5, days=(0,), **columns):
        """Each payer pays each of the amounts in turn, on each of the days."""
        return {
            self.remit(f"{payee}-payer{n}", payee, amounts[(n + k) % len(amounts)], day + n * 0.1, **columns)
            for n in range(payers)
            for k, day in enumerate(days)
        }


def guilty(told):
    keys = told.crowd("many", [700, 980, 850, 600], payers=8, days=(0, 5, 9))
    keys.add(told.remit("many-payer0", "many", 2500, 20))  # 24 of 25 are under the level
    told.crowd("yuan", [6900], days=(0, 5), currency="CNY")  # 24.84 million are 955 dollars
    told.crowd("three", [900], payers=3, days=(0, 5))
    return keys


def excused(told):
    told.crowd("school", [900], days=(0, 40), remittance_norm="tuition nguyen van a")
    told.crowd("family", [900], days=(0, 40), remittance_norm="family support")
    told.crowd("every week", [900], days=(0, 7), remittance_norm="family support")
    told.crowd("half told", [900], payers=5, remittance_norm=None)
    told.remit("half told-payer0", "half told", 900, 3, remittance_norm="tuition")
    told.crowd("platform", [900], payers=6)
    for n in range(94):
        told.world.account(f"firm{n}", holder_type="company")
        told.remit(f"firm{n}", "platform", 9000, 10)


def innocent(told):
    told.crowd("two", [900], payers=2, days=(0, 5, 9))
    told.crowd("once each", [900])
    told.crowd("any sum", [900, 900, 900, 2000], days=(0, 5, 9, 14))  # three in four
    told.crowd("little", [599], days=(0, 5))
    told.crowd("at the level", [1000], days=(0, 5))
    for n in range(5):
        told.world.account(f"importer{n}", holder_type="company")
        told.remit(f"importer{n}", "factory", 900, n)
        told.world.pay(f"home{n}", "at home", 23, n)


@pytest.fixture(scope="module")
def found(new_world, spark):
    told = Remittances(new_world())
    keys = guilty(told)
    excused(told)
    innocent(told)
    rows = structured_remittances.transform(
        payments=told.world.frames()[0],
        reports=frame(spark, REPORTS_DDL, told.reports),
        parameters=load_catalogue().signals["structured_remittances"].parameters,
        as_of=AS_OF,
    ).collect()
    return {row.subject_id: row for row in rows}, keys


def test_many_payers_who_stay_under_the_level(found):
    row = found[0]["many"]
    assert row.value == pytest.approx(3 * 24 / 25, abs=1e-6)
    payers = [f"many-payer{n}" for n in range(8)]
    assert members(row) == {
        ("many", "beneficiary"),
        *((name, "payer") for name in payers),
        *((f"cccd:{name}", "payer") for name in payers),
    }
    assert shown(row) == found[1]
    # Payees of private people: the twelve others that are named here, too.
    assert (row.support, row.typical, row.peers) == (25, pytest.approx(log2(5)), 13)
    assert holding(row) == set()


def test_three_who_pay_repeatedly(found):
    assert found[0]["three"].value == pytest.approx(log2(3), abs=1e-6)


def test_other_money_counts_as_what_it_is_worth_in_dollars(found):
    assert found[0]["yuan"].value == pytest.approx(log2(5), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("school", {"tuition_or_family"}),
        ("family", {"tuition_or_family"}),
        ("every week", set()),  # nobody supports a family by the week
        ("half told", set()),  # one of six
        ("platform", {"known_platform"}),
    ],
)
def test_innocent_explanations(found, name, reasons):
    assert holding(found[0][name]) == reasons


def test_exactly_those_that_are_meant(found):
    assert set(found[0]) == {
        *("many", "yuan", "three", "school", "family", "every week", "half told", "platform")
    }
