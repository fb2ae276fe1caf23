"""Annex II: the key facts of each record in one row, a table for each kind of record.

What else the agency may have of a record stands in the workbook and the JSON of the same referral. A column
that no record fills, or that the agency may not see, is left out. Whom Annex I names is called by the number
there, without ids and phones.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from review.referrals.shape import Referral, ReferralRecord
from review.referrals.words import FEEDS, VALUES, day, figure, named_id, province_name, sign_letter


class Fact(NamedTuple):
    """A column of the table: what it shows of a record (`a:b`, `a b` join), and which part names a member."""

    title: str
    width: str
    columns: tuple[str, ...]
    party: tuple[str, ...] = ()
    right: bool = False


# These are not delivered columns: the day and the amount as we read them.
_DAY, _AMOUNT = "(day)", "(amount)"
# What goes without saying is not said.
_HOME = {"debtor_country": "VN", "creditor_country": "VN"}
_WITHOUT_NOUGHTS = re.compile(r"[.,]0+$")
_SIGNS, _PLACE = "Dấu hiệu", "Tệp: dòng"
_WHEN = Fact("Ngày", "15.5mm", (_DAY,))
FACTS: dict[str, tuple[Fact, ...]] = {
    "customs_declarations": (
        _WHEN,
        Fact("Tờ khai, vận đơn", "24mm", ("declaration_no:line_no", "house_bill_no")),
        Fact("Loại hình, luồng", "24mm", ("direction regime", "customs_office", "channel")),
        Fact(
            "Bên khai báo",
            "1.65fr",
            ("trader_id_type:trader_id", "trader_name", "trader_phone"),
            ("trader_id_type", "trader_id"),
        ),
        Fact("Người nhận", "0.95fr", ("consignee_phone", "consignee_name"), ("consignee_phone",)),
        Fact("Đối tác", "1fr", ("partner_name", "partner_country")),
        Fact(
            "Hàng hóa",
            "1.35fr",
            ("hs_code", "goods_description", "brand", "origin_country", "quantity"),
        ),
        Fact("Trị giá (đồng)", "19.5mm", (_AMOUNT,), right=True),
    ),
    "bank_transactions": (
        _WHEN,
        Fact("Mã giao dịch", "33mm", ("bank_code:transaction_id",)),
        Fact(
            "Bên chuyển",
            "1.2fr",
            ("debtor_bank:debtor_account", "debtor_name", "debtor_country"),
            ("debtor_bank", "debtor_account"),
        ),
        Fact(
            "Bên nhận",
            "1.2fr",
            ("creditor_bank:creditor_account", "creditor_name", "creditor_country"),
            ("creditor_bank", "creditor_account"),
        ),
        Fact("Số tiền (đồng)", "23mm", (_AMOUNT,), right=True),
        Fact("Kênh", "17mm", ("channel",)),
        Fact("Nội dung", "1fr", ("remittance_info", "declaration_no")),
        Fact("Thiết bị", "27mm", ("device_id",), ("device_id",)),
    ),
    "shipments": (
        _WHEN,
        Fact("Số vận đơn", "30mm", ("carrier:waybill_no",)),
        Fact("Gian hàng", "24mm", ("platform:seller_id",), ("platform", "seller_id")),
        Fact("Người gửi", "1fr", ("sender_phone", "sender_name", "sender_province_code"), ("sender_phone",)),
        Fact(
            "Người nhận",
            "1fr",
            ("recipient_phone", "recipient_name", "recipient_province_code"),
            ("recipient_phone",),
        ),
        Fact("Hàng hóa", "1.1fr", ("hs_code", "goods_description", "brand", "quantity")),
        Fact("Thu hộ vào", "25mm", ("cod_bank:cod_account",), ("cod_bank", "cod_account")),
        Fact("Thu hộ (đồng)", "20mm", ("cod_amount_vnd",), right=True),
        Fact("Trị giá khai (đồng)", "20mm", ("declared_value_vnd",), right=True),
        Fact("Trạng thái", "17mm", ("status",)),
    ),
    "listings": (
        _WHEN,
        Fact("Tin rao", "32mm", ("platform:listing_id",)),
        Fact("Gian hàng", "30mm", ("platform:seller_id",), ("platform", "seller_id")),
        Fact("Nội dung rao", "2fr", ("title", "brand", "category")),
        Fact("Giá (đồng)", "22mm", ("price_vnd",), right=True),
        Fact("Đã bán", "16mm", ("units_sold",), right=True),
    ),
    "sellers": (
        Fact("Đăng ký ngày", "20mm", ("registered_on",)),
        Fact("Gian hàng", "1fr", ("platform:seller_id", "shop_name"), ("platform", "seller_id")),
        Fact(
            "Chủ gian hàng",
            "1fr",
            ("owner_id_type:owner_id", "owner_name", "tax_code"),
            ("owner_id_type", "owner_id"),
        ),
        Fact("Liên hệ", "1fr", ("phone", "pickup_address"), ("phone",)),
        Fact(
            "Tài khoản nhận tiền",
            "1fr",
            ("settlement_bank:settlement_account",),
            ("settlement_bank", "settlement_account"),
        ),
        Fact("Ngành hàng", "26mm", ("main_category",)),
        Fact("Trạng thái", "20mm", ("status",)),
    ),
    "bank_accounts": (
        Fact("Mở ngày", "18mm", ("opened_on",)),
        Fact("Số tài khoản", "34mm", ("bank_code:account_no",), ("bank_code", "account_no")),
        Fact(
            "Chủ tài khoản",
            "1fr",
            ("holder_id_type:holder_id", "holder_name"),
            ("holder_id_type", "holder_id"),
        ),
        Fact("Liên hệ", "1.4fr", ("phone", "address"), ("phone",)),
        Fact("Nghề nghiệp, ngành nghề", "1fr", ("occupation",)),
        Fact(
            "Doanh số khai một tháng (đồng)",
            "28mm",
            ("declared_monthly_turnover_vnd",),
            right=True,
        ),
        Fact("Trạng thái", "20mm", ("status",)),
    ),
    "tips": (
        _WHEN,
        Fact("Tin số", "28mm", ("tip_id",)),
        Fact("Đối tượng bị phản ánh", "44mm", ("subject_value",), ("subject_kind", "subject_value")),
        Fact("Hành vi", "32mm", ("allegation",)),
        Fact("Nội dung", "1fr", ("description",)),
    ),
    "enforcement_actions": (
        _WHEN,
        Fact("Số quyết định", "1fr", ("decision_no",)),
        Fact("Cơ quan", "1fr", ("agency",)),
        Fact("Đối tượng", "1fr", ("subject_value",), ("subject_kind", "subject_value")),
        Fact("Hành vi", "1fr", ("violation", "outcome")),
        Fact("Tiền phạt (đồng)", "26mm", ("penalty_vnd",), right=True),
    ),
}


def annex_of(referral: Referral) -> dict[str, Any]:
    """The tables of Annex II and the files that their rows come from, as text."""
    members = {member.id: str(at) for at, member in enumerate(referral.members, start=1)}
    letters = {reason.typology: sign_letter(at) for at, reason in enumerate(referral.reasons)}
    files: dict[str, int] = {}
    tables, number = [], 0
    for feed in FEEDS:
        records = sorted(
            (record for record in referral.records if record.feed == feed),
            key=lambda record: (record.happened_on is None, record.happened_on, record.key),
        )
        facts = [fact for fact in FACTS[feed] if any(_said(fact, record, members) for record in records)]
        rows = []
        for record in records:
            number += 1
            file = files.setdefault(record.source_file, len(files) + 1)
            signs = ", ".join(letters[name] for name in record.typologies if name in letters)
            said = [_said(fact, record, members) for fact in facts]
            rows.append([str(number), *said, signs, f"{file}: {record.source_line}"])
        if rows:
            tables.append(
                {
                    "title": f"{FEEDS[feed]}: {figure(len(rows))} bản ghi",
                    "head": ["TT", *(fact.title for fact in facts), _SIGNS, _PLACE],
                    "widths": ["8.5mm", *(fact.width for fact in facts), "12.5mm", "15mm"],
                    "right": [at for at, fact in enumerate(facts, start=1) if fact.right],
                    "rows": rows,
                }
            )
    return {"tables": tables, "files": [[str(at), path] for path, at in files.items()]}


def _said(fact: Fact, record: ReferralRecord, members: Mapping[str, str]) -> str:
    known = members.get(_id_of(fact.party, record.fields)) if fact.party else None
    parts = [f"ĐT {known}"] if known else []
    # The first of a party's columns is its id.
    for column in fact.columns[1 if known else 0 :]:
        if known and column.endswith("phone"):
            continue
        joint = ":" if ":" in column else " "
        shown = [text for text in (_shown(name, record) for name in column.split(joint)) if text]
        if shown:
            parts.append(named_id(joint.join(shown)))
    return ", ".join(parts)


def _id_of(columns: tuple[str, ...], fields: Mapping[str, str | None]) -> str:
    """The id of Annex I that these columns say: `VCB:0011`, `tax:0100`, `+84…`."""
    values = [fields.get(column) or "" for column in columns]
    if columns[-1].endswith("phone"):
        return re.sub(r"^0", "+84", re.sub(r"[^\d+]", "", values[0]))
    return values[1] if values[0] in ("phone", "address") else ":".join(values)


def _shown(column: str, record: ReferralRecord) -> str:
    if column == _DAY and record.happened_on:
        return day(record.happened_on)
    if column == _AMOUNT and record.amount_vnd is not None:
        return figure(record.amount_vnd)
    value = (record.fields.get(column) or "").strip()
    if column.endswith("province_code"):
        return province_name(value)
    if column.endswith("_vnd") and value.isdigit():
        return figure(int(value))
    if column == "quantity":
        unit = (record.fields.get("unit") or "").strip()
        return f"{_WITHOUT_NOUGHTS.sub('', value)} {unit}".strip() if value else ""
    return "" if value == _HOME.get(column) else VALUES.get(column, {}).get(value, value)
