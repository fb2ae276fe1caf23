"""A tiny published ranking: two networks, four records, hand-made."""

import json
from datetime import date
from pathlib import Path
from typing import Any

AS_OF = date(2026, 3, 31)
FIRST = "ML-000000000001"
SECOND = "ML-000000000002"
ACCOUNT = "VCB:0011223344556"
OTHER_ACCOUNT = "ACB:998877665544"
PERSON = "cccd:001099000111"
SHOP = "shopee:7001"
PHONE = "+84901234567"


def networks(as_of: date = AS_OF) -> list[dict[str, Any]]:
    """Lines of `networks.jsonl`."""
    return [
        {
            "network_id": FIRST,
            "as_of": as_of.isoformat(),
            "rank": 1,
            "score": 91.5,
            "value_at_stake_vnd": 1_234_567_890,
            "members": [
                {"kind": "account", "id": ACCOUNT, "role": "collector"},
                {"kind": "person", "id": PERSON, "role": "operator"},
                {"kind": "phone", "id": PHONE, "role": "phone"},
                {"kind": "seller", "id": SHOP, "role": "shop"},
            ],
            "typologies": [
                {
                    "id": "money_mule_collection",
                    "score": 0.8,
                    "value_vnd": 1_000_000_000,
                    "evidence": [
                        {"feed": "bank_transactions", "key": "VCB:FT1"},
                        {"feed": "bank_transactions", "key": "VCB:FT2"},
                    ],
                },
                {
                    "id": "border_pickup",
                    "score": 0.4,
                    "value_vnd": 234_567_890,
                    "evidence": [{"feed": "shipments", "key": "ghn:W1"}],
                },
            ],
            "outlier": {
                "score": 0.7,
                "reasons": [{"feature": "payers", "value": 40.0, "typical": 3.0, "contribution": 0.5}],
            },
            "agencies": ["sbv", "customs"],
            "summary": {"vi": "Bốn đối tượng gom tiền hàng.", "en": "Four members gather takings."},
        },
        {
            "network_id": SECOND,
            "as_of": as_of.isoformat(),
            "rank": 2,
            "score": 40.0,
            "value_at_stake_vnd": 50_000_000,
            "members": [
                {"kind": "account", "id": OTHER_ACCOUNT, "role": "mule"},
                {"kind": "phone", "id": PHONE, "role": "phone"},
            ],
            "typologies": [
                {
                    "id": "tips_and_decisions",
                    "score": 0.3,
                    "value_vnd": 0,
                    "evidence": [{"feed": "tips", "key": "T1"}],
                }
            ],
            "outlier": {"score": 0.1, "reasons": []},
            "agencies": ["market_surveillance"],
            "summary": {"vi": "Hai đối tượng bị phản ánh.", "en": "Two members were reported."},
        },
    ]


def explanations(lines: list[dict[str, Any]], change: str = "new") -> list[dict[str, Any]]:
    """Lines of `explanations.jsonl`, one reason a typology."""
    return [
        {
            "network_id": line["network_id"],
            "change": change,
            "earlier": [],
            "outlier_contribution": 0.2,
            "ties": [PAYEE] if line["network_id"] == FIRST else [],
            "reasons": [
                {
                    "typology": item["id"],
                    "title": {"vi": f"Tên {item['id']}", "en": f"Title {item['id']}"},
                    "score": item["score"],
                    "contribution": 1.5,
                    "signal": "fan_in_collection",
                    "value": 0.9,
                    "typical": 0.1,
                    "tail": 0.01,
                    "peers": 200,
                    "reason": {"vi": "Nhiều người trả", "en": "Many payers"},
                    "innocent_explanations": [
                        innocent("collects", "Thu hộ", False),
                        innocent("agent", "Đại lý", None),
                    ],
                }
                for item in line["typologies"]
            ],
        }
        for line in lines
    ]


def innocent(name: str, text: str, holds: bool | None) -> dict[str, Any]:
    """An innocent explanation that was tested, or could not be."""
    return {"id": name, "text": {"vi": text, "en": name}, "holds": holds, "discount": 0.3}


def members(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of `members.jsonl`."""
    named = {
        ACCOUNT: {"name": "NGUYỄN ĐỨC ANH", "province_code": "20"},
        PERSON: {"name": "Nguyễn Đức Anh", "province_code": "20"},
        SHOP: {"name": "Giày Đẹp", "province_code": "01"},
    }
    return [
        {
            "network_id": line["network_id"],
            "kind": member["kind"],
            "id": member["id"],
            "known_as": member["id"],
            **named.get(member["id"], {}),
        }
        for line in lines
        for member in line["members"]
    ]


# Two members pay one account, and that is rare.
PAYEE = {
    "circumstance": "pays",
    "value": "TCB:44332211009988",
    "members": [{"kind": "account", "id": ACCOUNT}, {"kind": "person", "id": PERSON}],
}
LINKS = [
    {
        "network_id": FIRST,
        "kind_a": "account",
        "id_a": ACCOUNT,
        "kind_b": "person",
        "id_b": PERSON,
        "tie": "held_by",
        "weight": 1.0,
        "evidence": [],
    }
]


def _payment(key: str, debtor: str, amount: int, line: int) -> dict[str, Any]:
    _bank, _, number = debtor.partition(":")
    return {
        "feed": "bank_transactions",
        "key": key,
        "source_file": "bank_transactions/VCB/2026-03-10/a.csv",
        "source_line": line,
        "sender": "VCB",
        "business_date": "2026-03-10",
        "event_at": "2026-03-10T03:00:00+00:00",
        "original": {"amount": str(amount), "debtor_account": number, "remittance_info": f"tra {number}"},
        "normalised": {
            "amount_vnd": amount,
            "debtor_account_id": debtor,
            "creditor_account_id": ACCOUNT,
            "remittance_norm": f"tra tien {number}",
        },
    }


EVIDENCE = [
    _payment("VCB:FT1", OTHER_ACCOUNT, 5_000_000, 2),
    _payment("VCB:FT2", OTHER_ACCOUNT, 7_000_000, 3),
    {
        "feed": "shipments",
        "key": "ghn:W1",
        "source_file": "shipments/ghn/2026-03-12/b.csv",
        "source_line": 9,
        "sender": "ghn",
        "business_date": "2026-03-12",
        "event_at": "2026-03-12T03:00:00+00:00",
        "original": {"waybill_no": "W1", "sender_phone": "0901234567"},
        "normalised": {
            "seller_key": SHOP,
            "sender_phone_e164": PHONE,
            "recipient_phone_e164": "+84911111111",
            "sender_province_code": "20",
            "recipient_province_code": "01",
            "cod_amount_vnd": 300_000,
            "cod_account_id": ACCOUNT,
        },
    },
    {
        "feed": "tips",
        "key": "T1",
        "source_file": "tips/hotline/2026-03-20/c.csv",
        "source_line": 4,
        "sender": "hotline",
        "business_date": "2026-03-20",
        "event_at": "2026-03-20T03:00:00+00:00",
        "original": {"subject_kind": "phone", "subject_value": "0901234567", "description": "goi 0901234567"},
        "normalised": {"subject_kind": "phone", "subject_id": PHONE},
    },
]

MANIFEST = {
    "feeds": {"bank_transactions": {"rows": 2, "accepted": 2}},
    "versions": {"matluoi": "0.1.0"},
    "inputs": [
        {
            "feed": "bank_transactions",
            "source_file": "bank_transactions/VCB/2026-03-10/a.csv",
            "sha256": "0",
            "outcome": "accepted",
            "reason": None,
        }
    ],
}


def write_world(
    home: Path,
    as_of: date = AS_OF,
    lines: list[dict[str, Any]] | None = None,
    change: str = "new",
    drawn: list[dict[str, Any]] | None = None,
) -> Path:
    """The case files of the tiny ranking under `home`; `lines` replaces its networks."""
    lines = networks(as_of) if lines is None else lines
    folder = home / "published" / as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    present = {line["network_id"] for line in lines}
    for name, rows in (
        ("networks", lines),
        ("explanations", explanations(lines, change)),
        ("members", members(lines)),
        ("links", [link for link in LINKS if link["network_id"] in present]),
        ("evidence", EVIDENCE),
    ):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    if drawn is not None:
        text = "".join(json.dumps(row) + "\n" for row in drawn)
        (folder / "exploration.jsonl").write_text(text, encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    return home
