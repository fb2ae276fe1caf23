"""Dated law."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from configs.errors import ConfigurationError
from configs.law import law_fact, law_value, load_law

FACT = "{{value: {value}, unit: vnd, valid_from: {start}, valid_to: {end}, source: s, verified: true}}"


def write(folder: Path, *facts: tuple[int, str, str]) -> None:
    lines = "".join(f"  - {FACT.format(value=v, start=s, end=e)}\n" for v, s, e in facts)
    text = f"id: level\ntitle: {{vi: Mức, en: Level}}\nfacts:\n{lines}"
    (folder / "level.yml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("law", "on", "value"),
    [
        ("cash_reporting_level", date(2023, 11, 30), 300_000_000),
        ("cash_reporting_level", date(2023, 12, 1), 400_000_000),
        ("express_de_minimis", date(2025, 2, 17), 1_000_000),
        ("express_de_minimis", date(2025, 2, 18), 0),
        ("household_tax_threshold", date(2025, 12, 31), 100_000_000),
        ("household_tax_threshold", date(2026, 1, 1), 500_000_000),
        ("domestic_transfer_reporting_level", date(2025, 11, 1), 500_000_000),
        ("cross_border_reporting_level", date(2025, 10, 31), 1_000),
        ("individual_tax_identifier", date(2025, 7, 1), "personal_number"),
        ("province_reform", date(2025, 6, 30), 63),
    ],
)
def test_value_by_date(law: str, on: date, value: int | str) -> None:
    assert law_value(law, on) == value


def test_every_law_holds_today_and_its_last_fact_is_open() -> None:
    for law in load_law().values():
        assert law.facts[-1].valid_to is None
        assert law.fact_on(date(2026, 8, 1)) is law.facts[-1]
        assert law.fact_on(law.facts[0].valid_from - timedelta(days=1)) is None


def test_a_fact_carries_unit_and_source() -> None:
    fact = law_fact("express_de_minimis", date(2025, 3, 1))
    assert (fact.unit, fact.source) == ("vnd", "Decision 01/2025/QĐ-TTg")


def test_unknown_law_and_unknown_time() -> None:
    with pytest.raises(ConfigurationError, match=r"law/moon_tax\.yml: there is no such law"):
        law_value("moon_tax", date(2025, 1, 1))
    with pytest.raises(
        ConfigurationError, match=r"cash_reporting_level\.yml: key facts: none holds on 2012-01-01"
    ):
        law_value("cash_reporting_level", date(2012, 1, 1))


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ([(1, "2020-01-01", "2020-12-31"), (2, "2021-01-02", "null")], "must begin the day after"),
        ([(1, "2020-01-01", "2020-12-31"), (2, "2020-12-31", "null")], "must begin the day after"),
        ([(1, "2020-01-01", "null"), (2, "2021-01-01", "null")], "must begin the day after"),
        ([(1, "2020-01-01", "2019-12-31")], "ends before it begins"),
    ],
)
def test_gaps_and_overlaps_fail_the_load(
    tmp_path: Path, facts: list[tuple[int, str, str]], complaint: str
) -> None:
    write(tmp_path, *facts)
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        load_law(tmp_path)
    assert "law/level.yml" in str(raised.value)


def test_the_id_is_the_name_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, (1, "2020-01-01", "null"))
    (tmp_path / "level.yml").rename(tmp_path / "other.yml")
    with pytest.raises(ConfigurationError, match=r"law/other\.yml: key id"):
        load_law(tmp_path)
