"""No column tells schemes apart: neither the form of values nor the place in a file, only what people do.

A shallow tree sees the form of every value (length, digits, case, marks, first and last digits, emptiness),
grouped by
whom the records belong to, so that it cannot learn a person by heart. It must do no better than chance.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from jobs.simulate import goods_sheets, money_sheets
from jobs.simulate.sheets import Sheet, Writing
from jobs.simulate.state import CHANNEL, PERSON, World
from tests.jobs.simulate.conftest import Told

WORST = 0.62


def form(column: pa.Array) -> NDArray[np.float64]:
    """What a value looks like, one row a value."""
    rows = []
    for value in column.to_pylist():
        text = value or ""
        digits = "".join(c for c in text if c.isdigit())
        rows.append(
            [
                len(text),
                len(digits),
                text == text.upper(),
                text.isascii(),
                not text,
                int(digits[-1]) if digits else -1,
                int(digits[:3]) if digits else -1,
            ]
        )
    return np.array(rows, dtype=float)


def auc(
    sheet: Sheet,
    names: Sequence[str],
    guilty: NDArray[np.bool_],
    among: NDArray[np.bool_],
    group: NDArray[np.int64],
) -> float:
    """How well a shallow tree tells guilty rows by form, on entities that it has not seen."""
    features = np.hstack([form(sheet.columns[name].filter(pa.array(among))) for name in names])
    tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=40, class_weight="balanced", random_state=0)
    said = cross_val_predict(
        tree, features, guilty[among], groups=group[among], cv=GroupKFold(5), method="predict_proba"
    )
    return float(roc_auc_score(guilty[among], said[:, 1]))


def left_by_schemes(world: World, feed: str, count: int) -> NDArray[np.bool_]:
    guilty = np.zeros(count, dtype=bool)
    for case in world.cases:
        for name, rows in case.records:
            if name == feed and not case.innocent:
                guilty[rows] = True
    return guilty


def members(world: World, kind: str, count: int) -> NDArray[np.bool_]:
    guilty = np.zeros(count, dtype=bool)
    for case in world.cases:
        if not case.innocent:
            guilty[[position for member, position in case.members if member == kind]] = True
    return guilty


@pytest.fixture(scope="module")
def writing(crowded: World) -> Writing:
    return Writing(crowded)


def test_transfers_between_people(crowded: World, writing: Writing) -> None:
    sheet = money_sheets.bank_transactions(crowded, writing)
    p, holder, kind = crowded.payments, crowded.accounts["holder"], crowded.parties["kind"]
    row = sheet.origin
    transfer = np.isin(p["channel"][row], [CHANNEL[c] for c in ("napas247", "internal", "citad")])
    personal = (kind[holder[p["debtor"][row]]] == PERSON) & (kind[holder[p["creditor"][row]]] == PERSON)
    names = [
        "transaction_id",
        "booked_at",
        "debtor_account",
        "debtor_bank",
        "debtor_name",
        "debtor_country",
        "creditor_account",
        "creditor_bank",
        "creditor_name",
        "creditor_country",
        "purpose_code",
        "device_id",
        "declaration_no",
        "amount_vnd",
    ]
    guilty = left_by_schemes(crowded, sheet.feed, len(p))[row]
    assert auc(sheet, names, guilty, transfer & personal, p["creditor"][row]) < WORST


def test_last_digits_of_amounts(crowded: World) -> None:
    """Sums are rounded by the same habits, whoever pays."""
    p, holder, kind = crowded.payments, crowded.accounts["holder"], crowded.parties["kind"]
    guilty = left_by_schemes(crowded, "bank_transactions", len(p))
    personal = (
        (kind[holder[p["debtor"]]] == PERSON)
        & (kind[holder[p["creditor"]]] == PERSON)
        & (p["debtor"] >= 0)
        & (p["creditor"] >= 0)
    )
    size = (p["amount"] > 1e6) & (p["amount"] < 1e7) & (p["currency"] == "VND")
    exact = p["amount"] % 1000 > 0
    mine, others = exact[guilty & personal & size].mean(), exact[~guilty & personal & size].mean()
    assert abs(mine - others) < 0.08


def case_numbers(world: World, feed: str, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups in which the rows of one case stand together, so that nobody is learnt by heart."""
    out = group + len(world.cases)
    for case in world.cases:
        for name, rows in case.records:
            if name == feed and not case.innocent:
                out[rows] = case.number
    return out


def test_parcels(crowded: World, writing: Writing) -> None:
    """Who sends is tested with the sellers; here is what the parcels look like."""
    sheet = goods_sheets.shipments(crowded, writing)
    p = crowded.parcels
    names = [
        "waybill_no",
        "order_no",
        "recipient_name",
        "recipient_phone",
        "recipient_address",
        "created_at",
        "picked_up_at",
    ]
    names += ["service", "shipping_fee_vnd", "cod_amount_vnd", "hs_code"]
    guilty, group = (
        left_by_schemes(crowded, sheet.feed, len(p)),
        case_numbers(crowded, sheet.feed, p["sender"]),
    )
    for among in (p["platform"] >= 0, (p["platform"] < 0) & (p["declaration"] == 0)):
        assert auc(sheet, names, guilty, among, group) < WORST
    names = [
        "waybill_no",
        "created_at",
        "picked_up_at",
        "service",
        "shipping_fee_vnd",
        "house_bill_no",
        "declaration_no",
    ]
    assert auc(sheet, names, guilty, p["declaration"] > 0, group) < WORST


def test_declarations(crowded: World, writing: Writing) -> None:
    sheet = goods_sheets.customs_declarations(crowded, writing)
    d = crowded.declarations
    names = [
        "declaration_no",
        "line_no",
        "registered_at",
        "partner_name",
        "master_bill_no",
        "house_bill_no",
        "quantity",
    ]
    names += ["net_weight_kg", "invoice_value", "currency", "trader_name", "trader_phone", "trader_id"]
    guilty, group = (
        left_by_schemes(crowded, sheet.feed, len(d)),
        case_numbers(crowded, sheet.feed, d["trader"]),
    )
    assert auc(sheet, names, guilty, d["regime"] != "MIC", group) < WORST


def test_accounts(crowded: World, writing: Writing) -> None:
    sheet = money_sheets.bank_accounts(crowded, writing)
    guilty = members(crowded, "account", len(crowded.accounts))[sheet.origin]
    people = crowded.parties["kind"][crowded.accounts["holder"][sheet.origin]] == PERSON
    names = [
        "account_no",
        "holder_name",
        "holder_id",
        "phone",
        "address",
        "province_code",
        "branch_province_code",
    ]
    names += ["occupation", "declared_monthly_turnover_vnd"]
    assert auc(sheet, names, guilty, people, crowded.accounts["holder"][sheet.origin]) < WORST


def test_sellers(crowded: World, writing: Writing) -> None:
    sheet = goods_sheets.sellers(crowded, writing)
    guilty = members(crowded, "shop", len(crowded.shops))[sheet.origin]
    case_of = np.arange(len(crowded.shops)) + len(crowded.cases)
    for case in crowded.cases:
        case_of[[position for kind, position in case.members if kind == "shop"]] = case.number
    names = [
        "seller_id",
        "shop_name",
        "owner_name",
        "owner_id",
        "phone",
        "email",
        "pickup_address",
        "settlement_account",
        "device_id",
    ]
    assert auc(sheet, names, guilty, np.ones(len(sheet), dtype=bool), case_of[sheet.origin]) < WORST


def test_case_rows_stand_anywhere_in_the_files(tiny: Told) -> None:
    """Positions of scheme payments in what their banks deliver are spread evenly."""
    keys: set[str] = set()
    for case in tiny.world.cases:
        for feed, rows in case.records:
            if feed == "bank_transactions" and not case.innocent:
                keys |= set(tiny.delivered.keys_of(feed, rows))
    places = []
    for path in (tiny.folder / "landing" / "bank_transactions").rglob("*_20??????.csv"):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        header = lines[0].split(",")
        if header[:2] != ["bank_code", "transaction_id"] or len(lines) < 20:
            continue
        found = [
            i / (len(lines) - 2) for i, line in enumerate(lines[1:]) if ":".join(line.split(",")[:2]) in keys
        ]
        places += found
    assert len(places) > 30
    assert 0.4 < float(np.mean(places)) < 0.6
