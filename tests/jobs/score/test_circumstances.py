"""What members share and who stands behind them, read from small tables."""

from collections import Counter
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from configs.catalogue import shipped_catalogue
from jobs.score.gather_accounts import gather_accounts
from jobs.score.gather_circumstances import gather_circumstances
from jobs.score.gather_holdings import gather_holdings
from models.networks.companions import companions_among
from models.networks.network import Network, Tie
from models.networks.tied_members import add_tied
from models.networks.ties import flagged_by, rare_ties
from models.weighing.detections import Member
from tests.frames import frame_of_tuples
from tests.models.builders import account, weighed

TABLES = {
    "flows.money_days": "debtor_account_id string, creditor_account_id string",
    "flows.payments": """
        debtor_account_id string, creditor_account_id string, debtor_country string, creditor_country string,
        amount_vnd bigint
    """,
    "links.accounts": """
        account_id string, holder_key string, hub boolean, registered boolean, holder_name_norm string
    """,
    "links.identifiers": "kind string, id string, hub boolean",
    "links.operators": "kind string, id string, operator_id string",
    "links.usages": """
        entity_kind string, entity_id string, kind string, id string, party string, role string,
        institution string, records bigint
    """,
    "silver.sellers": """
        seller_key string, owner_key string, tax_key string, settlement_account_id string,
        owner_name_norm string
    """,
    "flows.declarations": """
        event_day date, trader_key string, declaration_no string, customs_office string, officer_code string,
        partner_name_norm string, consignee_phone_e164 string, consignee_address_norm string,
        trader_phone_e164 string, trader_address_norm string,
        hs_code string, goods_norm string, partner_country string, origin_country string, direction string
    """,
}


class Tables:
    """A lake of hand-made tables; those not given are empty, and so are last columns not given."""

    def __init__(self, spark: SparkSession, **rows: list[tuple[Any, ...]]) -> None:
        self._spark = spark
        self._rows = {name.replace("__", "."): given for name, given in rows.items()}

    def read(self, name: str) -> DataFrame:
        width = len(TABLES[name].split(","))
        rows = [(*row, *[None] * (width - len(row))) for row in self._rows.get(name, [])]
        return frame_of_tuples(self._spark, TABLES[name], rows)

    def frame(self, rows: list[tuple[Any, ...]], ddl: str) -> DataFrame:
        return frame_of_tuples(self._spark, ddl, rows)


def run_on(lake: Tables) -> Any:
    context = SimpleNamespace(as_of=date(2026, 3, 31), window_start=date(2026, 1, 1))
    return SimpleNamespace(lake=lake, context=context)


def ties_of(lake: Tables, networks: list[Network], **changed: Any) -> list[Tie]:
    rules = shipped_catalogue().ranking.model_copy(update=changed)
    flagged = flagged_by(networks, rules)
    members = {member for named in flagged.values() for member in named}
    gathered = gather_circumstances(run_on(lake), members, rules)
    return rare_ties(flagged, gathered.uses, gathered.populations, rules)


def traders_found(names: str, signal: str) -> list[Network]:
    """Traders, each found by itself by one signal."""
    grown = []
    for name in names:
        network, row, company = Network(), weighed(name, 0.7), Member("company", f"tax:{name}")
        found = replace(row.detection, signal=signal, subject=company, members=((company, "trader"),))
        network.detections.append(replace(row, detection=found))
        network.add_members(network.detections[0])
        grown.append(network)
    return grown


@pytest.fixture(scope="module")
def networks() -> list[Network]:
    """Three accounts, each found by itself at the same conduct."""
    grown = []
    for name in "ABC":
        network, row = Network(), weighed(name, 0.7)
        network.detections.append(row)
        network.add_members(row)
        grown.append(network)
    return grown


def test_the_payee_of_three_flagged_accounts_ties_them_and_comes_in(
    spark: SparkSession, networks: list[Network]
) -> None:
    paid = [(name, "payee") for name in "ABC"] + [(name, "shop") for name in "ABC"]
    paid += [(f"person{number}", "shop") for number in range(400)]
    lake = Tables(spark, flows__money_days=paid, links__accounts=[("shop", None, False, True)])
    ties = ties_of(lake, networks)
    assert {(tie.circumstance, tie.value) for tie in ties if tie.named} == {("pays", "payee")}
    add_tied(networks[:1], ties)
    assert networks[0].role(account("payee")) == "collector"
    assert account("shop") not in networks[0].members
    assert networks[0].ties == []  # B and C are elsewhere: the tie did not make this network
    together = Network(members={account(name): Counter(mule=1) for name in "ABC"})
    add_tied([together], ties)
    assert ("pays", "payee") in {(tie.circumstance, tie.value) for tie in together.ties}


def test_an_officer_ties_traders_whom_he_regularly_clears_and_not_a_passer_by(spark: SparkSession) -> None:
    def declared(trader: str, number: int, officer: str) -> tuple[Any, ...]:
        place = ("02CI", officer, *[None] * 9, "import")
        return (date(2026, 2, 1), f"tax:{trader}", f"{trader}{number}", *place)

    rows = [declared(trader, number, "7") for trader in "AB" for number in range(2)]
    rows += [declared("C", number, officer) for number, officer in enumerate("7899")]
    grown = traders_found("ABC", "favoured_traders")
    lake = Tables(spark, flows__declarations=rows)
    (tie,) = ties_of(lake, grown)
    assert tie.circumstance == "officer"
    assert [member.id for member in tie.members] == ["tax:A", "tax:B"]


def test_goods_at_one_office_tie_where_a_signal_says_so_unless_many_have_them(
    spark: SparkSession,
) -> None:
    def declared(trader: str, code: str, office: str) -> tuple[Any, ...]:
        of_goods = (code, None, "EC", "EC", "import")
        return (date(2026, 2, 1), f"tax:{trader}", trader, office, *[None] * 6, *of_goods)

    rows = [declared(trader, "03061719", "15BB") for trader in "AB"]
    rows += [declared(trader, "84717020", "20BB") for trader in "BCDEFGH"]
    rows += [declared("C", "03061719", "20BB")]
    grown = traders_found("ABC", "temporary_imports_kept")
    lake = Tables(spark, flows__declarations=rows)
    assert ties_of(lake, grown) == []  # a trade has its routes: two of them are no ring
    ties = ties_of(lake, grown, tie_always={"temporary_imports_kept": ["goods_at_office"]})
    at_office = [tie for tie in ties if tie.circumstance == "goods_at_office"]
    assert [(tie.value, [member.id for member in tie.members]) for tie in at_office] == [
        ("03061719|EC|EC|15BB", ["tax:A", "tax:B"])
    ]


def test_an_account_that_shops_collect_to_ties_them_also_where_parcels_name_no_shop(
    spark: SparkSession,
) -> None:
    def use(kind: str, user: str, account: str, parcels: int = 1) -> tuple[Any, ...]:
        return (kind, user, "account", account, user, "cod_account", None, parcels)

    # A names the account itself; B is known by the phone that its parcels name. Now and then it packs for A,
    # whose money goes to A's own account.
    usages = [use("seller", "shopee:A", "shared"), use("phone", "+8490", "shared", 9)]
    usages += [use("seller", "shopee:A", "own of a"), use("phone", "+8490", "own of a")]
    usages += [use("seller", shop, "hub") for shop in ("shopee:A", "shopee:B")]
    usages += [use("seller", f"shopee:{n}", f"own{n}") for n in range(400)]
    grown = []
    for name in "AB":
        network, row, shop = Network(), weighed(name, 0.7), Member("seller", f"shopee:{name}")
        found = replace(row.detection, signal="evasive_listings", subject=shop, members=((shop, "seller"),))
        row = replace(row, detection=found)
        network.detections.append(row)
        network.add_members(row)
        grown.append(network)
    lake = Tables(
        spark,
        links__usages=usages,
        links__operators=[("phone", "+8490", "op b"), ("seller", "shopee:B", "op b")],
        links__identifiers=[("account", "hub", True)],
    )
    (tie,) = ties_of(lake, grown)
    assert (tie.circumstance, tie.value) == ("shop_account", "shared")
    assert [member.id for member in tie.members] == ["shopee:A", "shopee:B"]


def test_phones_that_send_under_no_shops_name_are_tied_by_where_they_send_from(spark: SparkSession) -> None:
    def use(user: str, place: str) -> tuple[Any, ...]:
        return ("phone", user, "address", place, user, "sender_address", None, 1)

    usages = [use("A", "shared"), use("B", "shared"), use("A", "hub"), use("B", "hub")]
    usages += [use(f"other{n}", f"own{n}") for n in range(400)]
    grown = []
    for name in "AB":
        network, row, phone = Network(), weighed(name, 0.7), Member("phone", name)
        network.detections.append(
            replace(row, detection=replace(row.detection, subject=phone, members=((phone, "phone"),)))
        )
        network.add_members(network.detections[0])
        grown.append(network)
    lake = Tables(spark, links__usages=usages, links__identifiers=[("address", "hub", True)])
    (tie,) = ties_of(lake, grown)
    assert (tie.circumstance, tie.value) == ("shop_address", "shared")
    assert [member.id for member in tie.members] == ["A", "B"]


def test_holders_and_shared_devices_stand_behind_accounts(spark: SparkSession) -> None:
    devices = {"shared": "AB", "own": "A", "counter": "AB"}
    lake = Tables(
        spark,
        links__accounts=[
            ("A", "cccd:1", False, True),
            ("B", "tax:2", False, True),
            ("hub", "tax:3", True, True),
        ],
        links__identifiers=[("device", "counter", True)],
        links__usages=[
            ("account", name, "device", device, f"party-{name}", "device", None, 1)
            for device, names in devices.items()
            for name in names
        ],
        silver__sellers=[("shopee:1", None, "tax:2", None)],
    )
    members = {account(name) for name in ("A", "B", "hub")} | {Member("seller", "shopee:1")}
    found = companions_among(gather_holdings(run_on(lake), members), members)
    assert found == {
        account("A"): [Member("device", "shared"), Member("person", "cccd:1")],
        account("B"): [Member("company", "tax:2"), Member("device", "shared")],
        Member("seller", "shopee:1"): [Member("company", "tax:2")],
    }


def test_the_account_of_a_shop_is_its_settlement_and_of_a_company_its_trade_account(
    spark: SparkSession,
) -> None:
    lake = Tables(
        spark,
        links__accounts=[
            ("quiet", "tax:1", False, True),
            ("till", "tax:1", False, True),
            ("busy", "tax:1", False, True),
            ("hub", "tax:1", True, True),
            ("equal", "tax:2", False, True),
            ("alike", "tax:2", False, True),
            ("seen", "tax:3", False, False),  # no register holds it, and its name says whose it is
            ("shop", "cccd:1", False, True),
        ],
        flows__payments=[
            ("till", "buyer", "VN", "VN", 900),
            ("quiet", "factory", "VN", "CN", 10),
            ("buyer", "quiet", "VN", "VN", 5),
            ("factory", "busy", "CN", "VN", 20),
            ("busy", "buyer", "VN", "VN", None),
        ],
        silver__sellers=[("shopee:1", None, None, "shop"), ("shopee:2", None, None, "hub")],
    )
    members = {Member("company", f"tax:{number}") for number in range(1, 4)}
    members |= {Member("seller", f"shopee:{number}") for number in range(1, 3)}

    assert gather_accounts(run_on(lake), members) == {
        Member("company", "tax:1"): account("busy"),
        Member("company", "tax:2"): account("alike"),
        Member("company", "tax:3"): account("seen"),
        Member("seller", "shopee:1"): account("shop"),
    }


@pytest.mark.parametrize(
    ("as_of", "known_as"),
    [
        (date(2026, 3, 31), Member("person", "cccd:001090000009")),
        # Before Circular 86/2024 nothing says that the two numbers are one person's.
        (date(2025, 6, 30), Member("company", "tax:001090000009")),
    ],
)
def test_a_personal_number_that_is_a_tax_code_is_one_party(
    spark: SparkSession, as_of: date, known_as: Member
) -> None:
    lake = Tables(
        spark,
        links__accounts=[
            ("A", "cccd:001090000009", False, True),
            ("B", "tax:001090000009", False, True),
            ("C", "tax:0300000010-001", False, True),
        ],
        silver__sellers=[("shopee:1", None, "tax:001090000009", None)],
    )
    run = run_on(lake)
    run.context.as_of = as_of
    members = {account(name) for name in "ABC"} | {Member("seller", "shopee:1")}

    assert companions_among(gather_holdings(run, members), members) == {
        account("A"): [Member("person", "cccd:001090000009")],
        account("B"): [known_as],
        # A branch is its company on any day.
        account("C"): [Member("company", "tax:0300000010")],
        Member("seller", "shopee:1"): [known_as],
    }


def test_a_shop_without_papers_is_whose_account_under_its_owners_name_takes_the_money(
    spark: SparkSession,
) -> None:
    lake = Tables(
        spark,
        links__accounts=[
            ("A", "cccd:1", False, True, "nguyen an"),
            ("hub", "tax:3", True, True, "nguyen an"),
        ],
        silver__sellers=[
            ("facebook:own", None, None, "A", "nguyen an"),
            # Another's account, a hub's, no account, and papers that the platform has seen.
            ("facebook:cousin", None, None, "A", "nguyen binh"),
            ("facebook:hub", None, None, "hub", "nguyen an"),
            ("facebook:cash", None, None, None, "nguyen an"),
            ("shopee:papers", "cccd:2", None, "A", "nguyen an"),
        ],
    )
    shops = ("facebook:own", "facebook:cousin", "facebook:hub", "facebook:cash", "shopee:papers")
    members = {Member("seller", shop) for shop in shops}

    assert companions_among(gather_holdings(run_on(lake), members), members) == {
        Member("seller", "facebook:own"): [Member("person", "cccd:1")],
        Member("seller", "shopee:papers"): [Member("person", "cccd:2")],
    }


def test_a_phone_stands_for_the_one_party_who_left_it_with_its_banks(spark: SparkSession) -> None:
    def left(phone: str, party: str, role: str = "phone", institution: str | None = None) -> tuple[Any, ...]:
        return ("account", f"VCB:{phone}{party}", "phone", phone, party, role, institution, 1)

    lake = Tables(
        spark,
        links__usages=[
            left("+841", "cccd:1"),
            left("+841", "cccd:1"),
            # Two customers of one phone, a parcel's sender, a carrier, and one whom no bank has identified.
            left("+842", "cccd:1"),
            left("+842", "cccd:2"),
            left("+843", "cccd:3", role="sender_phone"),
            left("+844", "tax:4", institution="carrier"),
            left("+845", "VCB:9"),
        ],
    )
    members = {Member("phone", f"+84{number}") for number in range(1, 6)}

    found = companions_among(gather_holdings(run_on(lake), members), members)

    assert found == {Member("phone", "+841"): [Member("person", "cccd:1")]}
