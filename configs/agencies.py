"""Agencies that receive referrals: remit, typologies that they take, fields that they may see, deadline."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

AGENCIES_FOLDER = Path(__file__).with_name("agencies")

Text = Annotated[str, Field(min_length=1)]
Group = Literal["payments", "customs", "logistics", "listings", "joins", "collusion", "counterfeit", "tax"]
MemberKind = Literal["seller", "account", "person", "company", "phone", "address", "device"]
Feed = Literal[
    "bank_accounts",
    "bank_transactions",
    "customs_declarations",
    "enforcement_actions",
    "listings",
    "sellers",
    "shipments",
    "tips",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgencyText(_Part):
    """One text in the two languages of the review."""

    vi: Text
    en: Text


class LegalBasis(_Part):
    """A dated source that lets the agency receive what it may see; both days belong to it."""

    text: AgencyText
    source: Text
    valid_from: date
    valid_to: date | None
    verified: bool

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "LegalBasis":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"the basis from {self.valid_from} ends before it begins")
        return self


class Visible(_Part):
    """What a referral to the agency may hold; everything else is left out or blacked out."""

    member_kinds: list[MemberKind] = Field(min_length=1)
    feeds: list[Feed] = Field(min_length=1)


class Agency(_Part):
    """A recipient of referrals."""

    id: Text
    name: AgencyText
    addressed_to: Text
    remit: AgencyText
    groups: list[Group] = Field(min_length=1)
    may_see: Visible
    legal_basis: list[LegalBasis] = Field(min_length=1)
    format: Literal["letter", "letter_with_annexes", "secure_report"]
    deadline_working_days: int = Field(gt=0)
    deadline_source: Text
    verified: bool

    def basis_on(self, on: date) -> list[LegalBasis]:
        """The sources in force on `on`."""
        return [
            basis
            for basis in self.legal_basis
            if basis.valid_from <= on and (basis.valid_to is None or on <= basis.valid_to)
        ]


@lru_cache(maxsize=4)
def load_agencies(folder: Path = AGENCIES_FOLDER) -> dict[str, Agency]:
    """Every agency by its id, which is its file's name. Raises `ConfigurationError` naming file and key."""
    agencies: dict[str, Agency] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            agency = Agency.model_validate(read_yaml(path))
        except ValidationError as error:
            raise ConfigurationError(explain_validation(f"agencies/{path.name}", error)) from error
        if agency.id != path.stem:
            raise ConfigurationError(f"agencies/{path.name}: key id: must be the file's name, {path.stem}.")
        agencies[agency.id] = agency
    return agencies
