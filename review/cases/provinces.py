"""Provinces and cities by their code."""

from functools import lru_cache
from typing import Any

from configs.lexicons import load_lexicon


@lru_cache(maxsize=1)
def provinces() -> dict[str, str]:
    """Names by code, as they are today."""
    lexicon: Any = load_lexicon("provinces")
    entries = sorted(lexicon["provinces"], key=lambda entry: str(entry["valid_from"]))
    return {str(entry["code"]): entry["name"] for entry in entries}
