"""Settings: defaults, a user's file, the environment."""

from pathlib import Path

import pytest

from configs.errors import ConfigurationError, UsageError
from configs.settings import load_settings


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text("window_days: 30\nspark:\n  comet: off\n", encoding="utf-8")
    settings = load_settings(
        file, environment={"MATLUOI_WINDOW_DAYS": "60", "MATLUOI_SPARK__SHUFFLE_PARTITIONS": "8"}
    )
    assert (settings.window_days, settings.spark.comet, settings.spark.shuffle_partitions) == (60, "off", 8)


def test_places_in_the_environment_are_no_settings() -> None:
    settings = load_settings(environment={"MATLUOI_HOME": "h", "MATLUOI_LANDING": "l", "MATLUOI_JARS": "j"})
    assert settings == load_settings(environment={})


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text("widow_days: 30\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="key widow_days"):
        load_settings(file, environment={})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(tmp_path / "nowhere.yml", environment={})
