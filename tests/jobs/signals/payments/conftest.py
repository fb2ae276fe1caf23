"""A tiny world of accounts and payments, and the shipped parameters of the signals that look at it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from configs.catalogue import ROOT, SignalDefinition
from configs.settings import read_yaml
from jobs.link.everyday_payments import with_plain_reasons
from jobs.signals.measure_signals import with_window
from tests.frames import frame, with_groups

ACCOUNTS_DDL = """
    account_id string, bank string, registered boolean, holder_key string, holder_type string,
    holder_name_norm string, phone_e164 string, address_norm string, opened_on date, status string,
    occupation string, declared_monthly_turnover_vnd bigint, current_province_code string,
    branch_province_code string, operator_id string, hub boolean, hub_reason string,
    payers bigint, payees bigint
"""
PAYMENTS_DDL = """
    payment_key string, report_keys array<string>, at timestamp, day date, amount_vnd bigint, channel string,
    debtor_account_id string, creditor_account_id string, debtor_country string, creditor_country string,
    debtor_name_norm string, creditor_name_norm string, debtor_holder_key string, creditor_holder_key string,
    debtor_holder_type string, creditor_holder_type string, debtor_operator string, creditor_operator string,
    debtor_hub boolean, creditor_hub boolean, remittance_norm string, purpose_code string,
    declaration_no string, device_id string
"""
CUSTOMS_DDL = """
    record_key string, declaration_no string, direction string, event_day date, trader_key string,
    trader_name_norm string, trader_phone_e164 string, trader_address_norm string,
    consignee_name_norm string, consignee_phone_e164 string, consignee_address_norm string,
    partner_name_norm string, partner_country string, customs_value_vnd bigint
"""
SELLERS_DDL = "seller_key string, settlement_account_id string"
OPERATORS_DDL = "kind string, id string, operator_id string, degree bigint"
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
AS_OF = date(2026, 3, 31)
RUN_DAYS = 90
MILLION = 1_000_000


@dataclass
class World:
    """Accounts by id, and payments between them (in millions of dong, at days since the start)."""

    spark: SparkSession
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: list[dict[str, Any]] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)
    sellers: list[dict[str, Any]] = field(default_factory=list)

    def account(self, name: str, **columns: Any) -> str:
        """Declare an account; columns that are not given are those of an unremarkable person."""
        self.accounts[name] = {
            "account_id": name,
            "bank": "VCB",
            "registered": True,
            "holder_key": f"cccd:{name}",
            "holder_type": "individual",
            "holder_name_norm": f"ten {name}",
            "address_norm": f"nha {name}",
            "opened_on": date(2020, 1, 1),
            "status": "active",
            "hub": False,
        } | columns
        return name

    def pay(
        self, debtor: str | None, creditor: str | None, millions: float, day: float, **columns: Any
    ) -> str:
        """One payment; None is cash. Returns its key."""
        at = START + timedelta(days=day)
        key = f"VCB:T{len(self.payments):05d}"
        row: dict[str, Any] = {
            "payment_key": key,
            "report_keys": [key],
            "at": at,
            "day": (at + timedelta(hours=7)).date(),
            "amount_vnd": round(millions * MILLION),
            "channel": "napas247",
            "debtor_account_id": debtor,
            "creditor_account_id": creditor,
            "debtor_country": "VN",
            "creditor_country": "VN",
        }
        for side, name in (("debtor", debtor), ("creditor", creditor)):
            if name is None:
                continue
            if name not in self.accounts:
                self.account(name)
            holder = self.accounts[name]
            row |= {
                f"{side}_name_norm": holder["holder_name_norm"],
                f"{side}_holder_key": holder["holder_key"],
                f"{side}_holder_type": holder["holder_type"],
                f"{side}_hub": holder["hub"],
                f"{side}_operator": holder.get("operator_id"),
            }
        self.payments.append(row | columns)
        return key

    def import_(self, name: str, partner: str, **columns: Any) -> None:
        """One declaration of a private person's import."""
        number = f"1{len(self.imports):011d}"
        self.imports.append(
            {
                "record_key": f"{number}:1",
                "declaration_no": number,
                "direction": "import",
                "event_day": START.date(),
                "trader_name_norm": name,
                "partner_name_norm": partner,
                "partner_country": "CN",
                "customs_value_vnd": MILLION,
            }
            | columns
        )

    def frames(self) -> tuple[DataFrame, DataFrame]:
        """(payments, accounts) as the links and flows tables have them."""
        sides = [(p["debtor_account_id"], p["creditor_account_id"]) for p in self.payments]
        rows = []
        for name, columns in self.accounts.items():
            payers = len({debtor for debtor, creditor in sides if creditor == name})
            payees = len({creditor for debtor, creditor in sides if debtor == name})
            rows.append({"payers": payers, "payees": payees} | columns)
        payments = with_plain_reasons(with_groups(frame(self.spark, PAYMENTS_DDL, self.payments)))
        return payments, frame(self.spark, ACCOUNTS_DDL, rows)


@pytest.fixture(scope="session")
def new_world(spark: SparkSession) -> Callable[[], World]:
    """An empty world; a test module fills one with all its cases and measures it once."""
    return lambda: World(spark)


@pytest.fixture(scope="session")
def measure() -> Callable[..., list[Any]]:
    """Run a signal over a world with its shipped parameters (some of them changed): its rows by value."""

    def run(module: Any, world: World, **changed: float | int | str) -> list[Any]:
        payments, accounts = world.frames()
        frames = {
            "flows.payments": payments,
            "links.accounts": accounts,
            "flows.declarations": frame(world.spark, CUSTOMS_DDL, world.imports),
            "silver.sellers": frame(world.spark, SELLERS_DDL, world.sellers),
            "links.operators": frame(world.spark, OPERATORS_DDL, []),
        }
        shipped = SignalDefinition.model_validate(read_yaml(ROOT / "signals" / f"{module.SIGNAL.id}.yml"))
        parameters = with_window(shipped.parameters | changed, RUN_DAYS)
        tables = {argument: frames[table] for argument, table in module.SIGNAL.reads.items()}
        rows = module.transform(**tables, parameters=parameters, as_of=AS_OF).collect()
        return sorted(rows, key=lambda row: (-row.value, row.subject_id))

    return run
