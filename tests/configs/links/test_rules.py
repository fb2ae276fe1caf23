"""The judgements of the link jobs load, and broken ones are refused with their key."""

from pathlib import Path
from typing import Any

import pytest

from configs.errors import ConfigurationError
from configs.links import rules
from configs.settings import read_yaml


def test_the_shipped_files_are_valid() -> None:
    ties = rules.tie_rules()
    assert rules.matching_rules().comparisons.keys() == {"name", "phone", "address", "province"}
    assert set(rules.hub_rules().institutions) == {"carrier", "platform", "payment_intermediary"}
    # A picture never ties two parties alone, however many they share.
    best = max(step.weight for step in ties.identifiers["image"]["plain"])
    assert 1 - (1 - best) ** ties.images.shared_max < 0.9
    # A pickup point never does either; both together may.
    place = max(step.weight for step in ties.identifiers["address"]["plain"])
    assert place < ties.link_threshold <= 1 - (1 - place) * (1 - best)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"link_threshold": 1.5}, "link_threshold"),
        ({"unknown": 1}, "unknown"),
        ({"records_min": {"nobody": 2}}, "nobody"),
        (
            {"identifiers": {"phone": {"plain": [{"users": 4, "weight": 0.5}, {"users": 2, "weight": 0.4}]}}},
            "phone",
        ),
        (
            {"identifiers": {"phone": {"plain": [{"users": 2, "weight": 0.5}, {"users": 4, "weight": 0.9}]}}},
            "phone",
        ),
    ],
)
def test_a_broken_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], key: str
) -> None:
    import yaml  # noqa: PLC0415

    content = read_yaml(rules.FOLDER / "ties.yml") | change
    (tmp_path / "ties.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(rules, "FOLDER", tmp_path)
    rules.tie_rules.cache_clear()
    try:
        with pytest.raises(ConfigurationError, match=rf"ties\.yml.*{key}"):
            rules.tie_rules()
    finally:
        rules.tie_rules.cache_clear()
