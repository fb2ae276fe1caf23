"""What old systems write is what ingest reads by their declaration."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.sources import SenderFormat, default_sources
from jobs.land.decode_text import to_utf8
from jobs.simulate.old_systems import encoded, rewritten
from jobs.simulate.sheets import Sheet
from tests.jobs.simulate.conftest import Told

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐEÊIOÔƠUƯY0123456789 ,.-"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
vietnamese = st.lists(
    st.tuples(st.sampled_from(LETTERS), st.sampled_from(TONES)).map(
        lambda pair: unicodedata.normalize(
            "NFC", pair[0] + (pair[1] if pair[0].lower() in "aăâeêioôơuưy" else "")
        )
    )
).map("".join)


@given(vietnamese)
@pytest.mark.parametrize("encoding", ["cp1258", "tcvn3", "utf-16", "utf-8"])
def test_text_comes_back(encoding: str, text: str) -> None:
    assert to_utf8(encoded(text, encoding), encoding).decode("utf-8") == text


def test_marks_dates_and_names_by_hand() -> None:
    form = SenderFormat(
        decimal_mark=",",
        thousands_mark=".",
        date_order="dmy",
        renamed_columns={"so_to_khai": "declaration_no"},
    )
    source = default_sources()["customs_declarations"]
    columns = {
        "declaration_no": pa.array(["301234567890", "1"]),
        "quantity": pa.array(["1234567.50", None]),
        "customs_value_vnd": pa.array(["1500000", "900"]),
        "registered_at": pa.array(["2026-03-05T10:20:30", None]),
    }
    assert {name: values.to_pylist() for name, values in rewritten(columns, source, form).items()} == {
        "so_to_khai": ["301234567890", "1"],
        "quantity": ["1.234.567,50", None],
        "customs_value_vnd": ["1.500.000", "900"],
        "registered_at": ["05/03/2026 10:20:30", None],
    }


def test_old_systems_deliver_in_every_world(tiny: Told) -> None:
    senders = {path.name for path in (tiny.folder / "landing").glob("*/*")}
    assert {"buu_dien_cu", "chi_cuc_cu", "cho_que"} <= senders


def test_a_sheet_knows_its_keys() -> None:
    columns = {"bank_code": pa.array(["VCB"]), "account_no": pa.array(["1"])}
    sheet = Sheet(
        "bank_accounts", ("bank_code", "account_no"), columns, np.zeros(1), ["VCB"], np.zeros(1), np.zeros(1)
    )
    assert sheet.record_keys().to_pylist() == ["VCB:1"]
