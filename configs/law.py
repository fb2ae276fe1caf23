"""Thresholds and regimes of the law as dated facts, so that a replay of last year uses last year's law."""

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

LAW_FOLDER = Path(__file__).with_name("law")
LawValue = int | float | str


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LawTitle(_Part):
    """What the fact is about, in the two languages of the review."""

    vi: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class LawFact(_Part):
    """One value and the days on which it held; both days belong to it, `valid_to: null` means still."""

    value: LawValue
    unit: Annotated[str, Field(min_length=1)]
    valid_from: date
    valid_to: date | None
    source: Annotated[str, Field(min_length=1)]
    verified: bool


class Law(_Part):
    """All values that one rule has had, oldest first, without gap or overlap."""

    id: Annotated[str, Field(min_length=1)]
    title: LawTitle
    facts: list[LawFact] = Field(min_length=1)

    @model_validator(mode="after")
    def _facts_join(self) -> Self:
        for earlier, later in zip(self.facts, self.facts[1:], strict=False):
            if earlier.valid_to is None or later.valid_from != earlier.valid_to + timedelta(days=1):
                raise ValueError(
                    f"the fact from {later.valid_from} must begin the day after the one before it ends "
                    f"({earlier.valid_to})"
                )
            if later.unit != earlier.unit:
                raise ValueError(f"the unit changes from {earlier.unit} to {later.unit}")
        for fact in self.facts:
            if fact.valid_to is not None and fact.valid_to < fact.valid_from:
                raise ValueError(f"the fact from {fact.valid_from} ends before it begins")
        return self

    def fact_on(self, on: date) -> LawFact | None:
        """The fact in force on `on`, None before the first or after the last."""
        for fact in self.facts:
            if fact.valid_from <= on and (fact.valid_to is None or on <= fact.valid_to):
                return fact
        return None


@lru_cache(maxsize=4)
def load_law(folder: Path = LAW_FOLDER) -> dict[str, Law]:
    """Every law by its id, which is its file's name. Raises `ConfigurationError` naming file and key."""
    laws: dict[str, Law] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            law = Law.model_validate(read_yaml(path))
        except ValidationError as error:
            raise ConfigurationError(explain_validation(f"law/{path.name}", error)) from error
        if law.id != path.stem:
            raise ConfigurationError(f"law/{path.name}: key id: must be the file's name, {path.stem}.")
        laws[law.id] = law
    return laws


def law_fact(law_id: str, on: date, folder: Path = LAW_FOLDER) -> LawFact:
    """The fact of the law `law_id` in force on `on`, with unit and source."""
    law = load_law(folder).get(law_id)
    if law is None:
        raise ConfigurationError(f"law/{law_id}.yml: there is no such law. Correct the name or add the file.")
    fact = law.fact_on(on)
    if fact is None:
        raise ConfigurationError(
            f"law/{law_id}.yml: key facts: none holds on {on}; the first begins on "
            f"{law.facts[0].valid_from}. Add the fact of that time."
        )
    return fact


def law_value(law_id: str, on: date, folder: Path = LAW_FOLDER) -> LawValue:
    """The value of the law `law_id` on `on`; its unit stands in the file.

    Raises `ConfigurationError` when there is no such law, or none of its facts holds on that day.
    """
    return law_fact(law_id, on, folder).value
