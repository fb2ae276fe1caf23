"""Vietnamese of the papers: figures, dates and the names of things."""

from datetime import date

from review.cases.provinces import provinces

_VIOLATIONS = {
    "smuggled": "Buôn lậu, hàng nhập lậu",
    "counterfeit": "Hàng giả",
    "prohibited": "Hàng cấm",
    "ip_infringing": "Xâm phạm sở hữu trí tuệ",
    "trade_fraud": "Gian lận thương mại",
    "tax": "Vi phạm về thuế",
    "cover_up": "Bao che, tiếp tay",
    "other": "Hành vi khác",
    "none": "Không vi phạm",
}
KINDS = {
    "seller": "Gian hàng",
    "account": "Tài khoản",
    "person": "Cá nhân",
    "company": "Doanh nghiệp",
    "phone": "Số điện thoại",
    "address": "Địa chỉ",
    "device": "Thiết bị",
}
FEEDS = {
    "bank_accounts": "Tài khoản ngân hàng",
    "bank_transactions": "Giao dịch ngân hàng",
    "customs_declarations": "Tờ khai hải quan",
    "enforcement_actions": "Quyết định xử lý",
    "listings": "Tin rao bán",
    "sellers": "Đăng ký gian hàng",
    "shipments": "Vận đơn",
    "tips": "Tin báo, tố giác",
}
# In front of an id: what kind of number it is, or which platform gave it.
SCHEMES = {
    "cccd": "CCCD",
    "passport": "Hộ chiếu",
    "tax": "MST",
    "shopee": "Shopee",
    "lazada": "Lazada",
    "tiktokshop": "TikTok Shop",
    "facebook": "Facebook",
    "zalo": "Zalo",
}
# What a delivered word means, by its column.
VALUES: dict[str, dict[str, str]] = {
    "direction": {"import": "Nhập", "export": "Xuất"},
    "channel": {
        "green": "xanh",
        "yellow": "vàng",
        "red": "đỏ",
        "napas247": "Napas 24/7",
        "citad": "CITAD",
        "swift": "SWIFT",
        "qr": "Mã QR",
        "card": "Thẻ",
        "wallet": "Ví điện tử",
        "cash_deposit": "Nộp tiền mặt",
        "cash_withdrawal": "Rút tiền mặt",
        "internal": "Nội bộ",
        "cod_settlement": "Trả tiền thu hộ",
        "platform_payout": "Sàn trả tiền",
    },
    "status": {
        "active": "Hoạt động",
        "dormant": "Ngủ",
        "suspended": "Tạm dừng",
        "frozen": "Phong tỏa",
        "closed": "Đã đóng",
        "created": "Mới lập",
        "in_transit": "Đang chuyển",
        "delivered": "Đã giao",
        "returned": "Hoàn trả",
        "refused": "Từ chối nhận",
        "lost": "Thất lạc",
        "cancelled": "Đã hủy",
    },
    "allegation": _VIOLATIONS,
    "violation": _VIOLATIONS,
    "outcome": {"confirmed": "xác định vi phạm", "cleared": "không vi phạm"},
}
HOLDS = {True: "có cơ sở", False: "không có cơ sở", None: "chưa đo được"}


def sign_letter(at: int) -> str:
    """Under which letter a sign stands in the letter: a, b, c …"""
    return chr(ord("a") + at % 26)


def province_name(code: str) -> str:
    """The name of a province as it is today; the code where it is none."""
    return provinces().get(code, code)


def named_id(text: str) -> str:
    """`tax:0100109106` is `MST 0100109106`; an account stays `VCB:0011`."""
    scheme, colon, number = text.partition(":")
    return f"{SCHEMES[scheme]} {number}" if colon and scheme in SCHEMES else text


def figure(value: int) -> str:
    """`1250000` is `1.250.000`."""
    return f"{value:,}".replace(",", ".")


def decimal(value: float, digits: int) -> str:
    """`98.9` is `98,9`."""
    return f"{value:.{digits}f}".replace(".", ",")


def day(value: date) -> str:
    """`31/03/2026`."""
    return f"{value:%d/%m/%Y}"


def long_day(value: date) -> str:
    """`ngày 03 tháng 4 năm 2026`: days below ten and the first two months take a nought."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"
