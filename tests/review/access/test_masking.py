"""What of a number shows."""

import pytest

from review.access.masking import masked, shown_key, shown_record_key, shown_value


@pytest.mark.parametrize(
    ("kind", "key", "shown"),
    [
        ("account", "VCB:0012345678", "VCB:•••••••678"),
        ("person", "cccd:001099000111", "cccd:•••••••••111"),
        ("phone", "+84901234567", "+••••••••567"),
        ("company", "tax:0101234567", "tax:0101234567"),
        # A household business is taxed under the number of a person.
        ("company", "tax:001099000111", "tax:•••••••••111"),
        ("seller", "shopee:7001234567", "shopee:7001234567"),
        ("address", "12 hang bac", "12 hang bac"),
    ],
)
def test_a_member(kind, key, shown):
    assert shown_key(kind, key) == shown


def test_a_column_and_a_number_inside_a_text():
    assert shown_value("debtor_account", "0012345678") == "•••••••678"
    assert shown_value("remittance_info", "tra no 0901 234 567 thang 3") == "tra no •••• ••• 567 thang 3"
    assert shown_value("email", "lan.nguyen@example.vn") == "l•••@example.vn"
    assert shown_value("amount_vnd", 5_000_000) == 5_000_000
    assert shown_value("goods_description", "Giày 12") == "Giày 12"


def test_a_records_key():
    assert shown_record_key("bank_accounts", "VCB:0012345678") == "VCB:•••••••678"
    assert shown_record_key("shipments", "ghn:W123456789") == "ghn:W123456789"


def test_a_short_number_shows_no_more_than_its_tail():
    assert masked("12") == "12"
    assert masked("1234") == "•234"
