"""Settings of a deployment: `settings.yml`, then a file of the user's, then the environment."""

import os
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from configs.errors import ConfigurationError, UsageError

ENVIRONMENT_PREFIX = "MATLUOI_"
DEFAULTS_FILE = Path(__file__).with_name("settings.yml")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _switch(value: object) -> object:
    """YAML reads a bare `on` or `off` as a truth value."""
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


class LakeSettings(_Section):
    catalogue_url: str
    warehouse: str


class SparkSettings(_Section):
    master: str
    comet: Annotated[Literal["auto", "on", "off"], BeforeValidator(_switch)]
    memory_share: float = Field(gt=0, lt=1)
    heap_min_mb: int = Field(gt=0)
    heap_max_mb: int = Field(gt=0)
    off_heap_share: float = Field(gt=0, lt=1)
    off_heap_min_mb: int = Field(gt=0)
    off_heap_max_mb: int = Field(gt=0)
    shuffle_partitions: int = Field(gt=0)
    small_lake_rows: int = Field(ge=0)
    java_options: str
    options: dict[str, str]


class LandingSettings(_Section):
    max_member_mb: int = Field(gt=0)
    max_compression_ratio: int = Field(gt=0)
    max_members: int = Field(gt=0)


class LinkSettings(_Section):
    spark_components_from_edges: int = Field(ge=0)
    splink_backend: Literal["duckdb", "spark"]


def _day(value: object) -> object:
    """YAML reads a bare date as one."""
    return value.isoformat() if isinstance(value, date) else value


class RankingSettings(_Section):
    learned_weights: Annotated[str, BeforeValidator(_day)]

    @field_validator("learned_weights")
    @classmethod
    def _is_latest_or_a_date(cls, value: str) -> str:
        if value not in ("", "latest"):
            date.fromisoformat(value)
        return value


class Settings(_Section):
    window_days: int = Field(gt=0)
    seed: int
    timezone: str
    lake: LakeSettings
    spark: SparkSettings
    ranking: RankingSettings
    landing: LandingSettings
    links: LinkSettings


def read_yaml(path: Path) -> dict[str, Any]:
    """Read one mapping from a YAML file; a broken file is a `ConfigurationError` that names file and line."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}). Check the path and its permissions."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise ConfigurationError(f"{path}{line}: {problem}. Correct the YAML.") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: expected a mapping of keys to values at the top level.")
    return content


def explain_validation(path: Path | str, error: ValidationError) -> str:
    """Turn pydantic's first complaint into one line: file, key, what is wrong."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "(top level)"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{path}: key {key}: {first['msg']}{more}. Correct it and run `matluoi config check`."


def _merge(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def _from_environment(environment: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides from `MATLUOI_SECTION__KEY`; names that are no setting (MATLUOI_HOME, …) are left alone."""
    overrides: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        path = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        if path[0] not in known or (len(path) == 1 and isinstance(known[path[0]], dict)):
            continue
        value = yaml.safe_load(text)
        for key in reversed(path):
            value = {key: value}
        overrides = _merge(overrides, value)
    return overrides


def load_settings(
    file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Settings in order of strength: defaults, `file`, the environment, `overrides` (command line)."""
    content = read_yaml(DEFAULTS_FILE)
    known = dict(content)
    source: Path | str = DEFAULTS_FILE.name
    if file is not None:
        content = _merge(content, read_yaml(file))
        source = file
    content = _merge(content, _from_environment(os.environ if environment is None else environment, known))
    content = _merge(content, overrides or {})
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(explain_validation(source, error)) from error


@lru_cache(maxsize=1)
def default_settings() -> Settings:
    """The shipped settings alone, for tests and for tools that run without a home."""
    return load_settings(environment={})
