"""The statement of the feeds: what the shipped files say, and how a broken one is refused."""

import re
from pathlib import Path

import pytest
import yaml

from configs.errors import ConfigurationError
from configs.sources import SenderFormat, load_source, load_sources

SMALL = {
    "feed": "parcels",
    "title": {"vi": "Bưu kiện", "en": "Parcels"},
    "sender_kind": "carrier",
    "key": ["number"],
    "event_time": "made_at",
    "columns": {
        "number": {"type": "string", "required": True},
        "made_at": {"type": "timestamp", "required": True},
        "state": {"type": "enum", "values": ["made", "lost"]},
    },
}


def write(folder: Path, content: dict[str, object]) -> Path:
    path = folder / "parcels.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_all_eight_feeds_are_stated() -> None:
    sources = load_sources()
    assert sorted(sources) == [
        "bank_accounts", "bank_transactions", "customs_declarations", "enforcement_actions",
        "listings", "sellers", "shipments", "tips",
    ]  # fmt: skip
    assert sources["customs_declarations"].key == ("declaration_no", "line_no")
    assert sources["bank_transactions"].control == "amount"
    assert len(sources["shipments"].columns) == 34
    assert sources["tips"].required == (
        "tip_id",
        "received_at",
        "subject_kind",
        "subject_value",
        "allegation",
    )


def test_no_real_sender_deviates_from_the_contract() -> None:
    declared = {sender for source in load_sources().values() for sender in source.senders}
    assert declared == {"buu_dien_cu", "chi_cuc_cu", "cho_que"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "colour"),
        ({"key": ["nothing"]}, "nothing"),
        ({"key": ["state"]}, "state"),
        ({"event_time": "number"}, "event_time"),
        ({"control": "state"}, "control"),
        ({"senders": {"x": {"encoding": "latin-1"}}}, "senders.x.encoding"),
        ({"senders": {"x": {"decimal_mark": ",", "thousands_mark": ","}}}, "senders.x"),
        ({"senders": {"x": {"renamed_columns": {"so": "none"}}}}, "none"),
        ({"feed": "others"}, "feed"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_key(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    path = write(tmp_path, SMALL | change)
    with pytest.raises(ConfigurationError) as error:
        load_source(path)
    assert "parcels.yml" in str(error.value)
    assert told in str(error.value)


def test_an_enum_needs_values(tmp_path: Path) -> None:
    columns = {**SMALL["columns"], "state": {"type": "enum"}}  # type: ignore[dict-item]
    with pytest.raises(ConfigurationError, match=r"columns\.state"):
        load_source(write(tmp_path, SMALL | {"columns": columns}))


def test_number_patterns_follow_the_declared_marks() -> None:
    vietnamese = SenderFormat(decimal_mark=",", thousands_mark=".").number_pattern(whole=False)
    for text in ("0", "-12", "1234", "1.234", "1.234.567,5"):
        assert re.match(vietnamese, text), text
    for text in ("1.23", "12.34", "1,2,3", "1.2345", "", "1e5"):
        assert not re.match(vietnamese, text), text
    plain = SenderFormat().number_pattern(whole=True)
    for text in ("1000", "1000.0", "0.00"):
        assert re.match(plain, text), text
    for text in ("1.000", "1.5", "1000.", "1,0"):
        assert not re.match(plain, text), text
