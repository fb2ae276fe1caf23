"""What the columns of a source row are called by those who read them; the column's own name stands beside."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language

register = template.Library()

COLUMNS = {
    "account_no": "Số tài khoản",
    "address": "Địa chỉ",
    "agency": "Cơ quan",
    "allegation": "Hành vi bị phản ánh",
    "amount": "Số tiền",
    "amount_vnd": "Số tiền (đồng)",
    "bank_code": "Ngân hàng",
    "booked_at": "Thời điểm hạch toán",
    "branch_province_code": "Tỉnh của chi nhánh",
    "brand": "Nhãn hiệu",
    "carrier": "Đơn vị vận chuyển",
    "category": "Ngành hàng",
    "channel": "Kênh, luồng",
    "channel_history": "Các lần phân luồng",
    "cleared_at": "Thời điểm thông quan",
    "cod_account": "Tài khoản nhận tiền thu hộ",
    "cod_amount_vnd": "Tiền thu hộ (đồng)",
    "cod_bank": "Ngân hàng nhận tiền thu hộ",
    "consignee_address": "Địa chỉ người nhận hàng",
    "consignee_name": "Người nhận hàng",
    "consignee_phone": "Điện thoại người nhận hàng",
    "created_at": "Thời điểm tạo vận đơn",
    "creditor_account": "Tài khoản bên nhận",
    "creditor_bank": "Ngân hàng bên nhận",
    "creditor_country": "Nước của bên nhận",
    "creditor_name": "Bên nhận",
    "currency": "Loại tiền",
    "current_province_code": "Tỉnh theo địa giới hiện nay",
    "customs_office": "Chi cục hải quan",
    "customs_value_vnd": "Trị giá hải quan (đồng)",
    "debtor_account": "Tài khoản bên chuyển",
    "debtor_bank": "Ngân hàng bên chuyển",
    "debtor_country": "Nước của bên chuyển",
    "debtor_name": "Bên chuyển",
    "decided_on": "Ngày quyết định",
    "decision_no": "Số quyết định",
    "declaration_no": "Số tờ khai",
    "declared_monthly_turnover_vnd": "Doanh thu tháng tự khai (đồng)",
    "declared_value_vnd": "Trị giá khai (đồng)",
    "delivered_at": "Thời điểm giao hàng",
    "description": "Nội dung",
    "device_id": "Thiết bị",
    "direction": "Xuất hay nhập",
    "duty_vnd": "Thuế nhập khẩu, xuất khẩu (đồng)",
    "email": "Thư điện tử",
    "goods": "Hàng hóa",
    "goods_description": "Mô tả hàng hóa",
    "holder": "Chủ tài khoản",
    "holder_id": "Số định danh chủ tài khoản",
    "holder_id_type": "Loại định danh chủ tài khoản",
    "holder_name": "Chủ tài khoản",
    "holder_type": "Loại chủ tài khoản",
    "house_bill_no": "Vận đơn thứ cấp",
    "hs_code": "Mã HS",
    "image_hash": "Dấu vân của ảnh",
    "inspection_result": "Kết quả kiểm tra",
    "invoice_value": "Trị giá hóa đơn",
    "line_no": "Dòng hàng",
    "listed_at": "Thời điểm đăng tin",
    "listing_id": "Mã tin rao",
    "main_category": "Ngành hàng chính",
    "master_bill_no": "Vận đơn chủ",
    "net_weight_kg": "Trọng lượng tịnh (kg)",
    "occupation": "Nghề nghiệp",
    "officer_code": "Công chức làm thủ tục",
    "opened_on": "Ngày mở",
    "order_no": "Số đơn hàng",
    "origin_country": "Xuất xứ",
    "outcome": "Kết quả",
    "owner": "Chủ gian hàng",
    "owner_id": "Số định danh chủ gian hàng",
    "owner_id_type": "Loại định danh chủ gian hàng",
    "owner_name": "Chủ gian hàng",
    "partner_country": "Nước của đối tác",
    "partner_name": "Đối tác nước ngoài",
    "penalty_vnd": "Tiền phạt (đồng)",
    "phone": "Số điện thoại",
    "picked_up_at": "Thời điểm lấy hàng",
    "pickup_address": "Nơi lấy hàng",
    "pickup_province_code": "Tỉnh lấy hàng",
    "platform": "Sàn",
    "price_vnd": "Giá (đồng)",
    "province_code": "Tỉnh, thành phố",
    "purpose_code": "Mã mục đích",
    "quantity": "Số lượng",
    "received_at": "Thời điểm nhận tin",
    "recipient_address": "Địa chỉ người nhận",
    "recipient_name": "Người nhận",
    "recipient_phone": "Điện thoại người nhận",
    "recipient_province_code": "Tỉnh người nhận",
    "record_action": "Việc với bản ghi",
    "regime": "Loại hình",
    "registered_at": "Thời điểm đăng ký tờ khai",
    "registered_on": "Ngày đăng ký",
    "remittance": "Nội dung chuyển tiền",
    "remittance_info": "Nội dung chuyển tiền",
    "returned_at": "Thời điểm hoàn hàng",
    "seller": "Gian hàng",
    "seller_id": "Mã gian hàng",
    "sender_address": "Địa chỉ người gửi",
    "sender_name": "Người gửi",
    "sender_phone": "Điện thoại người gửi",
    "sender_province_code": "Tỉnh người gửi",
    "service": "Dịch vụ",
    "settlement_account": "Tài khoản nhận tiền bán hàng",
    "settlement_bank": "Ngân hàng nhận tiền bán hàng",
    "shipping_fee_vnd": "Cước vận chuyển (đồng)",
    "shop_name": "Tên gian hàng",
    "status": "Trạng thái",
    "subject": "Đối tượng",
    "subject_id": "Mã đối tượng",
    "subject_kind": "Loại đối tượng",
    "subject_value": "Đối tượng",
    "tax": "Mã số thuế",
    "tax_code": "Mã số thuế",
    "tip_id": "Mã tin báo",
    "title": "Tiêu đề",
    "trader": "Bên khai báo",
    "trader_address": "Địa chỉ bên khai báo",
    "trader_id": "Số định danh bên khai báo",
    "trader_id_type": "Loại định danh bên khai báo",
    "trader_name": "Bên khai báo",
    "trader_phone": "Điện thoại bên khai báo",
    "transaction_id": "Mã giao dịch",
    "unit": "Đơn vị tính",
    "units_sold": "Đã bán",
    "url": "Địa chỉ trang",
    "vat_vnd": "Thuế giá trị gia tăng (đồng)",
    "violation": "Hành vi",
    "waybill_no": "Số vận đơn",
    "weight_kg": "Trọng lượng (kg)",
}
# What we derive from a column is named after it.
_DERIVED = ("_e164", "_norm", "_key", "_id")


@register.filter
def column_word(name: str) -> str:
    """A column in Vietnamese; in English its own name with spaces, which is English."""
    if (get_language() or "vi").startswith("en"):
        return name.replace("_", " ").capitalize()
    if name in COLUMNS:
        return COLUMNS[name]
    derived = next((name.removesuffix(end) for end in _DERIVED if name.endswith(end)), name)
    return COLUMNS.get(derived, name)


@register.filter
def local_time(value: Any) -> Any:
    """A moment that we read, in the time of Vietnam; anything else as it is."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) and value[10:11] == "T" else None
    except ValueError:
        return value
    if moment is None or moment.tzinfo is None:
        return value
    there = timezone.localtime(moment)
    return f"{date_format(there)} {there:%H:%M:%S}"
