"""Every column that a feed may deliver has its Vietnamese word, and moments are Vietnam's."""

import pytest
from django.utils.translation import override

from configs.sources import default_sources
from review.pages.columns import COLUMNS, column_word, local_time


def test_every_delivered_column_has_a_word():
    delivered = {name for source in default_sources().values() for name in source.columns}
    assert sorted(delivered - set(COLUMNS)) == []


@pytest.mark.parametrize(
    ("name", "vietnamese", "english"),
    [
        ("waybill_no", "Số vận đơn", "Waybill no"),
        ("sender_phone_e164", "Điện thoại người gửi", "Sender phone e164"),
        ("goods_norm", "Hàng hóa", "Goods norm"),
        ("cod_account_id", "Tài khoản nhận tiền thu hộ", "Cod account id"),
        ("not_known", "not_known", "Not known"),
    ],
)
def test_a_column(name, vietnamese, english):
    with override("vi"):
        assert column_word(name) == vietnamese
    with override("en"):
        assert column_word(name) == english


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-03-05T17:21:46+00:00", "06/03/2026 00:21:46"),
        ("2026-03-05T17:21:46", "2026-03-05T17:21:46"),
        ("2026-13-99T17:21:46+00:00", "2026-13-99T17:21:46+00:00"),
        ("Tờ khai", "Tờ khai"),
        (12, 12),
        (None, None),
    ],
)
def test_a_moment(value, said):
    assert local_time(value) == said


def test_a_moment_in_english():
    with override("en"):
        assert local_time("2026-03-05T17:21:46+00:00") == "06 Mar 2026 00:21:46"
