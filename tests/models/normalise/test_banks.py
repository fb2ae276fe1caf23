"""Banks and accounts."""

import pyarrow as pa
import pytest

from configs.lexicons import load_lexicon
from models.normalise.banks import account_id, canonical_bank


def one(written: str | None) -> str | None:
    return canonical_bank(pa.array([written], pa.string()))[0].as_py()


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        (
            "VCB",
            [
                "VCB",
                "vcb ",
                "Vietcombank",
                "Ngân hàng TMCP Ngoại thương Việt Nam",
                "BFTVVNVX",
                "BFTVVNVX001",
                "970436",
            ],
        ),
        ("BID", ["BID", "BIDV", "NH Đầu tư và Phát triển Việt Nam", "BIDVVNVXXXX"]),
        ("VBA", ["AGRIBANK", "Agribank", "VBA"]),
        ("MBB", ["MB", "MBBank", "MB Bank", "mbb"]),
        ("CTG", ["VietinBank", "ICB", "CTG"]),
        ("ACB", ["Ngân hàng Á Châu", "TMCP Á Châu"]),
    ],
)
def test_ways_of_writing_a_bank(letters: str, ways: list[str]) -> None:
    assert {one(written) for written in ways} == {letters}


def test_unknown_banks_stay_in_capitals() -> None:
    assert one("ICBKCNBJXXX") == "ICBKCNBJXXX"
    assert one("bank  of x") == "BANK OF X"
    assert one("BVB") == "BVB"  # two banks are written so
    assert one("") is None


def test_every_way_of_writing_leads_to_its_own_bank() -> None:
    for letters, bank in load_lexicon("banks")["banks"].items():
        ways = [letters, bank["bic"], bank["bic"] + "XXX", bank["bin"], bank["name"], *bank["aliases"]]
        assert {one(written) for written in ways} == {letters}


def test_account_id() -> None:
    banks = ["mb", "VCB", None, "BFTVVNVX", "VCB"]
    accounts = ["0123 456", None, "1", "00-1.2", " "]
    assert account_id(pa.array(banks), pa.array(accounts)).to_pylist() == [
        "MBB:0123456",
        None,
        None,
        "VCB:0012",
        None,
    ]
