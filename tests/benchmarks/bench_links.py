"""How well people without a common id are recognised.

    python -m tests.benchmarks.bench_links [--people N] [--seed N]

Labelled people are made here, from what is publicly known of Vietnamese names, phones and addresses: an
account holder with an id, and shops of the same person whose owner is written otherwise. Beside them live
strangers of the same name, siblings under one roof, and names that differ by a mark alone. Everything goes
through the normalisation and the matching of the pipeline (jobs/link/match_people.py). Prints Markdown; what
is kept of it stands in docs/benchmarks/links.md. A script, not a test.
"""

# ruff: noqa: SIM905 - lists of names read better as they are written

import argparse
import random
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from configs.links.rules import tie_rules
from configs.settings import load_settings
from jobs.link.match_people import transform
from jobs.runtime.job import JobContext
from models.evaluation.intervals import wilson
from models.links.operators import form_operators
from models.normalise.addresses import normalise_address
from models.normalise.names import normalise_name
from models.normalise.phones import to_e164

AS_OF = date(2026, 3, 31)
SURNAMES = (
    "Nguyễn " * 38
    + "Trần " * 11
    + "Lê " * 9
    + "Phạm " * 7
    + "Hoàng " * 5
    + "Huỳnh " * 5
    + "Phan " * 4
    + "Vũ " * 4
    + "Võ " * 4
    + "Đặng " * 2
    + "Bùi " * 2
    + "Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Mai Đào Trương Lâm"
).split()
MEN = "Văn Hữu Đức Minh Quang Thanh Công Xuân Ngọc Gia Đình Bá Quốc Anh Thế".split()
WOMEN = "Thị Thị Thị Ngọc Thanh Thu Kim Bích Hồng Mỹ Phương Minh Diệu Quỳnh Khánh".split()
GIVEN_MEN = (
    "Hùng Dũng Tuấn Anh Nam Long Sơn Hải Minh Khoa Phúc Thắng Hòa Quý Đạt Huy Thủy Kiên Bình Tâm Vinh Toàn"
).split()
GIVEN_WOMEN = (
    "Hoa Lan Hương Thủy Hằng Linh Trang Mai Nga Hòa Thúy Yến Vy Ngân Thảo Loan Khuê Quý Huyền Tâm Oanh Thoa"
).split()
STREETS = (
    "Lê Lợi|Trần Hưng Đạo|Nguyễn Trãi|Hai Bà Trưng|Lý Thường Kiệt|Nguyễn Huệ|Quang Trung|Phan Chu Trinh|"
    "Lê Duẩn|Điện Biên Phủ|Cách Mạng Tháng Tám|Hoàng Văn Thụ|Nguyễn Thị Minh Khai|Võ Văn Tần|Phạm Ngũ Lão|"
    "Bà Triệu|Láng Hạ|Kim Mã|Đội Cấn|Tôn Đức Thắng|Nguyễn Văn Cừ|Xuân Thủy|Cầu Giấy|Giải Phóng|"
    "Trường Chinh|Hùng Vương|Lạc Long Quân"
).split("|")
PLACES = (  # ward, district, city, province code
    ("phường Bến Nghé", "quận 1", "Thành phố Hồ Chí Minh", "79"),
    ("phường 5", "quận 3", "Thành phố Hồ Chí Minh", "79"),
    ("phường 12", "quận Gò Vấp", "Thành phố Hồ Chí Minh", "79"),
    ("phường Tân Định", "quận 1", "Thành phố Hồ Chí Minh", "79"),
    ("phường Hàng Bông", "quận Hoàn Kiếm", "Thành phố Hà Nội", "01"),
    ("phường Dịch Vọng", "quận Cầu Giấy", "Thành phố Hà Nội", "01"),
    ("phường Kim Liên", "quận Đống Đa", "Thành phố Hà Nội", "01"),
    ("phường Hòa Khánh", "quận Liên Chiểu", "Thành phố Đà Nẵng", "48"),
    ("phường Lạch Tray", "quận Ngô Quyền", "Thành phố Hải Phòng", "31"),
    ("phường An Cư", "quận Ninh Kiều", "Thành phố Cần Thơ", "92"),
    ("xã Tân Thanh", "huyện Văn Lãng", "tỉnh Lạng Sơn", "20"),
    ("phường Trần Phú", "thành phố Móng Cái", "tỉnh Quảng Ninh", "22"),
)
# Old prefix of 11 digits -> prefix since 2018-09-15 (Decision 798/QĐ-BTTTT).
CHANGED_2018 = {
    "0120": "070",
    "0121": "079",
    "0123": "083",
    "0124": "084",
    "0168": "038",
    "0169": "039",
    "0188": "058",
}
TONES = {"òa": "oà", "óa": "oá", "ủy": "uỷ", "úy": "uý", "ùy": "uỳ", "ụy": "uỵ", "ọa": "oạ", "úa": "uá"}
WRITTEN_SHORT = {
    "Thành phố Hồ Chí Minh": "TP.HCM",
    "Thành phố ": "TP. ",
    "thành phố ": "TP ",
    "phường ": "P. ",
    "quận ": "Q. ",
    "huyện ": "H. ",
    "tỉnh ": "T. ",
    "xã ": "X. ",
    "đường ": "Đ. ",
    "số ": "",
}
Noise = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Description:
    """How one record describes a person, and what was done to each part."""

    person: int
    node: str
    name: str
    phone: str
    address: str
    province: str
    done: tuple[str, str, str]


@dataclass(frozen=True)
class Person:
    number: int
    name: str
    phone: str
    old_phone: str | None
    address: str
    province: str


def _without_marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _moved_tones(text: str, draw: random.Random) -> str:
    for before, after in TONES.items():
        text = text.replace(before, after)
    return text


def _slip(text: str, draw: random.Random) -> str:
    """One letter doubled, lost or beside the right one, not in the first word."""
    start = text.index(" ") + 1
    at = draw.randrange(start, len(text))
    kind = draw.choice(["lost", "doubled", "wrong"])
    if kind == "lost":
        return text[:at] + text[at + 1 :]
    return text[: at + (kind == "doubled")] + draw.choice("aeioungth") + text[at + 1 :]


NAME_NOISE: dict[str, Noise] = {
    "as it is": lambda text, draw: text,
    "NFD": lambda text, draw: unicodedata.normalize("NFD", text),
    "tones placed the other way": _moved_tones,
    "capitals without marks": lambda text, draw: _without_marks(text).upper(),
    "with a title": lambda text, draw: draw.choice(["Ông ", "Bà ", "Anh ", "Chị "]) + text,
    "given name first": lambda text, draw: " ".join([text.split()[-1], *text.split()[1:-1], text.split()[0]]),
    "one slip": _slip,
    "middle name left out": lambda text, draw: f"{text.split()[0]} {text.split()[-1]}",
}
PHONE_NOISE = ("same", "other form", "before 2018", "another", "none")
ADDRESS_NOISE = ("same", "short forms", "one slip", "no ward", "moved", "none")


class World:
    """People, and who is who."""

    def __init__(self, people: int, seed: int) -> None:
        self.draw = random.Random(seed)
        self.people: list[Person] = []
        while len(self.people) < people:
            self.people.append(self._person())
            if self.draw.random() < 0.05:
                self.people.append(self._sibling(self.people[-1]))
        self.accounts = [self._account(person) for person in self.people]
        self.shops = [
            self._shop(person, f"shopee:{person.number}-{shop}")
            for person in self.people
            for shop in range(self.draw.choice([0, 0, 1, 1, 2]))
        ]

    def _person(self) -> Person:
        draw = self.draw
        male = draw.random() < 0.5
        middle, given = draw.choice(MEN if male else WOMEN), draw.choice(GIVEN_MEN if male else GIVEN_WOMEN)
        own = draw.choice([*MEN[3:], *GIVEN_WOMEN]) + " " if draw.random() < 0.35 else ""
        name = f"{draw.choice(SURNAMES)} {middle} {own}{given}"
        old, new = draw.choice(list(CHANGED_2018.items()))
        digits = f"{draw.randrange(10**7):07d}"
        changed = draw.random() < 0.4
        phone = (new if changed else draw.choice(["090", "091", "097", "098"])) + digits
        return Person(len(self.people), name, phone, old + digits if changed else None, *self._address())

    def _address(self) -> tuple[str, str]:
        draw = self.draw
        ward, district, city, province = draw.choice(PLACES)
        number = draw.choice(
            [f"{draw.randrange(1, 400)}", f"{draw.randrange(1, 400)}/{draw.randrange(1, 90)}"]
        )
        alley = f"ngõ {draw.randrange(1, 200)} " if draw.random() < 0.2 else ""
        return f"số {number} {alley}đường {draw.choice(STREETS)}, {ward}, {district}, {city}", province

    def _sibling(self, person: Person) -> Person:
        """Under one roof, with one phone in half of the families, and a name that is easily confused."""
        draw = self.draw
        words = person.name.split()
        given = draw.choice(GIVEN_MEN + GIVEN_WOMEN)
        confused = {"Hòa": "Hoa", "Hoa": "Hòa", "Thủy": "Thúy", "Thúy": "Thủy", "Hùng": "Hưng", "Tâm": "Tám"}
        words[-1] = confused.get(words[-1], given)
        shared = draw.random() < 0.5
        phone = person.phone if shared else f"093{draw.randrange(10**7):07d}"
        return Person(len(self.people), " ".join(words), phone, None, person.address, person.province)

    def _account(self, person: Person) -> Description:
        node = f"cccd:{person.number:012d}"
        done = ("as it is", "same", "same")
        return Description(
            person.number, node, person.name, person.phone, person.address, person.province, done
        )

    def _shop(self, person: Person, key: str) -> Description:
        draw = self.draw
        name = draw.choice(list(NAME_NOISE))
        phone = draw.choice([way for way in PHONE_NOISE if way != "before 2018" or person.old_phone])
        address = draw.choice(ADDRESS_NOISE)
        where, province = self._written_address(person, address)
        return Description(
            person.number,
            f"seller:{key}",
            NAME_NOISE[name](person.name, draw),
            self._written_phone(person, phone),
            where,
            province,
            (name, phone, address),
        )

    def _written_phone(self, person: Person, way: str) -> str:
        plain = person.phone
        forms = [f"+84 {plain[1:]}", f"84{plain[1:]}", f"{plain[:4]}.{plain[4:7]}.{plain[7:]}", plain[1:]]
        return {
            "same": plain,
            "other form": self.draw.choice(forms),
            "before 2018": person.old_phone or "",
            "another": f"096{self.draw.randrange(10**7):07d}",
            "none": "",
        }[way]

    def _written_address(self, person: Person, way: str) -> tuple[str, str]:
        text = person.address
        if way == "moved":
            return self._address()
        if way == "short forms":
            for long, short in WRITTEN_SHORT.items():
                text = text.replace(long, short)
        elif way == "one slip":
            text = _slip(text, self.draw)
        elif way == "no ward":
            parts = text.split(", ")
            text = ", ".join([parts[0], *parts[2:]])
        return ("" if way == "none" else text), person.province


def matches(spark: SparkSession, world: World) -> list[tuple[str, str, float]]:
    """(node, node, probability) from the job, on silver as ingest would write it."""

    def columns(rows: list[Description], **names: str) -> dict[str, pa.Array]:
        return {
            names["name"]: normalise_name(pa.array([row.name for row in rows], pa.string())),
            names["phone"]: to_e164(pa.array([row.phone or None for row in rows], pa.string())),
            names["address"]: normalise_address(pa.array([row.address or None for row in rows], pa.string())),
            "current_province_code": pa.array([row.province for row in rows], pa.string()),
        }

    sellers = columns(
        world.shops, name="owner_name_norm", phone="phone_e164", address="pickup_address_norm"
    ) | {
        "seller_key": pa.array([row.node.removeprefix("seller:") for row in world.shops]),
        "owner_key": pa.nulls(len(world.shops), pa.string()),
        "tax_key": pa.nulls(len(world.shops), pa.string()),
        "record_key": pa.array([row.node for row in world.shops]),
    }
    accounts = columns(
        world.accounts, name="holder_name_norm", phone="phone_e164", address="address_norm"
    ) | {
        "account_id": pa.array([f"VCB:{row.person}" for row in world.accounts]),
        "holder_key": pa.array([row.node for row in world.accounts]),
        "holder_type": pa.array(["individual"] * len(world.accounts)),
        "record_key": pa.array([f"VCB:{row.person}" for row in world.accounts]),
    }
    frames: dict[str, DataFrame] = {
        "sellers": spark.createDataFrame(pa.table(sellers)),
        "accounts": spark.createDataFrame(pa.table(accounts)),
        "declarations": _empty(spark, "trader", "consignee", "trader_key", "seller_key"),
        "shipments": _empty(spark, "sender", "sender", "trader_key", "seller_key"),
        "identifiers": spark.createDataFrame([], "kind string, id string, hub boolean"),
    }
    found = transform(**frames, context=JobContext(AS_OF, load_settings(environment={})))
    return [(row["a"], row["b"], row["probability"]) for row in found.collect()]


def _empty(spark: SparkSession, first: str, second: str, *more: str) -> DataFrame:
    names = {
        f"{who}_{what}" for who in (first, second) for what in ("name_norm", "phone_e164", "address_norm")
    }
    columns = ", ".join(f"{name} string" for name in sorted(names | set(more) | {"record_key"}))
    return spark.createDataFrame([], f"event_day date, {columns}")


def judge(world: World, found: Iterable[tuple[str, str, float]]) -> None:
    """Print precision, recall, and recall by what was done to the record."""
    described = {row.node: row for row in [*world.accounts, *world.shops]}
    of_person: dict[int, list[str]] = defaultdict(list)
    for node, row in described.items():
        of_person[row.person].append(node)
    truth = {tuple(sorted(pair)) for nodes in of_person.values() for pair in combinations(nodes, 2)}
    pairs = {(a, b): probability for a, b, probability in found}
    say(f"{len(world.people)} people, {len(world.shops)} shops, {len(truth)} true pairs\n")
    say("| | pairs | precision | recall |")
    say("|---|---|---|---|")
    _line("matched", set(pairs), truth)
    _line("grouped into operators", _grouped(pairs, world), truth)
    for part, title in enumerate(("name", "phone", "address")):
        say(f"\n| {title} of the shop | pairs with the account | recognised |")
        say("|---|---|---|")
        by_way: dict[str, list[bool]] = defaultdict(list)
        for shop in world.shops:
            account = world.accounts[shop.person].node
            by_way[shop.done[part]].append(tuple(sorted((account, shop.node))) in pairs)
        for way, hits in by_way.items():
            say(f"| {way} | {len(hits)} | {_share(sum(hits), len(hits))} |")
    _by_agreement(world, set(pairs))
    wrong = [pair for pair in pairs if pair not in truth]
    roofs = sum(
        world.people[described[a].person].address == world.people[described[b].person].address
        for a, b in wrong
    )
    say(f"\nOf {len(wrong)} wrong pairs {roofs} are siblings under one roof.")


def _by_agreement(world: World, pairs: set[tuple[str, ...]]) -> None:
    """Recall by what a shop still shares with its owner's account besides the name."""
    same_phone, same_address = PHONE_NOISE[:3], ADDRESS_NOISE[:4]
    by_rest: dict[str, list[bool]] = defaultdict(list)
    for shop in world.shops:
        phone, address = shop.done[1] in same_phone, shop.done[2] in same_address
        rest = {(1, 1): "phone and address", (1, 0): "phone", (0, 1): "address", (0, 0): "neither"}[
            phone, address
        ]
        account = world.accounts[shop.person].node
        by_rest[rest].append(tuple(sorted((account, shop.node))) in pairs)
    say("\n| shared besides the name | pairs with the account | recognised |")
    say("|---|---|---|")
    for rest in ("phone and address", "phone", "address", "neither"):
        say(f"| {rest} | {len(by_rest[rest])} | {_share(sum(by_rest[rest]), len(by_rest[rest]))} |")


def _grouped(pairs: dict[tuple[str, str], float], world: World) -> set[tuple[str, ...]]:
    a, b = (np.array([pair[side] for pair in pairs], dtype=object) for side in (0, 1))
    parties = {row.node for row in [*world.accounts, *world.shops]}
    rules = tie_rules()
    grouping = form_operators(
        a,
        b,
        np.array(list(pairs.values())),
        parties,
        [],
        rules.operator_max_parties,
        rules.operator_core_parties,
    ).as_dict()
    groups: dict[str, list[str]] = defaultdict(list)
    for node, operator in grouping.items():
        groups[operator].append(node)
    return {tuple(sorted(pair)) for nodes in groups.values() for pair in combinations(nodes, 2)}


def _line(title: str, found: set[tuple[str, ...]], truth: set[tuple[str, ...]]) -> None:
    right = len(found & truth)
    say(f"| {title} | {len(found)} | {_share(right, len(found))} | {_share(right, len(truth))} |")


def _share(part: int, whole: int) -> str:
    interval = wilson(part, whole)
    return f"{part / whole:.3f} ({interval[0]:.3f}–{interval[1]:.3f})" if interval else "—"


def say(line: str) -> None:
    print(line)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    world = World(given.people, given.seed)
    builder = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    started = time.monotonic()
    found = matches(spark, world)
    judge(world, found)
    say(f"\n{time.monotonic() - started:.0f} s, Spark's start aside")


if __name__ == "__main__":
    main()
