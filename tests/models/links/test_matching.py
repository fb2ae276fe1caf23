"""The Splink model on hand-made people, with DuckDB in memory."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from splink.backends.duckdb import DuckDBAPI

from configs.links.rules import matching_rules
from models.links.matching import PERSON_COLUMNS, match_people

SCHEMA = pa.schema(
    [(name, pa.string()) for name in PERSON_COLUMNS if name != "name_count"] + [("name_count", pa.int64())]
)
RARE, COMMON = "vuong thi quynh chi", "nguyen van hung"
TURNED = "thi quynh chi vuong"  # the given name may stand first, and then anything
ADDRESS = "17 ngo 5 hang bong ha noi"
CROWD = [
    {
        "node": f"cccd:{n}",
        "id_type": "cccd",
        "name": COMMON if n % 3 else f"tran thi {n}",
        "province": f"{n % 30:02d}",
    }
    for n in range(600)
]


def matched(*people: dict[str, Any]) -> pd.DataFrame:
    rows = [*people, *CROWD]
    counts = pd.Series([row["name"] for row in rows]).value_counts()
    for number, row in enumerate(rows):
        words = row["name"].split()
        row |= {
            "unique_id": str(number),
            "name_words": " ".join(sorted(words)),
            "name_ends": f"{words[0]} {words[-1]}" if len(words) > 2 else None,
            "name_count": int(counts[row["name"]]),
        }
    return match_people(DuckDBAPI(), pa.Table.from_pylist(rows, schema=SCHEMA), matching_rules())


def person(node: str, name: str, **more: str) -> dict[str, Any]:
    prefix = node.partition(":")[0]
    return {"node": node, "id_type": prefix if prefix in ("cccd", "tax") else None, "name": name, **more}


def test_name_and_address_are_one_person_and_each_comparison_is_kept() -> None:
    pairs = matched(person("seller:a:1", RARE, address=ADDRESS), person("cccd:x", RARE, address=ADDRESS))
    assert pairs[["a", "b"]].to_numpy().tolist() == [["cccd:x", "seller:a:1"]]
    assert pairs["probability"][0] > 0.95
    assert pairs["name_bits"][0] > 0
    assert pairs["address_bits"][0] > 0
    assert pairs["phone_bits"][0] == 0  # not given: no evidence either way


@pytest.mark.parametrize(("address", "found"), [("17 ngo 5 hang bong hn", 1), ("88 duong khac hai phong", 0)])
def test_a_slip_in_the_address_is_forgiven_another_address_is_not(address: str, found: int) -> None:
    home = {"province": "01"}
    pairs = matched(
        person("seller:a:1", RARE, address=ADDRESS, **home), person("cccd:x", RARE, address=address, **home)
    )
    assert len(pairs) == found


@pytest.mark.parametrize(("short", "found"), [("vuong chi", 1), ("vuong quynh", 0), ("vuong quynh chi", 0)])
def test_a_middle_name_may_be_left_out_as_a_whole(short: str, found: int) -> None:
    shared = {"phone": "+84901", "address": ADDRESS}
    pairs = matched(person("seller:a:1", short, **shared), person("cccd:x", RARE, **shared))
    assert len(pairs) == found


def test_a_short_name_at_another_address_is_somebody_else() -> None:
    assert len(matched(person("seller:a:1", "vuong chi", province="01"), person("cccd:x", RARE))) == 0


def test_a_frequent_name_is_worth_less_than_a_rare_one() -> None:
    """Bits are log2(m / frequency): four more people of the name cost log2(6 / 2) bits."""
    pair = [person("seller:a:1", RARE, phone="+84901"), person("cccd:x", RARE, phone="+84901")]
    namesakes = [person(f"cccd:n{n}", RARE) for n in range(4)]
    rare = matched(*pair)["name_bits"][0]
    frequent = matched(*pair, *namesakes)["name_bits"][0]
    assert rare - frequent == pytest.approx(1.585, abs=0.02)


def test_a_common_name_in_one_province_is_nobody() -> None:
    assert len(matched(person("seller:a:1", COMMON, province="01"))) == 0


def test_two_ids_of_one_kind_are_two_people() -> None:
    same = {"phone": "+84901", "address": ADDRESS}
    assert len(matched(person("cccd:x", RARE, **same), person("cccd:y", RARE, **same))) == 0
    assert len(matched(person("cccd:x", RARE, **same), person("tax:y", RARE, **same))) == 1


def test_one_roof_under_another_name_is_no_match() -> None:
    home = {"phone": "+84901", "address": ADDRESS}
    pairs = matched(person("seller:a:1", RARE, **home), person("cccd:x", "le van tam", **home))
    assert len(pairs) == 0


def test_a_slip_in_the_name_is_forgiven_where_phone_and_address_agree() -> None:
    home = {"phone": "+84901", "address": ADDRESS}
    pairs = matched(person("seller:a:1", RARE, **home), person("cccd:x", RARE[:-1], **home))
    assert len(pairs) == 1


def test_a_shared_phone_under_another_name_is_no_match() -> None:
    pairs = matched(
        person("seller:a:1", RARE, phone="+84901"), person("cccd:x", "le van tam", phone="+84901")
    )
    assert len(pairs) == 0


@pytest.mark.parametrize("shared", [{"phone": "+84901"}, {"address": ADDRESS, "province": "01"}])
def test_the_given_name_may_stand_first(shared: dict[str, str]) -> None:
    pairs = matched(person("seller:a:1", TURNED, **shared), person("cccd:x", RARE, **shared))
    assert len(pairs) == 1


def test_a_turned_name_alone_is_no_match() -> None:
    assert (
        len(matched(person("seller:a:1", TURNED, province="01"), person("cccd:x", RARE, province="01"))) == 0
    )
