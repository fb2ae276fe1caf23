"""Signed decisions of people on whether two things are one hand."""

import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from configs.errors import ConfigurationError
from configs.settings import explain_validation

Kind = Literal["seller", "account", "person", "company", "phone", "address"]


class Decision(BaseModel):
    """`same` forces a merge, `not_same` refuses it; taking the line away undoes either."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind_a: Kind
    id_a: str = Field(min_length=1)
    kind_b: Kind
    id_b: str = Field(min_length=1)
    verdict: Literal["same", "not_same"]
    by: str = Field(min_length=1)
    at: datetime
    reason: str = Field(min_length=1)


def parse_decisions(name: str, text: str) -> list[Decision]:
    """The decisions of one JSON-lines file; an error names the file, the line and the key, never a value."""
    decisions = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            decisions.append(Decision.model_validate(json.loads(line)))
        except json.JSONDecodeError as error:
            raise ConfigurationError(f"{name}, line {number}: not valid JSON. Correct the line.") from error
        except ValidationError as error:
            raise ConfigurationError(explain_validation(f"{name}, line {number}", error)) from error
    return decisions
