"""Who writes referrals, which columns name which kind of member, how papers cite: `configs/referrals.yml`."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from configs.agencies import Feed, MemberKind
from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

REFERRALS_FILE = Path(__file__).with_name("referrals.yml")

Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Issuer(_Part):
    """The body that writes: its governing body, its name, where it sits, and the symbol of its papers."""

    governing_body: Text
    name: Text
    place: Text
    symbol: Text


class NamedKind(_Part):
    """A column whose value is of the kind that another column of the row says."""

    kind: Text
    value: Text


class ReferralRules(_Part):
    """Everything in `referrals.yml`."""

    issuer: Issuer
    columns_of_kinds: dict[MemberKind, dict[Feed, list[Text]]]
    columns_of_named_kinds: dict[Feed, NamedKind]
    free_text: dict[Feed, list[Text]]
    citations: dict[Text, Text]


@lru_cache(maxsize=4)
def load_referral_rules(path: Path = REFERRALS_FILE) -> ReferralRules:
    """The rules of referrals. Raises `ConfigurationError` naming file and key."""
    try:
        return ReferralRules.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(explain_validation(path.name, error)) from error
