"""Agencies: what each may see, and on what basis."""

from datetime import date
from pathlib import Path

import pytest

from configs.agencies import AGENCIES_FOLDER, load_agencies
from configs.errors import ConfigurationError


def test_the_addressees_of_the_mandate_are_there() -> None:
    assert set(load_agencies()) == {
        "a04",
        "border_guard",
        "c03",
        "coast_guard",
        "customs",
        "market_surveillance",
        "sbv",
        "science_and_technology",
        "tax",
    }


def test_only_state_bank_and_police_see_what_banks_report() -> None:
    banking = {"bank_accounts", "bank_transactions"}
    seeing = {name for name, agency in load_agencies().items() if banking & set(agency.may_see.feeds)}
    assert seeing == {"sbv", "c03", "a04"}
    assert all(
        "account" not in agency.may_see.member_kinds
        for name, agency in load_agencies().items()
        if name not in seeing
    )


def test_every_group_of_typologies_has_a_recipient() -> None:
    taken = {group for agency in load_agencies().values() for group in agency.groups}
    assert taken >= {"payments", "customs", "logistics", "listings", "joins", "collusion"}


def test_the_rules_for_personal_data_follow_the_date() -> None:
    customs = load_agencies()["customs"]
    before = {basis.source for basis in customs.basis_on(date(2025, 12, 31))}
    after = {basis.source for basis in customs.basis_on(date(2026, 1, 1))}
    assert "Decree 13/2023/NĐ-CP, Art. 17" in before - after
    assert "Law 91/2025/QH15 and Decree 356/2025/NĐ-CP" in after - before


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: customs", "id: other", "key id"),
        ("feeds: [customs_declarations", "feeds: [letters", "key may_see.feeds.0"),
        ("deadline_working_days: 5", "deadline_working_days: 0", "key deadline_working_days"),
        ("format: letter_with_annexes", "format: telegram", "key format"),
        ("valid_to: 2025-12-31", "valid_to: 2020-12-31", "ends before it begins"),
        ("verified: true\n", "verified: true\nmotto: x\n", "motto"),
    ],
)
def test_broken_agencies_name_file_and_key(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (AGENCIES_FOLDER / "customs.yml").read_text(encoding="utf-8")
    assert old in text
    head, _, tail = text.rpartition(old)
    (tmp_path / "customs.yml").write_text(head + new + tail, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        load_agencies(tmp_path)
    assert "agencies/customs.yml" in str(raised.value)
