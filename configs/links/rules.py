"""The judgements of the link jobs, read from `configs/links/*.yml` and checked."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

FOLDER = Path(__file__).parent


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """Up to `users` users, an identifier weighs `weight`."""

    users: int = Field(ge=2)
    weight: float = Field(gt=0, lt=1)


Steps = tuple[Step, ...]


class ImageRules(_Part):
    distance_max: int = Field(ge=0, le=15)
    shared_max: int = Field(ge=1)
    bucket_max: int = Field(ge=2)


class AddressClasses(_Part):
    """Regular expressions on normalised addresses, valid in Python and in Java."""

    warehouse: str
    unit: str
    tower: str


class TieRules(_Part):
    """Weights of ties; `identifiers` maps a kind and its class to steps."""

    link_threshold: float = Field(gt=0, le=1)
    operator_max_parties: int = Field(ge=2)
    operator_core_parties: int = Field(ge=2)
    personal_number_is_tax_code_from: date
    identifiers: dict[str, dict[str, Steps]]
    roles: dict[str, float]
    records_min: dict[str, int]
    records_share_min: dict[str, float]
    images: ImageRules
    office_companies_min: int = Field(ge=2)
    firm_accounts_max: int = Field(ge=1)
    address_classes: AddressClasses

    @model_validator(mode="after")
    def _steps_rise_and_weights_fall(self) -> "TieRules":
        for kind, classes in self.identifiers.items():
            for name, steps in classes.items():
                users = [step.users for step in steps]
                weights = [step.weight for step in steps]
                if not steps or users != sorted(set(users)) or weights != sorted(weights, reverse=True):
                    raise ValueError(f"identifiers.{kind}.{name}: users must rise and weights must not")
        unknown = sorted((self.records_min.keys() | self.records_share_min.keys()) - self.roles.keys())
        if unknown:
            raise ValueError(f"records_min or records_share_min: {unknown[0]} is no role")
        return self


class CounterpartyLimits(_Part):
    company: int = Field(gt=0)
    unregistered: int = Field(gt=0)
    foreign: int = Field(gt=0)


class MirrorRules(_Part):
    minutes_max: int = Field(gt=0)


class WageRules(_Part):
    unmarked_most: float = Field(gt=0)


class GroupNameRules(_Part):
    bearers_most: int = Field(ge=2)


class HubRules(_Part):
    institutions: tuple[str, ...]
    counterparties_max: CounterpartyLimits
    group_names: GroupNameRules
    wages: WageRules
    mirror_reports: MirrorRules


class Level(_Part):
    m: float = Field(gt=0, lt=1)
    u: float = Field(gt=0, lt=1)


class MatchingRules(_Part):
    """Parameters of the Splink model: comparison, then level (`exact`, `close`, `shortened`, `other`)."""

    probability_threshold: float = Field(gt=0, lt=1)
    probability_two_records_match: float = Field(gt=0, lt=1)
    address_edits_max: int = Field(ge=1)
    name_edits_max: int = Field(ge=1)
    name_count_max: int = Field(ge=2)
    phone_names_max: int = Field(ge=1)
    comparisons: dict[str, dict[str, Level]]


_Rules = TypeVar("_Rules", bound=BaseModel)


def _load(model: type[_Rules], name: str) -> _Rules:
    path = FOLDER / name
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(explain_validation(path, error)) from error


@lru_cache(maxsize=1)
def tie_rules() -> TieRules:
    """`configs/links/ties.yml`."""
    return _load(TieRules, "ties.yml")


@lru_cache(maxsize=1)
def hub_rules() -> HubRules:
    """`configs/links/hubs.yml`."""
    return _load(HubRules, "hubs.yml")


@lru_cache(maxsize=1)
def matching_rules() -> MatchingRules:
    """`configs/links/matching.yml`."""
    return _load(MatchingRules, "matching.yml")
