"""Word lists and code lists that models and jobs look up: one YAML file each in `configs/lexicons/`."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from configs.errors import ConfigurationError
from configs.lexicon_shapes import SHAPES
from configs.settings import explain_validation, read_yaml

LEXICONS_FOLDER = Path(__file__).with_name("lexicons")


def lexicon_names(folder: Path = LEXICONS_FOLDER) -> tuple[str, ...]:
    """Names of all shipped lexicons, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.yml")))


@lru_cache(maxsize=64)
def load_lexicon(name: str, folder: Path = LEXICONS_FOLDER) -> Mapping[str, Any]:
    """One lexicon as a read-only mapping, validated when `SHAPES` knows its shape; read once a process.

    Raises `ConfigurationError` that names the file and the key when it is missing, empty or broken.
    """
    path = folder / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(lexicon_names(folder)) or "none"
        raise ConfigurationError(f"{path}: no such lexicon. Known ones: {known}.")
    content = read_yaml(path)
    if not content:
        raise ConfigurationError(f"{path}: the lexicon is empty. Fill it in or remove it.")
    if not isinstance(content.get("source"), str) or not isinstance(content.get("verified"), bool):
        raise ConfigurationError(f"{path}: keys source (text) and verified (true or false) are required.")
    shape = SHAPES.get(name)
    if shape is not None:
        try:
            content = shape.model_validate(content).model_dump()
        except ValidationError as error:
            raise ConfigurationError(explain_validation(path, error)) from error
    return MappingProxyType(content)
