"""What a message says is what the sheet said, read by the parser of ingest."""

import numpy as np
import pyarrow as pa
import pytest

from configs.sources import default_sources
from jobs.land.parse_payments_xml import parse_payments_xml
from jobs.simulate.messages import payment_message

SHEET = {
    "bank_code": ["ACB", "ACB", "ACB"],
    "transaction_id": ["FT1", "FT2", "FT3"],
    "booked_at": ["2026-01-05T10:00:00+07:00", "2026-01-05T03:00:00Z", "2026-01-05T11:30:00"],
    "amount": ["1500000", "120.50", "900000"],
    "currency": ["VND", "USD", "VND"],
    "amount_vnd": [None, "3145050", None],
    "debtor_account": ["10001", "20002", None],
    "debtor_bank": ["ACB", "ICBKCNBJ", None],
    "debtor_name": ["NGUYEN VAN AN", "Yiwu <Jinyuan> & Co", None],
    "debtor_country": [None, "CN", None],
    "creditor_account": ["30003", "10009", "10009"],
    "creditor_bank": ["VCB", "ACB", "ACB"],
    "creditor_name": ["Trần Thị Hoa", "Công ty An Phát", "Công ty An Phát"],
    "creditor_country": ["VN", None, None],
    "channel": ["napas247", "swift", "cash_deposit"],
    "remittance_info": ["tiền hàng", "Invoice payment", None],
    "purpose_code": [None, "GDDS", None],
    "declaration_no": [None, "301234567890", None],
    "device_id": ["d00ff", None, None],
    "record_action": [None, None, None],
}


@pytest.mark.parametrize("form", ["camt.053", "pacs.008"])
def test_messages_hold_every_column(form: str) -> None:
    columns = {name: pa.array(values, pa.string()) for name, values in SHEET.items()}
    content = payment_message(form, columns, np.arange(3), "msg")
    records = parse_payments_xml(content, default_sources()["bank_transactions"], "ACB")
    for name, values in SHEET.items():
        assert records.columns[name].to_pylist() == values, name
