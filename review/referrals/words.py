"""Vietnamese of the papers: figures, dates and the names of things."""

from datetime import date

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
HOLDS = {True: "có cơ sở", False: "không có cơ sở", None: "chưa đo được"}


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
