"""The lexicons load, stand as the normalised text they are compared with, and break with a clear word."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from configs.errors import ConfigurationError
from configs.lexicons import lexicon_names, load_lexicon
from models.normalise.texts import normalise_text

WORD_LEXICONS = (
    "remittance_pretexts",
    "innocent_remarks",
    "counterfeited_brands",
    "generic_descriptions",
    "goods_names",
    "paper_words",
    "evasive_listings",
    "health_claims",
    "farm_produce",
)


def words_of(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from words_of(part, name)
    elif isinstance(value, list) and not key.endswith(("patterns", "with_signs")):
        for part in value:
            if isinstance(part, dict):
                yield from words_of(part)
            else:
                yield part


@pytest.mark.parametrize("name", lexicon_names())
def test_every_lexicon_loads(name: str) -> None:
    assert len(load_lexicon(name)) > 2


@pytest.mark.parametrize("name", WORD_LEXICONS)
def test_words_stand_as_normalised_text(name: str) -> None:
    words = list(words_of(dict(load_lexicon(name))))
    assert words
    assert normalise_text(pa.array(words, pa.string())).to_pylist() == words


@pytest.mark.parametrize("name", WORD_LEXICONS)
def test_no_word_stands_twice_in_one_list(name: str) -> None:
    for key, value in load_lexicon(name).items():
        if isinstance(value, list):
            words = list(words_of({key: value}))
            assert len(words) == len(set(words)), key


def test_patterns_compile() -> None:
    assert all(re.compile(pattern) for pattern in load_lexicon("remittance_pretexts")["default_patterns"])


def test_default_remark_of_a_bank_is_found() -> None:
    patterns = load_lexicon("remittance_pretexts")["default_patterns"]
    written = normalise_text(pa.array(["NGUYEN VAN A chuyen tien", "tiền hàng tháng 5"])).to_pylist()
    assert [any(re.search(pattern, text) for pattern in patterns) for text in written] == [True, False]


def test_tet_lies_inside_its_days_off_and_after_its_rush() -> None:
    years = load_lexicon("calendar")["tet"]
    assert [tet["first_day"].year for tet in years] == [2023, 2024, 2025, 2026, 2027]
    for tet in years:
        assert tet["rush_from"] < tet["off_from"] <= tet["first_day"] <= tet["off_to"]
    assert years[3]["first_day"] == date(2026, 2, 17)


def broken(folder: Path, name: str, text: str) -> str:
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_lexicon(name, folder)
    return str(raised.value)


def test_broken_lexicons_name_file_and_key(tmp_path: Path) -> None:
    assert "x.yml: the lexicon is empty" in broken(tmp_path, "x", "")
    assert "keys source (text) and verified" in broken(tmp_path, "y", "words: [a]")
    text = broken(
        tmp_path, "banks", "source: s\nverified: true\nprefixes: []\nbanks: {VCB: {name: a, bic: B}}\n"
    )
    assert "banks.yml: key banks.VCB.bic" in text


def test_unknown_lexicon_names_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "known.yml").write_text("source: s\nverified: true\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"nowhere\.yml: no such lexicon\. Known ones: known"):
        load_lexicon("nowhere", tmp_path)


def test_shapes_hold_lexicons_together(tmp_path: Path) -> None:
    head = "source: s\nverified: true\nprovinces:\n"
    old = '  - {code: "15", name: A, tier: city, region: north, era: 63, absorbed_by: "99", borders: [], '
    old += "valid_from: 2004-01-01}\n"
    new = (
        '  - {code: "99", name: B, tier: city, region: south, era: 34, borders: [], valid_from: 2025-07-01}\n'
    )
    assert "absorbed_by names no province of the 34" in broken(tmp_path, "provinces", head + old)
    text = broken(tmp_path, "provinces", head + old + new)
    assert "province 15: absorbed_by names one of another region" in text
