"""A private account that businesses pay for other firms, and the agent, the employee and the friend."""

import pytest

from jobs.signals.payments.collection import paid_in_anothers_name
from tests.jobs.signals.payments.told import holding, members

FIRMS = ("cty tnhh sx hoang dat", "cong ty co phan tm dv bao duong", "cty tnhh mtv kim long mien bac")


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for name in ("a", "b", "c"):
        world.account(
            name,
            holder_type="company",
            holder_key=f"tax:{name}",
            holder_name_norm=f"cty tnhh nha may {name}1",
        )

    def pay(payer, payee, firm, millions=10, **columns):
        remark = {"remittance_norm": f"tt {firm} hd 0037240"}
        return world.pay(payer, payee, millions, 1, **remark | columns)

    keys = [pay(payer, "mule", firm) for payer, firm in zip("abc", FIRMS, strict=True)]
    keys.append(pay("a", "second", FIRMS[0]))
    keys.append(pay("b", "second", FIRMS[1], millions=5))
    typed = [
        pay(payer, "typed", "", remittance_norm="tt hoa don 1482455", creditor_name_norm=firm)
        for payer, firm in zip(
            "abc", ("cty tnhh sao lan", "cty tnhh tin nghia", "cty cp a chau"), strict=True
        )
    ]
    for payer in "abc":
        pay(payer, "agent", "cty tnhh thep viet duc")  # several pay, but for one firm
        pay(payer, "payee-of-own", f"cty tnhh nha may {payer}1")  # the payer names itself
        pay(payer, "worker", FIRMS["abc".index(payer)], purpose_code="SALA")
    for firm in FIRMS:
        pay("a", "own-agent", firm)  # one business alone
        pay(f"person-{firm}", "private", firm)  # who pays is no business
    for payer, firm in zip("abc", ("cty det may 10", "cty go an cuong", "cty bia sai gon"), strict=True):
        pay(payer, "entrusted", firm, remittance_norm=f"thu ho {firm}")
    for payer, firm in zip("abc", FIRMS, strict=True):
        # A seller abroad, whose account no bank here tells of; and a parent that pays for its subsidiaries.
        pay(payer, "CN:seller", firm, creditor_country="CN", creditor_name_norm="yiwu sunrise co ltd")
        pay(
            payer,
            "landlord",
            firm,
            remittance_norm=f"thanh toan ho cong ty {'con' if payer == 'a' else 'me'}",
        )
    world.account("firm", holder_type="company", holder_key="tax:firm")
    for payer, firm in zip("abc", FIRMS, strict=True):
        pay(payer, "firm", firm)
    return {row.subject_id: row for row in measure(paid_in_anothers_name, world)}, keys, typed


def test_accounts_that_the_same_firms_name_brings_together(found):
    rows, keys, _ = found
    row = rows["mule"]
    assert row.value == pytest.approx(2.321928)  # log2 of five
    assert members(row) == {("mule", "beneficiary"), ("second", "beneficiary")}
    assert {record.key for record in row.evidence} == set(keys)
    assert (row.support, row.value_vnd) == (5, 45_000_000)
    assert holding(row) == set()


def test_the_name_that_the_payer_gave_tells_as_well(found):
    rows, _, typed = found
    assert {record.key for record in rows["typed"].evidence} == set(typed)


def test_who_says_that_it_collects_for_another_is_explained(found):
    assert holding(found[0]["entrusted"]) == {"entrusted_collection"}


def test_nobody_else(found):
    assert set(found[0]) == {"mule", "typed", "entrusted"}
