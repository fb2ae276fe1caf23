"""What a simulated world consists of: entities (parties, contacts, accounts, shops) and what they did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from jobs.simulate.calendar import Calendar
from jobs.simulate.ledger import Ledger, Phrases
from jobs.simulate.numbering import Numbers, stream
from jobs.simulate.parameters import Size

if TYPE_CHECKING:
    from jobs.simulate.cases import Case

PERSON, FIRM, CARRIER, PLATFORM, INTERMEDIARY, FOREIGN = range(6)
BANKS = ("VCB", "BID", "CTG", "MBB", "TCB", "ACB", "VPB", "TPB", "STB", "VIB")
CARRIERS = ("ghn", "ghtk", "viettelpost", "jt", "spx", "vnpost", "ninjavan", "best")
PLATFORMS = ("shopee", "tiktokshop", "facebook", "lazada", "zalo", "tiki", "own_site", "sendo")
#: Platforms that take the buyer's money themselves and pay the seller later.
PAYING_PLATFORMS = ("shopee", "tiktokshop", "lazada", "tiki", "sendo")
CHANNELS = (
    "napas247",
    "citad",
    "swift",
    "qr",
    "card",
    "wallet",
    "cash_deposit",
    "cash_withdrawal",
    "internal",
    "cod_settlement",
    "platform_payout",
)
CHANNEL = {name: number for number, name in enumerate(CHANNELS)}
STATUSES = ("created", "in_transit", "delivered", "returned", "refused", "lost", "cancelled")
STATUS = {name: number for number, name in enumerate(STATUSES)}


def _parties() -> Ledger:
    return Ledger(
        {
            "kind": 0,
            "name": "",
            "id_type": "",
            "id_value": "",
            "contact": -1,
            "born": 0,
            "household": -1,
            "occupation": "",
            "income_vnd": 0,
            "employer": -1,
            "roles": 0,
            "director": -1,
            "registered": 0,
            "taken": False,
            "country": "VN",
        }
    )


def _accounts() -> Ledger:
    return Ledger(
        {
            "bank": "",
            "number": "",
            "holder": -1,
            "opened": 0,
            "status": "active",
            "device": -1,
            "branch": 0,
            "turnover_vnd": -1,
            "country": "VN",
            "registered": True,
        }
    )


def _shops() -> Ledger:
    return Ledger(
        {
            "platform": 0,
            "seller_id": "",
            "name": "",
            "owner": -1,
            "contact": -1,
            "email": "",
            "settlement": -1,
            "category": "",
            "device": -1,
            "registered_on": 0,
            "status": "active",
            "volume": 0.0,
            "price_vnd": 0,
            "cod_share": 0.5,
            "carrier": 0,
            "opens": 0,
            "tax_code": "",
            "brand": "",
            "taken": False,
            "supplier": -1,
            "purchase_share": 0.65,
        }
    )


def _payments() -> Ledger:
    return Ledger(
        {
            "at": 0,
            "amount": 0.0,
            "currency": "VND",
            "amount_vnd": 0,
            "debtor": -1,
            "creditor": -1,
            "channel": 0,
            "phrase": -1,
            "number": -1,
            "purpose": "",
            "declaration": 0,
            "device": -1,
        }
    )


def _parcels() -> Ledger:
    return Ledger(
        {
            "created": 0,
            "picked": 0,
            "delivered": 0,
            "returned": 0,
            "status": 0,
            "carrier": 0,
            "waybill": 0,
            "platform": -1,
            "shop": -1,
            "order": 0,
            "sender": -1,
            "recipient": -1,
            "phrase": -1,
            "hs": 0,
            "brand": "",
            "quantity": 1,
            "kg": 0.0,
            "declared_vnd": 0,
            "cod_vnd": 0,
            "fee_vnd": 0,
            "cod_account": -1,
            "service": "",
            "origin": "",
            "master": 0,
            "house": 0,
            "declaration": 0,
        }
    )


def _declarations() -> Ledger:
    return Ledger(
        {
            "declaration": 0,
            "line": 1,
            "direction": "import",
            "regime": "",
            "registered": 0,
            "cleared": 0,
            "office": 0,
            "channel": "",
            "history": "",
            "officer": 0,
            "inspection": "",
            "trader": -1,
            "trader_contact": -1,
            "consignee": -1,
            "partner": -1,
            "master": 0,
            "house": 0,
            "hs": 0,
            "phrase": -1,
            "brand": "",
            "origin": "",
            "quantity": 0.0,
            "unit": "",
            "kg": 0.0,
            "invoice": 0.0,
            "currency": "USD",
            "value_vnd": 0,
            "duty_vnd": 0,
            "vat_vnd": 0,
        }
    )


@dataclass
class World:
    """Everything that a world holds before it is written. Rows are positions in the ledgers."""

    seed: int
    size_name: str
    size: Size
    catalogue: str
    calendar: Calendar
    addresses: Ledger = field(
        default_factory=lambda: Ledger(
            {"house": "", "street": "", "ward": "", "district": "", "province": ""}
        )
    )
    contacts: Ledger = field(default_factory=lambda: Ledger({"name": "", "phone": "", "address": -1}))
    parties: Ledger = field(default_factory=_parties)
    accounts: Ledger = field(default_factory=_accounts)
    shops: Ledger = field(default_factory=_shops)
    payments: Ledger = field(default_factory=_payments)
    parcels: Ledger = field(default_factory=_parcels)
    declarations: Ledger = field(default_factory=_declarations)
    listings: Ledger = field(
        default_factory=lambda: Ledger(
            {
                "shop": -1,
                "at": 0,
                "phrase": -1,
                "text": -1,
                "brand": "",
                "category": "",
                "price_vnd": 0,
                "sold": 0,
                "image": np.uint64(0),
            }
        )
    )
    tips: Ledger = field(
        default_factory=lambda: Ledger(
            {"at": 0, "channel": "", "kind": "", "value": "", "allegation": "", "province": "", "text": ""}
        )
    )
    actions: Ledger = field(
        default_factory=lambda: Ledger(
            {
                "day": 0,
                "agency": "",
                "kind": "",
                "value": "",
                "violation": "",
                "outcome": "",
                "penalty_vnd": -1,
            }
        )
    )
    seller_changes: Ledger = field(default_factory=lambda: Ledger({"shop": -1, "day": 0, "settlement": -1}))
    phrases: Phrases = field(default_factory=Phrases)
    cases: list[Case] = field(default_factory=list)
    carrier_accounts: list[int] = field(default_factory=list)
    platform_accounts: list[int] = field(default_factory=list)
    intermediary_accounts: list[int] = field(default_factory=list)
    numbers: dict[str, Numbers] = field(default_factory=dict)
    devices: int = 0
    ordinary_accounts: int = 0
    trader_contact: dict[int, int] = field(default_factory=dict)
    master_bills: dict[int, int] = field(default_factory=dict)
    trade_partners: np.ndarray | None = None
    express_senders: np.ndarray | None = None
    _by_holder: tuple[np.ndarray, np.ndarray] | None = None

    def rng(self, name: str) -> np.random.Generator:
        """The random stream of that name."""
        return stream(self.seed, name)

    def take_numbers(self, series: str, count: int, half_digits: int = 5) -> np.ndarray:
        """Fresh record numbers of a series, of ``2 * half_digits`` digits."""
        if series not in self.numbers:
            salt = int(stream(self.seed, f"numbers:{series}").integers(1, 2**31))
            self.numbers[series] = Numbers(salt, half_digits)
        return self.numbers[series].take(count)

    def new_devices(self, count: int) -> np.ndarray:
        """Positions of fresh e-banking devices."""
        first = self.devices
        self.devices += count
        return np.arange(first, first + count, dtype=np.int64)

    def accounts_by_holder(self) -> tuple[np.ndarray, np.ndarray]:
        """Account positions ordered by holder, oldest first, and the holders in that order."""
        if self._by_holder is None or len(self._by_holder[0]) != len(self.accounts):
            order = np.argsort(self.accounts["holder"], kind="stable")
            self._by_holder = (order, self.accounts["holder"][order])
        return self._by_holder
