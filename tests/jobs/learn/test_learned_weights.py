"""Which learned weights a run may use: wanted, favoured, of its past, and of its catalogue."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from configs.catalogue import shipped_catalogue
from configs.errors import ConfigurationError, UsageError
from configs.settings import Settings, load_settings
from jobs.learn.learned_weights import (
    FORM,
    Chosen,
    catalogue_fingerprint,
    chosen_weights,
    with_learned,
    write_learned,
)

DAY = date(2026, 3, 1)


def wanting(learned: object) -> Settings:
    return load_settings(overrides={"ranking": {"learned_weights": learned}}, environment={})


def keep(home: Path, day: date = DAY, favoured: bool = True, **changes: Any) -> None:
    content = {
        "form": FORM,
        "catalogue_sha256": catalogue_fingerprint(shipped_catalogue()),
        "multipliers": {"layered_flow": 1.5},
        "comparison": {"favoured": favoured, "why": "too few"},
    }
    write_learned(home, day, content | changes)


def chosen(home: Path, learned: object, as_of: date = date(2026, 3, 31)) -> Chosen:
    return chosen_weights(home, wanting(learned), shipped_catalogue(), as_of)


def test_nobody_asked(tmp_path: Path) -> None:
    keep(tmp_path)
    assert chosen(tmp_path, "") == ({}, "fixed")


@pytest.mark.parametrize("wanted", ["latest", "2026-03-01", DAY])
def test_favoured_weights_are_used_where_the_settings_say_so(tmp_path: Path, wanted: object) -> None:
    keep(tmp_path)
    assert chosen(tmp_path, wanted) == ({"layered_flow": 1.5}, "learned 2026-03-01")


def test_weights_that_were_not_favoured_are_not_used(tmp_path: Path) -> None:
    keep(tmp_path, favoured=False)
    assert chosen(tmp_path, "latest") == ({}, "fixed: those of 2026-03-01 were not favoured (too few)")


def test_weights_of_another_catalogue_mean_nothing(tmp_path: Path) -> None:
    keep(tmp_path, catalogue_sha256="0")
    assert "another catalogue" in chosen(tmp_path, "latest").note
    assert chosen(tmp_path, "latest").multipliers == {}


def test_a_replay_takes_the_latest_of_its_past(tmp_path: Path) -> None:
    keep(tmp_path)
    keep(tmp_path, date(2026, 3, 20), multipliers={"layered_flow": 9.0})
    assert chosen(tmp_path, "latest", date(2026, 3, 19)).note == "learned 2026-03-01"
    assert chosen(tmp_path, "latest", date(2026, 2, 1)).multipliers == {}
    with pytest.raises(UsageError, match="lies after the run"):
        chosen(tmp_path, "2026-03-20", date(2026, 3, 19))


def test_a_date_that_was_never_learned_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2026-03-02 was never learned"):
        chosen(tmp_path, "2026-03-02")


@pytest.mark.parametrize("wrong", ["always", "2026-13-01"])
def test_a_wrong_setting_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="learned_weights"):
        wanting(wrong)


def test_multipliers_do_not_change_the_fingerprint() -> None:
    catalogue = shipped_catalogue()
    learned = with_learned(catalogue, {"layered_flow": 2.0})
    assert learned.ranking.multipliers == {"layered_flow": 2.0}
    assert catalogue_fingerprint(learned) == catalogue_fingerprint(catalogue)
