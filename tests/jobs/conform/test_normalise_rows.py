"""The derived columns of silver, from originals by hand."""

import pyarrow as pa
import pytest

from configs.sources import default_sources
from jobs.conform.normalise_rows import DERIVATIONS, normalise_email, normalise_subject


def derive(feed: str, column: str, **originals: str | None) -> str | None:
    source = default_sources()[feed]
    values = {name: pa.array([originals.get(name)], pa.string()) for name in source.columns}
    batch = pa.RecordBatch.from_pydict(values)
    answer: str | None = DERIVATIONS[feed][column](batch).to_pylist()[0]
    return answer


OWN_SIDE = {"bank_code": "VCB", "debtor_account": "1"}
NAMED_SIDE = {"debtor_bank": "TCB", "debtor_account": "1", "channel": "qr"}
BRANCH = {"holder_id_type": "tax", "holder_id": "0100109106-001"}


@pytest.mark.parametrize(
    ("feed", "column", "originals", "derived"),
    [
        ("bank_accounts", "account_id", {"bank_code": "vcb", "account_no": "0071.000 1"}, "VCB:00710001"),
        ("bank_accounts", "holder_key", BRANCH, "tax:0100109106-001"),
        ("bank_accounts", "holder_key", {"holder_id": "0100109106"}, None),
        ("bank_accounts", "phone_e164", {"phone": "0120 123 4567"}, "+84701234567"),
        ("bank_accounts", "phone_e164", {"phone": "0000000000"}, None),
        ("bank_transactions", "debtor_account_id", NAMED_SIDE, "TCB:1"),
        ("bank_transactions", "debtor_account_id", OWN_SIDE | {"channel": "internal"}, "VCB:1"),
        ("bank_transactions", "debtor_account_id", OWN_SIDE | {"channel": "qr"}, None),
        ("bank_transactions", "creditor_account_id", {"creditor_bank": "VCB"}, None),
        ("sellers", "seller_key", {"platform": "tiki", "seller_id": "s:1"}, "tiki:s:1"),
        ("sellers", "tax_key", {"tax_code": "0100109106"}, "tax:0100109106"),
        ("shipments", "seller_key", {"seller_id": "s1"}, None),
        ("listings", "title_norm", {"title": "Giày ADIDAS"}, "giay adidas"),
        ("listings", "description_norm", {"description": "Ship KÍN đáo, che tên"}, "ship kin dao che ten"),
        ("listings", "description_norm", {"title": "Giày ADIDAS"}, None),
        ("tips", "subject_id", {"subject_kind": "account", "subject_value": "mbb:1 2"}, "MBB:12"),
    ],
)
def test_derived_columns(feed: str, column: str, originals: dict[str, str], derived: str | None) -> None:
    assert derive(feed, column, **originals) == derived


def test_every_feed_is_derived() -> None:
    assert DERIVATIONS.keys() == default_sources().keys()


def test_emails() -> None:
    values = pa.array([" An@Shop.VN ", "khong co", None, "a b@c"])
    assert normalise_email(values).to_pylist() == ["an@shop.vn", None, None, None]


def test_subjects_by_their_kind() -> None:
    subjects = {
        ("phone", "0901 234 567"): "+84901234567",
        ("account", "VCB:007 1"): "VCB:0071",
        ("account", "0071"): "0071",
        ("seller", " tiki:s1 "): "tiki:s1",
        ("person", "cccd:001099000001"): "cccd:001099000001",
        ("person", "Nguyễn Thị Hoà"): "nguyen thi hoa",
        ("company", "tax:0100109106"): "tax:0100109106",
        ("company", "0100109106"): "tax:0100109106",
        ("company", "0100109106-001"): "tax:0100109106-001",
        ("company", "0100109107"): "0100109107",
        ("company", "Công ty TNHH An Bình"): "cty tnhh an binh",
        ("person", "001099000001"): "cccd:001099000001",
        ("person", "0100109106"): "tax:0100109106",
        ("waybill", "ghn:W1"): "ghn:W1",
    }
    kinds, values = zip(*subjects, strict=True)
    normalised = normalise_subject(pa.array(kinds), pa.array(values)).to_pylist()
    assert dict(zip(subjects, normalised, strict=True)) == subjects
