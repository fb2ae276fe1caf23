"""An invented case for the papers: nobody bears these names, numbers or sums."""

from dataclasses import replace
from datetime import date
from typing import Any

from configs.agencies import load_agencies
from configs.referrals import load_referral_rules
from review.referrals.limits import limit
from review.referrals.shape import (
    Innocent,
    Referral,
    ReferralLink,
    ReferralMember,
    ReferralReason,
    ReferralRecord,
    Signatory,
)

MEMBERS = (
    ReferralMember("account", "VCB:0000000318", "Đầu mối gom tiền", "NGUYỄN THỊ NGỌC ƯNG", "Hà Nội"),
    ReferralMember(
        "company", "tax:0100000017", "Bên khai báo", "Công ty TNHH Thương mại Ánh Dương", "Lạng Sơn"
    ),
    ReferralMember(
        "person", "cccd:001000000017", "Người điều hành nghi vấn", "Nguyễn Thị Ngọc Ưng", "Hà Nội"
    ),
    ReferralMember("phone", "+84900000226", "Số điện thoại dùng chung"),
    ReferralMember("seller", "shopee:1000318", "Gian hàng", "Túi Xách Hà Thành", "Hà Nội"),
)
REASONS = (
    ReferralReason(
        "house_bill_splitting",
        "customs",
        "Xé lẻ vận đơn cho một người nhận giấu mặt",
        "Xé lẻ quy mô lớn với tên người nhận giả.",
        0.95,
        441_676_206,
        (Innocent("Kho gom hàng hoặc mua hộ cho nhiều khách.", False), Innocent("Ký túc xá, tòa nhà.", None)),
    ),
    ReferralReason(
        "money_mule_collection",
        "payments",
        "Tài khoản trung chuyển gom tiền về một mối",
        "Cả một nhóm tài khoản chỉ để trung chuyển về một nơi.",
        0.9,
        1_250_000_000,
        (Innocent("Người thân trong một nhà giữ tiền hộ nhau.", False),),
    ),
)
RECORDS = (
    ReferralRecord(
        "customs_declarations",
        "100000000001:1",
        ("house_bill_splitting",),
        {
            "trader_name": "Công ty TNHH Thương mại Ánh Dương",
            "goods_description": "Quần áo, giày dép các loại",
        },
        "customs_declarations/vnaccs/2026-03-02/part.csv",
        17,
        date(2026, 3, 2),
        980_000,
    ),
    ReferralRecord(
        "sellers",
        "shopee:1000318",
        ("house_bill_splitting", "money_mule_collection"),
        {"shop_name": "Túi Xách Hà Thành", "settlement_bank": "VCB", "settlement_account": "0000000318"},
        "sellers/shopee/2026-01-01/part.csv",
        5,
    ),
    ReferralRecord(
        "bank_transactions",
        "VCB:FT0000000001",
        ("money_mule_collection",),
        {"creditor_account": "0000000318", "amount": "37000000", "device_id": "d5450000"},
        "bank_transactions/VCB/2026-03-03/part.csv",
        2044,
        date(2026, 3, 3),
        37_000_000,
    ),
)
LINKS = (
    ReferralLink(("account", "VCB:0000000318"), ("company", "tax:0100000017"), "money", 1_250_000_000),
    ReferralLink(("person", "cccd:001000000017"), ("seller", "shopee:1000318"), "shared"),
    ReferralLink(("company", "tax:0100000017"), ("seller", "shopee:1000318"), "goods"),
    ReferralLink(("seller", "shopee:1000318"), ("phone", "+84900000226"), "shared"),
)


def referral_to(agency_id: str, **changes: Any) -> Referral:
    """The invented case as that agency may have it."""
    agency = load_agencies()[agency_id]
    parts = limit(agency, MEMBERS, REASONS, RECORDS, LINKS)
    referral = Referral(
        number="17",
        issued_on=date(2026, 4, 3),
        deadline=date(2026, 4, 10),
        agency=agency,
        issuer=load_referral_rules().issuer,
        signatory=Signatory("Trần Thị Thuỷ Tiên", "Chánh Văn phòng", "TL. Trưởng ban"),
        network_id="ML-0123456789AB",
        as_of=date(2026, 3, 31),
        rank=3,
        score=98.97,
        members=parts.members,
        reasons=parts.reasons,
        records=parts.records,
        links=parts.links,
        detected_on=date(2026, 4, 2),
        copies_to=("Lãnh đạo Ban (để báo cáo)",),
    )
    return replace(referral, **changes)
